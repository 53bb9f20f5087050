"""What lies over the sheets of an .ods: notes, text boxes, pictures, gathered as the cells' pass goes by.

Source: ODF 1.3 part 3, 9.4.25 (shapes of a table), 10 (drawings), 14.1 (annotations).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.readers.book import LARGEST_TEXT, MOST_BESIDE, Area, Box
from iki_xl.readers.xlsx_around import area_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import CellAt

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_DRAWING, _TABLE, _TEXT = (f"{_SPACE}{name}:1.0 " for name in ("drawing", "table", "text"))
_NOTE = f"{_SPACE}office:1.0 annotation"
_SHAPES = f"{_TABLE}shapes"
_END = f"{_TABLE}end-cell-address"
# They hold drawings, or stand for one of another program whose picture is only a likeness.
_GROUPS, _OBJECTS = (f"{_DRAWING}g", f"{_DRAWING}a"), (f"{_DRAWING}object", f"{_DRAWING}object-ole")
_IMAGE, _PARAGRAPH = f"{_DRAWING}image", f"{_TEXT}p"
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")


class OdsBeside:
    """Takes over from the cells' pass at a note or drawing until that has ended; `open` meanwhile."""

    def __init__(self) -> None:
        self.open = False
        self._at: CellAt | None = None
        self._depth = self._item_depth = self._paragraphs = 0
        self._parts: list[str] = []
        self._is_note = self._has_image = self._has_object = False
        self._end = ""
        self.next_sheet()

    def next_sheet(self) -> None:
        """Begin with nothing gathered."""
        self.notes: dict[CellAt, str] = {}
        self.boxes: list[Box] = []
        self.pictures: list[Area] = []

    def enter(self, name: str, attributes: Mapping[str, str], at: CellAt | None) -> None:
        """Take over at an element if it is one of those; `at` is the cell that it stands in."""
        if name in (_NOTE, _SHAPES) or name.startswith(_DRAWING):
            self.open, self._at, self._depth, self._item_depth, self._paragraphs = True, at, 0, 0, 0
            self.start(name, attributes)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Go into an element."""
        self._depth += 1
        if not self._item_depth:
            if name == _NOTE or (name.startswith(_DRAWING) and name not in _GROUPS):
                self._item_depth, self._is_note = self._depth, name == _NOTE
                self._parts, self._has_image, self._has_object = [], False, False
                self._end = attributes.get(_END, "")
        elif name == _IMAGE:
            self._has_image = True
        elif name in _OBJECTS:
            self._has_object = True
        elif name == _PARAGRAPH:
            self._paragraphs += 1
        elif name in _SPACES:
            self._parts.append(_SPACES[name])

    def text(self, text: str) -> None:
        """Take a piece of text; outside paragraphs there is none that anybody sees."""
        if self._paragraphs:
            self._parts.append(_BLANKS.sub(" ", text))

    def end(self, name: str) -> None:
        """Come out of an element."""
        if name == _PARAGRAPH and self._paragraphs:
            self._paragraphs -= 1
            self._parts.append("\n")
        if self._depth == self._item_depth:
            self._end_item()
            self._item_depth = 0
        self._depth -= 1
        self.open = self._depth > 0

    def _end_item(self) -> None:
        text = "".join(self._parts)[:LARGEST_TEXT].strip()
        if self._is_note:
            if text and self._at is not None and len(self.notes) < MOST_BESIDE:
                self.notes[self._at] = text
        elif text and len(self.boxes) < MOST_BESIDE:
            self.boxes.append(Box(text, self._at))
        if self._has_image and not self._has_object and self._at and len(self.pictures) < MOST_BESIDE:
            last = area_of(self._end.rpartition(".")[2]) or (*self._at, *self._at)
            self.pictures.append((*self._at, max(self._at[0], last[2]), max(self._at[1], last[3])))
