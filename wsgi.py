"""Entry point of web servers and of the ``flask`` command."""

from app.factory import create_app

app = create_app()
