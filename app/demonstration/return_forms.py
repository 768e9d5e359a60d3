"""报表模板 of the demonstration county: the forms that come with the program, loaded by one person and adopted by another."""

from __future__ import annotations

from datetime import date

from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.return_templates import operations, queries, shipped


def adopt(stage: Stage) -> int:
    """Loaded and submitted in January by the statistician, put in use the day after."""
    statistician, reviewer, year = stage.person(Role.STATISTICIAN), stage.person(Role.REVIEWER), stage.today.year
    with stage.on(date(year, 1, 8), statistician) as at:
        ids = [one.template.id for one in shipped.load(statistician, at)]
    with stage.on(date(year, 1, 8), statistician):
        for template_id in ids:
            row = queries.template(statistician, template_id)
            assert row is not None
            operations.submit(row, statistician, "默认表样，请审核")
    with stage.on(date(year, 1, 9), reviewer) as at:
        for template_id in ids:
            row = queries.template(reviewer, template_id)
            assert row is not None
            operations.adopt(row, reviewer, at, comment="同意启用")
    return len(ids)
