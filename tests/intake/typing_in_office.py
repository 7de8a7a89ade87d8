"""Types rows into a workbook in LibreOffice, as somebody at a desk would, and saves it.

Run by the Python that has LibreOffice's own `uno`:
    python3 typing_in_office.py SOFFICE PROFILE SOURCE TARGET < cells.json
The cells are a list of [sheet, column, row, text], columns and rows from 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

_LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>vi</value></prop></item></oor:items>
"""


def main(office: str, profile: Path, source: Path, target: Path) -> None:
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(_LOCALE, encoding="utf-8")
    pipe = f"pipe,name=phucvu-{target.stat().st_ino if target.exists() else time.time_ns()}"
    server = subprocess.Popen(
        [
            office, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
            f"--accept={pipe};urp;",
        ]
    )  # fmt: skip
    try:
        desktop = _connect(pipe)
        book = desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, (_set("Hidden", True),))
        for sheet, column, row, text in json.load(sys.stdin):
            book.Sheets.getByName(sheet).getCellByPosition(column, row).FormulaLocal = text
        book.storeToURL(target.as_uri(), (_set("FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
        desktop.terminate()
        server.wait(30)
    finally:
        server.kill()


def _connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    factory = local.ServiceManager
    resolver = factory.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _attempt in range(120):
        try:
            context = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.5)
        else:
            made = context.ServiceManager
            return made.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise SystemExit("LibreOffice does not answer")


def _set(name: str, value: Any) -> Any:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:5]))
