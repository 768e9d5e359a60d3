#!/bin/sh
# 离线安装：sh install.sh [--prefix 目录] [--data 目录] [--python 解释器]
# Run as root: /srv/shian, data in /var/lib/shian, account shian, systemd units. As anybody else: ~/shian, data in ~/shian/data.
# Nothing is asked, nothing is fetched; running it again changes nothing. A second version is put beside the first.
set -eu
umask 022
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
say() { printf '%s\n' "$*"; }
stop() { printf '没有安装：%s\n' "$*" >&2; exit 1; }

root=$(id -u)
account=shian
python=
if [ "$root" = 0 ]; then prefix=/srv/shian data=/var/lib/shian; else prefix=$HOME/shian data=$HOME/shian/data account=$(id -un); fi
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || stop "参数 $1 缺少值；用法：sh install.sh [--prefix 目录] [--data 目录] [--python 解释器]"
    case $1 in
        --prefix) prefix=$2 ;;
        --data) data=$2 ;;
        --python) python=$2 ;;
        *) stop "没有参数 $1；用法：sh install.sh [--prefix 目录] [--data 目录] [--python 解释器]" ;;
    esac
    shift 2
done
case $prefix$data in *[[:space:]\'\"]*) stop "安装目录和数据目录的名称中不能有空格和引号" ;; esac
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
case $data in /*) ;; *) data=$PWD/$data ;; esac
version=$(cat "$here/VERSION")
place=$prefix/versions/$version

# ---------------------------------------------------------------- what can be found out

say "食安抽检 $version：核对安装包……"
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || stop "安装包不完整或被改动，请重新复制后再试"
case $(uname -m) in
    x86_64 | aarch64) ls "$here"/wheels/*_"$(uname -m)".whl >/dev/null 2>&1 || stop "这个安装包不是给 $(uname -m) 处理器的" ;;
    *) stop "没有 $(uname -m) 处理器的安装包" ;;
esac
if [ "$root" = 0 ] && ! id "$account" >/dev/null 2>&1; then
    useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$account"
    say "已建立运行账户 $account（不能登录）"
fi
fits() {  # a Python that the wheels were chosen for, that can make environments, and that the account may run
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null | grep -qxFf "$here/PYTHONS" || return 1
    "$1" -c 'import ensurepip, venv' 2>/dev/null || return 1
    [ "$root" != 0 ] || runuser -u "$account" -- "$("$1" -c 'import sys; print(sys.executable)')" -c '' 2>/dev/null
}
if [ -z "$python" ]; then
    for one in /usr/bin/python3 python3 $(sed 's/^/python/' "$here/PYTHONS"); do
        if fits "$one"; then python=$(command -v "$one"); break; fi
    done
fi
wanted="$(tr '\n' ' ' <"$here/PYTHONS")之一，装有 venv（Debian 的软件包 python3-venv），并且账户 $account 可以运行"
[ -n "$python" ] || stop "没有找到可用的 Python：应为 $wanted。Debian：从安装光盘或本地源安装 python3 和 python3-venv"
fits "$python" || stop "$python 不能用：应为 $wanted"
free=$(df -Pk "$(d=$prefix; while [ ! -d "$d" ]; do d=$(dirname "$d"); done; printf %s "$d")" | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge 1024 ] || stop "$prefix 所在磁盘只剩 $free MB，至少需要 1024 MB"

# ---------------------------------------------------------------- program, environment

if [ -f "$place/installed" ] && [ "$(cat "$place/installed")" = "$(sha256sum <"$here/SHA256SUMS")" ]; then
    say "程序 $version 已经安装在 $place，没有改动"
else
    if [ -e "$place/installed" ] && [ "$(readlink -f "$prefix/current" 2>/dev/null)" = "$place" ] && [ -e "$data/shian.sqlite3" ]; then
        say "注意：同一版本号的程序内容不同，将以安装包中的为准；请重启服务"
    fi
    rm -rf "$place.part"
    mkdir -p "$prefix/versions" "$place.part"
    cp -R "$here/program/." "$place.part/"
    cp "$here/sbom.json" "$here/VERSION" "$place.part/"
    rm -rf "$place"
    mv "$place.part" "$place"  # an environment knows its place by name: it is made where it stays
    say "安装依赖（不使用网络）……"
    "$python" -m venv "$place/.venv"
    env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null "$place/.venv/bin/python" -m pip install --quiet \
        --disable-pip-version-check --no-cache-dir --no-index --require-hashes --find-links "$here/wheels" -r "$place/requirements.txt" ||
        stop "依赖没有装全，见上面的提示；改正后重新运行本命令"
    "$place/.venv/bin/python" -m compileall -q "$place/app" "$place/migrations" || true
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@DATA@|$data|g" -e "s|@ACCOUNT@|$account|g" "$place/docs/deploy/shian" >"$place/shian"
    chmod 755 "$place/shian"
    [ "$root" = 0 ] && chown -R root:root "$place"
    sha256sum <"$here/SHA256SUMS" >"$place/installed"
    say "已安装程序：$place"
fi

# ---------------------------------------------------------------- data folder and its configuration

mkdir -p "$data"
chmod 700 "$data"
if [ ! -e "$data/config.py" ]; then
    key=$("$place/.venv/bin/python" -c 'import secrets; print(secrets.token_hex(32))')
    (umask 077 && sed -e "s|@KEY@|$key|" "$place/docs/deploy/config.py.example" >"$data/config.py")
    say "已生成配置和密钥：$data/config.py（只有运行账户可读，请另行保管一份）"
fi
[ "$root" = 0 ] && chown -R "$account:$account" "$data"

first=no
if [ ! -e "$prefix/current" ]; then
    first=yes
    ln -sfn "versions/$version" "$prefix/current"
fi
ln -sfn current/shian "$prefix/shian"

units=
if [ "$root" = 0 ] && [ -d /etc/systemd/system ]; then
    for unit in "$place"/docs/deploy/systemd/*; do
        name=$(basename "$unit")
        if [ "$prefix" = /srv/shian ] && [ "$data" = /var/lib/shian ]; then cat "$unit"; else
            sed -e "s|/srv/shian|$prefix|g" -e "s|/var/lib/shian|$data|g" "$unit"
        fi >"/etc/systemd/system/$name.new"
        if cmp -s "/etc/systemd/system/$name.new" "/etc/systemd/system/$name"; then
            rm "/etc/systemd/system/$name.new"
        else
            mv "/etc/systemd/system/$name.new" "/etc/systemd/system/$name"
            units="$units $name"
        fi
    done
    [ -z "$units" ] || say "已写入 systemd 单元：$units"
    [ -d /run/systemd/system ] && systemctl daemon-reload
fi

# ---------------------------------------------------------------- what comes next

say ""
if [ "$first" = no ] && [ "$(readlink -f "$prefix/current")" != "$place" ]; then
    say "正在使用的仍是 $(basename "$(readlink -f "$prefix/current")")，数据没有改动。换用 $version："
    [ "$root" != 0 ] || say "  systemctl stop shian-web shian-worker"
    say "  $place/shian upgrade        # 备份、升级、核对；不成功则自动恢复原数据"
    say "  $place/shian use            # 改用新版本（在上一条成功之后）"
    [ "$root" != 0 ] || say "  systemctl start shian-web shian-worker"
elif [ -e "$data/shian.sqlite3" ] || grep -q '^DATABASE_URL' "$data/config.py"; then
    say "已有数据：$data。核对：$prefix/shian doctor"
else
    say "接下来："
    say "  1. 看一遍 $data/config.py，至少填写 TRUSTED_HOSTS（浏览器中访问的域名）；用 PostgreSQL 的填写 DATABASE_URL"
    say "  2. $prefix/shian db upgrade"
    say "  3. $prefix/shian reference load"
    say "  4. $prefix/shian init --name 某某区市场监督管理局 --code 120119 --region 120119 --level 县级"
    say "     会显示三名管理员的一次性密码，请分别抄给本人"
    if [ "$root" = 0 ]; then
        say "  5. systemctl enable --now shian-web shian-worker shian-backup.timer shian-verify.timer"
    else
        say "  5. $prefix/shian serve   和另一个窗口中的   $prefix/shian worker"
    fi
    say "  6. $prefix/shian doctor"
    say "  HTTPS、防火墙、PostgreSQL 和出了问题怎么办：$place/docs/install.md"
fi
