"""One export in a process of its own, so that its memory can be seen."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from bench.databases import Database, opened
from bench.frame import _high_water
from bench.list_export import export


def main() -> None:
    import os

    order = json.loads(sys.argv[1])
    with opened(Database(order["kind"], order["name"])) as actor, tempfile.TemporaryDirectory() as folder:
        from app.downloads.lists import every

        every()
        rest = _high_water(os.getpid())
        rows = export(Path(folder) / "list.xlsx", actor)
        print(json.dumps({"rows": rows, "grown": _high_water(os.getpid()) - rest}))


if __name__ == "__main__":
    main()
