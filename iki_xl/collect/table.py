"""A returned sheet -> typed values: every filled input cell, read once (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.catalog import PERSENTASE, sama
from iki_xl.findings import Temuan, Tingkat, temuan
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, SEL_KEPALA
from iki_xl.form.layout import Kelompok, Kind
from iki_xl.tables import KOLOM_REALISASI
from iki_xl.typed import Terbaca, baca_angka, baca_nip, baca_teks, with_address, with_struck

if TYPE_CHECKING:
    from iki_xl.catalog import Referensi
    from iki_xl.collect.returned import LembarKembali
    from iki_xl.form.jabatan import JabatanForm, Sel
    from iki_xl.readers.book import Isi

Nilai = float | str
# Who reports: missing is serious where several people hold the jabatan.
_IDENTITAS = {BARIS_NAMA: "Nama", BARIS_NIP: "NIP"}


@dataclass(slots=True)
class Tuang:
    """What pandera is to check of one sheet, one entry a check: the cell, the schema's column, the value.

    Columns: `angka`, `persen` (the number where the satuan is Persentase), `satuan`, `tipe`, and `ada_*`
    (1 filled, 0 missing).
    """

    sel: list[Sel] = field(default_factory=list)
    kolom: list[str] = field(default_factory=list)
    nilai: list[Nilai] = field(default_factory=list)

    def tambah(self, sel: Sel, kolom: str, nilai: Nilai) -> None:
        """Add one entry."""
        self.sel.append(sel)
        self.kolom.append(kolom)
        self.nilai.append(nilai)


@dataclass(frozen=True, slots=True)
class Isian:
    """A sheet after casting: what each filled cell was read as, what pandera is to check, what to say.

    `tidak_sah` are the cells that could not be read.
    """

    nilai: dict[Sel, Nilai]
    tuang: Tuang
    temuan: tuple[Temuan, ...]
    tidak_sah: frozenset[Sel]


def susun_isian(sheet: LembarKembali) -> Isian:
    """Cast every filled input cell of a sheet."""
    form = sheet.form
    units = {item.id: _unit(sheet, item.id) for item in form.indikator}
    values: dict[Sel, Nilai] = {}
    said: list[Temuan] = []
    invalid: set[Sel] = set()
    for sel, isi in sheet.masukan():
        read = with_struck(_baca(form, sel, isi, units.get(sel[0], "")), isi)
        if read.nilai is not None:
            values[sel] = read.nilai
        for note in read.catatan:
            shown = "(gambar)" if isi.picture else isi.terlihat()
            seen = shown if note.nilai is None else note.nilai
            found = temuan(note.kode, sheet.tempat(*sel), seen, **note.isi)
            said.append(found)
            if found.tingkat is Tingkat.GALAT:
                invalid.add(sel)
    pour = Tuang()
    _tuang_nilai(pour, form, values)
    _tuang_wajib(pour, sheet, values)
    return Isian(values, pour, tuple(said), frozenset(invalid))


def satuan_baris(form: JabatanForm, row_id: str, typed: object) -> str:
    """The satuan of a row in the list's spelling: the catalogue's, else the one typed; "" when unknown."""
    text = form.nilai_tetap.get((row_id, "satuan")) or typed
    return form.katalog.referensi.cari_satuan(text) or "" if isinstance(text, str) else ""


def _unit(sheet: LembarKembali, row_id: str) -> str:
    """Return the satuan by which a row's figures are read; `PERSENTASE` however it is spelt."""
    typed = sheet.isi.get((row_id, "satuan"))
    satuan = satuan_baris(sheet.form, row_id, typed and typed.nilai)
    return PERSENTASE if _persen(satuan) else satuan


def _baca(form: JabatanForm, sel: Sel, isi: Isi, satuan: str) -> Terbaca:
    read = _baca_isi(form, sel, isi, satuan)
    if not isi.link or isi.picture:
        return read
    kept = form.layout.field(sel[1]).kelompok is Kelompok.PENJELASAN
    return with_address(read, isi.link, kept=kept)


def _baca_isi(form: JabatanForm, sel: Sel, isi: Isi, satuan: str) -> Terbaca:
    kind = form.jenis_isian[sel]
    if kind is Kind.ANGKA:
        return baca_angka(isi, satuan)
    if kind is Kind.NIP:
        return baca_nip(isi)
    read = baca_teks(isi)
    if isinstance(read.nilai, str) and (kind is Kind.SATUAN or kind is Kind.TIPE):
        return Terbaca(_ejaan_daftar(read.nilai, kind, form.katalog.referensi), read.catatan)
    return read


def _persen(satuan: str) -> bool:
    return sama(satuan) == sama(PERSENTASE)


def _ejaan_daftar(text: str, kind: Kind, referensi: Referensi) -> str:
    """The list's own spelling where the text is in the list, else the text as typed."""
    if kind is Kind.SATUAN:
        return referensi.cari_satuan(text) or text
    tipe = referensi.cari_tipe(text)
    return tipe.nama if tipe else text


def _tuang_nilai(pour: Tuang, form: JabatanForm, values: dict[Sel, Nilai]) -> None:
    at_most_100 = not form.katalog.referensi.persentase_di_atas_100
    given = {
        item.id: form.nilai_tetap.get((item.id, "satuan")) or values.get((item.id, "satuan"), "")
        for item in form.indikator
    }
    percent = {row_id for row_id, satuan in given.items() if at_most_100 and _persen(str(satuan))}
    for sel, value in values.items():
        kind = form.jenis_isian[sel]
        if kind is Kind.SATUAN or kind is Kind.TIPE:
            pour.tambah(sel, kind.value, value)
        elif kind is Kind.ANGKA:
            pour.tambah(sel, "angka", value)
            if sel[0] in percent:
                pour.tambah(sel, "persen", value)


def _tuang_wajib(pour: Tuang, sheet: LembarKembali, values: dict[Sel, Nilai]) -> None:
    """Cells that must be there: satuan and tipe once realisasi is, who reports once anything is."""
    form = sheet.form
    filled = [i.id for i in form.indikator if any((i.id, k) in values for k in KOLOM_REALISASI)]
    for row_id in filled:
        for key, column in (("tipe_perhitungan", "ada_tipe"), ("satuan", "ada_satuan")):
            if (row_id, key) not in form.nilai_tetap:
                pour.tambah((row_id, key), column, float(bool(sheet.tertulis((row_id, key)))))
    if sheet.terisi:
        several = len(form.katalog.pegawai_dari(form.jabatan.id)) > 1
        column = "ada_identitas_wajib" if several else "ada_identitas"
        for sel in SEL_KEPALA:
            pour.tambah(sel, column, float(bool(sheet.tertulis(sel))))


def nama_identitas(row_id: str) -> str:
    """What the head's entry is called: Nama or NIP."""
    return _IDENTITAS.get(row_id, "")
