"""版本 and 更新日志, and what a browser must be able to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.config import ROOT
from app.pages.manual import Section, parse

CHANGELOG = Path(ROOT, "CHANGELOG.md")
FLOOR = 109  # the last Chrome that runs on Windows 7
LEADING = {"Chrome": FLOOR, "Edge": FLOOR, "Firefox": 115, "Safari": 16}  # families of that age; the others name their own versions
KERNEL = re.compile(r"(?:Chrome|Chromium)/(\d+)")
OLD = re.compile(r"MSIE |Trident/")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the pages use. code: what browser.js looks for; without: what is missing where the browser lacks it."""

    code: str
    title: str
    use: str
    without: str
    wanted: bool = False  # nothing works properly without it


NEEDS = (
    Need("cookies", "Cookie", "保持登录", "不能登录，请在浏览器设置中允许本站的 Cookie", wanted=True),
    Need("form", "表单提交", "保存和提交", "不能保存草稿，可用“保存草稿”按钮", wanted=True),
    Need("grid", "网格布局", "页面版式", "页面版式错乱，请更换浏览器", wanted=True),
    Need("details", "展开和收起", "菜单和说明的展开", "菜单和说明全部展开显示"),
    Need("dialog", "对话框", "超时前的提示和在原页面重新登录", "超时后转到登录页，登录后可继续提交"),
    Need("fetch", "后台请求", "自动保存草稿、首页数字自动更新", "须手工保存草稿、手工刷新页面"),
    Need("dates", "日期选择", "点选日期", "日期须按 2026-11-22 的格式手工填写"),
    Need("canvas", "画布", "手写签名", "不能手写签名，可打印后签字再上传扫描件"),
    Need("storage", "本地存储", "记住菜单的收起和展开", "每次打开时菜单恢复原样"),
    Need("pinyin", "拼音排序", "下拉框按拼音首字母选择", "下拉框只能用鼠标或方向键选择"),
    Need("pdf", "PDF 阅读器", "在浏览器中查看 PDF 附件", "PDF 附件须下载后打开"),
    Need("width", "屏幕宽度不少于 1280 像素", "表格不必左右拖动", "请把显示比例调到 100%，或收起左侧菜单"),
)


def judged(agent: str) -> tuple[bool | None, str]:
    """Is the browser new enough by what it says of itself (None: it does not say), and the sentence for its reader."""
    if OLD.search(agent):
        return False, "Internet Explorer 和各浏览器的“兼容模式”不能使用本系统，请换用下面列出的浏览器，或切换到“极速模式”"
    kernel = KERNEL.search(agent)
    if kernel:
        number = int(kernel[1])
        if number >= FLOOR:
            return True, f"浏览器内核版本 {number}，符合要求（不低于 {FLOOR}）"
        return False, f"浏览器内核版本 {number}，低于 {FLOOR}，请升级浏览器；360、奇安信、红莲花等浏览器请同时切换到“极速模式”"
    for name, pattern in (("Firefox", r"Firefox/(\d+)"), ("Safari", r"Version/(\d+)\S* (?:Mobile/\S+ )?Safari")):
        found = re.search(pattern, agent)
        if found:
            good = int(found[1]) >= LEADING[name]
            said = "符合要求" if good else "版本较低，请升级"
            return good, f"{name} {found[1]}，{said}（不低于 {LEADING[name]}）"
    return None, "未能识别浏览器版本，请以下面逐项检测的结果为准"


@cache
def changelog(path: Path = CHANGELOG) -> Sequence[Section]:
    """The file of this installation; it does not change while the program runs."""
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else ()


def version() -> str:
    """The newest version that the 更新日志 names; empty where there is no such file."""
    newest = next((section.title for section in changelog() if section.level == 2), "")
    return newest.partition(" ")[0]
