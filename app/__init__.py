"""食安抽检 (Shian): sampling and inspection case management for market-supervision bureaus.

The application factory lives in ``app.factory`` so that ``import app.domain`` loads neither Flask nor SQLAlchemy.
"""
