"""Cells -> the form's own words: a sheet is known by its hidden ids, wherever its rows and columns went."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.guess import tebak
from iki_xl.collect.returned import Jangkar, LembarKembali, Letak, isi_menurut_form
from iki_xl.collect.shape import kata_bentuk, kata_hilang
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.identity import (
    LEMBAR_IDENTITAS,
    Identitas,
    baca_identitas,
    is_template_sheet,
    kode_kantor,
)
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, SEL_KEPALA, JabatanForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iki_xl.catalog import Katalog
    from iki_xl.readers.book import BukuSel, LembarSel

# Findings of entries that stand where they do not count.
_ADA_ISIAN = {"B09", "B11", "B16", "B25", "B26"}


def kenali_buku(
    book: BukuSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[list[LembarKembali], list[Temuan]]:
    """Return a workbook's IKI sheets of this office, and what to say of it and of its other sheets.

    Its bytes alone decide: the file's name is filled in later.
    """
    known: list[LembarKembali] = []
    words: list[Temuan] = []
    unknown: list[Temuan] = []
    for cells in book.lembar:
        sheet, found = _kenali(cells, katalog, forms)
        words += found
        if sheet is not None:
            known.append(sheet)
        elif not found and (lost := _tanpa_pengenal(cells, forms)):
            unknown.append(lost)
    words += _kata_kosong(known, {t.lembar for t in words if t.kode in _ADA_ISIAN})
    if not known and not words and not any(t.kode == "B17" for t in unknown):
        return [], [temuan("B02", Tempat())]
    identity = next((s for s in book.lembar if sama(s.nama) == sama(LEMBAR_IDENTITAS)), None)
    if identity and known:
        words += kata_hilang(identity, {s.form.jabatan.id for s in known}, katalog)
    return known, words + unknown


def _kenali(
    sheet: LembarSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[LembarKembali | None, tuple[Temuan, ...]]:
    anchor = _cari_jangkar(sheet, katalog)
    if anchor is None:
        return _kenali_dari_teks(sheet, katalog, forms)
    tempat = Tempat("", sheet.nama, "", anchor.identitas.id_jabatan)
    refused = _tolak(anchor.identitas, katalog, forms, tempat)
    if refused:
        return None, (refused,)
    form = forms[anchor.identitas.id_jabatan]
    places = _letak(sheet, anchor, form)
    result = _lembar(sheet, form, places, anchor)
    return result, tuple(kata_bentuk(result, sheet, places, anchor))


def _lembar(sheet: LembarSel, form: JabatanForm, places: Letak, anchor: Jangkar) -> LembarKembali:
    cells = isi_menurut_form(sheet, form, places)
    return LembarKembali("", sheet.nama, anchor.identitas.sidik, form, places, cells)


def _kenali_dari_teks(
    sheet: LembarSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[LembarKembali | None, tuple[Temuan, ...]]:
    guess = None if is_template_sheet(sheet.nama) else tebak(sheet, katalog, forms)
    if guess is None:
        return None, ()
    form, places, anchor = guess
    result = _lembar(sheet, form, places, anchor)
    told = temuan("B20", Tempat("", sheet.nama, "", form.jabatan.id), jabatan=form.jabatan.nama)
    return result, (told, *kata_bentuk(result, sheet, places, anchor))


def _tanpa_pengenal(sheet: LembarSel, forms: Mapping[str, JabatanForm]) -> Temuan | None:
    """What to say of a sheet that is not known: it may be an IKI sheet all the same."""
    if is_template_sheet(sheet.nama) or not any(not isi.kosong for isi in sheet.sel.values()):
        return None
    ids = {BARIS_NAMA, BARIS_NIP}.union(i.id for form in forms.values() for i in form.indikator)
    is_form = any(isinstance(isi.nilai, str) and isi.nilai.strip() in ids for isi in sheet.sel.values())
    return temuan("B17" if is_form else "B18", Tempat("", sheet.nama))


def _kata_kosong(known: Sequence[LembarKembali], elsewhere: set[str]) -> list[Temuan]:
    """Blank sheets in which somebody wrote a name; or once, when the whole workbook is blank.

    `elsewhere` are the sheets whose entries stand where they do not count: those are not blank.
    """
    said = []
    for sheet in known:
        asked = [sel for sel in SEL_KEPALA if sel in sheet.form.terbuka]
        head = [text for sel in asked if (text := sheet.tertulis(sel))]
        if head and not sheet.terisi and sheet.nama not in elsewhere:
            said.append(temuan("B14", Tempat("", sheet.nama), "; ".join(head)))
    if known and not said and not elsewhere and not any(sheet.terisi for sheet in known):
        said.append(temuan("B14", Tempat("", known[0].nama)))
    return said


def _cari_jangkar(sheet: LembarSel, katalog: Katalog) -> Jangkar | None:
    for (row, column), isi in sheet.sel.items():
        value = isi.nilai
        if isinstance(value, str) and "iki-xl" in value and (identity := baca_identitas(value)):
            jabatan = katalog.find_jabatan(identity.id_jabatan)
            own = replace(identity, id_jabatan=jabatan.id) if jabatan else identity
            return Jangkar(row, column, own)
    return None


def _tolak(
    identity: Identitas, katalog: Katalog, forms: Mapping[str, JabatanForm], tempat: Tempat
) -> Temuan | None:
    if identity.kantor != kode_kantor(katalog):
        return temuan("B03", tempat)
    if identity.tahun != katalog.kantor.tahun:
        return temuan("B04", tempat, tahun=identity.tahun, tahun_ini=katalog.kantor.tahun)
    if identity.id_jabatan not in forms:
        return temuan("B08", tempat, id=identity.id_jabatan)
    return None


def _letak(sheet: LembarSel, anchor: Jangkar, form: JabatanForm) -> Letak:
    """Find the form's rows by the ids in the anchor's column, its columns by the keys in its row."""
    rows, columns = [], []
    for (row, column), isi in sheet.sel.items():
        if (column == anchor.kolom) == (row == anchor.baris) or not isinstance(isi.nilai, str):
            continue
        text = isi.nilai.strip()
        if text and column == anchor.kolom:
            rows.append((form.own_row_id(text), row))
        elif text:
            columns.append((form.own_key(text), column))
    rows.sort(key=itemgetter(1))
    columns.sort(key=itemgetter(1))
    first_rows, first_columns = dict(reversed(rows)), dict(reversed(columns))
    return Letak(
        first_rows,
        first_columns,
        tuple((name, row) for name, row in rows if first_rows[name] != row),
        tuple((name, column) for name, column in columns if first_columns[name] != column),
    )
