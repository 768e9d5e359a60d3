"""双随机 of the demonstration county: the list of inspectors, a programme that was made public, one with another department under way."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.supervision_kinds import RandomOutcome
from app.random_inspections import inspectors, operations, queries, recording
from app.random_inspections.inspectors import Details
from app.random_inspections.models import RandomProgramme
from app.random_inspections.operations import Draft, Partner
from app.random_inspections.recording import Result
from app.random_inspections.wanted import Wanted, usual_points, usual_recent_days

SEED = 3
PUBLIC = "国家企业信用信息公示系统"
FIRE = "县消防救援大队"
STRANGERS = (("卞若川", "消执0211"), ("邬长青", "消执0212"), ("仇令仪", "消执0213"))


def draw(stage: Stage) -> int:
    """Two programmes; returns how many enterprises were drawn."""
    random = Random(SEED)  # noqa: S311
    _list(stage)
    sellers = Wanted(
        kinds=("食品销售者", "餐饮服务提供者"), points=usual_points(stage.today), recent_days=usual_recent_days(stage.today)
    )
    finished = Draft(
        "食品销售、餐饮环节双随机抽查", "食品经营许可、进货查验、从业人员健康管理、网络餐饮服务",
        stage.back(70), stage.back(20), sellers, permille=60,
    )  # fmt: skip
    joint = Draft(
        "餐饮单位联合抽查", "食品安全监督检查", stage.back(8), stage.today + timedelta(days=20), Wanted(kinds=("餐饮服务提供者",)), take=6,
        partners=(Partner(FIRE, "消防安全检查", "大队办公室"),),
    )  # fmt: skip
    made = 0
    for draft, word in ((finished, "福彩双色球2026099期"), (joint, "福彩双色球2026131期")):
        programme_id = _drawn(stage, draft, word, random)
        made += queries.progress(programme_id).targets
        _record(stage, programme_id, draft, random)
    return made


def _list(stage: Stage) -> None:
    who, year = stage.person(Role.STATISTICIAN), stage.today.year
    with stage.on(date(year, 1, 10), who) as at:
        people = [*stage.people[Role.HANDLER], *stage.people[Role.SAMPLER]]
        for place, person in enumerate(people, 1):
            named = Details(person.name, f"津蓟执{place:04d}", date(year - 1, 1, 1), speciality="食品", user_id=person.user_id)
            inspectors.add(named, who, at)
        for name, number in STRANGERS:
            inspectors.add(Details(name, number, date(year - 1, 1, 1), department=FIRE, speciality="消防"), who, at)


def _read(stage: Stage, programme_id: int) -> RandomProgramme:
    found = queries.programme(stage.person(Role.STATISTICIAN), programme_id)
    assert found is not None
    return found


def _drawn(stage: Stage, draft: Draft, word: str, random: Random) -> int:
    who, day = stage.person(Role.STATISTICIAN), draft.from_on - timedelta(days=5)
    with stage.on(day, who) as at:
        programme_id = operations.make(draft, who, at).id
    with stage.on(day, who) as at:
        operations.freeze(_read(stage, programme_id), who, at, (random.randbytes(32), random.randbytes(32)))
    with stage.on(day + timedelta(days=1), who) as at:
        operations.draw(_read(stage, programme_id), who, word, at, witness="县纪委监委派驻纪检监察组")
    return programme_id


def _record(stage: Stage, programme_id: int, draft: Draft, random: Random) -> None:
    """Every result of a programme whose days are over, and its publication; of one under way the first."""
    who, over = stage.person(Role.HANDLER), draft.to_on < stage.today
    targets = [target.id for target in queries.every_target(programme_id)]
    day = draft.from_on + timedelta(days=2)
    for target_id in targets if over else targets[:2]:
        outcome = random.choice((RandomOutcome.CLEAR,) * 5 + (RandomOutcome.CORRECTED, RandomOutcome.UNREACHABLE))
        findings = {one.department: (RandomOutcome.CLEAR, None) for one in draft.partners}
        with stage.on(min(day + timedelta(days=1), stage.today), who) as at:
            recording.record(_read(stage, programme_id), target_id, Result(outcome, day, findings=findings), who, at)
    if over:
        with stage.on(stage.back(18), who) as at:
            operations.finish(_read(stage, programme_id), who, at)
        counts = stage.person(Role.STATISTICIAN)
        with stage.on(stage.back(10), counts) as at:
            operations.publish(_read(stage, programme_id), counts, stage.back(10), PUBLIC, at)
