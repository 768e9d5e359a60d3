"""What every page shows: site, menu by permission, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask import session as cookie
from flask_login import current_user

from app import clock, lights
from app.accounts.sessions import LAST
from app.authorize import can, current_actor
from app.domain.permissions import Permission, may_ever
from app.downloads.lists import of_page
from app.labels import label, state_label, step_label
from app.messages import queries as messages
from app.pages import queries, refusals, release
from app.pages.cards import counted_cards
from app.pages.help_sections import help_here

P = Permission
# (section, icon, [(title, endpoint, permission)]); an item appears when its route exists and the role may use it.
MENU = (
    (
        "工作台",
        "house",
        (
            ("我的待办", "pages.home", P.HOME),
            ("晨间一页", "pages.morning_page", P.CASE_URGE),
            ("站内消息", "messages.index", P.MESSAGE_LIST),
            ("常用查询", "desk.index", P.VIEW_LIST),
            ("常用语", "phrases.own", P.PHRASE_OWN),
            ("下载中心", "downloads.index", P.DOWNLOAD_LIST),
        ),
    ),
    (
        "抽样检验",
        "clipboard-check",
        (
            ("样品列表", "sampling.index", P.SAMPLE_LIST),
            ("登记抽样单", "sampling.new", P.SAMPLE_CREATE),
            ("扫码查样", "printing.scan", P.SAMPLE_LIST),
            ("导入数据", "results.batches", P.IMPORT_LIST),
            ("结果审核", "reviews.index", P.RESULT_REVIEW_READ),
            ("检验结果明细", "results.rows", P.SAMPLE_LIST),
            ("待核项目", "results.pending", P.SAMPLE_LIST),
            ("判定复核", "decisions.index", P.VERDICT_READ),
            ("限时报告", "urgent.index", P.URGENT_LIST),
            ("检验时限", "turnaround.index", P.TURNAROUND_READ),
            ("合理性提示", "turnaround.screen", P.SCREEN_READ),
            ("样品流转", "custody.index", P.SAMPLE_LIST),
            ("备份样品", "custody.backups", P.BACKUP_LIST),
            ("快检记录", "rapid_tests.index", P.RAPID_READ),
            ("数据检查", "sheet_checks.checks", P.SAMPLE_LIST),
            ("外部公示", "announcements.index", P.FINDING_LIST),
            ("变动告知", "notices.index", P.NOTICE_LIST),
            ("规则豁免", "exemptions.index", P.EXEMPTION_READ),
        ),
    ),
    (
        "抽检计划",
        "calendar3",
        (
            ("年度计划", "plans.index", P.PLAN_READ),
            ("计划进度", "progress.index", P.PLAN_READ),
            ("下一步抽什么", "gaps.index", P.PLAN_READ),
            ("抽样任务单", "assignments.index", P.ASSIGNMENT_LIST),
            ("随机抽取", "drawings.index", P.DRAWING_READ),
            ("年度任务数", "planning.tasks", P.TASK_READ),
        ),
    ),
    (
        "核查处置",
        "shield-check",
        (
            ("处置案件", "disposal.index", P.CASE_LIST),
            ("复检", "retests.index", P.RETEST_LIST),
            ("异议", "objections.index", P.OBJECTION_LIST),
            ("行政处罚", "penalties.index", P.PENALTY_LIST),
            ("移送协查", "transfers.index", P.TRANSFER_LIST),
            ("波及清单", "ripples.index", P.RIPPLE_LIST),
            ("法定期限", "legal_clocks.index", P.CLOCK_LIST),
            ("执法文书", "official_documents.index", P.DOCUMENT_LIST),
            ("超期预测", "legal_clocks.forecast", P.FORECAST_READ),
            ("失信名单", "listings.index", P.LISTING_LIST),
            ("审批委托", "delegations.index", P.DELEGATION_LIST),
            ("工作移交", "hand_overs.index", P.WORK_HAND_OVER),
        ),
    ),
    (
        "企业与风险",
        "building",
        (
            ("企业档案", "enterprises.index", P.ENTERPRISE_LIST),
            ("许可到期", "enterprises.licences", P.ENTERPRISE_LIST),
            ("一户一档", "archives.index", P.ENTERPRISE_LIST),
            ("档案查重", "merges.index", P.ENTERPRISE_MERGE),
            ("风险等级", "grading.index", P.RISK_LIST),
            ("年度评定", "grading.runs", P.RISK_LIST),
            ("分级规则", "grading_rules.index", P.RISK_LIST),
            ("自查报告", "self_reports.index", P.SELF_REPORT_LIST),
        ),
    ),
    (
        "监督检查",
        "search",
        (
            ("年度检查安排", "schedules.index", P.INSPECTION_LIST),
            ("监督检查", "inspections.index", P.INSPECTION_LIST),
            ("检查结果公示", "inspections.publications", P.INSPECTION_LIST),
            ("责令改正", "rectifications.index", P.RECTIFY_LIST),
            ("双随机抽查", "random_inspections.index", P.INSPECTION_LIST),
            ("检查人员名录", "random_inspections.inspectors", P.INSPECTOR_EDIT),
            ("检查要点表", "checklists.index", P.CHECKLIST_READ),
            ("安全事故", "incidents.index", P.INCIDENT_LIST),
        ),
    ),
    (
        "指标与报表",
        "bar-chart",
        (
            ("规划指标", "indicators.index", P.INDICATOR_READ),
            ("大屏", "screens.show", P.INDICATOR_READ),
            ("比较分析", "comparisons.index", P.INDICATOR_READ),
            ("报表报送", "exports.index", P.RETURN_READ),
            ("报表模板", "return_templates.index", P.RETURN_TEMPLATE_LIST),
            ("规划评估", "evaluations.index", P.EVALUATION_LIST),
            ("抽检结果公示", "publications.index", P.PUBLICATION_LIST),
            ("风险交流", "risk_warnings.index", P.WARNING_LIST),
        ),
    ),
    (
        "系统管理",
        "gear",
        (
            ("用户", "accounts.users", P.USER_LIST),
            ("授权申请", "accounts.grants", P.GRANT_LIST),
            ("数字证书", "accounts.factors.certificate_list", P.GRANT_LIST),
            ("在线会话", "accounts.online_sessions", P.SESSION_LIST),
            ("账号核查", "accounts.review_accounts", P.USER_LIST),
            ("权限表", "accounts.permission_table", P.MATRIX_READ),
            ("个人信息清单", "installation.personal_list", P.MATRIX_READ),
            ("机构", "organisations.index", P.ORGANISATION_READ),
            ("基础数据", "reference_data.index", P.REFERENCE_READ),
            ("基础数据变更", "reference_changes.index", P.CHANGE_LIST),
            ("规则表", "reference_changes.rules", P.CHANGE_LIST),
            ("系统设置", "reference_changes.settings_index", P.SETTING_READ),
            ("复检机构名录", "retests.laboratory_list", P.REFERENCE_READ),
            ("指标口径", "indicators.definitions", P.REFERENCE_READ),
            ("频次上限", "exemptions.caps", P.REFERENCE_READ),
            ("文书模板", "printing.templates", P.TEMPLATE_READ),
            ("名称对照", "reference_data.unknown_words", P.MAPPING_EDIT),
            ("导入格式", "layouts.index", P.LAYOUT_READ),
            ("接口密钥", "api.keys", P.API_KEY_LIST),
            ("备份和体检", "installation.index", P.INSTALLATION_READ),
            ("安全告警", "alerts.index", P.ALERT_LIST),
            ("审计日志", "audit.index", P.AUDIT_READ),
            ("校验链", "alerts.chain", P.AUDIT_VERIFY),
            ("审批签名", "approval_signatures.index", P.SIGNATURE_LIST),
        ),
    ),
)


# Pages that are reached from another one and have no menu item of their own: (prefix of the address, the item they belong to).
BELONGS = (("/proposals/overlap", "progress.index"), ("/proposals/", "plans.index"))


def menu() -> list[dict[str, Any]]:
    """The menu of whoever is signed in; the item that the page belongs to is marked, if it is not the item's own page."""
    known, actor, root = current_app.view_functions, current_actor(), request.script_root
    allowed = [
        (
            title,
            icon,
            [
                (name, endpoint, _address(root, endpoint))
                for name, endpoint, permission in items
                if endpoint in known and may_ever(actor, permission)
            ],
        )
        for title, icon, items in MENU
    ]
    here = _item_of_page([(endpoint, url) for _, _, items in allowed for _, endpoint, url in items])
    return [
        {"title": title, "icon": icon, "items": [_shown(name, endpoint, url, here) for name, endpoint, url in items]}
        for title, icon, items in allowed
        if items
    ]


