"""What of the form itself was changed on a returned sheet: it is said, and nothing typed is lost by it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from iki_xl.a1 import spell_letters, write_address
from iki_xl.collect.condense import Unmade
from iki_xl.collect.returned import BLANK
from iki_xl.comparable import comparable
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.form.formulas import TEXT_FORMULAS
from iki_xl.form.identity import SHEET_LIST_KEY
from iki_xl.form.jabatan import BULAN_ROW, HEAD_CELLS, NAMA_ROW, NIP_ROW, SIGNATURE_ROWS
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, ColumnGroup, FieldKind
from iki_xl.nip import explain_invalid_nip, tidy_nip
from iki_xl.readers.book import UNREADABLE_FORMULA, Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Katalog
    from iki_xl.collect.returned import Anchor, Placement, ReturnedSheet
    from iki_xl.form.jabatan import CellValue, JabatanForm
    from iki_xl.form.layout import Field
    from iki_xl.readers.book import SheetCells


_BLANK_WORD = "(kosong)"


def say_shape(
    returned: ReturnedSheet, sheet: SheetCells, places: Placement, anchor: Anchor
) -> Iterator[Temuan | Unmade]:
    """Say what was changed: age, columns, rows, locked texts, formulas, protection, entries beside."""
    place = Place(returned.file, returned.nama, "", returned.form.jabatan.id)
    if returned.is_outdated:
        yield temuan("B05", place)
    yield from _say_columns(returned, places, place)
    yield from _say_rows(returned, sheet, places, place)
    yield from _say_locked(returned)
    yield from _say_formulas(returned)
    yield from _say_holder(returned)
    if not sheet.protected:
        yield temuan("B21", place)
    yield from _say_outside(returned, sheet, places, anchor)


def _say_columns(returned: ReturnedSheet, places: Placement, place: Place) -> Iterator[Temuan]:
    form = returned.form
    titles = {f.key: f.title for f in form.layout.fields}
    for item in form.layout.fields:
        if not item.hidden and item.key not in places.column:
            yield temuan("B13", place, nama=item.title)
    for key, column in places.repeated_columns:
        first = spell_letters(places.column[key])
        yield temuan(
            "B15", replace(place, cell=write_address(0, column)), nama=titles.get(key, key), kolom=first
        )


def _say_rows(
    returned: ReturnedSheet, sheet: SheetCells, places: Placement, place: Place
) -> Iterator[Temuan | Unmade]:
    """Rows of the form that are gone, and rows of indikator that do not count."""
    own = {i.id: i.indikator for i in returned.form.indikator}
    for row_id, name in own.items():
        if row_id not in places.rows:
            yield temuan("B10", replace(place, id_indikator=row_id), nama=f"“{name}”")
    elsewhere = returned.form.katalog.indikator_by_id
    for row_id, row in (*places.rows.items(), *places.repeated_rows):
        if not row_id.startswith("#") and not (row_id in own and places.rows[row_id] == row):
            code = "B11" if row_id in own else "B26" if row_id in elsewhere else "B09"
            yield Unmade(code, partial(_report_uncounted_row, code, returned, sheet, (row_id, row)))


def _report_uncounted_row(
    code: str, returned: ReturnedSheet, sheet: SheetCells, at: tuple[str, int]
) -> Temuan:
    """A row of an indikator that stands there already, is another jabatan's, or that the catalogue lacks."""
    (row_id, row), columns, katalog = at, returned.placement.column, returned.form.katalog
    item = katalog.indikator_by_id.get(row_id)
    printed = sheet.cells.get((row, columns.get("indikator", -1)), BLANK).render_text().strip()
    unknown = f"“{printed}” (kode {row_id})" if printed else f"berkode {row_id}"
    return temuan(
        code,
        Place("", returned.nama, write_address(row, columns.get("no", 0)), returned.form.jabatan.id, row_id),
        _describe_row_entries(returned, sheet, row) or _BLANK_WORD,
        nama=f"“{item.indikator}”" if item else unknown,
        baris=returned.placement.rows[row_id] + 1,
        jabatan=katalog.jabatan_by_id[item.id_jabatan].nama if item else "",
    )


def _say_formulas(returned: ReturnedSheet) -> Iterator[Temuan]:
    """Say once how many formulas were typed over or deleted; their results are worked out anew anyway."""
    gone = [cell for cell in returned.form.formula_cells if not returned.content.get(cell, BLANK).formula]
    changed = [cell for cell in gone if returned.placement.cell(*cell)]
    if changed:
        typed = [f"{returned.address(*cell)} {text}" for cell in changed if (text := returned.written(cell))]
        yield temuan("B22", returned.place(*changed[0]), "; ".join(typed), jumlah=len(changed))


def _describe_row_entries(returned: ReturnedSheet, sheet: SheetCells, row: int) -> str:
    """What a row that does not count holds, in words, so that nothing typed is lost."""
    fields = [item for item in returned.form.layout.fields if _is_entry_column(item)]
    cells = (
        (item.title, sheet.cells.get((row, returned.placement.column.get(item.key, -1)))) for item in fields
    )
    return "; ".join(
        f"{title} {text}" for title, content in cells if content and (text := content.render_text().strip())
    )


def _is_entry_column(item: Field) -> bool:
    """True for the columns that staff may fill in, wherever the catalogue leaves them blank."""
    kinds = {FieldKind.SATUAN, FieldKind.TIPE, FieldKind.NUMBER}
    return item.kind in kinds or item.group is ColumnGroup.EXPLANATIONS


