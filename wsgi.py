"""Entry point of web servers and of the ``flask`` command."""

import gc
import sys

gc.disable()  # nothing made at a start is garbage; looking for it is a quarter of the time that every command takes to start

from app.config import RefusedToStart  # noqa: E402
from app.factory import create_app  # noqa: E402

try:
    app = create_app()
except RefusedToStart as refusal:
    sys.exit(str(refusal))
gc.freeze()  # what is there now stays to the end, and need not be looked through again
gc.enable()
