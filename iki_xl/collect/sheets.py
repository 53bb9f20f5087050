"""Cells -> the form's own words: a sheet is known by its hidden ids, wherever its rows and columns went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.identity import Identitas, baca_identitas, kode_kantor
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, JabatanForm
from iki_xl.form.layout import KOLOM_ID, KOLOM_ISIAN_KEPALA, Kelompok, Kind, alamat
from iki_xl.form.reading import Isi
from iki_xl.nip import rapikan_nip, sebab_nip_tidak_sah

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.collect.cells import LembarSel
    from iki_xl.form.jabatan import Nilai
    from iki_xl.form.layout import Field

Sel = tuple[str, str]
# Sheets of a template that hold no entries: the guide, the findings of a copy to mend, the hidden ones.
_LEMBAR_TEMPLAT = {"Petunjuk", "Temuan", "_daftar", "_iki"}
_KEPALA: tuple[Sel, ...] = ((BARIS_NAMA, KOLOM_ISIAN_KEPALA), (BARIS_NIP, KOLOM_ISIAN_KEPALA))


@dataclass(frozen=True, slots=True)
class SelIsian:
    """One cell of the form as it came back: where it stands now, and what is in it."""

    baris: str
    kolom: str
    alamat: str
    isi: Isi

    @property
    def tertulis(self) -> str:
        """What stands in the cell, "" when it is blank or holds only spaces."""
        return self.isi.terlihat().strip()


@dataclass(frozen=True, slots=True)
class LembarIsian:
    """One jabatan's sheet as it came back: every cell of the form, input or not, by (row id, field key)."""

    berkas: str
    nama: str
    identitas: Identitas
    form: JabatanForm
    sel: Mapping[Sel, SelIsian]

    def tempat(self, baris: str, kolom: str) -> Tempat:
        """Where a cell stands in the returned workbook."""
        id_indikator = "" if baris.startswith("#") else baris
        found = self.sel.get((baris, kolom))
        return Tempat(
            self.berkas, self.nama, found.alamat if found else "", self.form.jabatan.id, id_indikator
        )

    def masukan(self) -> Iterator[SelIsian]:
        """The cells that staff fill in, in the form's order; who reports is always read from the sheet."""
        keys = dict.fromkeys((*_KEPALA, *self.form.masukan))
        yield from (self.sel[key] for key in keys if key in self.sel)

    @property
    def terisi(self) -> bool:
        """True when anything was entered below the head: only such a sheet is a return."""
        return any(c.tertulis for c in self.masukan() if not c.baris.startswith("#"))


@dataclass(frozen=True, slots=True)
class _Jangkar:
    """Where the hidden key row and id column stand, and which sheet this is."""

    baris: int
    kolom: int
    identitas: Identitas


@dataclass(frozen=True, slots=True)
class _Letak:
    """Where rows and columns went: id or key -> the first one; and those that repeat one of them."""

    baris: Mapping[str, int]
    kolom: Mapping[str, int]
    baris_ulang: tuple[tuple[str, int], ...]
    kolom_ulang: tuple[tuple[str, int], ...]


def kenali(
    berkas: str, sheet: LembarSel, katalog: Katalog, forms: Mapping[str, JabatanForm]
) -> tuple[LembarIsian | None, tuple[Temuan, ...]]:
    """Return the sheet as a filled form, or None when it is not one of this office; and what to say."""
    anchor = _cari_jangkar(sheet)
    if anchor is None:
        return None, ()
    tempat = Tempat(berkas, sheet.nama, alamat(anchor.baris, anchor.kolom), anchor.identitas.id_jabatan)
    refused = _tolak(anchor.identitas, katalog, forms, tempat)
    if refused:
        return None, (refused,)
    form = forms[anchor.identitas.id_jabatan]
    places = _letak(sheet, anchor)
    result = LembarIsian(berkas, sheet.nama, anchor.identitas, form, _sel_menurut_form(sheet, form, places))
    said = (*_kata_bentuk(result, sheet, places, tempat), *_kata_di_luar(result, sheet, places, anchor))
    return result, said


