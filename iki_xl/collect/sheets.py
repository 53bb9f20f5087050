"""Cells -> the form's own words: a sheet is known by its hidden ids, wherever its rows and columns went."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from iki_xl.catalog import RincianTarget
from iki_xl.catalog.layout import list_parts
from iki_xl.collect.beside import say_beside, say_extras
from iki_xl.collect.condense import condense_sheet
from iki_xl.collect.guess import guess_form
from iki_xl.collect.merged import merged_entries, say_merged
from iki_xl.collect.returned import Anchor, Placement, ReturnedSheet, find_form_cells
from iki_xl.collect.shape import say_missing_sheets, say_shape
from iki_xl.comparable import comparable
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.form.identity import (
    IDENTITY_SHEET,
    FormIdentity,
    hash_kantor,
    is_template_sheet,
    parse_form_identity,
)
from iki_xl.form.jabatan import HEAD_CELLS, NAMA_ROW, NIP_ROW, JabatanForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iki_xl.catalog import Katalog
    from iki_xl.readers.book import BookCells, Cell, SheetCells

_CATALOG_SHEETS = {comparable(part.sheet) for part in list_parts(RincianTarget.YEARLY)}
# Findings of entries that stand where they do not count.
_MISPLACED_ENTRY_CODES = {"B09", "B11", "B16", "B25", "B26", "B30"}
_LONGEST_NAME = 255


def recognise_book(
    book: BookCells, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[list[ReturnedSheet], list[Temuan]]:
    """Return a workbook's IKI sheets of this office, and what to say of it and of its other sheets.

    Its bytes alone decide: the file's name is filled in later.
    """
    known: list[ReturnedSheet] = []
    words: list[Temuan] = []
    unknown: list[Temuan] = []
    for cells in map(_shorten_sheet_name, book.sheets):
        sheet, found = _recognise_sheet(cells, katalog, forms)
        words += found
        if sheet is not None:
            known.append(sheet)
        elif not found and (lost := _report_unknown_sheet(cells, forms)):
            unknown.append(lost)
    words += _say_blank_sheets(known, {t.sheet for t in words if t.code in _MISPLACED_ENTRY_CODES})
    if not known and not words and not any(t.code == "B17" for t in unknown):
        return [], [temuan("B02", Place())]
    if not known and {comparable(sheet.nama) for sheet in book.sheets} >= _CATALOG_SHEETS:
        return [], [temuan("B36", Place())]
    identity = next((s for s in book.sheets if comparable(s.nama) == comparable(IDENTITY_SHEET)), None)
    if known:
        words += say_extras(book)
        words += [t for sheet in book.sheets if is_template_sheet(sheet.nama) for t in say_beside(sheet)]
    if identity and known:
        words += say_missing_sheets(identity, {s.form.jabatan.id for s in known}, katalog)
    return known, words + unknown


def _shorten_sheet_name(sheet: SheetCells) -> SheetCells:
    """Every finding repeats its sheet's name: no program that people have writes such a long one."""
    return replace(sheet, nama=sheet.nama[:_LONGEST_NAME]) if len(sheet.nama) > _LONGEST_NAME else sheet


