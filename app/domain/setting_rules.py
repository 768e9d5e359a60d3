"""系统设置: what each setting means, whether it may be changed while the system runs, and who adopts a change.

Security settings are proposed by the system administrator and adopted by the security administrator (GB/T 22239 三员分立); business
settings are adopted by a reviewer of the office that runs the installation. The rest is the machine's and stays in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Keeper(StrEnum):
    """谁复核."""

    SECURITY = "安全管理员"
    BUSINESS = "审核人或局领导"
    FILE = "只在配置文件或环境变量中设置"


@dataclass(frozen=True, slots=True)
class SettingRule:
    """``words`` are the values that a choice has, with what each means."""

    group: str
    title: str
    keeper: Keeper
    meaning: str
    words: Mapping[str, str] | None = None


_S, _B, _F = Keeper.SECURITY, Keeper.BUSINESS, Keeper.FILE
LOGIN, PASSWORD, ALERTS, CASES, RESULTS, WORK = "登录与会话", "密码", "安全告警与校验", "核查处置与审批", "检验结果", "办公与提醒"
PUBLIC, SITE, MACHINE, REFERENCE = "公示与公众查询", "站点显示", "部署与安全（配置文件）", "基础数据"
REVIEWS = {"direct": "录入或导入后直接生效", "one": "另一人批准后生效", "two": "一人校核、另一人批准后生效"}
SECOND_SIGN_INS = {"kick": "后登录的顶替先登录的", "refuse": "拒绝后登录的，并提示先登录的地址"}
SETTINGS: Mapping[str, SettingRule] = {
    "IDLE_MINUTES": SettingRule(LOGIN, "无操作退出时间（分钟）", _S, "无操作超过该时间须重新登录"),
    "ADMIN_IDLE_MINUTES": SettingRule(LOGIN, "管理员无操作退出时间（分钟）", _S, "三类管理员无操作超过该时间须重新登录"),
    "ABSOLUTE_HOURS": SettingRule(LOGIN, "最长登录时间（小时）", _S, "登录满该时间后须重新登录；对此后的登录生效"),
    "ONE_SESSION_PER_ACCOUNT": SettingRule(LOGIN, "一个账号只许一处登录", _S, "新的登录使该账号其他会话退出"),
    "ONE_SESSION_MODE": SettingRule(LOGIN, "一处登录时的处理", _S, "一个账号只许一处登录时怎样处理", SECOND_SIGN_INS),
    "ADMIN_NETS": SettingRule(LOGIN, "管理员可用的网段", _S, "三类管理员只能在这些网段使用，以英文逗号分隔；不限的留空"),
    "IDLE_DISABLE_DAYS": SettingRule(LOGIN, "长期未用停用（天）", _S, "这么多天未使用的账号自动停用；0 为不停用"),
    "REAUTH_MINUTES": SettingRule(LOGIN, "再次确认身份（分钟）", _S, "审批前超过该时间须再次确认身份；0 为不要求，-1 为按等级保护级别"),
    "HAND_OVER_FIRST": SettingRule(LOGIN, "先移交再离岗", _S, "是：名下没有未办结的工作才能批准离职、调动"),
    "LOCK_AFTER_FAILURES": SettingRule(LOGIN, "锁定前可输错次数", _S, "在计数时间内输错这么多次即锁定账号"),
    "FAILURE_WINDOW_MINUTES": SettingRule(LOGIN, "输错计数时间（分钟）", _S, "只计该时间内的错误"),
    "LOCK_MINUTES": SettingRule(LOGIN, "锁定时间（分钟）", _S, "锁定后多久自动解锁"),
    "PASSWORD_DAYS": SettingRule(PASSWORD, "密码有效期（天）", _S, "到期须修改，最多 180；0 为不要求"),
    "PASSWORD_LENGTH": SettingRule(PASSWORD, "密码最少字符数", _S, "10 至 64"),
    "PASSWORD_CLASSES": SettingRule(PASSWORD, "密码字符种类", _S, "大写字母、小写字母、数字、符号至少几类，2 至 4"),
    "PASSWORD_MEMORY": SettingRule(PASSWORD, "不得重复的旧密码个数", _S, "新密码不得与最近这么多个密码相同"),
    "INITIAL_PASSWORD_HOURS": SettingRule(PASSWORD, "一次性密码有效时间（小时）", _S, "新建或重置后多久内须首次登录"),
    "ALERT_DENIED": SettingRule(ALERTS, "越权访问次数", _S, "10 分钟内同一人被拒绝这么多次即告警"),
    "ALERT_GUESSES": SettingRule(ALERTS, "同一地址登录失败次数", _S, "在输错计数时间内，同一地址失败这么多次即告警"),
    "ALERT_EXPORTS": SettingRule(ALERTS, "当日导出次数", _S, "同一人当日导出这么多次即告警"),
    "ALERT_EXPORT_ROWS": SettingRule(ALERTS, "当日导出行数", _S, "同一人当日导出共这么多行即告警"),
    "ALERT_UNMASKS": SettingRule(ALERTS, "当日查看完整个人信息次数", _S, "同一人当日查看这么多次即告警"),
    "ALERT_HOURS": SettingRule(ALERTS, "管理员工作时间", _S, "工作日在此时间外登录即告警，如 08:00-20:00"),
    "ANCHOR_TIME": SettingRule(ALERTS, "夜间校验时间", _S, "每日从该时刻起校验办理记录并写出锚点，如 02:30"),
    "API_PER_MINUTE": SettingRule(LOGIN, "接口每分钟请求数", _S, "接口密钥没有另行规定时的上限"),
    "REFERENCE_SECOND_PERSON": SettingRule(
        REFERENCE, "基础数据变更须第二人复核", _S, "否：系统管理员提出即生效，页面和办理记录都会注明；系统设置的变更始终须第二人复核"
    ),
    "RESULTS_REVIEW": SettingRule(RESULTS, "检验结果审核", _B, "结果经几人审核后生效", REVIEWS),
    "BLIND_TESTING": SettingRule(RESULTS, "盲样检验", _B, "是：承检机构在任何页面都看不到被抽样单位和生产企业"),
    "CASE_LEADER_FOR": SettingRule(
        CASES, "须报局领导的案件", _B, "可填 免除要件、不予处罚、不予立案、移送，以英文逗号分隔；都不报的留空"
    ),
    "PENALTY_LEADER_AMOUNT": SettingRule(CASES, "处罚报局领导的金额（元）", _B, "罚没款达到该金额的由局领导决定"),
    "PENALTY_LEGAL_AMOUNT": SettingRule(CASES, "处罚法制审核的金额（元）", _B, "罚没款达到该金额的先经法制审核"),
    "PENALTY_SMALL_FINE": SettingRule(CASES, "较低数额罚款（元）", _B, "不超过该金额的处罚公示三个月；按省级规定填写，0 为未规定"),
    "DELEGATION_DAYS": SettingRule(CASES, "审批委托最长天数", _B, "一次委托的最长时间"),
    "URGING_REMINDERS": SettingRule(CASES, "催办次数", _B, "一件案件最多催办几次"),
    "URGING_SUPERVISIONS": SettingRule(CASES, "督办次数", _B, "一件案件最多督办几次"),
    "URGING_KEY": SettingRule(CASES, "重点督办次数", _B, "一件案件最多重点督办几次"),
    "URGING_DAYS_APART": SettingRule(CASES, "两次督促的间隔（工作日）", _B, "两次催办、督办之间至少隔几个工作日"),
    "REPEAT_MONTHS": SettingRule(CASES, "屡次不合格回溯（月）", _B, "向前查找同一企业、项目或类别不合格的月数"),
    "TRANSFER_URGE_DAYS": SettingRule(CASES, "移送协查催办间隔（天）", _B, "两次催办之间至少隔几天"),
    "SCHEDULE_FOCUS_TIMES": SettingRule(CASES, "重点监管对象每年检查次数", _B, "年度检查安排对重点监督检查对象至少安排几次"),
    "SCHEDULE_COUNTED": SettingRule(CASES, "计入年度检查的检查类别", _B, "以英文逗号分隔；不在其中的检查不算完成年度任务"),
    "DIGEST_TIME": SettingRule(WORK, "每日提要时间", _B, "工作日从该时刻起生成每日提要，如 08:00"),
    "EXPORT_DAYS": SettingRule(WORK, "导出文件保留天数", _B, "下载中心的文件保留多久；办理记录不受影响"),
    "DOSSIER_AT_ONCE": SettingRule(WORK, "即时生成案卷的上限（字节）", _B, "原件总量超过该大小的案卷由后台任务生成"),
    "SCREEN_SECONDS": SettingRule(WORK, "大屏刷新间隔（秒）", _B, "0 为不自动刷新"),
    "PUBLICATION_MASKING": SettingRule(PUBLIC, "公示时的遮蔽", _B, "企业、个体工商户、自然人的名称怎样公布，如 自然人=遮蔽姓名"),
    "PUBLICATION_PASSED_COLUMNS": SettingRule(PUBLIC, "合格公示清单列数", _B, "14 列，或含地址、商标、承检机构的 16 列"),
    "PUBLICATION_EVALUATION": SettingRule(PUBLIC, "公示评价性抽检", _B, "是：评价性抽检的批次也公示"),
    "PUBLIC_PAGE": SettingRule(PUBLIC, "开放公众查询页", _B, "是：任何人不登录可在 /public 查询已公示的内容"),
    "PUBLIC_TITLE": SettingRule(PUBLIC, "公众查询页标题", _B, "公众查询页的标题"),
    "PUBLIC_PER_MINUTE": SettingRule(PUBLIC, "公众查询每分钟请求数", _B, "一个地址对一个进程的上限，下载一个文件按十次计"),
    "PUBLIC_CACHE_SECONDS": SettingRule(PUBLIC, "公众查询缓存（秒）", _B, "浏览器和代理可缓存多久"),
    "SITE_NAME": SettingRule(SITE, "系统名称", _B, "页面顶部显示的名称"),
    "HELP_CONTACT": SettingRule(SITE, "科室联系电话", _B, "遇到问题找谁，如“抽检科 022-12345678”；显示在手册、登录页和出错页面"),
    "BANNER": SettingRule(SITE, "顶部提示", _B, "每个页面顶部的一句话；不需要的留空"),
    "SECURITY_LEVEL": SettingRule(MACHINE, "网络安全等级保护级别", _F, "2 或 3；决定双因素登录和再次确认身份的默认值"),
    "TOTP_ROLES": SettingRule(MACHINE, "须双因素登录的岗位", _F, "以英文逗号分隔的岗位；空：三级为三类管理员和审批岗位，二级为无"),
    "CLIENT_CERTIFICATES": SettingRule(MACHINE, "数字证书登录", _F, "是：nginx 核验过的数字证书（UKey）可作为登录的第二因素"),
    "CERTIFICATE_PROXIES": SettingRule(MACHINE, "可转送证书的代理地址", _F, "只采信这些地址的 nginx 转来的证书，以英文逗号分隔"),
    "CERTIFICATE_PROXY_KEY": SettingRule(MACHINE, "证书转送密钥", _F, "nginx 随证书一起送来的密钥，不少于 32 个字符"),
    "FIELD_ENCRYPTION": SettingRule(MACHINE, "个人信息字段加密", _F, "是：电话、证件号码、银行账号加密保存"),
    "FIELD_KEY": SettingRule(MACHINE, "字段加密密钥", _F, "空：使用数据文件夹中的 field_key"),
    "ANCHOR_FILE": SettingRule(MACHINE, "校验锚点文件", _F, "锚点写到哪里，最好在另一台机器；空：数据文件夹中的 anchors.log"),
    "SYSLOG_ADDRESS": SettingRule(
        MACHINE, "日志服务器", _F, "安全事件和校验锚点同时送往，如 udp://10.1.2.3:514、tcp://10.1.2.3:601、unix:///dev/log；空：不送"
    ),
    "BACKUP_FOLDER": SettingRule(MACHINE, "自动备份文件夹", _F, "空：数据文件夹中的 backups"),
    "BACKUP_DAYS": SettingRule(MACHINE, "自动备份保留天数", _F, "每月第一份保留一年，最新三份始终保留"),
    "PASSWORD_LIST": SettingRule(
        MACHINE, "常用密码表", _F, "每行一个不得使用的密码；空：数据文件夹中的 common_passwords.txt，没有该文件的按规律识别"
    ),
    "CLAMD_ADDRESS": SettingRule(
        MACHINE, "病毒检查服务", _F, "上传的文件先交 clamd 检查，如 unix:///run/clamav/clamd.ctl、tcp://10.1.2.3:3310；空：不检查"
    ),
    "BACKUP_COPY_TO": SettingRule(MACHINE, "异地备份位置", _F, "另一台机器或另一块磁盘挂载的文件夹，每份备份复制过去并核对；空：不复制"),
    "REHEARSAL_DATABASE": SettingRule(MACHINE, "恢复演练数据库", _F, "演练恢复用的空 PostgreSQL 数据库"),
    "METRICS_NETS": SettingRule(MACHINE, "可读监测数据的地址", _F, "可读 /metrics 的地址和网段；空：不开放"),
    "ACCESS_LOG": SettingRule(MACHINE, "访问日志", _F, "写访问日志的文件，- 为程序日志；空：不写"),
    "DISPOSAL_START_EVENT": SettingRule(
        MACHINE, "核查处置起算", _F, "received 自收到不合格结论起算，started 自启动核查处置起算；改变期限口径，不在运行中改动"
    ),
    "RETEST_PAUSES_DISPOSAL": SettingRule(MACHINE, "复检期间中止处置期限", _F, "《办法》未规定中止；改变期限口径，不在运行中改动"),
    "ALLOW_PLAIN_HTTP": SettingRule(MACHINE, "允许不加密访问", _F, "正式环境不经 HTTPS 访问，每页红色警告"),
    "TRUSTED_HOSTS": SettingRule(MACHINE, "应答的主机名", _F, "只应答这些主机名的请求"),
    "TRUSTED_PROXIES": SettingRule(MACHINE, "前置代理个数", _F, "相信几层代理报告的来源地址"),
    "PREFERRED_URL_SCHEME": SettingRule(MACHINE, "地址协议", _F, "在请求之外生成地址时使用的协议"),
    "MAX_UPLOAD": SettingRule(MACHINE, "上传文件上限（字节）", _F, "一个上传文件的最大字节数"),
    "MAX_CONTENT_LENGTH": SettingRule(MACHINE, "请求上限（字节）", _F, "不含文件的请求的最大字节数"),
    "MAX_FORM_MEMORY_SIZE": SettingRule(MACHINE, "表单内存上限（字节）", _F, "一个表单可占的内存"),
    "MAX_FORM_PARTS": SettingRule(MACHINE, "表单项数上限", _F, "一个表单最多几项"),
    "SESSION_COOKIE_NAME": SettingRule(MACHINE, "会话标识名称", _F, "浏览器中保存会话的标识名称"),
    "SESSION_COOKIE_SECURE": SettingRule(MACHINE, "会话标识只经加密发送", _F, "正式环境使用 HTTPS 时自动为是"),
    "SESSION_COOKIE_HTTPONLY": SettingRule(MACHINE, "脚本不可读会话标识", _F, "始终为是"),
    "SESSION_COOKIE_SAMESITE": SettingRule(MACHINE, "跨站不发送会话标识", _F, "Lax：从其他网站提交的表单不带会话"),
    "WTF_CSRF_TIME_LIMIT": SettingRule(MACHINE, "表单令牌时限", _F, "空：与会话同时失效"),
    "BOOTSTRAP_SERVE_LOCAL": SettingRule(MACHINE, "页面资源由本机提供", _F, "始终为是，不访问外网"),
    "TESTING": SettingRule(MACHINE, "测试模式", _F, "只用于自动测试"),
}
GROUPS = (LOGIN, PASSWORD, ALERTS, REFERENCE, RESULTS, CASES, WORK, PUBLIC, SITE, MACHINE)
SECRETS = frozenset({"SECRET_KEY", "DATABASE_URL", "FIELD_KEY", "REHEARSAL_DATABASE"})
_UNKNOWN = SettingRule(MACHINE, "", Keeper.FILE, "")


def kept_by(keeper: Keeper) -> frozenset[str]:
    """The names of the settings that this person answers for."""
    return frozenset(name for name, rule in SETTINGS.items() if rule.keeper is keeper)


def rule_of(name: str) -> SettingRule:
    """A setting that nobody has described is the machine's."""
    return SETTINGS.get(name, _UNKNOWN)
