"""``/metrics`` for a monitoring system, answered to the addresses in ``METRICS_NETS`` only; to others there is no such page."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app import clock, config
from app.authorize import authorize
from app.domain.permissions import Permission
from app.errors import NotFound
from app.monitoring import exposition

bp = Blueprint("monitoring", __name__)


@bp.get("/metrics")
@authorize(Permission.PUBLIC)
def metrics() -> ResponseReturnValue:
    """Counts and ages of the installation itself."""
    if not _from_a_monitor(request.remote_addr):
        raise NotFound("没有找到该页面或记录，可能编号有误、已作废或不在您的管辖范围内")
    return exposition.written(clock.now()), 200, {"Content-Type": exposition.TYPE, "Cache-Control": "no-store"}


def _from_a_monitor(address: str | None) -> bool:
    nets = config.nets(current_app.config["METRICS_NETS"])
    try:
        asking = ipaddress.ip_address(address or "")
    except ValueError:  # a socket of this machine has no address
        return False
    return any(asking in net for net in nets)
