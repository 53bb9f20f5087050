"""Columns and rows of a workbook that somebody keeps, inserted and removed with all that hangs on them.

openpyxl moves the cells alone. Everything else that a sheet says of its lines is moved here, by openpyxl's
public interface. What cannot be moved without guessing is an obstacle, named before anything is touched.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LAST = {"col": 16_384, "row": 1_048_576}
_AREA = re.compile(r"(\$?)([A-Z]{0,3})(\$?)(\d*)(?::(\$?)([A-Z]{0,3})(\$?)(\d*))?", re.IGNORECASE)
_BY_WORDS = ("INDIRECT(", "OFFSET(", "ADDRESS(")


class Axis(StrEnum):
    """The direction in which lines are counted; the value is openpyxl's word for it."""

    COLUMNS = "col"
    ROWS = "row"


@dataclass(frozen=True, slots=True)
class Shift:
    """So many lines inserted before line `first` (counted from 1), or, where negative, removed from there."""

    axis: Axis
    first: int
    count: int

    @property
    def end(self) -> int:
        """The first line that stays, of those that are moved."""
        return self.first - min(self.count, 0)

    def bounds(self, area: CellRange) -> tuple[int, int]:
        """First and last line of an area."""
        return getattr(area, f"min_{self.axis}"), getattr(area, f"max_{self.axis}")

    def moved(self, low: int, high: int) -> tuple[int, int] | None:
        """Where lines are afterwards: what lies across an inserted line is stretched; None: removed."""
        new_low = low if low < self.first else max(self.first, low + self.count)
        new_high = high if high < self.first else max(self.first - 1, high + self.count)
        new_high = min(new_high, _LAST[self.axis])
        return (new_low, new_high) if new_low <= new_high else None

    def moved_area(self, area: CellRange) -> CellRange | None:
        """Where an area is afterwards; None: removed."""
        found = self.moved(*self.bounds(area))
        return found and self.limited(area, *found)

    def limited(self, area: CellRange, low: int, high: int) -> CellRange:
        """The area with other first and last lines."""
        corners = {name: getattr(area, name) for name in ("min_col", "min_row", "max_col", "max_row")}
        return CellRange(**(corners | {f"min_{self.axis}": low, f"max_{self.axis}": high}))


# What stands in the way -------------------------------------------------------------------------


def find_obstacle(
    book: Workbook, sheet: Worksheet, shift: Shift, drawn_on: Collection[str] = ()
) -> str | None:
    """Name what would be damaged if the lines were moved; None where nothing would be.

    `drawn_on` are the sheets with pictures, charts or other things that openpyxl does not show.
    """
    if not (shift.count < 0 or _is_anything_moved(sheet, shift)):
        return None
    if drawn_on:
        return f"gambar, grafik atau tabel pivot di lembar {min(drawn_on)}"
    areas = [(f"sel gabungan {area}", area) for area in sheet.merged_cells]
    areas += [(f"tabel “{table.displayName}”", CellRange(table.ref)) for table in sheet.tables.values()]
    for name, area in areas:
        low, high = shift.bounds(area)
        moves_whole = low >= shift.end and not name.startswith("tabel")
        if high >= shift.first and not moves_whole:
            return name
    return next(_walk_obstacles(book, sheet, shift), None)


def _is_anything_moved(sheet: Worksheet, shift: Shift) -> bool:
    if any(shift.bounds(area)[1] >= shift.first for area in sheet.merged_cells):
        return True
    return any(cell.value is not None or cell.comment or cell.hyperlink for cell in _walk_from(sheet, shift))


def _walk_from(sheet: Worksheet, shift: Shift) -> Iterator[Cell | MergedCell]:
    """The cells of the shift's first line and of all behind it."""
    first = {Axis.COLUMNS: (1, shift.first), Axis.ROWS: (shift.first, 1)}[shift.axis]
    for row in sheet.iter_rows(min_row=first[0], min_col=first[1]):
        yield from row


