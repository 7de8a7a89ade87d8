"""Encoding of a text file.

Guessed wrongly, an encoding turns names into nonsense that nobody notices. So the whole file is
looked at before its first row is read, and an uncertain one is refused with advice.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError, chunks, opened

__all__ = ["check_encoding", "encoding_of", "looks_garbled"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
# TCVN3 (ABC) puts letters where other encodings have these signs, and foreign letters.
_TCVN3_SIGNS = "¡¢£¤¥¦§¨©ª¬®¯µ¶·¸¹¼½¾"
_TCVN3_LETTERS = "ÆÇËÎÏÑÖ×ØÜÞßäåæçëîïñö÷øûüþ"
_LETTER = r"[^\W\d_]"
_SIGNS_IN_WORD = re.compile(rf"(?<={_LETTER})[{_TCVN3_SIGNS}]+|[{_TCVN3_SIGNS}]+(?={_LETTER})")
_TCVN3_IN_WORD = re.compile(
    _SIGNS_IN_WORD.pattern.replace(_TCVN3_SIGNS, _TCVN3_SIGNS + _TCVN3_LETTERS)
)
# UTF-8 read as Latin-1 (“Ã¡”, “á»‡”), and the sign for what could not be read.
_GARBLED = re.compile(r"Ã[¡-¿]|áº|á»|Ä[‘\x90\x91]|Æ[°¯]|\ufffd")
_VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I
)
# What may stand in a Windows-1258 text beside its letters.
_PUNCTUATION = set("\u00a0–—‘’“”«»…•°·§©®€₫№×²³½")
# Windows-1258 writes most tones as a mark of their own, always behind a vowel.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LONE_TONE = re.compile(rf"(?:^|[^aeiouyâêôăơưAEIOUYÂÊÔĂƠƯ])[{_TONES}]")
_ONLY_1258 = re.compile(rf"[{_TONES}đĐơƠưƯăĂ]")


def looks_garbled(text: str) -> bool:
    """Tell whether a text was read with a wrong encoding, or typed in a TCVN3 (ABC) font.

    Such a font, .VnTime for example, shows other signs as letters: “§¨ng ký” for “Đăng ký”. One
    such sign alone may be meant.
    """
    if text.isascii():
        return False
    return _GARBLED.search(text) is not None or _count(_TCVN3_IN_WORD, text) >= 2


def _count(signs: re.Pattern[str], text: str) -> int:
    return len("".join(signs.findall(text)))


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: UTF-8, UTF-16 with its mark, or Windows-1258.

    Raises `FileError` for every other one, and says how to save the file again.
    """
    with opened(path) as file:
        start = file.read(4)
    for bom, name in _BOMS:
        if start.startswith(bom):
            check_encoding(path, name)
            return name
    foreign = _not_utf8(path)
    if foreign is None:
        return "utf-8"
    if foreign.count(0) > len(foreign) // 4:
        raise _unknown(path, _("UTF-16 without its mark"))
    if _count(_SIGNS_IN_WORD, foreign.decode("latin-1")) >= 2:
        raise _unknown(path, "TCVN3 (ABC)")
    if _is_windows_1258(foreign):
        check_encoding(path, "cp1258")
        return "cp1258"
    raise _unknown(path, _("an encoding that is not known"))


def check_encoding(path: Path, encoding: str) -> None:
    """Raise `FileError` unless the whole file can be read with the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    with opened(path) as file:
        try:
            for chunk in chunks(file):
                decoder.decode(chunk)
                before += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            place = before + (error.start if isinstance(error, UnicodeDecodeError) else 0)
            raise FileError(
                _("%(file)s is not %(encoding)s all through: see its byte %(place)d")
                % {"file": path, "encoding": encoding, "place": place}
            ) from error


def _not_utf8(path: Path) -> bytes | None:
    """Return None for UTF-8; for anything else the lines that show what it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as file:
        try:
            for chunk in chunks(file):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return None
        except UnicodeDecodeError:
            pass
    foreign = bytearray()
    in_utf8 = 0
    with opened(path) as file:
        while len(foreign) < _SAMPLE and (line := file.readline(_SAMPLE)):
            if line.isascii():
                continue
            try:
                line.decode()
                in_utf8 += len(line)
            except UnicodeDecodeError:
                foreign += line
    if in_utf8 > len(foreign):  # UTF-8 with something broken in it
        check_encoding(path, "utf-8")
    return bytes(foreign)


def _is_windows_1258(sample: bytes) -> bool:
    try:
        text = sample.decode("cp1258")
    except UnicodeDecodeError:
        return False
    if _LONE_TONE.search(text) or not _ONLY_1258.search(text):
        return False
    letters = unicodedata.normalize("NFC", text)
    return all(
        letter.isascii() or letter in _PUNCTUATION or _VIETNAMESE.match(letter)
        for letter in letters
    )


def _unknown(path: Path, found: str) -> FileError:
    return FileError(
        _(
            "%(file)s is written in %(found)s. Save it as UTF-8: in Excel “Save as”, “CSV UTF-8”;"
            " in LibreOffice “Edit filter settings”, “Unicode (UTF-8)”. Text typed in a TCVN3"
            " (ABC) font such as .VnTime has to be converted to Unicode first, with UniKey’s"
            " tool (Ctrl+Shift+F6)."
        )
        % {"file": path, "found": found}
    )
