"""Cells -> the form's own words: a sheet is known by its hidden ids, wherever its rows and columns went."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from iki_xl.catalog import RincianTarget, sama
from iki_xl.catalog.layout import susunan
from iki_xl.collect.beside import say_beside, say_extras
from iki_xl.collect.condense import condense_sheet
from iki_xl.collect.guess import tebak
from iki_xl.collect.merged import merged_entries, say_merged
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
    from collections.abc import Iterable, Mapping, Sequence

    from iki_xl.catalog import Katalog
    from iki_xl.readers.book import BukuSel, Isi, LembarSel

_CATALOG_SHEETS = {sama(part.sheet) for part in susunan(RincianTarget.TAHUNAN)}
# Findings of entries that stand where they do not count.
_ADA_ISIAN = {"B09", "B11", "B16", "B25", "B26", "B30"}
_LONGEST_NAME = 255


def kenali_buku(
    book: BukuSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[list[LembarKembali], list[Temuan]]:
    """Return a workbook's IKI sheets of this office, and what to say of it and of its other sheets.

    Its bytes alone decide: the file's name is filled in later.
    """
    known: list[LembarKembali] = []
    words: list[Temuan] = []
    unknown: list[Temuan] = []
    for cells in map(_bernama_pendek, book.lembar):
        sheet, found = _kenali(cells, katalog, forms)
        words += found
        if sheet is not None:
            known.append(sheet)
        elif not found and (lost := _tanpa_pengenal(cells, forms)):
            unknown.append(lost)
    words += _kata_kosong(known, {t.lembar for t in words if t.kode in _ADA_ISIAN})
    if not known and not words and not any(t.kode == "B17" for t in unknown):
        return [], [temuan("B02", Tempat())]
    if not known and {sama(sheet.nama) for sheet in book.lembar} >= _CATALOG_SHEETS:
        return [], [temuan("B36", Tempat())]
    identity = next((s for s in book.lembar if sama(s.nama) == sama(LEMBAR_IDENTITAS)), None)
    if known:
        words += say_extras(book)
        words += [t for sheet in book.lembar if is_template_sheet(sheet.nama) for t in say_beside(sheet)]
    if identity and known:
        words += kata_hilang(identity, {s.form.jabatan.id for s in known}, katalog)
    return known, words + unknown


def _bernama_pendek(sheet: LembarSel) -> LembarSel:
    """Every finding repeats its sheet's name: no program that people have writes such a long one."""
    return replace(sheet, nama=sheet.nama[:_LONGEST_NAME]) if len(sheet.nama) > _LONGEST_NAME else sheet


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
    return _lembar(sheet, form, _letak(sheet, anchor, form), anchor)


def _lembar(
    sheet: LembarSel, form: JabatanForm, places: Letak, anchor: Jangkar
) -> tuple[LembarKembali, tuple[Temuan, ...]]:
    """Return a sheet by the form's own words, without what merged cells hide; and what to say of it."""
    merged = merged_entries(sheet, form, places)
    cells = isi_menurut_form(sheet, form, places)
    for sel in merged.hidden:
        cells.pop(sel, None)
    result = LembarKembali("", sheet.nama, anchor.identitas.sidik, form, places, cells)
    words = chain(
        kata_bentuk(result, sheet, places, anchor),
        say_merged(result, sheet, merged),
        say_beside(sheet, result),
    )

    def input_cells() -> set[str]:
        return {result.alamat(*sel) for sel in form.sel_isian}

    return result, tuple(condense_sheet(words, input_cells))


def _kenali_dari_teks(
    sheet: LembarSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[LembarKembali | None, tuple[Temuan, ...]]:
    guess = None if is_template_sheet(sheet.nama) else tebak(sheet, katalog, forms)
    if guess is None:
        return None, ()
    form, places, anchor = guess
    result, words = _lembar(sheet, form, places, anchor)
    told = temuan("B20", Tempat("", sheet.nama, "", form.jabatan.id), jabatan=form.jabatan.nama)
    return result, (told, *words)


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
            said.append(temuan("B14", Tempat("", sheet.nama, "", sheet.form.jabatan.id), "; ".join(head)))
    if known and not said and not elsewhere and not any(sheet.terisi for sheet in known):
        said.append(temuan("B14", Tempat("", known[0].nama, "", known[0].form.jabatan.id)))
    return said


def _key(isi: Isi) -> str:
    """Return a cell's text, "" for none; ids are hidden, so that a line through them strikes nothing out."""
    return isi.nilai if isinstance(isi.nilai, str) else isi.struck


def _cari_jangkar(sheet: LembarSel, katalog: Katalog) -> Jangkar | None:
    for (row, column), isi in sheet.sel.items():
        value = _key(isi)
        if "iki-xl" in value and (identity := baca_identitas(value)):
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
    """Find the form's rows by the ids in the anchor's column, its columns by the keys in its row.

    Another text in the anchor's column is a row's id only where that row stands below and holds something of
    a table: what a program writes above or below the form is none.
    """
    rows, columns = [], []
    for (row, column), isi in sheet.sel.items():
        if (column == anchor.kolom) == (row == anchor.baris):
            continue
        text = _key(isi).strip()
        if text and column == anchor.kolom:
            rows.append((form.own_row_id(text), row))
        elif text:
            columns.append((form.own_key(text), column))
    columns.sort(key=itemgetter(1))
    first_columns = _yang_pertama(columns)
    of_form = [first_columns[key] for key in form.kunci_kolom if key in first_columns]
    rows = [
        (name, row)
        for name, row in sorted(rows, key=itemgetter(1))
        if name in form.layout.rows
        or (row > anchor.baris and any((row, column) in sheet.sel for column in of_form))
    ]
    first_rows = _yang_pertama(rows)
    return Letak(
        first_rows,
        first_columns,
        tuple((name, row) for name, row in rows if first_rows[name] != row),
        tuple((name, column) for name, column in columns if first_columns[name] != column),
    )


def _yang_pertama(places: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The first place of each name, in order."""
    first: dict[str, int] = {}
    for name, at in places:
        first.setdefault(name, at)
    return first
