"""The group on which the commands of 审计 hang."""

from __future__ import annotations

from flask.cli import AppGroup

audit = AppGroup("audit", help="审计：办理记录校验链、审批签名")
