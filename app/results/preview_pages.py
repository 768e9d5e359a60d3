"""The whole preview, page by page (预览分页): every sample of a file with its rows, made once and kept beside the file.

One ZIP in the store of bytes: a page is one member, so that showing the hundredth page of 20,000 samples costs what the
first does. Pages are of one action each, and follow one another in the order of the preview.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from app import files
from app.domain.result_import import Action
from app.errors import NotFound
from app.results.outcomes import Outcome
from app.results.previews import ORDER, TONES, Shape
from app.results.staging import Prepared

SAMPLES, ROWS = 20, 120  # of one page, whichever is reached first
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One page of the preview; ``pages`` is how many there are for what was asked."""

    columns: Sequence[str]
    samples: Sequence[dict[str, Any]]
    number: int
    pages: int


def keep(prepared: Prepared) -> str:
    """Write the pages of a preview; returns their digest."""
    shape = Shape(prepared, (row for outcome in prepared.outcomes for row in outcome.planned.rows))
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        pages = {}
        for action in ORDER:
            count = 0
            for samples in _paged([outcome for outcome in prepared.outcomes if outcome.action is action]):
                _write(package, f"{action.name}/{count}", [_sample(shape, outcome) for outcome in samples])
                count += 1
            pages[action.name] = count
        _write(package, INDEX, {"columns": shape.columns, "pages": pages})
    return files.store(content.getvalue()).sha256


def _write(package: zipfile.ZipFile, name: str, value: Any) -> None:
    """A member without the time of day: the same preview is the same file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 1)


def _paged(outcomes: Sequence[Outcome]) -> Iterator[list[Outcome]]:
    page: list[Outcome] = []
    rows = 0
    for outcome in outcomes:
        if page and (len(page) == SAMPLES or rows + len(outcome.planned.rows) > ROWS):
            yield page
            page, rows = [], 0
        page.append(outcome)
        rows += len(outcome.planned.rows)
    if page:
        yield page


def _sample(shape: Shape, outcome: Outcome) -> dict[str, Any]:
    conclusion = outcome.conclusion
    return {
        "number": outcome.planned.number,
        "state": outcome.action.value,
        "tone": TONES[outcome.action],
        "concluded": conclusion.supervision.value if conclusion and conclusion.supervision else None,
        "changes": [
            {"item": change.item, "field": change.field, "before": change.before, "after": change.after} for change in outcome.diff
        ],
        "rows": [shape.row(outcome, row) for row in outcome.planned.rows],
    }


def page_of(sha256: str, action: Action | None, number: int) -> PreviewPage:
    """One page of what was asked, the nearest one where there are not so many."""
    try:
        with zipfile.ZipFile(files.place(sha256)) as package:
            index = json.loads(package.read(INDEX))
            members = [
                f"{one.name}/{place}"
                for one in ORDER
                if action in (None, one)
                for place in range(index["pages"].get(one.name, 0))
            ]
            at = min(max(number, 1), len(members)) if members else 1
            samples = json.loads(package.read(members[at - 1])) if members else []
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise NotFound("预览内容缺失或已损坏：请重新上传文件，或联系系统管理员从备份中恢复") from None
    return PreviewPage(index["columns"], samples, at, len(members))
