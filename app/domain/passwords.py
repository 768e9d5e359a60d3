"""口令规则: why a password is refused. Length, classes of characters, words of the person, and what is guessed first.

Source: GB/T 22239-2019 8.1.4.1 a) (复杂度); OWASP ASVS 5.0 6.2.4, 6.2.11, 6.2.12 (common words, words of the context). No list of leaked
passwords is shipped (an office may put one in, ``accounts/password_list.py``): what people here choose first (键盘顺序、年份、连续或重复
字符、汉语拼音姓名加数字) is recognised by its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST, LONGEST, CLASSES = 10, 128, 3
RUN = 4  # so many neighbours in a row are a run
CHOSEN = 5  # so many characters must be left when runs, years, repetitions and common words are taken away
COMMON = (
    "password", "passw0rd", "p@ssw0rd", "qwerty", "123456", "654321", "abc123", "admin", "welcome", "iloveyou", "1q2w3e", "letmein",
    "woaini", "5201314", "asdfgh", "zxcvbn", "qazwsx", "888888", "666666", "administrator", "guanliyuan", "mima", "changeme", "test1234",
)  # fmt: skip
ROWS = (
    "1234567890", "0987654321", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()",
)  # fmt: skip
YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d(?:0[1-9]|1[0-2])?(?:0[1-9]|[12]\d|3[01])?")  # 1988, 198806, 19880612
REPEATED = re.compile(r"(.{1,4}?)\1{2,}")
LETTERS = re.compile(r"[a-z]+")
SURNAMES = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng deng cao peng "
    "zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao fu zhong cui tan liao fan shi jin jia xia "
    "fang zou xiong bai meng qin qiu hou yin xue yan lei long duan hao kong shao mao chang wan gu lai wen kang niu"
)
SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui|un|ue|ve|a|o|e|i|u|v)"
)
NAME = re.compile(rf"(?:{'|'.join(sorted(SURNAMES.split(), key=len, reverse=True))}){SYLLABLE}{{1,2}}")


def faults(password: str, *, context: Iterable[str] = (), shortest: int = SHORTEST, classes: int = CLASSES) -> list[str]:
    """Why this password is refused; each sentence says what to do.

    ``context`` holds words that may not occur in it: the user name, the person's name in pinyin and so on.
    """
    found: list[str] = []
    if not shortest <= len(password) <= LONGEST:
        found.append(f"密码长度应为 {shortest} 至 {LONGEST} 个字符")
    if _classes(password) < classes:
        found.append(f"密码应包含大写字母、小写字母、数字、符号中的至少{'零一两三四'[classes]}类")
    folded = password.casefold()
    if any(len(word) >= 3 and word.casefold() in folded for word in context):
        found.append("密码不得包含用户名、姓名或单位名称及其拼音，请更换")
    why = guessed(folded)
    if why is not None:
        found.append(f"该密码过于常见，容易被猜中（{why}），请更换")
    return found


def _classes(password: str) -> int:
    return sum(
        (
            any(character.islower() for character in password),
            any(character.isupper() for character in password),
            any(character.isdigit() for character in password),
            any(not character.isalnum() for character in password),
        )
    )


def guessed(folded: str) -> str | None:
    """The pattern by which it is guessed first, or None."""
    word = next((word for word in COMMON if word in folded), None)
    if word is not None:
        return "含有常用密码"
    if len(set(folded)) < CHOSEN:
        return "不同的字符太少"
    words = LETTERS.findall(folded)
    if len(words) == 1 and NAME.fullmatch(words[0]):
        return "姓名拼音加数字或符号"
    left, taken = folded, []
    for what, remove in (("重复字符", _without_repeats), ("年份或生日", _without_years), ("键盘或字母、数字的顺序", _without_runs)):
        shorter = remove(left)
        if shorter != left:
            taken.append(what)
        left = shorter
    return "、".join(taken) if taken and len(left) < CHOSEN else None


def _without_repeats(text: str) -> str:
    return REPEATED.sub("", text)


def _without_years(text: str) -> str:
    return YEAR.sub("", text)


def _without_runs(text: str) -> str:
    """The text without neighbours on the keyboard or in the alphabet, forwards or backwards, four and more."""
    kept, place = [], 0
    while place < len(text):
        length = next((size for size in range(len(text) - place, RUN - 1, -1) if _is_run(text[place : place + size])), 0)
        if not length:
            kept.append(text[place])
        place += length or 1
    return "".join(kept)


def _is_run(text: str) -> bool:
    return any(text in row or text[::-1] in row for row in ROWS)
