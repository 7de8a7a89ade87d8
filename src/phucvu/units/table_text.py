"""Reader of the text of a CSV table that people fill in."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from django.utils.translation import gettext as _

__all__ = ["TableTextError", "lines_of_table"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


class TableTextError(ValueError):
    """Error of a file that is no CSV text; the message names file, line and remedy."""


def lines_of_table(file: Path) -> list[str]:
    """Read the lines of a file, each with its line end, as the module `csv` takes them.

    A line ends in CR LF, LF or CR alone, as old programs on the Mac have it. Raises TableTextError
    on an encoding other than UTF-8, on control characters, and on a quotation mark that is never
    closed.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(
            file, line, _("expected UTF-8, found another encoding. Save the file as “CSV UTF-8”.")
        ) from error
    except OSError as error:
        raise TableTextError(f"{file}: {error.strerror}") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        reason = _(
            "a control character (U+%(code)s). Remove it: the file was damaged, or is no CSV."
        )
        line = text.count("\n", 0, found.start()) + 1
        raise _error(file, line, reason % {"code": f"{ord(found[0]):04X}"})
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    reader = csv.reader(lines)
    begun = 1
    try:
        for _row in reader:
            begun = reader.line_num + 1
    except csv.Error as error:
        reason = _(
            "a cell of more than %(most)d characters. Look for a quotation mark that is not closed."
        )
        raise _error(file, begun, reason % {"most": csv.field_size_limit()}) from error
    return lines


def _error(file: Path, line: int, reason: str) -> TableTextError:
    return TableTextError(
        _("%(file)s, line %(line)d: %(reason)s") % {"file": file, "line": line, "reason": reason}
    )
