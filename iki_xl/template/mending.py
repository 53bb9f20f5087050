"""What is to be mended on a sheet: colours and a column of notes that go away once a cell is mended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl import palette
from iki_xl.a1 import write_reference
from iki_xl.comparable import visible
from iki_xl.findings import needs_mending, shorten
from iki_xl.form.jabatan import HEAD_LABELS, HEAD_NOTE_COLUMN, MENDING_TITLE, TABLE_HEAD_ROW
from iki_xl.form.mending import build_open_condition, join_open_notes, write_literal
from iki_xl.template.form_sheet import FORM_FONT_SIZE
from iki_xl.xlsx import fit_row_height, write, write_formula

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter.worksheet import Worksheet

    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey
    from iki_xl.template.form_sheet import FormSheet
    from iki_xl.template.styles import FormStyles

MENDING_WIDTH = 44.0
# Notes of a row that are shown, and letters of all of them: a row has to stay on a screen, the head always.
_NOTES_SHOWN, _LETTERS_SHOWN, _LETTERS_IN_HEAD = 5, 900, 110
# Conditions behind the last line: more would make too long a formula.
_OTHERS_WATCHED = 12
_OTHERS = "Dan lainnya: lihat lembar Temuan."


@dataclass(frozen=True)
class OpenMark:
    """One finding at a cell of a sheet, and how the workbook itself tells whether it is still open."""

    sheet: FormSheet
    cell: CellKey
    temuan: Temuan

    @property
    def address(self) -> str:
        return self.sheet.form.layout.address(*self.cell)

    @cached_property
    def condition(self) -> str:
        """The condition on the cell's own sheet, "" where the copy mended it."""
        return self._build_condition(self.address)

    @property
    def condition_elsewhere(self) -> str:
        """The same from another sheet of the workbook."""
        return self._build_condition(write_reference(self.sheet.nama, self.address))

    def _build_condition(self, at: str) -> str:
        kind = self.sheet.form.kind(*self.cell)
        return build_open_condition(kind, self.temuan.code, self.sheet.cell_value(self.cell), at)

    @property
    def note(self) -> str:
        """Which cell it is, what is wrong and what to do, in one line."""
        row_id, key = self.cell
        title = HEAD_LABELS.get(row_id) or self.sheet.form.layout.field(key).title
        text = f"{title} ({self.address}): {self.temuan.message} → {self.temuan.remedy}"
        return " ".join(visible(text).split())


def list_open_marks(form_sheet: FormSheet) -> list[OpenMark]:
    """Every finding at a cell, what must be mended first."""
    marks = [OpenMark(form_sheet, cell, t) for cell, found in form_sheet.temuan.items() for t in found]
    return sorted(marks, key=lambda mark: not needs_mending(mark.temuan))


def _group_by_row(form_sheet: FormSheet) -> dict[str, list[OpenMark]]:
    rows: dict[str, list[OpenMark]] = {}
    for mark in list_open_marks(form_sheet):
        if mark.condition:
            rows.setdefault(mark.cell[0], []).append(mark)
    return rows


def has_note_column(form_sheet: FormSheet) -> bool:
    """True where the sheet has a column of notes: something in its table is open."""
    return any(mark.condition and mark.cell[0] not in HEAD_LABELS for mark in list_open_marks(form_sheet))


def _list_notes(marks: list[OpenMark]) -> list[tuple[str, str]]:
    """The notes of a row, each with its condition; where there are many one stands for the others."""
    shown, others = marks[:_NOTES_SHOWN], marks[_NOTES_SHOWN:]
    in_head = marks[0].cell[0] in HEAD_LABELS
    room = _LETTERS_IN_HEAD if in_head else _LETTERS_SHOWN
    letters = room // len(shown) if sum(len(mark.note) for mark in shown) > room else room
    notes = [(mark.condition, shorten(mark.note, letters)) for mark in shown]
    return [*notes, (_any_of(others[:_OTHERS_WATCHED]), _OTHERS)] if others else notes


def _any_of(marks: Iterable[OpenMark]) -> str:
    conditions = list(dict.fromkeys(mark.condition for mark in marks))
    return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})"


def measure_note_heights(form_sheet: FormSheet) -> dict[str, float]:
    """Height in points that the notes of each row of the table need, by row id."""
    return {
        row_id: fit_row_height(
            [("\n".join(text for _, text in _list_notes(marks)), MENDING_WIDTH)], size=FORM_FONT_SIZE
        )
        for row_id, marks in _group_by_row(form_sheet).items()
        if row_id not in HEAD_LABELS
    }


def write_open_notes(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    """Write notes beside the head's entries and behind the table, and colour cells, while each is open."""
    layout, column = form_sheet.form.layout, len(form_sheet.form.layout.fields)
    shade = palette.FORM_ERROR_SHADE
    style = formats.boxed(font_size=FORM_FONT_SIZE, font_color=shade.ink)
    for row_id, marks in _group_by_row(form_sheet).items():
        if row_id in HEAD_LABELS:
            _write_head_note(sheet, formats, form_sheet, marks)
            continue
        notes = _list_notes(marks)
        shown = "\n".join(text for _, text in notes)
        write_formula(sheet, layout.row(row_id), column, f"={join_open_notes(notes)}", style, shown)
    if has_note_column(form_sheet):
        head = formats.boxed(
            bold=True,
            align="center",
            valign="vcenter",
            font_size=FORM_FONT_SIZE,
            bg_color=shade.fill,
            font_color=shade.ink,
        )
        write(sheet, layout.row(TABLE_HEAD_ROW), column, MENDING_TITLE, head)
    _colour_open_cells(sheet, formats, form_sheet)


def _write_head_note(
    sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet, marks: list[OpenMark]
) -> None:
    """The note in place of the text beside the entry, which comes back once the entry is mended."""
    cell = (marks[0].cell[0], HEAD_NOTE_COLUMN)
    notes, still = _list_notes(marks), _any_of(marks)
    usual = write_literal(form_sheet.form.head_texts.get(cell, ""))
    joined = join_open_notes(notes, '" "')
    formula = f"=IF({still},{joined},{usual})"
    at = form_sheet.form.layout.cell(*cell)
    style = formats(font_color=palette.FORM_FAINT_INK, valign="vcenter")
    write_formula(sheet, *at, formula, style, " ".join(text for _, text in notes))
    open_style = formats.rule(font_color=palette.FORM_ERROR_SHADE.ink, bold=True)
    sheet.conditional_format(*at, *at, {"type": "formula", "criteria": f"={still}", "format": open_style})


def _colour_open_cells(sheet: Worksheet, formats: FormStyles, form_sheet: FormSheet) -> None:
    fills = ((True, palette.FORM_ERROR_SHADE.fill), (False, palette.FORM_ATTENTION_FILL))
    styles = {serious: formats.rule(bg_color=fill) for serious, fill in fills}
    for cell, found in form_sheet.temuan.items():
        for serious, style in styles.items():
            marks = [OpenMark(form_sheet, cell, t) for t in found if needs_mending(t) is serious]
            still = [mark for mark in marks if mark.condition]
            if still:
                rule = {"type": "formula", "criteria": f"={_any_of(still)}", "format": style}
                at = form_sheet.form.layout.cell(*cell)
                sheet.conditional_format(*at, *at, rule)
