"""盲样检验: which fields of a sampling sheet a laboratory may see while it must not know whose food it tests.

What is not listed as open is hidden: a field that somebody adds later is secret until it is put here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "（盲样检验，不显示）"
SHORTEST = 2  # a single character would blot out half of every sentence

# Columns of a sheet that tell of the food, the sampling and the test, and of nobody's firm.
OPEN_COLUMNS = frozenset({
    "id", "org_id", "organiser_org_id", "laboratory_org_id", "number", "local_number", "plan_id", "assignment_id", "special_sampling",
    "state", "task_source", "report_class_a", "report_class_b", "sampling_type", "purpose", "organiser_level", "domain",
    "category_written", "category_id", "region_id", "area_type", "link", "place", "product_name", "sample_type", "source_kind",
    "attribute", "packaging", "date_kind", "made_on", "shelf_life", "expires_on", "batch_no", "spec", "quality_grade", "standard",
    "unit_price", "imported", "origin", "base_quantity", "quantity", "backup_quantity", "quantity_unit", "sampling_method", "storage",
    "sampled_on", "sampling_unit", "sampling_unit_address", "samplers", "laboratory", "arrived_on", "reported_on", "supervision",
    "monitoring", "pending_items", "void_reason", "import_batch_id", "created_at", "created_by_id", "version", "submission_key",
})  # fmt: skip
# Columns whose content is blotted out of free text about the sample as well.
NAMING_COLUMNS = (
    "sampled_name", "sampled_address", "sampled_credit_code", "sampled_licence_no", "producer_name", "producer_address",
    "producer_licence_no", "third_party_name", "brand", "barcode", "sampled_region_written", "producer_region_written",
)  # fmt: skip
# The sampling unit's own people are no secret of the firm.
OPEN_PERSONAL = frozenset({"sampler_phone", "sampling_unit_contact", "sampling_unit_phone", "sampling_unit_email"})

_NAMING = re.compile(
    "被抽样|受检|标称|生产(企业|者|单位|厂|许可)|厂名|第三方|委托|商标|品牌|信用代码|许可证|营业执照|企业|经营|单位名称|单位地址|所在地|地址"
    "|法人|法定代表|负责人|联系人|电话|手机|邮箱|传真|邮编|身份证|摊位|网店|网址|平台|条码|条形码|备注|其他栏目|收货|买样|账户|账号|规模|业态"
)


def names_the_firm(title: str) -> bool:
    """Does a field of this title tell of the sampled party or the producer?"""
    return bool(_NAMING.search(title))


def without(text: str, words: Iterable[str]) -> str:
    """The text with these words blotted out, the longest first."""
    for word in sorted({word for word in words if len(word) >= SHORTEST}, key=lambda word: (-len(word), word)):
        if word in text:
            text = text.replace(word, HIDDEN)
    return text


def open_lines(text: str, words: Iterable[str] = (), *, reasons: bool = True) -> str:
    """Lines of ``field：before → after`` about fields that may be seen; that others changed is said without their content."""
    said, known = [], list(words)
    for line in text.splitlines():
        title, colon, _ = line.partition("：")
        closed = colon and (names_the_firm(title) or (not reasons and title.endswith(("原因", "理由"))))
        said.append(f"{title}：{HIDDEN}" if closed else without(line, known))
    return "\n".join(dict.fromkeys(said))
