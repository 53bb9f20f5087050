"""Notes, comments, text boxes and pictures that lie over a sheet of an .xlsx, each from a part of its own.

Sources: ECMA-376 part 1, 18.7 (comments), 20.5 (drawings); part 4, 19.1 (VML); Microsoft, [MS-XLSX] 2.6.205
(threaded comments).
"""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from iki_xl.readers.book import LARGEST_TEXT, MOST_BESIDE, Area, Box, UnreadableError
from iki_xl.readers.xlsx_around import area_of
from iki_xl.readers.xml_pass import undo_escapes, walk_names

if TYPE_CHECKING:
    from collections.abc import Mapping

Notes = dict[tuple[int, int], str]
# Python reads VML, which need not be well-formed, at a tenth of expat's speed.
_LARGEST_VML = 2 * 1024 * 1024
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Drawn:
    """What lies over a sheet: boxes with texts, and the cells under each picture."""

    boxes: tuple[Box, ...] = ()
    pictures: tuple[Area, ...] = ()


def read_comments(content: bytes, depth: int) -> Notes:
    """Return the notes of a part by their cell; several of one cell stand one below the other."""
    walk = _Comments("comment", "t")
    walk_names(content, depth, walk)
    return walk.notes


def read_threads(content: bytes, depth: int) -> Notes:
    """Return the comments of a part by their cell, replies below what they reply to."""
    walk = _Comments("threadedComment", "text")
    walk_names(content, depth, walk)
    return walk.notes


def read_drawing(content: bytes, depth: int) -> Drawn:
    """Return the boxes and pictures of a drawing."""
    walk = _Drawing()
    walk_names(content, depth, walk)
    return Drawn(tuple(walk.boxes), tuple(walk.pictures))


def read_vml(content: bytes, _depth: int) -> tuple[Box, ...]:
    """Return the texts of old drawings and of form controls; what only frames a note holds none of its own.

    Raises:
        UnreadableError: it is too large.
    """
    if content.count(b'ObjectType="Note"') == content.count(b"ObjectType="):
        return ()
    if len(content) > _LARGEST_VML:
        raise UnreadableError("VML")
    walk = _Vml()
    walk.feed(content.decode("utf-8", "replace"))
    walk.close()
    return tuple(walk.boxes)


class _Comments:
    """Gathers the texts inside one kind of element, whose attribute `ref` names the cell."""

    def __init__(self, item: str, text: str) -> None:
        self.notes: Notes = {}
        self._item, self._text = item, text
        self._at: tuple[int, int] | None = None
        self._parts: list[str] = []
        self._open = False
        self._phonetic = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == self._item:
            area = area_of(attributes.get("ref", ""))
            self._at, self._parts = area and area[:2], []
        elif name == "rPh":
            self._phonetic += 1
        self._open = name == self._text and not self._phonetic

    def end(self, name: str) -> None:
        self._open = False
        if name == "rPh":
            self._phonetic -= 1
        elif name == self._item:
            text = undo_escapes("".join(self._parts))[:LARGEST_TEXT].strip()
            if self._at is not None and text and len(self.notes) < MOST_BESIDE:
                before = self.notes.get(self._at)
                self.notes[self._at] = f"{before}\n{text}"[:LARGEST_TEXT] if before else text

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)


class _Drawing:
    """Gathers shapes with texts, and pictures, with the anchor that they hang on."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.pictures: list[Area] = []
        self._corner: dict[str, int] = {}
        self._corners: dict[str, dict[str, int]] = {}
        self._letters: list[str] | None = None
        self._skipped = 0
        self._shapes: list[list[str]] = []

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if self._skipped or name == "Fallback":
            # the same drawing once more, for older programs
            self._skipped += 1
        elif name.endswith("Anchor"):
            self._corners = {}
        elif name in ("from", "to"):
            self._corner = self._corners.setdefault(name, {})
        elif name in ("row", "col", "t"):
            self._letters = []
        elif name == "sp":
            self._shapes.append([])
        elif name == "pic":
            self._add_picture()

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        letters, self._letters = "".join(self._letters or ()), None
        if name in ("row", "col"):
            self._corner[name] = int(letters) if letters.isdecimal() and len(letters) <= _DIGITS else 0
        elif name == "sp":
            text = "".join(self._shapes.pop())[:LARGEST_TEXT].strip()
            if text and len(self.boxes) < MOST_BESIDE:
                self.boxes.append(Box(text, self._at("from")))
        elif self._shapes:
            self._shapes[-1] += {"t": [letters], "p": ["\n"], "br": ["\n"]}.get(name, ())

    def text(self, text: str) -> None:
        if self._letters is not None and not self._skipped:
            self._letters.append(text)

    def _at(self, which: str) -> tuple[int, int] | None:
        corner = self._corners.get(which)
        return (corner.get("row", 0), corner.get("col", 0)) if corner else None

    def _add_picture(self) -> None:
        first = self._at("from")
        if first is not None and len(self.pictures) < MOST_BESIDE:
            last = self._at("to") or first
            self.pictures.append((*first, max(first[0], last[0]), max(first[1], last[1])))


class _Vml(HTMLParser):
    """Gathers the texts of shapes that are no notes."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[Box] = []
        self._parts: list[str] = []
        self._anchor: list[str] = []
        self._into: list[str] | None = None
        self._is_note = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name == "shape":
            self._parts, self._anchor, self._is_note = [], [], False
        elif name == "textbox":
            self._into = self._parts
        elif name == "anchor":
            self._into = self._anchor
        elif name == "clientdata":
            self._is_note = dict(attrs).get("objecttype") == "Note"
        elif name in ("br", "div") and self._into is self._parts:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("textbox", "anchor"):
            self._into = None
        elif name == "shape":
            text = "".join(self._parts)[:LARGEST_TEXT].strip()
            if text and not self._is_note:
                self.boxes.append(Box(text, _vml_corner("".join(self._anchor))))
            self._parts = []

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)


def _vml_corner(anchor: str) -> tuple[int, int] | None:
    """Return (row, column) of `column, offset, row, offset, ...`."""
    numbers = [part.strip() for part in anchor.split(",")]
    if len(numbers) < 3 or not all(n.isdecimal() and len(n) <= _DIGITS for n in numbers[:3]):  # noqa: PLR2004
        return None
    return int(numbers[2]), int(numbers[0])