def _walk_obstacles(book: Workbook, sheet: Worksheet, shift: Shift) -> Iterator[str]:
    for other in book:
        yield from _obstacles_in_cells(other, sheet, shift)
        for area, formulas in _walk_rules(other):
            reaches = any(_reaches(text, other, sheet, shift) for text in formulas)
            if reaches and not (other is sheet and _goes_along(area, formulas, shift)):
                yield f"aturan isian atau format bersyarat di {other.title}!{area}"
    for home in (None, *book):
        for name in (book if home is None else home).defined_names.values():
            if _reaches(name.attr_text or "", home, sheet, shift):
                yield f"nama sel “{name.name}”"


def _obstacles_in_cells(other: Worksheet, sheet: Worksheet, shift: Shift) -> Iterator[str]:
    for cell in (cell for row in other.iter_rows() for cell in row if cell.data_type == "f"):
        if not isinstance(cell.value, str):
            yield f"rumus larik di {other.title}!{cell.coordinate}"
        elif _reaches(cell.value, other, sheet, shift):
            yield f"rumus di {other.title}!{cell.coordinate}"


def _walk_rules(sheet: Worksheet) -> Iterator[tuple[MultiCellRange, list[str]]]:
    for rule in sheet.data_validations.dataValidation:
        yield rule.sqref, [text for text in (rule.formula1, rule.formula2) if text]
    for formatting in sheet.conditional_formatting:
        yield formatting.sqref, [text for rule in formatting.rules for text in rule.formula if text]


def _goes_along(areas: MultiCellRange, formulas: Iterable[str], shift: Shift) -> bool:
    """Say whether a rule stays right: it goes away whole, or moves whole and looks at moved lines alone."""
    moved = [shift.bounds(area) for area in areas]
    if all(shift.first <= low and high < shift.end for low, high in moved):
        return True
    if not all(low >= shift.end for low, _ in moved):
        return False
    spans = (span for text in formulas for _, span, fixed in walk_references(text, shift.axis) if not fixed)
    fixed = (s for text in formulas for _, s, is_fixed in walk_references(text, shift.axis) if is_fixed)
    return all(low >= shift.end for low, _ in spans) and all(high < shift.first for _, high in fixed)


def _reaches(formula: str, home: Worksheet | None, sheet: Worksheet, shift: Shift) -> bool:
    """Say whether a formula refers to a line that is moved or removed, or may do so by words."""
    if any(word in formula.upper() for word in _BY_WORDS):
        return True
    for name, (_, high), _ in walk_references(formula, shift.axis):
        ours = comparable(name) == comparable(sheet.title) if name else home is sheet
        if (ours or ":" in name) and high >= shift.first:
            return True
    return False


def walk_references(formula: str, axis: Axis) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """Give each reference of a formula: sheet ("" its own), lines, and whether the lines are fixed by `$`."""
    for token in Tokenizer(formula if formula.startswith("=") else f"={formula}").items:
        if token.type != "OPERAND" or token.subtype != "RANGE":
            continue
        name, _, cells = token.value.rpartition("!")
        found = _AREA.fullmatch(cells)
        if found is None or not ((found[2] and found[4]) or found[6] or found[8]):
            continue
        marks, ends = (found.group(1, 5), found.group(2, 6)), (found.group(3, 7), found.group(4, 8))
        (fixed, lines) = marks if axis is Axis.COLUMNS else ends
        numbers = [_number(text) for text in lines if text]
        span = (min(numbers), max(numbers)) if numbers else (1, _LAST[axis])
        yield name.strip("'").replace("''", "'"), span, "$" in "".join(filter(None, fixed)) or not numbers


def _number(text: str) -> int:
    return int(text) if text.isdigit() else column_index_from_string(text.upper())


# Moving -----------------------------------------------------------------------------------------


def move_lines(sheet: Worksheet, shift: Shift) -> None:
    """Insert or remove lines with all that hangs on them; `find_obstacle` was asked before."""
    change = {
        (Axis.COLUMNS, True): sheet.insert_cols,
        (Axis.COLUMNS, False): sheet.delete_cols,
        (Axis.ROWS, True): sheet.insert_rows,
        (Axis.ROWS, False): sheet.delete_rows,
    }[shift.axis, shift.count > 0]
    change(shift.first, abs(shift.count))
    for cell in _walk_from(sheet, shift):
        if cell.hyperlink:
            cell.hyperlink.ref = cell.coordinate
    sheet.merged_cells = _moved_areas(sheet.merged_cells, shift)
    _move_validations(sheet, shift)
    _move_formats(sheet, shift)
    _move_dimensions(sheet, shift)
    _move_view(sheet, shift)


