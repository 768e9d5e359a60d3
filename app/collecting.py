"""Python's search for circles of garbage, put off while a million objects are made that form none and live to the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """A whole import under it takes a fifth less. Also a decorator: ``@put_off()``."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