def _recognise_sheet(
    sheet: SheetCells, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[ReturnedSheet | None, tuple[Temuan, ...]]:
    anchor = _find_anchor(sheet, katalog)
    if anchor is None:
        return _recognise_by_texts(sheet, katalog, forms)
    place = Place("", sheet.nama, "", anchor.identity.id_jabatan)
    refused = _refuse_sheet(anchor.identity, katalog, forms, place)
    if refused:
        return None, (refused,)
    form = forms[anchor.identity.id_jabatan]
    return _build_returned_sheet(sheet, form, _find_placement(sheet, anchor, form), anchor)


def _build_returned_sheet(
    sheet: SheetCells, form: JabatanForm, places: Placement, anchor: Anchor
) -> tuple[ReturnedSheet, tuple[Temuan, ...]]:
    """Return a sheet by the form's own words, without what merged cells hide; and what to say of it."""
    merged = merged_entries(sheet, form, places)
    cells, own = find_form_cells(sheet, form, places), anchor.identity
    for cell in merged.hidden:
        cells.pop(cell, None)
    result = ReturnedSheet("", sheet.nama, own.fingerprint, own.issued_from, form, places, cells)
    words = chain(
        say_shape(result, sheet, places, anchor),
        say_merged(result, sheet, merged),
        say_beside(sheet, result),
    )

    def input_cells() -> set[str]:
        return {result.address(*cell) for cell in form.entry_cells}

    return result, tuple(condense_sheet(words, input_cells))


def _recognise_by_texts(
    sheet: SheetCells, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[ReturnedSheet | None, tuple[Temuan, ...]]:
    guess = None if is_template_sheet(sheet.nama) else guess_form(sheet, katalog, forms)
    if guess is None:
        return None, ()
    form, places, anchor = guess
    result, words = _build_returned_sheet(sheet, form, places, anchor)
    told = temuan("B20", Place("", sheet.nama, "", form.jabatan.id), jabatan=form.jabatan.nama)
    return result, (told, *words)


def _report_unknown_sheet(sheet: SheetCells, forms: Mapping[str, JabatanForm]) -> Temuan | None:
    """What to say of a sheet that is not known: it may be an IKI sheet all the same."""
    if is_template_sheet(sheet.nama) or not any(not content.is_blank for content in sheet.cells.values()):
        return None
    ids = {NAMA_ROW, NIP_ROW}.union(i.id for form in forms.values() for i in form.indikator)
    is_form = any(
        isinstance(content.value, str) and content.value.strip() in ids for content in sheet.cells.values()
    )
    return temuan("B17" if is_form else "B18", Place("", sheet.nama))


def _say_blank_sheets(known: Sequence[ReturnedSheet], elsewhere: set[str]) -> list[Temuan]:
    """Blank sheets in which somebody wrote a name; or once, when the whole workbook is blank.

    `elsewhere` are the sheets whose entries stand where they do not count: those are not blank.
    """
    said = []
    times = Counter(sheet.form.jabatan.id for sheet in known)
    for sheet in known:
        # of several sheets of one jabatan each was issued with a name
        issued = times[sheet.form.jabatan.id] > 1 and sheet.names_holder
        asked = [cell for cell in HEAD_CELLS if cell in sheet.form.unlocked and not issued]
        head = [text for cell in asked if (text := sheet.written(cell))]
        if head and not sheet.filled and sheet.nama not in elsewhere:
            said.append(temuan("B14", Place("", sheet.nama, "", sheet.form.jabatan.id), "; ".join(head)))
    if known and not said and not elsewhere and not any(sheet.filled for sheet in known):
        said.append(temuan("B14", Place("", known[0].nama, "", known[0].form.jabatan.id)))
    return said


def _key(content: Cell) -> str:
    """Return a cell's text, "" for none; ids are hidden, so that a line through them strikes nothing out."""
    return content.value if isinstance(content.value, str) else content.struck


def _find_anchor(sheet: SheetCells, katalog: Katalog) -> Anchor | None:
    for (row, column), content in sheet.cells.items():
        value = _key(content)
        if "iki-xl" in value and (identity := parse_form_identity(value)):
            jabatan = katalog.find_jabatan(identity.id_jabatan)
            own = replace(identity, id_jabatan=jabatan.id) if jabatan else identity
            return Anchor(row, column, own)
    return None


def _refuse_sheet(
    identity: FormIdentity, katalog: Katalog, forms: Mapping[str, JabatanForm], place: Place
) -> Temuan | None:
    if identity.kantor != hash_kantor(katalog):
        return temuan("B03", place)
    if identity.tahun != katalog.kantor.tahun:
        return temuan("B04", place, tahun=identity.tahun, tahun_ini=katalog.kantor.tahun)
    if identity.id_jabatan not in forms:
        return temuan("B08", place, id=identity.id_jabatan)
    return None


def _find_placement(sheet: SheetCells, anchor: Anchor, form: JabatanForm) -> Placement:
    """Find the form's rows by the ids in the anchor's column, its columns by the keys in its row.

    Another text in the anchor's column is a row's id only where that row stands below and holds something of
    a table: what a program writes above or below the form is none.
    """
    rows, columns = [], []
    for (row, column), content in sheet.cells.items():
        if (column == anchor.column) == (row == anchor.rows):
            continue
        text = _key(content).strip()
        if text and column == anchor.column:
            rows.append((form.own_row_id(text), row))
        elif text:
            columns.append((form.own_key(text), column))
    columns.sort(key=itemgetter(1))
    first_columns = _keep_first_places(columns)
    of_form = [first_columns[key] for key in form.table_keys if key in first_columns]
    rows = [
        (name, row)
        for name, row in sorted(rows, key=itemgetter(1))
        if name in form.layout.rows
        or (row > anchor.rows and any((row, column) in sheet.cells for column in of_form))
    ]
    first_rows = _keep_first_places(rows)
    return Placement(
        first_rows,
        first_columns,
        tuple((name, row) for name, row in rows if first_rows[name] != row),
        tuple((name, column) for name, column in columns if first_columns[name] != column),
    )


def _keep_first_places(places: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The first place of each name, in order."""
    first: dict[str, int] = {}
    for name, at in places:
        first.setdefault(name, at)
    return first
