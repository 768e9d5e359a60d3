"""个人信息字段加密: column types whose values are sealed in the database and plain to the program (``FIELD_ENCRYPTION``).

What is read may be plain or sealed, so the setting can be turned on in a running office; ``flask keys encrypt`` seals what was there.
Nothing is searched by these columns: a sealed value has no order and no equals.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy.types import TypeDecorator

from app import field_encryption

SEALED = "sealed"  # the only name in a sealed JSON value
OVERHEAD, PER_SIGN = 48, 6  # of a seal; a sign of four bytes is six letters of base64


def encrypting() -> bool:
    return has_app_context() and bool(current_app.config["FIELD_ENCRYPTION"])


class Secret(TypeDecorator[str]):
    """A text of so many signs, sealed under its table and column."""

    impl = sa.String
    cache_ok = True

    def __init__(self, purpose: str, longest: int) -> None:
        super().__init__(OVERHEAD + PER_SIGN * longest + OVERHEAD)
        self.purpose, self.longest = purpose, longest

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or not encrypting() or field_encryption.is_sealed(value):
            return value
        return field_encryption.seal(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or not field_encryption.is_sealed(value):
            return value
        return field_encryption.unseal(value, self.purpose)


class SecretJSON(TypeDecorator[Any]):
    """A JSON value that holds people's data, sealed whole."""

    impl = sa.JSON
    cache_ok = True
    should_evaluate_none = True  # as the plain type does: nothing is the word null

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None or not encrypting():
            return value
        return sealed_json(json.dumps(value, ensure_ascii=False), self.purpose)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        text = opened_json(value, self.purpose)
        return value if text is None else json.loads(text)


def sealed_json(text: str, purpose: str) -> dict[str, str]:
    return {SEALED: field_encryption.seal(text, purpose)}


def opened_json(value: Any, purpose: str) -> str | None:
    """The text within a sealed JSON value; None of one that is not sealed."""
    if isinstance(value, dict) and set(value) == {SEALED} and field_encryption.is_sealed(value[SEALED]):
        return field_encryption.unseal(value[SEALED], purpose)
    return None
