"""One sheet of an .xlsx in one expat pass: every address, value, formula, error and percentage.

The handlers run for every cell of every returned workbook, so they are written for speed: attributes are
looked up once, common cells leave early, shared texts are one `Cell` for all cells that show them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.readers.book import Cell, SheetCells, UnreadableError
from iki_xl.readers.formats import EPOCH_1900, NumberDisplay, shown_value
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.runs import INHERITED, PLAIN, Run, text_as_seen
from iki_xl.readers.shifted import spread_arrays
from iki_xl.readers.xlsx_around import TAGS_AROUND, Around, AroundPass, SheetPart
from iki_xl.readers.xlsx_blank import without_blank_rows
from iki_xl.readers.xlsx_formulas import COLUMN_NUMBERS, SheetFormulas
from iki_xl.readers.xlsx_quick import cut_sheet, has_only_blank_rows, parse_row
from iki_xl.readers.xlsx_shared import Allowance, SharedParts
from iki_xl.readers.xlsx_styles import RUN_TAGS, joined, run_face
from iki_xl.readers.xml_pass import (
    ODD_STRUCTURE,
    build_depth_error,
    has_plain_names,
    make_parser,
    map_xml_names,
    parse_double,
    parse_utc_moment,
    parse_whole_number,
    run_parser,
    undo_escapes,
)

if TYPE_CHECKING:
    from iki_xl.readers.book import Limits, RawValue
    from iki_xl.readers.xlsx_quick import WrittenCell

MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ELEMENTS = ("sheetData", "row", "c", "v", "f", "t", "rPh", *RUN_TAGS, *TAGS_AROUND)
_NAMES = {True: map_xml_names((), _ELEMENTS), False: map_xml_names(MAIN_NAMESPACES, _ELEMENTS)}
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
# What stands around the cells is read once for all sheets that have the same; larger ones each time.
_REMEMBERED = 64 * 1024
_TRUTH_VALUES = {"1": True, "0": False, "true": True, "false": False}


def read_sheet_part(
    name: str, content: bytes, shared: SharedParts, limits: Limits, allowance: Allowance
) -> SheetPart:
    """Read one worksheet part.

    Returns: its filled cells by (row, column) from 0, and what stands around them.

    Raises:
        UnreadableError: not well-formed, too deep, too many cells, cells out of order or twice, or a
            value that no spreadsheet program writes.

    Source: ECMA-376 part 1, 18.3.1 (sheets), 22.9.2.19 (escapes in texts).
    """
    content = without_blank_rows(content)
    plain = _read_plain_sheet(content, shared, limits, allowance)
    if plain is not None:
        walk, around = plain
    else:
        walk = _SheetPass(shared, limits, allowance)
        walk.walk_sheet(content)
        around = walk.around.result()
    allowance.take_cells(walk.cell_count)
    spread_arrays(walk.cell, walk.formulas.arrays, limits.cells)
    sheet = SheetCells(name, walk.cell, around.protected, around.merges)
    return SheetPart(sheet, walk.cell, around.links, walk.rich)


def _read_plain_sheet(
    content: bytes, shared: SharedParts, limits: Limits, allowance: Allowance
) -> tuple[_SheetPass, Around] | None:
    """Read a sheet of the plain shape; None for any other."""
    cut = cut_sheet(content) if has_plain_names(content, MAIN_NAMESPACES) else None
    if cut is None:
        return None
    before = allowance.cell, allowance.letters
    walk = _SheetPass(shared, limits, allowance)
    if not walk.take_rows(cut.pieces):
        allowance.cell, allowance.letters = before
        return None
    small = len(cut.outside) <= _REMEMBERED
    return walk, (_around if small else _around.__wrapped__)(cut.outside, limits)


@lru_cache(maxsize=256)
def _around(content: bytes, limits: Limits) -> Around:
    """Read a sheet without its cells; those of one template have much the same around them."""
    walk = _SheetPass(SharedParts({}, {}, EPOCH_1900), limits, Allowance.from_limits(limits))
    walk.walk_sheet(content)
    return walk.around.result()


class _SheetPass:
    """The state of the pass: where it stands, the cell it is in, and what was found."""

    __slots__ = (
        "_allowance",
        "_attributes",
        "_column",
        "_depth",
        "_face",
        "_formula",
        "_inline_runs",
        "_is_phonetic",
        "_limits",
        "_parser",
        "_pieces",
        "_row",
        "_row_text",
        "_shared",
        "_tags",
        "_value",
        "around",
        "cell",
        "cell_count",
        "formulas",
        "rich",
    )

    def __init__(self, shared: SharedParts, limits: Limits, allowance: Allowance) -> None:
        self._shared, self._limits, self._allowance = shared, limits, allowance
        self.cell: dict[tuple[int, int], Cell] = {}
        self.around = AroundPass()
        self.cell_count = 0
        self._row, self._column, self._row_text = -1, -1, ""
        self._depth = 0
        self._pieces: list[str] = []
        self._attributes: dict[str, str] | None = None
        self._value: str | None = None
        self._inline_runs: list[Run] = []
        self._face = INHERITED
        self._is_phonetic = False
        self._formula: tuple[str, dict[str, str]] | None = None
        self.formulas = SheetFormulas(allowance)
        self.rich: dict[tuple[int, int], str] = {}

    def walk_sheet(self, content: bytes) -> None:
        """Run the pass over the sheet's bytes."""
        plain = has_plain_names(content, MAIN_NAMESPACES)
        self._tags = _NAMES[plain]
        self._parser = parser = make_parser(has_plain_names=plain)
        parser.StartElementHandler = self._start_around
        parser.EndElementHandler = self._end_around
        run_parser(parser, content)

    def take_rows(self, rows: list[str]) -> bool:
        """Take over the rows of a sheet that was cut apart; False where one is not plain or out of order."""
        last = -1
        texts, shown, cells = self._shared.texts, self._shared.formats, self.cell
        faces = self._shared.faces
        for text in rows[:-1]:
            row = parse_row(text)
            if row is None or row.first <= last:
                return False
            last = row.number
            self.cell_count += row.cell_count
            if faces:
                for cell in row.cell:
                    self._take_written_cell(cell)
                continue
            for cell in row.cell:
                if cell.shared in texts:
                    shared = texts[cell.shared]
                    if shared is not None:
                        cells[cell.place] = shared
                elif cell.content is not None and cell.style not in shown:
                    cells[cell.place] = cell.content
                else:
                    self._take_written_cell(cell)
        return has_only_blank_rows(rows[-1], last)

    def _take_written_cell(self, found: WrittenCell) -> None:
        self._row, self._column = found.place
        self._attributes = {"s": found.style} if found.style else {}
        if found.kind:
            self._attributes["t"] = found.kind
        self._value = found.value
        if found.formula is not None:
            self._formula = found.formula, found.attributes
        if found.inline is not None:
            self._inline_runs.append(Run(found.inline))
        self._finish_cell()

    def _start_around(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise build_depth_error()
        tag = self._tags.get(name)
        if tag == "sheetData":
            self._parser.StartElementHandler = self._start_cell_element
            self._parser.EndElementHandler = self._end_cell_element
            self._parser.CharacterDataHandler = self._pieces.append
        elif tag in TAGS_AROUND:
            self.around.element(tag, attributes)

    def _end_around(self, _name: str) -> None:
        self._depth -= 1

    def _start_cell_element(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._tags.get(name)
        if tag == "c":
            row = self._row_text
            address = attributes.get("r")
            if self._attributes is not None or not row:
                raise UnreadableError(ODD_STRUCTURE)
            if address is None:
                column = self._column + 1
            elif address.endswith(row):
                column = COLUMN_NUMBERS[address[: -len(row)]]
            else:
                raise UnreadableError(ODD_STRUCTURE)
            if column <= self._column or column >= _MOST_COLUMNS:
                raise UnreadableError(ODD_STRUCTURE)
            self._column = column
            self._attributes = attributes
            self.cell_count += 1
        elif tag == "v":
            self._depth += 1
            if self._depth > self._limits.depth:
                raise build_depth_error()
            self._pieces.clear()
        elif tag == "row":
            self._start_row(attributes)
        else:
            self._start_nested(tag, attributes)

    def _start_nested(self, tag: str | None, attributes: dict[str, str]) -> None:
        """Enter what may nest; a row and a cell cannot stand inside their like."""
        self._depth += 1
        if self._depth > self._limits.depth:
            raise build_depth_error()
        self._pieces.clear()
        if tag == "f":
            self._formula = "", attributes
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag in RUN_TAGS:
            self._face = run_face(self._face, tag, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        row = self._row + 1 if stated is None else parse_whole_number(stated, _MOST_ROWS) - 1
        if row <= self._row or row >= _MOST_ROWS or self._row_text:
            raise UnreadableError(ODD_STRUCTURE)
        self._row, self._row_text, self._column = row, str(row + 1), -1
        if self.cell_count > self._allowance.cell:
            self._allowance.take_cells(self.cell_count)

    def _end_cell_element(self, name: str) -> None:
        tag = self._tags.get(name)
        if tag == "c":
            if self._value is not None or self._formula is not None or self._inline_runs:
                self._finish_cell()
            self._attributes = None
        elif tag == "v":
            self._depth -= 1
            texts = self._pieces
            self._value = texts[0] if len(texts) == 1 else "".join(texts)
        elif tag == "row":
            self._row_text = ""
        else:
            self._depth -= 1
            self._end_nested(tag)

    def _end_nested(self, tag: str | None) -> None:
        if tag == "t":
            if not self._is_phonetic:
                self._inline_runs.append(Run("".join(self._pieces), self._face))
        elif tag == "f":
            if self._formula is not None:
                self._formula = "".join(self._pieces), self._formula[1]
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "r":
            self._face = INHERITED
        elif tag == "sheetData":
            self._parser.StartElementHandler = self._start_around
            self._parser.EndElementHandler = self._end_around
            self._parser.CharacterDataHandler = None

    def _finish_cell(self) -> None:
        attributes, text = self._attributes, self._value
        assert attributes is not None
        self._value = None
        kind, style = attributes.get("t"), attributes.get("s", "")
        if kind == "s" and text is not None and self._formula is None and not self._inline_runs:
            shared = self._shared.text(text, style)
            if shared is not None:
                self.cell[self._row, self._column] = shared
            return
        formula = ""
        if self._formula is not None:
            formula = self.formulas.take(self._row, self._column, *self._formula)
            self._formula = None
        runs, self._inline_runs = self._inline_runs, []
        if kind is None or kind == "n":
            self._store_number(text, style, formula)
        elif kind == "inlineStr" and runs:
            self._store_inline_text(runs, style, formula)
        else:
            value = None if text is None else self._convert_typed_value(kind, text)
            # a typed text of no letters shows nothing; as a formula's result it is a result
            if formula or (value is not None and value != ""):
                self._store_cell(Cell(value, kind == "e", formula), style)
            if kind == "e" and "vm" in attributes:
                self.rich[self._row, self._column] = attributes["vm"]

    def _store_cell(self, content: Cell, style: str) -> None:
        faces = self._shared.faces
        struck = style in faces and faces[style].struck
        self.cell[self._row, self._column] = content.struck_out() if struck else as_seen(content)

    def _store_inline_text(self, runs: list[Run], style: str, formula: str) -> None:
        seen = text_as_seen(joined(runs), self._shared.faces.get(style, PLAIN))
        if formula:
            seen = replace(seen or Cell(""), formula=formula)
        if seen is not None:
            self.cell[self._row, self._column] = as_seen(seen)

    def _store_number(self, text: str | None, style: str, formula: str) -> None:
        if text is None or not text.strip():
            if formula:
                self.cell[self._row, self._column] = as_seen(Cell(None, False, formula))
            return
        number = parse_double(text)
        found = self._shared.formats.get(style)
        shown = found.shows(number) if found else NumberDisplay.PLAIN
        value = shown_value(number, shown, self._shared.epoch) if found else number
        self._store_cell(Cell(value, False, formula, shown is NumberDisplay.PERCENT), style)

    def _convert_typed_value(self, kind: str, text: str) -> RawValue:
        if kind in ("str", "inlineStr"):
            return undo_escapes(text)
        if kind == "e":
            return text or None
        if kind == "b":
            found = _TRUTH_VALUES.get(text.strip().lower())
            if found is None and text.strip():
                raise UnreadableError(ODD_STRUCTURE)
            return found
        if kind == "s":
            shared = self._shared.text(text, "")
            return shared.value if shared else ""
        if kind == "d":
            return _parse_iso_moment(text)
        raise UnreadableError(ODD_STRUCTURE)


def _parse_iso_moment(text: str) -> RawValue:
    """Read an ISO 8601 moment; what is none stays the text it is."""
    moment = parse_utc_moment(text)
    if moment is not None:
        return moment
    plain = text.strip().removeprefix("T")
    try:
        return time.fromisoformat(plain).replace(tzinfo=None)
    except ValueError:
        return text
