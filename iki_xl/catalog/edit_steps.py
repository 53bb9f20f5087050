"""The steps that bring a catalogue's workbook to another shape, each at its place where that can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from iki_xl.catalog.edit_lines import Axis, Shift, find_obstacle, move_lines
from iki_xl.catalog.edit_losses import CHART, DRAWN, PIVOT
from iki_xl.catalog.edit_paste import Copier
from iki_xl.catalog.layout import GROWTH_ROWS, JABATAN_TABLE, KANTOR_FORM, indikator
from iki_xl.catalog.parts import HEADER_ROW, Form, Table
from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.catalog.model import RincianTarget
    from iki_xl.catalog.older import OtherPeriod, ShapeGap
    from iki_xl.catalog.sheets import Sheet

_TITLES = HEADER_ROW + 1
_JABATAN = JABATAN_TABLE.sheet
_HELPING = tuple(comparable(column.title) for column in JABATAN_TABLE.columns if column.key in {"id", "nama"})
_RINCIAN = next(entry for entry in KANTOR_FORM.entries if entry.key == "rincian_target")


@dataclass(slots=True)
class ShapeSteps:
    """What was done: (sheet, title) of what was added and removed, "" for a whole sheet.

    `at_the_end` says of additions what kept them from their place, `kept` of empty columns why they stay.
    """

    added: list[tuple[str, str]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    at_the_end: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    rincian_set: bool = False

    @property
    def changed(self) -> bool:
        """True where anything was done at all."""
        return bool(self.added or self.removed or self.rincian_set)


@dataclass(frozen=True, slots=True)
class ShapeEditor:
    """Edits a workbook after the model that today's writer made; `sheets` is what our reader saw of it.

    `fragile` are the kinds of parts that openpyxl does not show, by sheet.
    """

    workbook: Workbook
    model: Workbook
    sheets: Mapping[str, Sheet]
    fragile: Collection[tuple[str, str]]
    steps: ShapeSteps = field(default_factory=ShapeSteps)

    def run(
        self, rincian: RincianTarget, gaps: Sequence[ShapeGap], surplus: Sequence[OtherPeriod]
    ) -> ShapeSteps:
        """Remove columns that are empty and unused, add what is missing, and set the office's rincian."""
        self._remove(self._sheet(indikator(rincian).sheet), surplus)
        for part, own in groupby(gaps, key=lambda gap: gap.part):
            self._fill(part, list(own))
        self._set_rincian(rincian)
        return self.steps

    def _sheet(self, name: str) -> Worksheet:
        return next(
            sheet for sheet in self.workbook.worksheets if comparable(sheet.title) == comparable(name)
        )

    def _drawn_on(self, sheet: Worksheet) -> set[str]:
        """Sheets with what does not move with cells; charts and pivot tables may look at any sheet."""
        return {
            name
            for name, kind in self.fragile
            if kind in {CHART, PIVOT} or (kind in DRAWN and name == sheet.title)
        }

    def _obstacle(self, sheet: Worksheet, shift: Shift) -> str | None:
        return find_obstacle(self.workbook, sheet, shift, self._drawn_on(sheet))

    def _remove(self, sheet: Worksheet, surplus: Sequence[OtherPeriod]) -> None:
        """Remove unused columns from the right; one with a note stays, or where something is in the way."""
        clear = []
        for column in surplus:
            if _holds_anything(sheet, column.at + 1):
                self.steps.kept.append((column.title, "ada catatan atau isian lain di dalamnya"))
            else:
                clear.append(column)
        side_by_side = groupby(enumerate(clear), key=lambda each: each[1].at - each[0])
        for run in reversed([[column for _, column in each] for _, each in side_by_side]):
            shift = Shift(Axis.COLUMNS, run[0].at + 1, -len(run))
            obstacle = self._obstacle(sheet, shift)
            if obstacle:
                self.steps.kept.extend((column.title, obstacle) for column in run)
            else:
                move_lines(sheet, shift)
                self.steps.removed[:0] = [(sheet.title, column.title) for column in run]

    def _fill(self, part: Form | Table, gaps: list[ShapeGap]) -> None:
        if gaps[0].column is None:
            self._add_sheet(part.sheet)
        elif isinstance(part, Table):
            self._add_columns(part, [gap.title for gap in gaps])
        else:
            self._add_lines(part, [gap.title for gap in gaps])

    # Columns ------------------------------------------------------------------------------------

    def _add_columns(self, table: Table, missing: list[str]) -> None:
        """Add columns, each run of them behind the column that the layout has before it."""
        sheet, model = self._sheet(table.sheet), self.model[table.sheet]
        seen = self.sheets[comparable(table.sheet)]
        filled = (row for (row, _), cell in seen.cells.items() if cell.value is not None)
        last_row = max(filled, default=HEADER_ROW) + 1 + GROWTH_ROWS
        order = [column.title for column in table.columns]
        theirs = {
            title: table.column_of(column.key) + 1 for title, column in zip(order, table.columns, strict=True)
        }
        for run in _runs(order, missing):
            own = _find_titles(sheet)
            before = next(
                (own[comparable(t)] for t in reversed(order[: order.index(run[0])]) if comparable(t) in own),
                0,
            )
            first = self._make_room(sheet, Shift(Axis.COLUMNS, before + 1, len(run)), run)
            for at, title in enumerate(run, start=first):
                Copier(model, sheet).paste_column(theirs[title], at, last_row)
                self.steps.added.append((table.sheet, title))
            Copier(model, sheet).stretch_marks(before, range(first, first + len(run)))

    def _make_room(self, sheet: Worksheet, shift: Shift, titles: Iterable[str]) -> int:
        """Insert blank lines and return the first one; at the end where they would damage something."""
        obstacle = self._obstacle(sheet, shift)
        if obstacle:
            self.steps.at_the_end += [(title, obstacle) for title in titles]
            shift = Shift(shift.axis, _find_end(sheet, shift.axis) + 1, shift.count)
        move_lines(sheet, shift)
        return shift.first

    # Lines of a form ----------------------------------------------------------------------------

    def _add_lines(self, form: Form, missing: list[str]) -> None:
        sheet, model = self._sheet(form.sheet), self.model[form.sheet]
        titles = _find_titles(sheet)
        columns = {
            form.column_of(column.key) + 1: titles[comparable(column.title)]
            for column in form.columns
            if comparable(column.title) in titles
        }
        label_column = titles[comparable(form.label.title)]
        order = [entry.title for entry in form.entries]
        for title in missing:
            labels = _find_labels(sheet, label_column)
            before = next(
                (
                    labels[comparable(t)]
                    for t in reversed(order[: order.index(title)])
                    if comparable(t) in labels
                ),
                _TITLES,
            )
            row = self._make_room(sheet, Shift(Axis.ROWS, before + 1, 1), [title])
            source = form.row_of(form.entries[order.index(title)].key) + 1
            Copier(model, sheet).paste_line(source, row, columns)
            value = next(at for theirs, at in columns.items() if theirs == form.column_of(form.value.key) + 1)
            sheet.cell(row, value).value = None
            self.steps.added.append((form.sheet, title))

    # Sheets -------------------------------------------------------------------------------------

    def _add_sheet(self, name: str) -> None:
        names = self.model.sheetnames
        present = {comparable(sheet.title): at for at, sheet in enumerate(self.workbook.worksheets)}
        places = [
            present[comparable(each)] for each in names[: names.index(name)] if comparable(each) in present
        ]
        sheet = self.workbook.create_sheet(name, max(places, default=-1) + 1)
        Copier(self.model[name], sheet).paste_sheet()
        if not self._has_jabatan_in_place():
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                cell.value = None
        for key, defined in self.model.defined_names.items():
            if f"{name}!" in defined.attr_text:
                self.workbook.defined_names[key] = defined
        self.steps.added.append((name, ""))

    def _has_jabatan_in_place(self) -> bool:
        """Say whether the formulas that help, which name columns of sheet Jabatan, find them there."""
        ours, theirs = (_find_titles(sheet) for sheet in (self._sheet(_JABATAN), self.model[_JABATAN]))
        return all(ours.get(title) == theirs[title] for title in _HELPING)

    def _set_rincian(self, rincian: RincianTarget) -> None:
        sheet = self._sheet(KANTOR_FORM.sheet)
        titles = _find_titles(sheet)
        row = _find_labels(sheet, titles[comparable(KANTOR_FORM.label.title)])[comparable(_RINCIAN.title)]
        cell = sheet.cell(row, titles[comparable(KANTOR_FORM.value.title)])
        if comparable(str(cell.value)) != rincian.value:
            cell.value = rincian.value
            self.steps.rincian_set = True


