"""Whose name a public list shows (公示中的个人信息): a firm's and a trader's as registered, a natural person's masked.

A list of unqualified food must name producer and seller (食品安全抽样检验管理办法 46); a farmer or stall holder without a registration is a
natural person, whose name and home address are personal information (个人信息保护法 5, 6: no more than the purpose needs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.masking import mask, mask_name

TRADER_CODE = "92"  # 统一社会信用代码 of a 个体工商户
GROWER = re.compile(r"农户|菜农|果农|粮农|渔民|养殖户|种植户|散户|自产自销|个人|村民")
ORGANISED = re.compile(r"[店厂社司场部行院校堂馆坊所站点市城园中室铺档超餐吧屋楼阁苑庄号局组会]")
BARE = re.compile(r"[\u4e00-\u9fff]{2,4}")
BRACKET = re.compile(r"[（(].*$")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温庞樊兰殷施洪翟安颜倪牛芦季俞章鲁葛毕齐"
    "欧阳司徒诸葛上官夏侯"
)
VILLAGE = re.compile(r"^.*(?:村|社区|居委会|屯|寨|乡|镇|街道|区|县|市|州|省)")


class PartyKind(StrEnum):
    """被公示者的种类."""

    FIRM = "企业"
    TRADER = "个体工商户"
    PERSON = "自然人"


class Treatment(StrEnum):
    """怎样公布."""

    SHOWN = "原样公布"
    NAME = "遮蔽姓名"
    HIDDEN = "不公布姓名"


Policy = Mapping[PartyKind, Treatment]
DEFAULT: Policy = {PartyKind.FIRM: Treatment.SHOWN, PartyKind.TRADER: Treatment.SHOWN, PartyKind.PERSON: Treatment.NAME}
HIDDEN_NAME = "自然人（姓名不公布）"


class UnknownPolicy(ValueError):
    """The setting names what there is not; the sentence says what can be written."""


def policy(written: str) -> Policy:
    """企业=原样公布,个体工商户=原样公布,自然人=遮蔽姓名. What is not named keeps its default."""
    found = dict(DEFAULT)
    for part in filter(None, (one.strip() for one in written.split(","))):
        kind, _, treatment = (one.strip() for one in part.partition("="))
        if kind not in set(PartyKind) or treatment not in set(Treatment):
            raise UnknownPolicy(
                f"PUBLICATION_MASKING 中的“{part}”无法识别，应写成 {'、'.join(PartyKind)}={'/'.join(Treatment)}，用逗号分隔"
            )
        found[PartyKind(kind)] = Treatment(treatment)
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """A party as a list shows it, and whether anything was hidden."""

    name: str
    address: str
    masked: bool


def party_kind(name: str, credit_code: str | None, licensed: bool = False) -> PartyKind:
    """By its code, its licence, else by the name: 张三 and 农户张三 are people, 张三蔬菜店 is a trader's registered name."""
    code = (credit_code or "").strip().upper()
    if code.startswith(TRADER_CODE):
        return PartyKind.TRADER
    if len(code) == 18 or licensed:
        return PartyKind.FIRM
    bare = BRACKET.sub("", name).strip()
    if GROWER.search(name) and not _organised(bare):
        return PartyKind.PERSON
    if BARE.fullmatch(bare) and bare[0] in SURNAMES and not ORGANISED.search(bare[1:]):
        return PartyKind.PERSON
    return PartyKind.FIRM


def _organised(name: str) -> bool:
    """供销合作社个人经营部 is registered, 养殖户王五 is not: the word for a grower leaves a person's name."""
    rest = GROWER.sub("", name)
    return bool(rest) and not BARE.fullmatch(rest) and bool(ORGANISED.search(rest))


def shown(name: str, address: str, kind: PartyKind, rules: Policy) -> Named:
    """The name and address of one party as they may be published. Phones and identity numbers are never shown."""
    treatment = rules[kind]
    told, place = mask(name), mask(address)
    if treatment is not Treatment.SHOWN and name:
        told = HIDDEN_NAME if treatment is Treatment.HIDDEN else _person(told)
        place = _village(place)
    return Named(told, place, (told, place) != (name, address))


def _person(name: str) -> str:
    """农户王五（3 号摊）: 农户王*（3 号摊）; the word before a name tells nobody who it is."""
    bracket = BRACKET.search(name)
    bare, rest = (name[: bracket.start()], bracket[0]) if bracket else (name, "")
    word = GROWER.search(bare)
    before, person = (bare[: word.end()], bare[word.end() :]) if word and word.start() == 0 else ("", bare)
    after = GROWER.search(person)
    tail = person[after.start() :] if after else ""
    person = person[: after.start()] if after else person
    return before + (mask_name(person.strip()) if person.strip() else "") + tail + rest


def _village(address: str) -> str:
    """A home is told as far as its village."""
    found = VILLAGE.match(address)
    return found[0] if found else ("" if not address else "*")
