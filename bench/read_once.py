"""One reading in a process of its own, so that its memory can be seen."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    from app.spreadsheets import read_workbook

    path = Path(json.loads(sys.argv[1])["path"])
    book = read_workbook(path, path.name)
    print(json.dumps({"rows": sum(len(sheet.rows) for sheet in book.sheets)}))


if __name__ == "__main__":
    main()
