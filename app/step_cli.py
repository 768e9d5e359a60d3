"""One step of one record by command: the record by its number, one operation, one sentence.

    STEPS = StepCommands(group, "number", ORG, one, _answer)
    STEPS.add("submit", P.WARNING_EDIT, "提交审批。", "已提交审批", lambda found, actor, comment: operations.submit(…), OPINION)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed

Option = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class StepCommands:
    """The steps of one kind of record: how it is named on the command line, how it is found, what is said of it."""

    group: click.Group
    argument: str
    org: Option
    one: Callable[[Actor, str, str | None], Any]
    answer: Callable[[Any, str], Answer]

    def add(
        self, name: str, permission: Permission, words: str, said: str, operation: Callable[..., object], *options: Option
    ) -> None:
        """A command of this name; ``operation`` gets the record, the actor and the options by name, inside the transaction."""

        def step(actor: Actor, org: str | None, **asked: Any) -> Answer:
            found = self.one(actor, asked.pop(self.argument), org)
            if not permits(actor, permission, found):  # as the page asks before it asks anything else
                raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
            with transaction():
                operation(found, actor, **asked)
            return self.answer(found, said)

        step.__name__, step.__doc__ = name.replace("-", "_"), words
        asked: Any = self.org(step)
        for option in reversed(options):
            asked = option(asked)
        command(self.group, name, permission=permission)(click.argument(self.argument)(asked))
