"""``create_app()``: configuration, extensions, blueprints, errors, commands, in that order."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from click import Command, Context
from flask import Flask, request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from app import access_log, blinding, config, db, errors, filters, running, tables, unkeepable
from app.search import upkeep

csrf = CSRFProtect()
bootstrap = Bootstrap5()

# sheets before sampling: it hangs pages of its own on the blueprint of the samples.
BLUEPRINTS = (
    "accounts", "organisations", "pages", "reference_data", "enterprises", "planning", "sheets", "sampling", "sheet_checks", "results",
    "disposal", "indicators", "exports", "attachments", "audit",
    "plans", "proposals", "progress", "gaps", "assignments", "drawings", "exemptions", "custody", "printing", "rapid_tests",
    "reviews", "decisions", "urgent", "turnaround", "announcements", "layouts", "notices", "api",
    "legal_clocks", "official_documents",
    "retests", "objections", "ripples", "transfers", "penalties", "listings", "delegations", "dossiers",
    "archives", "merges", "grading_rules", "grading", "checklists", "inspections", "schedules", "rectifications",
    "random_inspections", "self_reports", "incidents",
    "return_templates", "downloads", "publications", "risk_warnings", "public", "evaluations", "messages", "comparisons", "screens",
    "alerts", "desk", "phrases", "search", "monitoring", "hand_overs", "reference_changes", "approval_signatures",
    "installation",
    "known_on",  # last: it hangs a page beside those of the others
)
COMMANDS = (
    "app.cli", "app.pages.cli", "app.accounts.cli", "app.reference_data.cli", "app.enterprises.cli", "app.sampling.cli",
    "app.results.cli", "app.results.conflict_cli", "app.disposal.cli", "app.indicators.cli", "app.exports.cli", "app.audit.cli",
    "app.demonstration.cli", "app.plans.cli", "app.progress.cli", "app.gaps.cli", "app.assignments.cli", "app.drawings.cli",
    "app.sheets.cli", "app.exemptions.cli", "app.custody.cli", "app.printing.cli", "app.rapid_tests.cli",
    "app.reviews.cli", "app.decisions.cli", "app.urgent.cli", "app.turnaround.cli", "app.announcements.cli", "app.layouts.cli",
    "app.notices.cli", "app.api.cli",
    "app.legal_clocks.cli", "app.official_documents.cli",
    "app.retests.cli", "app.objections.cli", "app.ripples.cli", "app.transfers.cli",
    "app.penalties.cli", "app.listings.cli", "app.delegations.cli", "app.dossiers.cli",
    "app.archives.cli", "app.merges.cli", "app.grading_rules.cli", "app.grading.cli", "app.checklists.cli", "app.inspections.cli",
    "app.schedules.cli", "app.rectifications.cli", "app.random_inspections.cli", "app.self_reports.cli", "app.incidents.cli",
    "app.return_templates.cli", "app.downloads.cli", "app.publications.cli", "app.risk_warnings.cli", "app.evaluations.cli",
    "app.messages.cli", "app.comparisons.cli",
    "app.alerts.cli", "app.desk.cli", "app.phrases.cli", "app.search.cli", "app.upgrade_cli", "app.upkeep_cli",
    "app.accounts.grant_cli", "app.accounts.care_cli", "app.accounts.help_cli", "app.accounts.factor_cli", "app.accounts.certificate_cli",
    "app.approval_signatures.cli", "app.syslog.cli", "app.hand_overs.cli", "app.reference_changes.cli",
    "app.installation.cli", "app.known_on.cli",
)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
OPEN_FILES = frozenset({"static", "bootstrap.static"})  # the program's own: the same for everybody


class RowId(IntegerConverter):
    """A number in an address that a database can hold; a longer one is no page (404), not an error of ours."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application. ``overrides`` wins over file and environment (tests use it)."""
    settings = config.load(overrides)
    app = Flask(
        "app",
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "app" / "static"),
        instance_path=str(settings["INSTANCE_FOLDER"]),
    )
    app.config.from_mapping(settings)
    logging.getLogger("app").setLevel(logging.INFO)
    assert tables.metadata.tables and upkeep.WATCHED  # both are told of by being imported
    app.url_map.converters["int"] = RowId
    access_log.init_app(app)
    running.init_app(app)
    _templates(app)
    db.init_app(app)
    csrf.init_app(app)
    unkeepable.init_app(app)
    bootstrap.init_app(app)
    _blueprints(app)
    errors.init_app(app)
    app.after_request(_secure)
    app.cli = Commands(app)
    _behind_proxies(app)
    return app


def _behind_proxies(app: Flask) -> None:
    """Believe the address and scheme that our own proxies report, and nobody else's word for it."""
    if (proxies := app.config["TRUSTED_PROXIES"]) > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def _templates(app: Flask) -> None:
    app.jinja_environment = blinding.BlindEnvironment  # type: ignore[assignment]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters.register(app)


def _blueprints(app: Flask) -> None:
    from importlib import import_module

    from app.accounts import confirming_views, returning_views, sessions
    from app.installation import door_views
    from app.pages import context

    sessions.init_app(app)
    confirming_views.init_app(app)
    door_views.init_app(app)
    returning_views.init_app(app)
    context.init_app(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"app.{name}.views").bp)


class Commands(AppGroup):
    """The commands, made when somebody asks for one: a server needs none, and with what they import they are a fifth of its memory."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name, commands=app.cli.commands)
        self._app: Flask | None = app

    def list_commands(self, ctx: Context) -> list[str]:
        self._made()
        return super().list_commands(ctx)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        self._made()
        return super().get_command(ctx, cmd_name)

    def _made(self) -> None:
        from importlib import import_module

        if self._app is not None:
            app, self._app = self._app, None
            for module in COMMANDS:
                import_module(module).register(app)


def _secure(response: Response) -> ResponseReturnValue:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.endpoint not in OPEN_FILES and response.headers.get("Cache-Control") in (None, "no-cache"):
        response.headers["Cache-Control"] = "private, no-store"  # no copy of a file or an answer stays on a shared machine
    return response
