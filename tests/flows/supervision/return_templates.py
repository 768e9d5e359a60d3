"""报表模板: its pages, and one in any state."""

from __future__ import annotations

from typing import Any

from app import clock
from app.domain.reporting_states import TemplateState, TemplateStep
from app.return_templates import operations, shipped
from tests.flows.door import WHY, Door, said

CELL = {"sheet": "抽检月报", "cell": "D5", "kind": "text", "name": "试填", "text": "{区域}"}
DOORS = {
    "return_template": {
        TemplateStep.EDIT: Door("/return-templates/{id}/cell", said(**CELL)),
        TemplateStep.SUBMIT: Door("/return-templates/{id}/submit", WHY),
        TemplateStep.RECALL: Door("/return-templates/{id}/recall"),
        TemplateStep.RETURN: Door("/return-templates/{id}/return", WHY),
        TemplateStep.ADOPT: Door("/return-templates/{id}/adopt"),
        TemplateStep.RETIRE: Door("/return-templates/{id}/retire", WHY),
        TemplateStep.VOID: Door("/return-templates/{id}/void", WHY),
    }
}
MADE_BY = {("return_template", TemplateStep.UPLOAD): ("return_templates.new", "return_templates.load_shipped")}


def template(office: Any, state: TemplateState) -> Any:
    counts, reviews, at = office.actor("county:统计员"), office.actor("county:审核人"), clock.now()
    one = shipped.read_shipped()[0]
    made = operations.upload(one.wish, one.filename, one.content, counts, at, given=one.mapping).template
    if state is TemplateState.VOIDED:
        operations.void(made, counts, "重复")
    if state in (TemplateState.SUBMITTED, TemplateState.ADOPTED, TemplateState.RETIRED):
        operations.submit(made, counts, "请审核")
    if state in (TemplateState.ADOPTED, TemplateState.RETIRED):
        operations.adopt(made, reviews, at)
    if state is TemplateState.RETIRED:
        operations.retire(made, reviews, "上级已换新表")
    return made


MAKE = {"return_template": template}
