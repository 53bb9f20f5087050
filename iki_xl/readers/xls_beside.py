"""What lies over the sheets of an .xls: notes, text boxes, pictures, hyperlinks, by a walk over the records.

xlrd reads most of these as well, but gives up the whole workbook at the first record that is damaged.
Sources: Microsoft, [MS-XLS] 2.4.140 (HLink), 2.4.179 (Note), 2.4.181 (Obj), 2.4.271 (SupBook), 2.4.329 (TxO);
[MS-OSHARED] 2.3.7 (links).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.readers.book import LARGEST_TEXT, MOST_BESIDE, Area, Box, Extra
from iki_xl.readers.in_cell import clean_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.readers.book import CellAt

_CONTINUE, _NOTE, _OBJECT, _TEXT, _LINK, _DRAWING = 0x003C, 0x001C, 0x005D, 0x01B6, 0x01B8, 0x00EC
RECORDS = {_CONTINUE, _NOTE, _OBJECT, _TEXT, _LINK, _DRAWING}
_IS_NOTE, _IS_PICTURE = 0x19, 0x08
# The anchor of a shape among the drawing's records: its head, then options and four corners with offsets.
_ANCHOR, _CORNERS = b"\x00\x00\x10\xf0\x12\x00\x00\x00", struct.Struct("<9H")
_URL = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_FILE = bytes.fromhex("0303000000000000c000000000000046")
_HAS_MONIKER, _HAS_PLACE, _HAS_NAME, _HAS_FRAME, _IS_TEXT = 0x01, 0x08, 0x10, 0x80, 0x100
# Tokens of a formula: a text, numbers and a cell, each with its length; and the call of HYPERLINK.
_STRING, _OPERANDS = 0x17, {0x1E: 3, 0x1F: 9, 0x24: 5, 0x44: 5, 0x64: 5}
_CALLS, _HYPERLINK = (0x22, 0x42, 0x62), b"\x67\x01"
_FORMULA_AT = 22
# A link to the workbook itself or to its added functions is so short; paths begin with a mark, a program's
# name is parted by another from what it is asked for.
_OWN_BOOK, _FILE_PATH, _DDE_BAR = 4, "\x01", "\x03"


@dataclass(frozen=True, slots=True)
class XlsOver:
    """What was found over one sheet; links with their cells and addresses; whether some was damaged."""

    notes: dict[CellAt, str]
    boxes: tuple[Box, ...]
    pictures: tuple[Area, ...]
    links: tuple[tuple[Area, str], ...]
    damaged: bool


@dataclass(slots=True)
class _Object:
    kind: int
    area: Area | None
    left: int = 0
    text: str = ""


class XlsBeside:
    """Gathers the records of one sheet in their order; a damaged one is passed over."""

    def __init__(self) -> None:
        self._area: Area | None = None
        self._objects: dict[int, _Object] = {}
        self._last: _Object | None = None
        self._notes: list[tuple[CellAt, int]] = []
        self._links: list[tuple[Area, str]] = []
        self._damaged = False

    def record(self, number: int, data: bytes) -> None:
        """Take one of `RECORDS`."""
        try:
            self._record(number, data)
        except (struct.error, IndexError, UnicodeError):
            self._damaged = True

    def formula(self, at: CellAt, data: bytes) -> None:
        """Take the address that a formula names in its call of HYPERLINK."""
        address = _called(data[_FORMULA_AT:]) if _HYPERLINK in data[_FORMULA_AT:] else ""
        if address and len(self._links) < MOST_BESIDE:
            self._links.append(((*at, *at), address))

    def result(self) -> XlsOver:
        """Return what was gathered."""
        notes: dict[CellAt, str] = {}
        for at, number in self._notes:
            found = self._objects.get(number)
            if found and found.text.strip():
                notes[at] = found.text.strip()
        others = [o for o in self._objects.values() if o.kind != _IS_NOTE]
        boxes = [Box(o.text.strip(), o.area and o.area[:2]) for o in others if o.text.strip()]
        pictures = [o.area for o in others if o.kind == _IS_PICTURE and o.area]
        return XlsOver(notes, tuple(boxes), tuple(pictures), tuple(self._links), self._damaged)

    def _record(self, number: int, data: bytes) -> None:
        if number == _CONTINUE:
            self._continue(data)
        elif number == _DRAWING:
            at = data.rfind(_ANCHOR)
            if at >= 0:
                _, left, _, top, _, right, _, bottom, _ = _CORNERS.unpack_from(data, at + len(_ANCHOR))
                self._area = top, left, max(top, bottom), max(left, right)
        elif number == _OBJECT:
            kind, name = struct.unpack_from("<HH", data, 4)
            if len(self._objects) < MOST_BESIDE:
                self._last = self._objects[name] = _Object(kind, self._area)
            self._area = None
        elif number == _TEXT and self._last:
            (self._last.left,) = struct.unpack_from("<H", data, 10)
        elif number == _NOTE and len(self._notes) < MOST_BESIDE:
            row, column, _, name = struct.unpack_from("<4H", data)
            self._notes.append(((row, column), name))
        elif number == _LINK and len(self._links) < MOST_BESIDE:
            top, bottom, left, right = struct.unpack_from("<4H", data)
            self._links.append(((top, left, bottom, right), _address(data[24:])))

    def _continue(self, data: bytes) -> None:
        """Take a piece of the text announced before: a byte for the width of its letters, then those."""
        found = self._last
        if found is None or not found.left or not data:
            return
        text = data[1:].decode("utf-16-le", "replace") if data[0] & 1 else data[1:].decode("latin-1")
        text = text[: found.left]
        found.left -= len(text)
        found.text = (found.text + text)[:LARGEST_TEXT]


def linked_book(data: bytes) -> Extra | None:
    """Return what a SUPBOOK record points to: another file or program; None for the workbook itself."""
    count = int.from_bytes(data[2:4], "little")
    if len(data) <= _OWN_BOOK or not count:
        return None
    path, _ = _letters(bytes((_STRING, min(count, 255))) + data[4:])
    if path.startswith(_FILE_PATH) or _DDE_BAR not in path:
        return Extra.EXTERNAL_LINKS if len(path) > 1 else None
    return Extra.DDE


def _address(data: bytes) -> str:
    """Return the address of a hyperlink object, "" for a place in the workbook itself."""
    flags, at = struct.unpack_from("<4xI", data)[0], 8
    for bit in (_HAS_NAME, _HAS_FRAME):
        if flags & bit:
            _, at = _text(data, at)
    address = ""
    if flags & _HAS_MONIKER and flags & _IS_TEXT:
        address, at = _text(data, at)
    elif flags & _HAS_MONIKER:
        address, at = _moniker(data, at)
    place = _text(data, at)[0] if address and flags & _HAS_PLACE and at else ""
    return clean_address(f"{address}#{place}" if place else address)


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Read letters behind their number; return them and where they end."""
    (count,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * count
    return data[at + 4 : end].decode("utf-16-le", "replace").split("\0")[0], end


def _moniker(data: bytes, at: int) -> tuple[str, int]:
    """Read what stands for an address, and where it ends (0 where that is not known)."""
    kind, at = data[at : at + 16], at + 16
    if kind == _URL:
        (size,) = struct.unpack_from("<I", data, at)
        return data[at + 4 : at + 4 + size].decode("utf-16-le", "replace").split("\0")[0], at + 4 + size
    if kind != _FILE:
        return "", 0
    up, size = struct.unpack_from("<HI", data, at)
    path = data[at + 6 : at + 6 + size].decode("latin-1").split("\0")[0]
    at += 6 + size + 24
    (wide,) = struct.unpack_from("<I", data, at)
    if wide:
        (size,) = struct.unpack_from("<I", data, at + 4)
        path = data[at + 10 : at + 10 + size].decode("utf-16-le", "replace")
    return "../" * min(up, 20) + path, at + 4 + wide


def _called(tokens: bytes) -> str:
    """Return the address in `HYPERLINK("address", ...)`; "" where it is worked out from other parts."""
    if len(tokens) < 3 or tokens[0] != _STRING:  # noqa: PLR2004 - a text's head
        return ""
    ends = list(_operand_ends(tokens))
    call = tokens[ends[-1] : ends[-1] + 4] if ends else b""
    if len(call) < 4 or call[0] not in _CALLS or call[1] != len(ends) or call[2:] != _HYPERLINK:  # noqa: PLR2004
        return ""
    return clean_address(_letters(tokens)[0])


def _operand_ends(tokens: bytes) -> Iterator[int]:
    """Give where each of the operands ends that stand in front of the first operator."""
    at = 0
    while at < len(tokens):
        size = _letters(tokens[at:])[1] if tokens[at] == _STRING else _OPERANDS.get(tokens[at], 0)
        if not size:
            return
        at += size
        yield at


def _letters(token: bytes) -> tuple[str, int]:
    """Read a text of a formula; return it and the length of its token."""
    if len(token) < 3:  # noqa: PLR2004 - a text's head
        return "", 0
    wide = token[2] & 1
    end = 3 + token[1] * (2 if wide else 1)
    return token[3:end].decode("utf-16-le" if wide else "latin-1", "replace"), end
