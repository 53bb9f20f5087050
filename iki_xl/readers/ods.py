"""An .ods package as a `BookCells`: one streaming pass over content.xml, no library, nothing executed."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from iki_xl.readers.book import BookCells, Cell, Extra, RefusalKind, SheetCells, UnreadableError
from iki_xl.readers.in_cell import as_seen, with_links
from iki_xl.readers.merges import MergeList
from iki_xl.readers.ods_beside import OdsBeside
from iki_xl.readers.ods_cell import Look, cell_content, folded
from iki_xl.readers.ods_styles import StyleSheet, named_styles
from iki_xl.readers.runs import INHERITED, Face, Run
from iki_xl.readers.shifted import ArrayFormula, spread_arrays
from iki_xl.readers.xml_pass import (
    ODD_STRUCTURE,
    MalformedError,
    build_depth_error,
    make_parser,
    map_xml_names,
    parse_utc_moment,
    parse_whole_number,
    read_element_texts,
    run_parser,
)

if TYPE_CHECKING:
    from datetime import datetime

    from iki_xl.readers.book import Limits
    from iki_xl.readers.package import ZipPackage

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{_NAMESPACE}{name}:1.0" for name in ("table", "office", "text"))
_DC = "http://purl.org/dc/elements/1.1/"
_ROW_GROUPS = ("table-row-group", "table-rows", "table-header-rows")
_COLUMN_GROUPS = ("table-column-group", "table-columns", "table-header-columns")
_NAMES = {
    **map_xml_names((_TABLE,), ("table", "table-row", "table-cell", "covered-table-cell", *_ROW_GROUPS)),
    **map_xml_names((_TABLE,), ("table-source", "dde-links", "table-column", *_COLUMN_GROUPS)),
    **map_xml_names((_TEXT,), ("p", "s", "tab", "line-break", "ruby-text", "note", "a")),
    **map_xml_names(
        (_OFFICE,), ("spreadsheet", "annotation", "body", "document-content", "automatic-styles")
    ),
    **map_xml_names((_OFFICE,), ("dde-source",)),
}
_CELL_TAGS = ("table-cell", "covered-table-cell")
# Where a tag may stand for it to count: a drawing's texts and tables are not the sheet's.
_PARENTS = {
    "body": ("document-content",),
    "spreadsheet": ("body",),
    "table": ("spreadsheet",),
    "automatic-styles": ("document-content",),
    **dict.fromkeys((*_ROW_GROUPS, "table-row"), ("table", *_ROW_GROUPS)),
    **dict.fromkeys((*_COLUMN_GROUPS, "table-column"), ("table", *_COLUMN_GROUPS)),
    **dict.fromkeys(_CELL_TAGS, ("table-row",)),
    "p": _CELL_TAGS,
}
_ROWS, _COLUMNS = 1_048_576, 16_384
_REPEATED_MERGES = 1_000
_MERGED = f"{_TABLE} number-columns-spanned", f"{_TABLE} number-rows-spanned"
_TEXT_STYLE = f"{_TEXT} style-name"
_CELL_STYLE = f"{_TABLE} style-name"
# LibreOffice's style of cells that name none.
_DEFAULT_STYLE = "Default"
_LONGEST_SPACE = 32_767
# A cell that says no more than this, and has no text, holds nothing.
_EMPTY_CELL_ATTRIBUTES = {
    f"{_TABLE} {name}" for name in ("style-name", "number-columns-repeated", "content-validation-name")
}
_LINKED_SHEET = "'file:"
_HREF = "http://www.w3.org/1999/xlink href"
_EXTRAS = {
    "table-source": Extra.EXTERNAL_LINKS,
    "dde-source": Extra.DDE,
    "dde-links": Extra.DDE,
}
# In a formula: a sheet of another file, and what another program is asked for.
_OTHER_FILE, _OTHER_PROGRAM = "'#", re.compile(r"\bDDE\(")
# LibreOffice keeps these lists even where there are no modules.
_MACRO_LISTS = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")


def read_ods(package: ZipPackage, limits: Limits) -> BookCells:
    """Read every filled cell of every sheet, and what the workbook says of itself.

    Returns: sheets in the order of their tabs (copies of other files' sheets left out), `saved` from
        dc:date (which LibreOffice writes without a zone).

    Raises:
        UnreadableError: encrypted, a part is missing, damaged, hostile or over a limit.

    Source: ODF 1.3 part 3, 9.1 (tables), 19.385 (values), 6.1 (white space); part 2 for the package.
    """
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise UnreadableError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
    named = None
    if package.has("styles.xml"):
        named = named_styles(package.read("styles.xml"), limits.depth)
    walk = _ContentPass(limits, StyleSheet(named))
    walk.walk_content(package.read("content.xml"))
    if not walk.sheet:
        raise UnreadableError("di dalamnya tidak ada lembar kerja")
    extras = walk.extras | ({Extra.MACROS} if _has_macros(package) else set())
    return BookCells(tuple(walk.sheet), _read_meta_saved(package, limits), frozenset(extras))


def _has_macros(package: ZipPackage) -> bool:
    modules = (name for name in package.nama if name.startswith(("Basic/", "Scripts/")))
    return any(not name.endswith(("/", *_MACRO_LISTS)) for name in modules)


def _read_meta_saved(package: ZipPackage, limits: Limits) -> datetime | None:
    if not package.has("meta.xml"):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "" if element == f"{_DC} date" else None

    with contextlib.suppress(MalformedError):  # what a workbook says of itself is no reason to refuse it
        found = read_element_texts(package.read("meta.xml"), limits.depth, key)
        return parse_utc_moment(found[""]) if found else None
    return None


class _ContentPass:
    """The state of the pass: the open elements that count, the cell being read, and what was found."""

    def __init__(self, limits: Limits, styles: StyleSheet) -> None:
        self._limits = limits
        self._styles = styles
        self._style_elements = styles.handlers()
        self._looks: dict[str, Look] = {}
        self._column_ends: list[int] = []
        self._column_styles: list[str] = []
        self._row_style = ""
        self._faces: list[Face] = [INHERITED]
        self.sheet: list[SheetCells] = []
        self._open_tags: list[str] = []
        self._depth = 0
        self._cell_count = 0
        self._letter_count = 0
        self._sheet_name, self._protected, self._is_linked = "", False, False
        self._cells: dict[tuple[int, int], Cell] = {}
        self._arrays: list[ArrayFormula] = []
        self._merges = MergeList()
        self._row, self._column, self._row_repeat = 0, 0, 1
        self._row_cells: list[tuple[int, int, Cell]] = []
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[list[Run]] = []
        self._runs: list[Run] = []
        self._skipped_depth = 0
        self._links: list[str] = []
        self._beside = OdsBeside()
        self.extras: set[Extra] = set()

    def walk_content(self, content: bytes) -> None:
        """Run the pass over the bytes of content.xml."""
        parser = make_parser(self._add_text)
        parser.StartElementHandler = self._start_content
        parser.EndElementHandler = self._end_content
        run_parser(parser, content)

    def _add_text(self, text: str) -> None:
        # outside a paragraph of a cell there is only layout
        if self._skipped_depth:
            if self._beside.open:
                self._beside.text(text)
        elif self._open_tags and self._open_tags[-1] == "p":
            self._runs.append(Run(text, self._faces[-1]))

    def _start_content(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise build_depth_error()
        tag = _NAMES.get(name, "")
        parent = self._open_tags[-1] if self._open_tags else ""
        if self._skipped_depth:
            self._skipped_depth += 1
            if self._beside.open:
                self._beside.start(name, attributes)
        elif parent == "automatic-styles":
            self._start_style_element(name, attributes)
        elif parent == "p":
            self._start_text_element(tag, name, attributes)
        elif tag == "document-content" or parent in _PARENTS.get(tag, ()):
            self._open_tags.append(tag)
            self._start_table_element(tag, attributes)
        else:
            if tag in _EXTRAS:
                self.extras.add(_EXTRAS[tag])
                self._is_linked = self._is_linked or (
                    tag == "table-source" and self._sheet_name.startswith(_LINKED_SHEET)
                )
            self._skip(name, attributes, in_cell=parent in _CELL_TAGS)

    def _skip(self, name: str, attributes: dict[str, str], *, in_cell: bool) -> None:
        """Pass over an element that is no part of the cells; what lies over them is gathered elsewhere."""
        self._skipped_depth = 1
        self._beside.enter(name, attributes, (self._row, self._column) if in_cell else None)

    def _start_table_element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELL_TAGS:
            self._attributes = attributes
            self._paragraphs = []
            self._links = []
        elif tag == "p":
            self._runs = []
            self._faces.append(self._face("paragraph", attributes))
        elif tag == "table-row":
            self._row_style = attributes.get(f"{_TABLE} default-cell-style-name", "")
            self._row_repeat = _parse_repeat(attributes.get(f"{_TABLE} number-rows-repeated"))
            self._column = 0
            self._row_cells = []
        elif tag == "table":
            if len(self.sheet) >= self._limits.sheets:
                raise UnreadableError(f"lembarnya lebih dari {self._limits.sheets}", limit="sheets")
            self._sheet_name = attributes.get(f"{_TABLE} name", "")
            self._protected = attributes.get(f"{_TABLE} protected") == "true"
            self._is_linked, self._cells, self._arrays, self._row = False, {}, [], 0
            self._merges = MergeList()
            self._beside.next_sheet()
            self._column_ends, self._column_styles = [], []
        elif tag == "table-column":
            begin = self._column_ends[-1] if self._column_ends else 0
            repeat = _parse_repeat(attributes.get(f"{_TABLE} number-columns-repeated"))
            self._column_ends.append(begin + repeat)
            self._column_styles.append(attributes.get(f"{_TABLE} default-cell-style-name", ""))

    def _start_style_element(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element of a style, however deep."""
        self._open_tags.append("automatic-styles")
        found = self._style_elements.get(name)
        if found is not None:
            found(attributes)

    def _face(self, family: str, attributes: dict[str, str]) -> Face:
        """Return how letters look in a paragraph or a span of text."""
        style = attributes.get(_TEXT_STYLE) if attributes else None
        outer = self._faces[-1]
        return outer if style is None else self._styles.face(family, style).within(outer)

    def _start_text_element(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        """Enter an element inside a paragraph: white space, what is left out, or a span of text."""
        if tag == "s":
            count = attributes.get(f"{_TEXT} c")
            spaces = 1 if count is None else parse_whole_number(count, _LONGEST_SPACE)
            self._take_letters(spaces)
            self._add_text("\x00" * spaces)
        elif tag == "tab":
            self._add_text("\x01")
        elif tag == "line-break":
            self._add_text("\x02")
        elif tag in ("annotation", "ruby-text", "note") or ":drawing:" in name:
            self._skip(name, attributes, in_cell=True)
            return
        elif tag == "a":
            self._links.append(attributes.get(_HREF, ""))
        self._open_tags.append("p")
        self._faces.append(self._face("text", attributes))

    def _end_content(self, name: str) -> None:
        self._depth -= 1
        if self._skipped_depth:
            self._skipped_depth -= 1
            if self._beside.open:
                self._beside.end(name)
            return
        tag = self._open_tags.pop()
        if tag == "p":
            self._faces.pop()
            if self._open_tags[-1] != "p":
                self._paragraphs.append(folded(self._runs))
        elif tag in _CELL_TAGS:
            self._end_cell()
        elif tag == "table-row":
            self._end_row()
        elif tag == "table" and not self._is_linked:
            self._end_table()

    def _end_table(self) -> None:
        spread_arrays(self._cells, self._arrays, self._limits.cells)
        beside = self._beside
        over = beside.notes, tuple(beside.boxes), tuple(beside.pictures)
        self.sheet.append(
            SheetCells(self._sheet_name, self._cells, self._protected, self._merges.areas(), *over)
        )

    def _end_cell(self) -> None:
        first = self._column
        repeat = _parse_repeat(self._attributes.get(f"{_TABLE} number-columns-repeated"))
        self._column += repeat
        if not self._paragraphs and self._attributes.keys() <= _EMPTY_CELL_ATTRIBUTES:
            return
        if _MERGED[0] in self._attributes or _MERGED[1] in self._attributes:
            self._add_merge(first)
        content = cell_content(self._attributes, self._paragraphs, self._find_cell_look(first))
        if content is None:
            return
        if content.formula:
            self._see_formula(self._attributes.get(f"{_TABLE} formula", ""))
            content = as_seen(content)
        if self._links:
            content = with_links(content, self._links)
        if self._column > _COLUMNS:
            raise UnreadableError(ODD_STRUCTURE)
        self._row_cells.append((first, self._column, content))
        if content.formula and f"{_TABLE} number-matrix-rows-spanned" in self._attributes:
            rows = parse_whole_number(self._attributes[f"{_TABLE} number-matrix-rows-spanned"], _ROWS)
            columns = parse_whole_number(
                self._attributes.get(f"{_TABLE} number-matrix-columns-spanned", "1"), _COLUMNS
            )
            last = self._row + rows - 1, first + columns - 1
            self._arrays.append(ArrayFormula(content.formula, self._row, first, *last))

    def _see_formula(self, formula: str) -> None:
        if _OTHER_FILE in formula:
            self.extras.add(Extra.EXTERNAL_LINKS)
        if _OTHER_PROGRAM.search(formula):
            self.extras.add(Extra.DDE)

    def _add_merge(self, column: int) -> None:
        """Take in a cell that spans others; rows that repeat by the thousand stand below the filled ones."""
        width, height = (_parse_repeat(self._attributes.get(name)) for name in _MERGED)
        rows = self._row_repeat if self._row_repeat <= _REPEATED_MERGES else 1
        for row in range(self._row, self._row + rows):
            last = min(row + height, _ROWS) - 1, min(column + width, _COLUMNS) - 1
            if row <= last[0] and column <= last[1]:
                self._merges.add((row, column, *last))

    def _find_cell_look(self, column: int) -> Look:
        """Return how the open cell looks: by its own style, its row's default, its column's, the sheet's."""
        name = self._attributes.get(_CELL_STYLE) or self._row_style
        if not name:
            at = bisect_right(self._column_ends, column)
            name = (self._column_styles[at] if at < len(self._column_styles) else "") or _DEFAULT_STYLE
        found = self._looks.get(name)
        if found is None:
            found = self._looks[name] = Look(self._styles.cell(name), self._styles.number_format(name))
        return found

    def _end_row(self) -> None:
        first = self._row
        self._row += self._row_repeat
        if not self._row_cells:
            return
        if self._row > _ROWS:
            raise UnreadableError(ODD_STRUCTURE)
        self._cell_count += self._row_repeat * sum(end - start for start, end, _ in self._row_cells)
        if self._cell_count > self._limits.cells:
            raise UnreadableError("selnya terlalu banyak", limit="cells")
        for row in range(first, self._row):
            for start, end, content in self._row_cells:
                for column in range(start, end):
                    self._cells[row, column] = content

    def _take_letters(self, count: int) -> None:
        self._letter_count += count
        if self._letter_count > self._limits.part_size:
            raise UnreadableError("isinya terlalu panjang", limit="part_mb")


def _parse_repeat(text: str | None) -> int:
    return 1 if text is None else max(1, parse_whole_number(text, 2**31))