def tanpa_pengenal(berkas: str, sheet: LembarSel, forms: Mapping[str, JabatanForm]) -> Temuan | None:
    """What to say of a sheet whose marker is not there: it may be an IKI sheet all the same."""
    if sheet.nama in _LEMBAR_TEMPLAT or not any(not isi.kosong for isi in sheet.sel.values()):
        return None
    ids = {BARIS_NAMA, BARIS_NIP}.union(i.id for form in forms.values() for i in form.indikator)
    is_form = any(isinstance(isi.nilai, str) and isi.nilai.strip() in ids for isi in sheet.sel.values())
    return temuan("B17" if is_form else "B18", Tempat(berkas, sheet.nama))


def _cari_jangkar(sheet: LembarSel) -> _Jangkar | None:
    for (row, column), isi in sheet.sel.items():
        if isinstance(isi.nilai, str) and (identity := baca_identitas(isi.nilai)):
            return _Jangkar(row, column, identity)
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


def _letak(sheet: LembarSel, anchor: _Jangkar) -> _Letak:
    """Find the form's rows by the ids in the anchor's column, its columns by the keys in its row."""
    rows, columns = [], []
    for (row, column), isi in sorted(sheet.sel.items()):
        text = "" if isi.nilai is None else str(isi.nilai).strip()
        if text and column == anchor.kolom and row != anchor.baris:
            rows.append((text, row))
        elif text and row == anchor.baris and column != anchor.kolom:
            columns.append((text, column))
    first_rows, first_columns = dict(reversed(rows)), dict(reversed(columns))
    return _Letak(
        first_rows,
        first_columns,
        tuple((name, row) for name, row in rows if first_rows[name] != row),
        tuple((name, column) for name, column in columns if first_columns[name] != column),
    )


def _sel_menurut_form(sheet: LembarSel, form: JabatanForm, places: _Letak) -> dict[Sel, SelIsian]:
    rows, columns = places.baris, places.kolom
    wanted = list(_KEPALA)
    keys = [f.key for f in form.layout.fields if f.key != KOLOM_ID]
    wanted += [(item.id, key) for item in form.indikator for key in keys]
    return {
        (row_id, key): SelIsian(
            row_id,
            key,
            alamat(rows[row_id], columns[key]),
            sheet.sel.get((rows[row_id], columns[key]), Isi()),
        )
        for row_id, key in wanted
        if row_id in rows and key in columns
    }


def _kata_bentuk(lembar: LembarIsian, sheet: LembarSel, places: _Letak, tempat: Tempat) -> Iterator[Temuan]:
    """What of the form itself was changed: columns, rows, locked texts, the template's age."""
    form = lembar.form
    if lembar.identitas.sidik != form.katalog.sidik:
        yield temuan("B05", tempat)
    titles = {f.key: f.title for f in form.layout.fields}
    for item in form.layout.fields:
        if not item.hidden and item.key not in places.kolom:
            yield temuan("B13", tempat, nama=item.title)
    for key, column in places.kolom_ulang:
        first = alamat(0, places.kolom[key]).rstrip("0123456789")
        yield temuan("B15", replace(tempat, sel=alamat(0, column)), nama=titles.get(key, key), kolom=first)
    known = [i.id for i in form.indikator]
    for row_id in known:
        if row_id not in places.baris:
            yield temuan("B10", replace(tempat, id_indikator=row_id), id=row_id)
    gone = [(i, row) for i, row in places.baris.items() if i not in known and not i.startswith("#")]
    for code, rows in (("B09", gone), ("B11", places.baris_ulang)):
        for row_id, row in rows:
            place = replace(
                tempat, sel=alamat(row, places.kolom.get("no", 0)), id_indikator=row_id.lstrip("#")
            )
            entries = _isi_baris(lembar, sheet, places, row) or "(kosong)"
            yield temuan(code, place, entries, id=row_id, baris=places.baris[row_id] + 1)
    yield from _kata_terkunci(lembar)


