"""One step of one record by its page (办理一步): one form, one operation, one flash.

    STEPS = StepPages("warning_id", queries.warning, _page)

    @bp.post("/<int:warning_id>/submit")
    @authorize(Permission.WARNING_EDIT, queries.warning)
    def submit(warning: PublicWarning) -> ResponseReturnValue:
        return STEPS.take(warning, forms.CommentForm(), "已提交", lambda form: operations.submit(warning, …, seen=form.version.data))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.authorize import current_actor
from app.db import transaction
from app.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class StepPages:
    """The steps of one kind of record: ``key`` names it in addresses, ``fetch`` reads it anew, ``page`` shows it with a refused form."""

    key: str
    fetch: Callable[[Actor, int], Any]
    page: Callable[[Any, Any], str]
    show: str = ".show"  # where the record is shown

    def take(self, found: Any, form: Any, said: str | Callable[[], str], operation: Callable[[Any], object]) -> ResponseReturnValue:
        """Form, transaction, flash, redirect; a refusal shows the page again with what was typed.

        ``said`` is the sentence, or what makes it once the step has been taken.
        """
        record_id: int = found.id
        if form.validate_on_submit():
            with form.keeping():
                with transaction():
                    operation(form)
                flash(said if isinstance(said, str) else said(), "success")
                return redirect(url_for(self.show, **{self.key: record_id}), 303)  # type: ignore[arg-type]
        return self.again(record_id, form)

    def again(self, record_id: int, form: Any) -> ResponseReturnValue:
        """The page as it is now, with the form and why it was refused; the next click is about what it shows."""
        found = self.fetch(current_actor(), record_id)
        assert found is not None
        if "version" in form:
            form.version.data, form.version.raw_data = found.version, None
        return self.page(found, form), form.status
