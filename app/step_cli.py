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
    org: Option | None  # how the office is named, where numbers are not unique in the installation
    one: Callable[..., Any]  # actor, number, and the office where it is named
    answer: Callable[[Any, str], Answer]

    def add(
        self, name: str, permission: Permission | None, words: str, said: str | Callable[[Any], str], operation: Callable[..., object],
        *options: Option,
    ) -> None:  # fmt: skip
        """A command of this name; ``operation`` gets the record, the actor and the options by name, inside the transaction.

        Without a permission the operation itself asks who may: different people decide different records of the kind. ``said`` is the
        sentence, or what makes it once the step has been taken.
        """

        def step(actor: Actor, **asked: Any) -> Answer:
            found = self.one(actor, asked.pop(self.argument), *([] if self.org is None else [asked.pop("org")]))
            if permission is not None and not permits(actor, permission, found):  # as the page asks before it asks anything else
                raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
            with transaction():
                operation(found, actor, **asked)
            return self.answer(found, said if isinstance(said, str) else said(found))

        step.__name__, step.__doc__ = name.replace("-", "_"), words
        asked: Any = step if self.org is None else self.org(step)
        for option in reversed(options):
            asked = option(asked)
        command(self.group, name, permission=permission)(click.argument(self.argument)(asked))
