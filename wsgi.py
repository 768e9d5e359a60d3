"""Entry point of web servers and of the ``flask`` command."""

import sys

from app.config import RefusedToStart
from app.factory import create_app

try:
    app = create_app()
except RefusedToStart as refusal:
    sys.exit(str(refusal))
