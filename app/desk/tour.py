"""入门介绍: five steps for whoever signs in for the first time, in the words of his post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actors import ADMINISTRATORS, Actor, Role


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is there, and the page that shows it."""

    title: str
    text: Sequence[str]
    endpoint: str | None = None


FIRST = Step(
    "页面的布局",
    (
        "左侧是菜单，只列出您的岗位能用的功能；点顶部的三道横线可以收起菜单，给表格让出位置。",
        "右上角显示您的姓名、单位、上次登录的时间和地址。上次登录不是您本人时，请立即修改密码并告知安全管理员。",
        "每个页面的地址都可以收藏或发给同事；在链接上按住 Ctrl 点击，会在新标签页打开。",
    ),
)
HOME = Step(
    "我的待办",
    (
        "首页列出等您办理的事项和数量，点进去就是对应的列表；红、黄、绿灯旁边写着剩余的工作日。",
        "每个期限都能点开，看它从哪一天、依据哪一条起算。",
    ),
    "pages.home",
)
LISTS = Step(
    "列表和查询",
    (
        "列表上方是查询条件，填好后点“查询”。常用的条件点“存为常用”，以后在“常用查询”中一点就开，也可与同事共享。",
        "“导出”按当前条件导出全部页；内容多时由后台生成，到“下载中心”下载。",
    ),
    "desk.index",
)
HELP = Step(
    "帮助",
    (
        "每页右上角的“帮助”打开手册中讲这一页的一节，手册里还可以按词查找。提示语会说明怎么办；出现“错误编号”时请告知系统管理员。",
        "离开座位请点“退出”。长时间不操作会自动退出，退出前有提示，填写中的抽样单和案件会自动保存为草稿。",
    ),
    "pages.help",
)
WORK = {
    Role.SAMPLER: Step(
        "登记抽样单",
        (
            "在“抽样检验—登记抽样单”逐项填写，编号自动生成；填到一半离开，下次可从草稿继续。",
            "“打印文书”可打印抽样单、封条和告知书。",
        ),
        "sampling.index",
    ),
    Role.HANDLER: Step(
        "办理案件",
        (
            "不合格报告一到，案件自动出现在“处置案件”的待领取中。",
            "案件页左侧逐项登记办理情况，右侧是流程跟踪；办完点“提交审核”，由他人审核。",
        ),
        "disposal.index",
    ),
    Role.REVIEWER: Step(
        "审批",
        (
            "“晨间一页”列出今天等您决定的、快到期的和已超期的。",
            "自己提交或办理的事项不能自己审批；外出时可在“审批委托”中委托他人。",
        ),
        "pages.morning_page",
    ),
    Role.LEADER: Step(
        "审批和指标",
        (
            "“晨间一页”列出等您决定的和快到期的事项。",
            "“规划指标”中每个数字都能点开，看到它数了哪些批次。",
        ),
        "pages.morning_page",
    ),
    Role.LEGAL: Step(
        "法制审核",
        (
            "待审核的行政处罚在首页；审核意见会记入案卷。",
        ),
        "penalties.index",
    ),
    Role.STATISTICIAN: Step(
        "指标和报表",
        (
            "“规划指标”中每个数字都能点开，看到它数了哪些批次。",
            "“报表报送”按上级模板生成，经审核、审批后封存报送。",
        ),
        "exports.index",
    ),
    Role.LABORATORY: Step(
        "报送检验结果",
        (
            "“样品流转”中签收样品，“导入数据”中上传结果文件，先预览再确认。",
            "只看得到委托给本机构的样品。",
        ),
        "results.batches",
    ),
    Role.SYSTEM_ADMIN: Step(
        "用户和基础数据",
        (
            "“用户”中新建账号并提出岗位申请，由安全管理员批准。",
            "“基础数据”中维护日历、限量、分类等，变动数字和期限的须他人复核。",
        ),
    ),
    Role.SECURITY_ADMIN: Step(
        "授权和安全",
        (
            "批准岗位申请、解锁账号、处理安全告警。",
        ),
    ),
    Role.AUDIT_ADMIN: Step(
        "审计",
        (
            "“审计日志”记载每个人做过什么；“校验链”核对记录有没有被改动。",
        ),
        "audit.index",
    ),
}


def steps(actor: Actor) -> Sequence[Step]:
    """The five steps for this person's first post."""
    work = next((WORK[role] for role in Role if role in actor.roles), None)
    lists = () if actor.roles & ADMINISTRATORS else (LISTS,)
    return (FIRST, HOME, *lists, *((work,) if work else ()), HELP)
