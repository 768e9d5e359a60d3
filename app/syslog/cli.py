"""``flask syslog …``: how far the log server has been told, and sending at once."""

from __future__ import annotations

import click
from flask import Flask, current_app

from app import clock
from app.commands import Answer, command
from app.domain.syslog import Address, address
from app.errors import NotAllowedNow
from app.syslog import queries
from app.syslog.jobs import send_waiting

group = click.Group("syslog", help="日志外送：把安全事件和校验锚点送往日志服务器（SYSLOG_ADDRESS）")
OFF = "没有设置日志服务器，请在 config.py 中设置 SYSLOG_ADDRESS，如 udp://10.1.2.3:514"


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _server() -> Address:
    found = address(current_app.config["SYSLOG_ADDRESS"])
    if found is None:
        raise NotAllowedNow(OFF)
    return found


@command(group, "status", act=False)
def status() -> Answer:
    """日志服务器的地址，已送到第几条，还有多少没有送，最近的失败。"""
    _server()
    lag = queries.lag()
    if lag is None:
        return Answer({"sent_to": None}, ["还没有送过，请确认后台任务进程在运行（flask worker）"])
    data = {"sent_to": lag.seq, "entries": lag.entries, "anchors": lag.anchors, "sent_at": lag.sent_at, "fault": lag.fault}
    last = f"，最近一次 {clock.office_time(lag.sent_at):%Y-%m-%d %H:%M}" if lag.sent_at else ""
    lines = [f"办理记录已送到第 {lag.seq} 条{last}；等待 {lag.entries} 条办理记录、{lag.anchors} 个锚点"]
    return Answer(data, [*lines, f"最近一次没有送成：{lag.fault}"] if lag.fault else lines)


@command(group, "send", act=False)
def send() -> Answer:
    """立即送出等待的内容（后台任务每 10 秒做一次）。"""
    count, fault = send_waiting(_server())
    if fault is not None:
        raise NotAllowedNow(f"没有送成（{fault}），已送出 {count} 条，其余保留；请检查日志服务器和网络")
    return Answer({"sent": count}, [f"已送出 {count} 条"])