def _moved_areas(areas: Iterable[CellRange], shift: Shift) -> MultiCellRange:
    return MultiCellRange({area for area in map(shift.moved_area, areas) if area is not None})


def _moved_formula(formula: str | None, before: MultiCellRange, after: MultiCellRange) -> str | None:
    """A rule's formula as it reads from the first cell of the area that its rule has now."""
    if not formula or not before or not after:
        return formula
    places = [f"{get_column_letter(a.min_col)}{a.min_row}" for a in (before.sorted()[0], after.sorted()[0])]
    return str(Translator(f"={formula}", places[0]).translate_formula(places[1])).removeprefix("=")


def _move_validations(sheet: Worksheet, shift: Shift) -> None:
    kept = []
    for rule in sheet.data_validations.dataValidation:
        before, after = rule.sqref, _moved_areas(_cut(rule.sqref, shift), shift)
        if not after:
            continue
        rule.formula1 = _moved_formula(rule.formula1, before, after)
        rule.formula2 = _moved_formula(rule.formula2, before, after)
        rule.sqref = after
        kept.append(rule)
    sheet.data_validations.dataValidation = kept


def _cut(areas: Iterable[CellRange], shift: Shift) -> Iterator[CellRange]:
    """Cut areas at the place of the new lines, which have entry rules of their own."""
    for area in areas:
        low, high = shift.bounds(area)
        if shift.count > 0 and low < shift.first <= high:
            yield shift.limited(area, low, shift.first - 1)
            yield shift.limited(area, shift.first, high)
        else:
            yield area


def _move_formats(sheet: Worksheet, shift: Shift) -> None:
    made = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        after = _moved_areas(formatting.sqref, shift)
        for rule in formatting.rules if after else ():
            rule.formula = [_moved_formula(text, formatting.sqref, after) for text in rule.formula]
            made.add(str(after), rule)
    sheet.conditional_formatting = made


def _move_dimensions(sheet: Worksheet, shift: Shift) -> None:
    """Widths, heights and what is hidden go with their lines; one entry may stand for many columns."""
    by_column = shift.axis is Axis.COLUMNS
    holder: Any = sheet.column_dimensions if by_column else sheet.row_dimensions
    kept = list(holder.values())
    holder.clear()
    for entry in kept:
        if by_column:
            entry.reindex()
        low, high = (entry.min, entry.max) if by_column else (entry.index, entry.index)
        for piece in ((low, min(high, shift.first - 1)), (max(low, shift.end), high)):
            place = shift.moved(*piece) if piece[0] <= piece[1] else None
            if place:
                put_dimension(sheet, entry, place, shift.axis)


def put_dimension(sheet: Worksheet, entry: Any, place: tuple[int, int], axis: Axis) -> None:  # noqa: ANN401 - openpyxl has two classes for them
    """Put a copy of a column's (several columns') or a row's entry at a place of a sheet."""
    made = copy(entry)
    if axis is Axis.ROWS:
        made.index = place[0]
        sheet.row_dimensions[place[0]] = made
        return
    made.index = get_column_letter(place[0])
    made.min, made.max = place
    sheet.column_dimensions[made.index] = made


def _move_view(sheet: Worksheet, shift: Shift) -> None:
    """The filter, the print area, page breaks and the frozen panes."""
    if sheet.auto_filter.ref:
        area = CellRange(sheet.auto_filter.ref)
        after = shift.moved_area(area)
        sheet.auto_filter.ref = str(after) if after else None
        if shift.axis is Axis.COLUMNS:
            for column in sheet.auto_filter.filterColumn:
                if column.colId + area.min_col >= shift.first:
                    column.colId += shift.count
    if sheet.print_area:
        areas = [CellRange(text.split("!")[-1].replace("$", "")) for text in sheet.print_area.split(",")]
        sheet.print_area = [str(area) for area in map(shift.moved_area, areas) if area] or None
    breaks = sheet.col_breaks if shift.axis is Axis.COLUMNS else sheet.row_breaks
    for each in breaks.brk:
        each.id += shift.count if each.id >= shift.first else 0
