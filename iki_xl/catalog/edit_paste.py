"""What today's writer would write, put into a workbook that somebody keeps: columns, lines, sheets.

`model` is the writer's own workbook of the same office, opened by openpyxl: formats, widths, entry rules
and notes are taken from there, so nothing of them is declared a second time.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.dimensions import ColumnDimension

from iki_xl.catalog.edit_lines import Axis, put_dimension, walk_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.formatting.rule import Rule
    from openpyxl.worksheet.worksheet import Worksheet

_STYLE_PARTS = ("font", "fill", "border", "alignment", "number_format", "protection")
_SET_UP = ("sheet_format", "sheet_properties", "page_margins", "page_setup", "print_options", "HeaderFooter")


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies from a sheet of the model to one of the workbook; rows and columns count from 1."""

    model: Worksheet
    sheet: Worksheet

    def paste_cell(self, source: tuple[int, int], target: tuple[int, int]) -> None:
        """Copy a cell's format and what stands in it."""
        theirs, ours = self.model.cell(*source), self.sheet.cell(*target)
        ours.value = theirs.value
        _put_style(ours, _copied_style(theirs))

    def paste_column(self, source: int, target: int, last_row: int) -> None:
        """Copy a column: its title, its width, and for all rows the format, entry rule and marks of a row."""
        self.paste_cell((1, source), (1, target))
        style = _copied_style(self.model.cell(2, source))
        for row in range(2, last_row + 1):
            _put_style(self.sheet.cell(row, target), style | self._row_colour(row, target))
        self._paste_width(source, target)
        area = CellRange(min_col=target, min_row=2, max_col=target, max_row=max(2, last_row))
        self._paste_rules((2, source), area)
        for formatting in self.model.conditional_formatting:
            columns = {(each.min_col, each.max_col) for each in formatting.sqref}
            if columns == {(source, source)}:
                for rule in formatting.rules:
                    self._add_mark(area, rule, f"{get_column_letter(source)}2")

    def paste_line(self, source: int, target: int, columns: dict[int, int]) -> None:
        """Copy a line of a form, cell by cell: `columns` leads from the model's to the sheet's own."""
        for theirs, ours in columns.items():
            self.paste_cell((source, theirs), (target, ours))
            area = CellRange(min_col=ours, min_row=target, max_col=ours, max_row=target)
            self._paste_rules((source, theirs), area)
        self.sheet.row_dimensions[target].height = self.model.row_dimensions[source].height

    def paste_sheet(self) -> None:
        """Copy the whole sheet: cells, formats, widths, rules, filter, panes and how it is printed."""
        for row in range(1, self.model.max_row + 1):
            for column in range(1, self.model.max_column + 1):
                self.paste_cell((row, column), (row, column))
            self.sheet.row_dimensions[row].height = self.model.row_dimensions[row].height
        for column in range(1, self.model.max_column + 1):
            self._paste_width(column, column)
        for rule in self.model.data_validations.dataValidation:
            self.sheet.add_data_validation(copy(rule))
        for formatting in self.model.conditional_formatting:
            for rule in formatting.rules:
                self.sheet.conditional_formatting.add(str(formatting.sqref), copy(rule))
        for name in _SET_UP:
            setattr(self.sheet, name, copy(getattr(self.model, name)))
        self.sheet.freeze_panes = self.model.freeze_panes
        self.sheet.auto_filter.ref = self.model.auto_filter.ref
        self.sheet.print_title_rows = self.model.print_title_rows

    def stretch_marks(self, beside: int, columns: Sequence[int]) -> None:
        """Let marks that run over whole rows, and the filter, take in the columns that came beside one."""
        made = ConditionalFormattingList()
        for formatting in self.sheet.conditional_formatting:
            areas = set(formatting.sqref.ranges)
            over = next(
                (a for a in areas if a.min_col <= beside <= a.max_col and a.min_col < a.max_col), None
            )
            if over is not None and all(_looks_at_fixed_columns(rule) for rule in formatting.rules):
                areas |= {
                    CellRange(min_col=at, min_row=over.min_row, max_col=at, max_row=over.max_row)
                    for at in columns
                    if not any(area.min_col <= at <= area.max_col for area in areas)
                }
            for rule in formatting.rules:
                made.add(str(MultiCellRange(areas)), rule)
        self.sheet.conditional_formatting = made
        if self.sheet.auto_filter.ref:
            area = CellRange(self.sheet.auto_filter.ref)
            if area.max_col + 1 in columns:
                area.expand(right=max(columns) - area.max_col)
                self.sheet.auto_filter.ref = area.coord

    def _row_colour(self, row: int, column: int) -> dict[str, object]:
        """The colour that a person gave the row, as the two cells before show it."""
        near, far = (copy(self.sheet.cell(row, max(1, column - back)).fill) for back in (1, 2))
        return {"fill": near} if near.fill_type and near == far else {}

    def _paste_width(self, source: int, target: int) -> None:
        for entry in list(self.model.column_dimensions.values()):
            entry.reindex()  # one entry may stand for several columns
            if (entry.min or 0) <= source <= (entry.max or 0):
                made = ColumnDimension(self.sheet, width=entry.width)
                put_dimension(self.sheet, made, (target, target), Axis.COLUMNS)

    def _paste_rules(self, source: tuple[int, int], area: CellRange) -> None:
        place = f"{get_column_letter(source[1])}{source[0]}"
        book = self.sheet.parent
        known = book.defined_names if book else {}
        for rule in self.model.data_validations.dataValidation:
            if place not in rule.sqref:
                continue
            first = rule.sqref.sorted()[0]
            origin = f"{get_column_letter(first.min_col)}{first.min_row}"
            made = copy(rule)
            made.sqref = MultiCellRange([area])
            made.formula1 = _translated(rule.formula1, origin, area)
            made.formula2 = _translated(rule.formula2, origin, area)
            if made.type != "list" or '"' in made.formula1 or made.formula1 in known:
                self.sheet.add_data_validation(made)

    def _add_mark(self, area: CellRange, rule: Rule, origin: str) -> None:
        made = copy(rule)
        made.formula = [_translated(text, origin, area) for text in rule.formula]
        made.priority = 1 + max(
            (each.priority for marks in self.sheet.conditional_formatting for each in marks.rules), default=0
        )
        self.sheet.conditional_formatting.add(area.coord, made)


def _copied_style(cell: Cell | MergedCell) -> dict[str, object]:
    return {name: copy(getattr(cell, name)) for name in _STYLE_PARTS}


def _put_style(cell: Cell | MergedCell, style: dict[str, object]) -> None:
    for name, part in style.items():
        setattr(cell, name, part)


def _translated(formula: str | None, origin: str, area: CellRange) -> str | None:
    """A rule's formula as it reads from the first cell of another area."""
    if not formula:
        return formula
    place = f"{get_column_letter(area.min_col)}{area.min_row}"
    return str(Translator(f"={formula}", origin).translate_formula(place)).removeprefix("=")


def _looks_at_fixed_columns(rule: Rule) -> bool:
    """Say whether a mark depends on named columns alone, so that it means the same in any column."""
    found = [fixed for text in rule.formula for _, _, fixed in walk_references(text, Axis.COLUMNS)]
    return bool(found) and all(found)
