# Two commands: `make run` (a demonstration county on http://127.0.0.1:8000) and `make test` (everything that can be checked here).
# Needs Python 3.11 or newer, git and make; everything else goes into .venv from the hash-locked requirements.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
FLASK := $(BIN)/flask --app wsgi
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
DEMO := instance/demo
DEMO_ARGUMENTS ?= --plan jizhou --batches 5000 --seed 7

.DEFAULT_GOAL := help
.PHONY: help run demo-reset install install-dev test suite recount lint schema bench pictures wheelhouse clean

help:
	@echo "make run         安装、建演示数据并在 http://$(HOST):$(PORT) 运行（Ctrl-C 停止）"
	@echo "make demo-reset  删除演示数据，下次 make run 重新生成并给出一次性密码"
	@echo "make test        安装开发依赖并运行全部检查和测试"
	@echo "make recount     每个指标与另写的慢算比对：两种数据库各 200 组随机数据"
	@echo "make lint        仅静态检查    make bench  性能测量    make clean  清除缓存和 .venv"
	@echo "make pictures    用演示数据重拍使用手册的图片（需要 Chromium）"
	@echo "make wheelhouse  下载依赖，做成不需要网络的安装包 dist/shian-版本-平台.tar.gz"

# ---------------------------------------------------------------- installing

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本：make PYTHON=/路径/python3.11 run"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.txt | .venv/made
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/made
	$(PIP) -r requirements-dev.txt
	@touch $@

install: .venv/installed
install-dev: .venv/installed-dev

# Archives for machines without a network: make wheelhouse PLATFORMS="linux-x86_64" PYTHONS="3.11" for fewer of them.
PLATFORMS ?= linux-x86_64 linux-aarch64 windows-amd64
PYTHONS ?= 3.11 3.12 3.13

wheelhouse: | .venv/made
	$(BIN)/python docs/deploy/wheelhouse.py $(PLATFORMS) $(PYTHONS:%=--python %)

# ---------------------------------------------------------------- running

# The stamp is touched only after the demonstration is complete, so an interrupted one is made again from nothing.
$(DEMO)/made: | .venv/installed
	rm -rf $(DEMO)
	mkdir -p $(DEMO)
	SHIAN_INSTANCE=$(DEMO) $(FLASK) db upgrade
	SHIAN_INSTANCE=$(DEMO) $(FLASK) reference load
	SHIAN_INSTANCE=$(DEMO) $(FLASK) demo $(DEMO_ARGUMENTS)
	@touch $@

run: export SHIAN_INSTANCE = $(DEMO)
run: .venv/installed $(DEMO)/made
	@$(FLASK) db upgrade
	@$(FLASK) reference load
	@echo "浏览器打开 http://$(HOST):$(PORT)（Ctrl-C 停止；重新生成演示数据和一次性密码：make demo-reset）"
	@$(FLASK) worker & worker=$$!; \
	$(BIN)/gunicorn --bind $(HOST):$(PORT) --workers $(WORKERS) --threads 2 --timeout 120 --no-control-socket wsgi:app & web=$$!; \
	trap 'kill -TERM $$web $$worker 2>/dev/null' INT TERM; \
	wait $$web; code=$$?; \
	kill -TERM $$worker 2>/dev/null; wait; \
	[ $$code -eq 0 ] || [ $$code -gt 128 ]

demo-reset:
	rm -rf $(DEMO)

# ---------------------------------------------------------------- checking

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# One head, migrations up to it, and models that agree with the tables they make.
schema: .venv/installed-dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	SHIAN_INSTANCE="$$folder" $(FLASK) db upgrade && SHIAN_INSTANCE="$$folder" $(FLASK) db check

# The static checks use one core, the tests wait for a browser and a database now and then: side by side both end sooner.
test: .venv/installed-dev
	@$(MAKE) --no-print-directory -j2 lint schema suite

suite: .venv/installed-dev
	$(BIN)/pytest -n 2

# Every figure against the slow recount of two hundred random bureaus on each database; `make test`, which has twelve minutes, asks sixty of each.
recount: .venv/installed-dev
	SHIAN_RECOUNTS=200 $(BIN)/pytest -n 2 tests/recount

bench: .venv/installed-dev
	@for job in read_workbook import_results responsiveness dashboard figure_pages list_page search gaps; do $(BIN)/python -m bench.$$job --record || exit 1; done

# The manual's screenshots, taken anew; commit what has changed.
pictures: .venv/installed-dev
	$(BIN)/python docs/pictures.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app tests migrations bench -name __pycache__ -type d -prune -exec rm -rf {} +
