"""Cells -> the form's own words: a sheet is known by its hidden ids, wherever its rows and columns went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.identity import Identitas, baca_identitas, kode_kantor
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, JabatanForm
from iki_xl.form.layout import KOLOM_ID, KOLOM_ISIAN_KEPALA, alamat
from iki_xl.form.reading import Isi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.collect.cells import LembarSel

Sel = tuple[str, str]
_KEPALA: tuple[Sel, ...] = ((BARIS_NAMA, KOLOM_ISIAN_KEPALA), (BARIS_NIP, KOLOM_ISIAN_KEPALA))


@dataclass(frozen=True, slots=True)
class SelIsian:
    """One cell of the form as it came back: where it stands now, and what is in it."""

    baris: str
    kolom: str
    alamat: str
    isi: Isi


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


@dataclass(frozen=True, slots=True)
class _Jangkar:
    """Where the hidden key row and id column stand, and which sheet this is."""

    baris: int
    kolom: int
    identitas: Identitas


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
    rows, repeated = _baris_menurut_id(sheet, anchor)
    columns = {
        str(sheet.sel[at].nilai): at[1] for at in sheet.sel if at[0] == anchor.baris and at[1] != anchor.kolom
    }
    result = LembarIsian(
        berkas, sheet.nama, anchor.identitas, form, _sel_menurut_form(sheet, form, rows, columns)
    )
    said = [
        *_kata_bentuk(result, rows, columns, tempat),
        *(temuan("B11", tempat, id=i, baris=rows[i] + 1) for i in repeated),
    ]
    return result, tuple(said)


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


def _baris_menurut_id(sheet: LembarSel, anchor: _Jangkar) -> tuple[dict[str, int], list[str]]:
    """Return row id -> row, the first one where an id stands twice, and the ids that do."""
    rows: dict[str, int] = {}
    repeated = []
    for (row, column), isi in sorted(sheet.sel.items()):
        if column != anchor.kolom or row == anchor.baris or isi.nilai is None:
            continue
        row_id = str(isi.nilai).strip()
        if row_id in rows:
            repeated.append(row_id)
        else:
            rows[row_id] = row
    return rows, repeated


def _sel_menurut_form(
    sheet: LembarSel, form: JabatanForm, rows: Mapping[str, int], columns: Mapping[str, int]
) -> dict[Sel, SelIsian]:
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


def _kata_bentuk(
    lembar: LembarIsian, rows: Mapping[str, int], columns: Mapping[str, int], tempat: Tempat
) -> Iterator[Temuan]:
    """What of the form itself was changed: columns, rows, locked texts, the template's age."""
    form = lembar.form
    if lembar.identitas.sidik != form.katalog.sidik:
        yield temuan("B05", tempat)
    for item in form.layout.fields:
        if not item.hidden and item.key not in columns:
            yield temuan("B13", tempat, nama=item.title)
    known = {i.id for i in form.indikator}
    for item_id in known - rows.keys():
        yield temuan("B10", tempat, id=item_id)
    for row_id in rows.keys() - known:
        if not row_id.startswith("#"):
            place = Tempat(
                tempat.berkas,
                tempat.lembar,
                alamat(rows[row_id], columns.get("no", 0)),
                tempat.id_jabatan,
                row_id,
            )
            yield temuan("B09", place, id=row_id)
    if lembar.identitas.sidik == form.katalog.sidik:
        yield from _kata_terkunci(lembar)


def _kata_terkunci(lembar: LembarIsian) -> Iterator[Temuan]:
    """Locked cells that no longer say what the catalogue says (spec section 6, point 6)."""
    for (row_id, key), original in lembar.form.nilai_tetap.items():
        cell = lembar.sel.get((row_id, key))
        if cell is None or key == "no" or (row_id, key) in _KEPALA:
            continue
        shown = cell.isi.nilai
        merged_away = key == "sasaran" and shown is None
        same = shown == original or str(shown or "").strip() == str(original).strip()
        if not merged_away and not same:
            yield temuan("B12", lembar.tempat(row_id, key), cell.isi.terlihat(), asli=original)
