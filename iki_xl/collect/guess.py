"""A sheet whose hidden ids are gone but whose form is plainly there: known by its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.collect.returned import Anchor, Placement
from iki_xl.comparable import comparable
from iki_xl.form.identity import identity
from iki_xl.form.jabatan import (
    HEAD_LABELS,
    JABATAN_ROW,
    NAMA_ROW,
    NIP_ROW,
    format_form_title,
    format_letterhead,
)
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, HEAD_LABEL_COLUMN, form_fields
from iki_xl.tables import CELL_TEXT_LIMIT, REALISASI_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.readers.book import SheetCells

_NEEDED_COLUMNS = {HEAD_ENTRY_COLUMN, HEAD_LABEL_COLUMN, *REALISASI_COLUMNS}
_FORM_TITLES = {comparable(field.title) for field in form_fields(0) if not field.hidden}
_LONGEST_TITLE = 40
_ENOUGH_TITLES = 8
# A place outside every sheet, for the id column that is not there.
_OUTSIDE = -1


def guess_form(
    sheet: SheetCells, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[JabatanForm, Placement, Anchor] | None:
    """Return the form and where its rows and columns stand, or None unless all of it is plain.

    Plain means: the header's titles, this office and year in the head, a jabatan of the catalogue by
    name, and, where several have that name, the one whose indikator stand in the sheet.
    """
    if not _is_form_like(sheet):
        return None
    texts = {
        at: comparable(content.value)
        for at, content in sheet.cells.items()
        if isinstance(content.value, str) and len(content.value) <= CELL_TEXT_LIMIT
    }
    columns, header = _find_header(texts, katalog)
    if not columns.keys() >= _NEEDED_COLUMNS or not _is_this_kantor(texts, katalog, header):
        return None
    head = _find_head_rows(texts, columns, header)
    name = texts.get((head.get(JABATAN_ROW, _OUTSIDE), columns[HEAD_ENTRY_COLUMN]), "")
    below = {
        row: text
        for (row, column), text in sorted(texts.items())
        if row > header and column == columns["indikator"]
    }
    found = [
        (form, _match_indikator_rows(form, below))
        for form in forms.values()
        if comparable(form.jabatan.nama) == name
    ]
    found.sort(key=lambda item: len(item[1]), reverse=True)
    if not found or not found[0][1] or (len(found) > 1 and len(found[0][1]) == len(found[1][1])):
        return None
    form, rows = found[0]
    rows |= {row_id: row for row_id, row in head.items() if row_id != JABATAN_ROW}
    anchor = Anchor(header, _OUTSIDE, identity(katalog, form.jabatan.id))
    return form, Placement(rows, columns, (), ()), anchor


def _is_form_like(sheet: SheetCells) -> bool:
    """A form that is plainly there shows most of its titles; a foreign sheet does not."""
    texts = (content.value for content in sheet.cells.values())
    return (
        len({form for text in texts if isinstance(text, str) and (form := _recognise_title(text))})
        >= _ENOUGH_TITLES
    )


def _recognise_title(text: str) -> str:
    form = comparable(text) if len(text) <= _LONGEST_TITLE else ""
    return form if form in _FORM_TITLES else ""


def _find_header(texts: Mapping[tuple[int, int], str], katalog: Katalog) -> tuple[dict[str, int], int]:
    """Columns by field key, and the row of the header: the row with most of the form's titles."""
    fields = form_fields(katalog.kantor.rincian_target.period_count)
    keys = {comparable(f.title): f.key for f in fields if not f.hidden}
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), text in sorted(texts.items()):
        if text in keys:
            by_row.setdefault(row, {}).setdefault(keys[text], column)
    header = max(by_row, key=lambda row: len(by_row[row]), default=_OUTSIDE)
    return by_row.get(header, {}), header


def _is_this_kantor(texts: Mapping[tuple[int, int], str], katalog: Katalog, header: int) -> bool:
    above = {text for (row, _), text in texts.items() if row < header}
    return {
        comparable(format_form_title(katalog.kantor)),
        comparable(format_letterhead(katalog.kantor)),
    } <= above


def _find_head_rows(
    texts: Mapping[tuple[int, int], str], columns: Mapping[str, int], header: int
) -> dict[str, int]:
    """Rows of the head's entries by row id, found by their labels."""
    labels = {comparable(HEAD_LABELS[row_id]): row_id for row_id in (JABATAN_ROW, NAMA_ROW, NIP_ROW)}
    return {
        labels[text]: row
        for (row, column), text in texts.items()
        if row < header and column == columns[HEAD_LABEL_COLUMN] and text in labels
    }


def _match_indikator_rows(form: JabatanForm, below: Mapping[int, str]) -> dict[str, int]:
    """Row of each indikator by its text; of equal texts the first row goes to the first indikator."""
    free = dict(below)
    rows = {}
    for item in form.indikator:
        row = next((r for r, text in free.items() if text == comparable(item.indikator)), None)
        if row is not None:
            rows[item.id] = row
            del free[row]
    return rows