def _holds_anything(sheet: Worksheet, column: int) -> bool:
    """Say whether a column, below its title, holds a note, a link, or what our reader does not show."""
    rows = sheet.iter_rows(min_row=_TITLES + 1, min_col=column, max_col=column)
    return any(cell.comment or cell.hyperlink or cell.value is not None for (cell,) in rows)


def _runs(order: Sequence[str], missing: Collection[str]) -> list[list[str]]:
    """Missing titles that stand side by side in the layout."""
    grouped = groupby(order, key=lambda title: title in missing)
    return [list(titles) for is_missing, titles in grouped if is_missing]


def _find_titles(sheet: Worksheet) -> dict[str, int]:
    """Return the number (from 1) of the first column under each title."""
    titles: dict[str, int] = {}
    for cell in next(sheet.iter_rows(min_row=_TITLES, max_row=_TITLES)):
        if cell.value is not None:
            titles.setdefault(comparable(str(cell.value)), cell.column)
    return titles


def _find_labels(sheet: Worksheet, column: int) -> dict[str, int]:
    """Return the number (from 1) of the first row with each label."""
    labels: dict[str, int] = {}
    for (cell,) in sheet.iter_rows(min_row=_TITLES + 1, min_col=column, max_col=column):
        if cell.value is not None:
            labels.setdefault(comparable(str(cell.value)), cell.row)
    return labels


def _find_end(sheet: Worksheet, axis: Axis) -> int:
    """Return the last line with anything in it."""
    ends = [getattr(area, f"max_{axis}") for area in sheet.merged_cells]
    for row in sheet.iter_rows():
        ends += [
            cell.column if axis is Axis.COLUMNS else cell.row
            for cell in row
            if cell.value is not None or cell.comment
        ]
    return max(ends, default=1)
