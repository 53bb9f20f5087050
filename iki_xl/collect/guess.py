"""A sheet whose hidden ids are gone but whose form is plainly there: known by its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.returned import Jangkar, Letak
from iki_xl.form.identity import identitas
from iki_xl.form.jabatan import BARIS_JABATAN, BARIS_NAMA, BARIS_NIP, LABEL_KEPALA, judul, kop
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA, KOLOM_LABEL_KEPALA, form_fields
from iki_xl.tables import BATAS_TEKS_SEL, KOLOM_REALISASI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.readers.book import LembarSel

_KOLOM_PERLU = {KOLOM_ISIAN_KEPALA, KOLOM_LABEL_KEPALA, *KOLOM_REALISASI}
_JUDUL = {sama(field.title) for field in form_fields(0) if not field.hidden}
_JUDUL_TERPANJANG = 40
_CUKUP_JUDUL = 8
# A place outside every sheet, for the id column that is not there.
_TIDAK_ADA = -1


def tebak(
    sheet: LembarSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[JabatanForm, Letak, Jangkar] | None:
    """Return the form and where its rows and columns stand, or None unless all of it is plain.

    Plain means: the header's titles, this office and year in the head, a jabatan of the catalogue by
    name, and, where several have that name, the one whose indikator stand in the sheet.
    """
    if not _tampak_formulir(sheet):
        return None
    texts = {
        at: sama(isi.nilai)
        for at, isi in sheet.sel.items()
        if isinstance(isi.nilai, str) and len(isi.nilai) <= BATAS_TEKS_SEL
    }
    columns, header = _kepala(texts, katalog)
    if not columns.keys() >= _KOLOM_PERLU or not _kantor_ini(texts, katalog, header):
        return None
    head = _baris_kepala(texts, columns, header)
    name = texts.get((head.get(BARIS_JABATAN, _TIDAK_ADA), columns[KOLOM_ISIAN_KEPALA]), "")
    below = {
        row: text
        for (row, column), text in sorted(texts.items())
        if row > header and column == columns["indikator"]
    }
    found = [(form, _cocokkan(form, below)) for form in forms.values() if sama(form.jabatan.nama) == name]
    found.sort(key=lambda item: len(item[1]), reverse=True)
    if not found or not found[0][1] or (len(found) > 1 and len(found[0][1]) == len(found[1][1])):
        return None
    form, rows = found[0]
    rows |= {row_id: row for row_id, row in head.items() if row_id != BARIS_JABATAN}
    anchor = Jangkar(header, _TIDAK_ADA, identitas(katalog, form.jabatan.id))
    return form, Letak(rows, columns, (), ()), anchor


def _tampak_formulir(sheet: LembarSel) -> bool:
    """A form that is plainly there shows most of its titles; a foreign sheet does not."""
    texts = (isi.nilai for isi in sheet.sel.values())
    return len({form for text in texts if isinstance(text, str) and (form := _judul(text))}) >= _CUKUP_JUDUL


def _judul(text: str) -> str:
    form = sama(text) if len(text) <= _JUDUL_TERPANJANG else ""
    return form if form in _JUDUL else ""


def _kepala(texts: Mapping[tuple[int, int], str], katalog: Katalog) -> tuple[dict[str, int], int]:
    """Columns by field key, and the row of the header: the row with most of the form's titles."""
    fields = form_fields(katalog.kantor.rincian_target.jumlah_periode)
    keys = {sama(f.title): f.key for f in fields if not f.hidden}
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), text in sorted(texts.items()):
        if text in keys:
            by_row.setdefault(row, {}).setdefault(keys[text], column)
    header = max(by_row, key=lambda row: len(by_row[row]), default=_TIDAK_ADA)
    return by_row.get(header, {}), header


def _kantor_ini(texts: Mapping[tuple[int, int], str], katalog: Katalog, header: int) -> bool:
    above = {text for (row, _), text in texts.items() if row < header}
    return {sama(judul(katalog.kantor)), sama(kop(katalog.kantor))} <= above


def _baris_kepala(
    texts: Mapping[tuple[int, int], str], columns: Mapping[str, int], header: int
) -> dict[str, int]:
    """Rows of the head's entries by row id, found by their labels."""
    labels = {sama(LABEL_KEPALA[row_id]): row_id for row_id in (BARIS_JABATAN, BARIS_NAMA, BARIS_NIP)}
    return {
        labels[text]: row
        for (row, column), text in texts.items()
        if row < header and column == columns[KOLOM_LABEL_KEPALA] and text in labels
    }


def _cocokkan(form: JabatanForm, below: Mapping[int, str]) -> dict[str, int]:
    """Row of each indikator by its text; of equal texts the first row goes to the first indikator."""
    free = dict(below)
    rows = {}
    for item in form.indikator:
        row = next((r for r, text in free.items() if text == sama(item.indikator)), None)
        if row is not None:
            rows[item.id] = row
            del free[row]
    return rows
