"""Somebody of the topmost bureau who is signed in (测量用的登录人员), made as signing in makes them."""

from __future__ import annotations

from typing import Any

TOKEN = "bench"


def cookie(app: Any) -> str:
    """The value of a Cookie header, inside the application's context; a data set that is used again keeps its reader."""
    import sqlalchemy as sa

    from app import clock
    from app.accounts import sessions
    from app.accounts.models import User, UserRole, UserSession
    from app.authorize import local_operator
    from app.db import session, transaction
    from app.domain.actors import Role

    now, org_id = clock.now(), local_operator().org_id
    with transaction():
        user = session().scalars(sa.select(User).where(User.username == TOKEN)).first()
        if user is None:
            user = User(
                org_id=org_id, username=TOKEN, name="测量员", password_hash="!", must_change=False, failed_count=0, active=True,
                created_at=now, password_changed_at=now, grants=[UserRole(role=Role.STATISTICIAN)],
            )  # fmt: skip
            session().add(user)
            session().flush()
        hashed = sessions.token_hash(TOKEN)
        session().execute(sa.delete(UserSession).where(UserSession.token_hash == hashed))  # of an earlier run, and long idle
        session().add(UserSession(
            user_id=user.id, token_hash=hashed, created_at=now, seen_at=now, until=now.replace(year=now.year + 1), ip="127.0.0.1",
        ))  # fmt: skip
        user_id = user.id
    signer = app.session_interface.get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({sessions.TOKEN: TOKEN, '_user_id': str(user_id), '_fresh': True})}"
