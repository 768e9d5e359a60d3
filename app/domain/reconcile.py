"""Three values of one field (三方对照): what the last import said, what stands here now, and what the new file says.

Only they changed it: taken. Only we changed it: ours stays, and it is said. Both changed it to the same: nothing. Both changed
it differently: somebody decides. The record is a report's rows by item, the report's own fields, or the fields of a sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

ITEM = "item"  # the field that says whether a row is there at all
LONGEST = 2_000

Fields = Mapping[str, str]


class Fate(Enum):
    """What becomes of one field."""

    SAME = "相同"
    TAKEN = "只有文件改过"
    KEPT = "只有本系统改过"
    CONFLICT = "双方改得不同"


class Difference(NamedTuple):
    """A field on which we and the file differ, and whose value stands unless somebody decides otherwise."""

    item: str
    field: str
    base: str
    ours: str
    theirs: str
    fate: Fate


def fate(base: str, ours: str, theirs: str) -> Fate:
    """What becomes of a field with these three values.

    >>> fate("0.1", "0.1", "0.2"), fate("0.1", "0.3", "0.1"), fate("0.1", "0.3", "0.2")
    (<Fate.TAKEN: '只有文件改过'>, <Fate.KEPT: '只有本系统改过'>, <Fate.CONFLICT: '双方改得不同'>)
    """
    if ours == theirs:
        return Fate.SAME
    if ours == base:
        return Fate.TAKEN
    return Fate.KEPT if theirs == base else Fate.CONFLICT


def differences(
    base: Mapping[str, Fields],
    ours: Mapping[str, Fields],
    theirs: Mapping[str, Fields],
    whole: Mapping[str, str] | None = None,
) -> Iterator[Difference]:
    """Every field on which we and the file differ, by item.

    A field that the file does not have says nothing. An item that only one side has is one difference, and its value is the
    row in words; ``whole`` gives those words of the last import where its row itself was not kept.
    """
    known = whole or {}
    for item in dict.fromkeys((*theirs, *ours)):
        was, here, there = base.get(item), ours.get(item), theirs.get(item)
        if here is None or there is None:
            values = known.get(item, in_words(was)), in_words(here), in_words(there)
            yield Difference(item, ITEM, *values, fate(*values))
            continue
        for field, now in there.items():
            values = (was or {}).get(field, ""), here.get(field, ""), now
            found = fate(*values)
            if found is not Fate.SAME:
                yield Difference(item, field, *values, found)


def in_words(fields: Fields | None) -> str:
    """A row in words, as far as a column holds them: what somebody who decides about the whole row has to see."""
    return "" if fields is None else "；".join(text for text in fields.values() if text)[:LONGEST] or "（空行）"