def _say_outside(
    returned: ReturnedSheet, sheet: SheetCells, places: Placement, anchor: Anchor
) -> Iterator[Unmade]:
    """Whatever stands outside the form's own cells does not count, so it is said."""
    form = returned.form
    by_row = {row: row_id for row_id, row in places.rows.items() if not row_id.startswith("#")}
    repeated = {row for row_id, row in places.repeated_rows if not row_id.startswith("#")}
    labelled = {*places.rows.values(), *(row for _, row in places.repeated_rows)}
    columns = {places.column[key] for key in form.table_keys if key in places.column} | {anchor.column}
    own = {places.cell(*cell) for cell in (*HEAD_CELLS, (BULAN_ROW, "terisi"))}
    signature = {places.rows[i] for i in SIGNATURE_ROWS if i in places.rows}
    # other texts may have been printed by an older template; people come and go in any signature block
    lenient = returned.is_outdated or anchor.column < 0
    for (row, column), content in sheet.cells.items():
        if (row in by_row and column in columns) or row == anchor.rows or row in repeated:
            continue
        label = column == anchor.column and row in labelled
        if label or (row, column) in own or _is_printed(content, form):
            continue
        # without its hidden columns the form's own formulas there stand in no column of it
        words = isinstance(content.value, str) or (bool(content.formula) and anchor.column < 0)
        text = content.render_text().strip()
        if text and not (words and (lenient or row in signature)):
            at = (row, column), by_row.get(row, "")
            yield Unmade("B16", partial(_report_outside, returned, at, text))


def _report_outside(returned: ReturnedSheet, at: tuple[tuple[int, int], str], text: str) -> Temuan:
    cell, row_id = at
    return temuan(
        "B16", Place("", returned.nama, write_address(*cell), returned.form.jabatan.id, row_id), text
    )


def _is_printed(content: Cell, form: JabatanForm) -> bool:
    """True for what the form itself shows outside the table: texts, or formulas of head and signature."""
    value = content.value
    if isinstance(value, str) and value in form.surrounding_texts:
        return True
    unknown = value is None and content.formula == UNREADABLE_FORMULA
    own_formula = isinstance(value, str) or unknown or any(part in content.formula for part in TEXT_FORMULAS)
    return (bool(content.formula) and own_formula) or comparable(
        content.render_text()
    ) in form.comparable_surroundings


def _say_locked(returned: ReturnedSheet) -> Iterator[Temuan]:
    """Locked cells that do not say what the catalogue says (spec section 6, points 4 and 6).

    In a sheet from an older template only what staff may have entered themselves is compared.
    """
    old, layout = returned.is_outdated, returned.form.layout
    for cell, original in returned.form.locked_values:
        content = returned.content.get(cell, BLANK)
        same = original == ("" if content.value is None else content.value) and content.value is not True
        if same or (old and not _is_entry_column(layout.field(cell[1]))):
            continue
        # of a merged sasaran only the first row has the text
        silent = (old or cell[1] == "sasaran") and not returned.written(cell) and not content.struck
        if not silent and returned.placement.cell(*cell) and not _is_same_content(content.value, original):
            told = Cell(original).render_text() or _BLANK_WORD
            if content.struck:
                yield temuan("N26", returned.place(*cell), content.struck, asli=told)
                continue
            shown = content.render_text()
            yield temuan("B12", returned.place(*cell), shown, tertulis=shown or _BLANK_WORD, asli=told)


def _is_same_content(shown: object, original: CellValue) -> bool:
    if isinstance(shown, bool) or not isinstance(original, str):
        return shown == original and not isinstance(shown, bool)
    return comparable("" if shown is None else str(shown)) == comparable(original)


def _say_holder(returned: ReturnedSheet) -> Iterator[Temuan]:
    """The catalogue knows one holder of the jabatan, and the sheet bears another NIP or another name."""
    person = returned.form.pegawai
    name, nip = (returned.content.get(cell, BLANK).value for cell in HEAD_CELLS)
    if not isinstance(nip, str) or explain_invalid_nip(nip):
        return
    if person is None:
        yield from _say_unknown_holder(returned, tidy_nip(nip))
        return
    if tidy_nip(nip) != tidy_nip(person.nip):
        yield temuan("B19", returned.place(NIP_ROW, HEAD_ENTRY_COLUMN), nip, asli=person.nip)
    elif name and comparable(str(name)) != comparable(person.nama):
        yield temuan("B24", returned.place(NAMA_ROW, HEAD_ENTRY_COLUMN), name, asli=person.nama)


def _say_unknown_holder(returned: ReturnedSheet, nip: str) -> Iterator[Temuan]:
    """Several hold the jabatan, and the sheet bears the NIP of none of them."""
    known = {tidy_nip(p.nip) for p in returned.form.katalog.list_pegawai(returned.form.jabatan.id)}
    if known and nip not in known:
        yield temuan("B28", returned.place(NIP_ROW, HEAD_ENTRY_COLUMN), nip)


def say_missing_sheets(identity: SheetCells, present: set[str], katalog: Katalog) -> Iterator[Temuan]:
    """Name the IKI sheets that the workbook once had, by the list in its hidden sheet, and has no more."""
    listed = [
        str(identity.cells[row, column + 1].value)
        for (row, column), content in sorted(identity.cells.items())
        if comparable(content.render_text()) == comparable(SHEET_LIST_KEY)
        and (row, column + 1) in identity.cells
    ]
    jabatan = [found for text in listed if (found := katalog.find_jabatan(text))]
    names = {found.id: found.nama for found in jabatan if found.id not in present}
    if names:
        yield temuan("B23", Place(), nama="; ".join(names.values()))