def _isi_baris(lembar: LembarIsian, sheet: LembarSel, places: _Letak, row: int) -> str:
    """What a row that does not count holds, in words, so that nothing typed is lost."""
    entries = []
    for item in lembar.form.layout.fields:
        at = (row, places.kolom.get(item.key, -1))
        if at in sheet.sel and _kolom_isian(item) and (text := sheet.sel[at].terlihat().strip()):
            entries.append(f"{item.title} {text}")
    return "; ".join(entries)


def _kolom_isian(item: Field) -> bool:
    """True for the columns that staff may fill in, wherever the catalogue leaves them blank."""
    kinds = {Kind.SATUAN, Kind.TIPE, Kind.ANGKA}
    return item.kind in kinds or item.kelompok is Kelompok.PENJELASAN


def _kata_di_luar(
    lembar: LembarIsian, sheet: LembarSel, places: _Letak, anchor: _Jangkar
) -> Iterator[Temuan]:
    """Entries that stand in no row or no column of the form: they do not count, so they are said."""
    fields = lembar.form.layout.fields
    by_row = {row: row_id for row_id, row in places.baris.items() if not row_id.startswith("#")}
    repeated = {row for _, row in places.baris_ulang}
    known = {places.kolom[f.key] for f in fields if f.key in places.kolom} | {anchor.kolom}
    entry = {places.kolom[f.key]: f for f in fields if _kolom_isian(f) and f.key in places.kolom}
    titles = {f.title for f in fields} | {k.value for k in Kelompok}
    first, last = min(by_row, default=0), max(by_row, default=0)
    for (row, column), isi in sheet.sel.items():
        text = isi.terlihat().strip()
        if row <= anchor.baris or row in repeated or not text:
            continue
        # below the table stand notes and the signatures, but nothing where figures go
        beside = column in entry and (first < row < last or entry[column].kind is Kind.ANGKA)
        if column not in known if row in by_row else beside and text not in titles:
            place = Tempat(lembar.berkas, lembar.nama, alamat(row, column), lembar.form.jabatan.id)
            yield temuan("B16", replace(place, id_indikator=by_row.get(row, "")), text)


def _kata_terkunci(lembar: LembarIsian) -> Iterator[Temuan]:
    """Locked cells that do not say what the catalogue says (spec section 6, points 4 and 6).

    In a sheet from an older template only what staff may have entered themselves is compared.
    """
    old = lembar.identitas.sidik != lembar.form.katalog.sidik
    fixed, open_cells = lembar.form.nilai_tetap, lembar.form.terbuka
    for sel, cell in lembar.sel.items():
        original, item = fixed.get(sel, ""), lembar.form.layout.field(cell.kolom)
        if sel in _KEPALA or sel in open_cells or item.kind is Kind.RUMUS or item.key == "no":
            continue
        # of a merged sasaran only the first row has the text
        silent = not cell.tertulis and (old or item.key == "sasaran")
        if not silent and not (old and not _kolom_isian(item)) and not _sama_isi(cell.isi.nilai, original):
            said = Isi(original).terlihat() or "(kosong)"
            yield temuan("B12", lembar.tempat(*sel), cell.isi.terlihat(), asli=said)
    yield from _kata_pemegang(lembar)


def _sama_isi(shown: object, original: Nilai) -> bool:
    if isinstance(shown, bool) or not isinstance(original, str):
        return shown == original and not isinstance(shown, bool)
    return sama("" if shown is None else str(shown)) == sama(original)


def _kata_pemegang(lembar: LembarIsian) -> Iterator[Temuan]:
    """The catalogue knows one holder of the jabatan, and the sheet bears another NIP."""
    person, cell = lembar.form.pegawai, lembar.sel.get((BARIS_NIP, KOLOM_ISIAN_KEPALA))
    typed = cell.isi.nilai if cell else None
    if person is None or not isinstance(typed, str) or sebab_nip_tidak_sah(typed):
        return
    if rapikan_nip(typed) != rapikan_nip(person.nip):
        yield temuan("B19", lembar.tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA), typed, asli=person.nip)