@lru_cache(maxsize=1000)
def _address(root: str, endpoint: str) -> str:
    """The address of a menu item where the application stands at this root; it is the same for every page."""
    return url_for(endpoint)


def _shown(name: str, endpoint: str, url: str, here: str | None) -> dict[str, Any]:
    badge = unread() if endpoint == "messages.index" else None
    return {"title": name, "url": url, "active": endpoint == here, "current": request.endpoint == endpoint, "badge": badge}


def unread() -> str | None:
    """Messages that the person has not read; in the same question, what of this page's list waits for him (``work_here`` shows it)."""
    actor, now, asked = current_actor(), clock.now(), []
    if request.method == "GET" and of_page(request.endpoint) is not None:
        asked = queries.asked_of(request.endpoint or "", actor, clock.today(), now)
    (count,), g.work_here = counted_cards(asked, messages.unread_ids(actor, now))
    return None if not count else f"{messages.MANY}+" if count > messages.MANY else str(count)


def _item_of_page(items: Sequence[tuple[str, str]]) -> str | None:
    """The item whose address the page's begins with, the longest where there are several."""
    if request.endpoint in {endpoint for endpoint, _ in items}:
        return request.endpoint
    root = request.script_root
    path, home = root + request.path, _address(root, "pages.home")
    found = [(len(url), endpoint) for endpoint, url in items if url != home and path.startswith(url.rstrip("/") + "/")]
    found += [(len(prefix), endpoint) for prefix, endpoint in BELONGS if request.path.startswith(prefix)]
    return max(found, default=(0, None))[1]


def _me() -> dict[str, Any] | None:
    if not current_user.is_authenticated:
        return None
    person = current_user.user
    return {
        "username": person.username, "name": person.name, "org_name": person.org_name, "position": person.position,
        "last_login_text": cookie.get(LAST, "首次登录"),
    }  # fmt: skip


def init_app(app: Flask) -> None:
    @app.context_processor
    def shared() -> dict[str, Any]:
        me = _me()
        return {
            "site": {
                "name": app.config["SITE_NAME"],
                "contact": app.config["HELP_CONTACT"],
                "org_name": me["org_name"] if me else "",
                "banner": app.config["BANNER"],
                "session_seconds": int(current_user.left.total_seconds()) if me else 0,
                "version": release.version(),
                "upload_most": app.config["MAX_UPLOAD"],
                "plain_http_warning": app.config["ENV"] == "production" and app.config["ALLOW_PLAIN_HTTP"],
            },
            "me": me,
            "help_here": help_here,
            "menu": menu() if me and current_user.factor_wanted is None else [],
            "can": can,
            "missing_right": refusals.missing,
            "printed_at": clock.now,
            "deadline_legend": lights.DEADLINES,
            "P": Permission,
            "label": label,
            "step_label": step_label,
            "state_label": state_label,
        }
