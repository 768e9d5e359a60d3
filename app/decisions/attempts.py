"""Several decisions at once (批量审定): each in a transaction of its own, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from app.errors import SENTENCES, Refused


@dataclass(slots=True)
class Attempt:
    """One record's outcome: "" where it was done, else the sentence why not."""

    subject: Any
    id: int  # a refusal rolls back, and the record must then be read anew
    name: str
    refusal: str = ""

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Turn a refusal of this record into its outcome; the others are not held up by it."""
        try:
            yield
        except Refused as refused:
            self.refusal = refused.sentence
        except StaleDataError:
            self.refusal = SENTENCES[409]
