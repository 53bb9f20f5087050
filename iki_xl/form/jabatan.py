"""The IKI form of one jabatan: its layout, what the catalogue writes into it, what staff may enter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.form.identity import Identitas, identitas
from iki_xl.form.layout import KOLOM_ID, KOLOM_ISIAN_KEPALA, Kelompok, Kind, SheetLayout, form_fields
from iki_xl.form.names import nama_lembar
from iki_xl.tables import kolom_target_periode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Indikator, Jabatan, Kantor, Katalog, Pegawai, Penandatangan

BARIS_KUNCI = "#kunci"
BARIS_JUDUL = "#judul"
BARIS_JABATAN = "#jabatan"
BARIS_NAMA = "#nama"
BARIS_NIP = "#nip"
BARIS_GRUP = "#grup"
BARIS_KEPALA = "#kepala"
# The hidden cell with the month that the sheet's figures reach to: in this row, in the column `terisi`.
BARIS_BULAN = BARIS_NIP
SEL_LABEL_BULAN = (BARIS_BULAN, "capaian")
# Signature block: place and date, jabatan, room to sign, nama, pangkat, NIP.
BARIS_TANDA_TANGAN = (
    "#ttd-jeda",
    "#ttd-tempat",
    "#ttd-jabatan",
    "#ttd-ruang",
    "#ttd-nama",
    "#ttd-pangkat",
    "#ttd-nip",
)
_BARIS_ATAS = (
    BARIS_KUNCI,
    BARIS_JUDUL,
    BARIS_JABATAN,
    BARIS_NAMA,
    BARIS_NIP,
    BARIS_GRUP,
    BARIS_KEPALA,
)
LABEL_KEPALA = {BARIS_JABATAN: "JABATAN", BARIS_NAMA: "NAMA PEGAWAI", BARIS_NIP: "NIP"}
# Columns that staff fill in wherever the catalogue leaves them blank, and those always theirs.
_ISIAN_BILA_KOSONG = ("satuan", "tipe_perhitungan", "target")
_PENJELASAN = ("kendala", "tindak_lanjut", "bukti_dukung")

PESAN = "Isi hanya sel berwarna kuning. Bulan yang belum dilaporkan dikosongkan; ketik 0 bila nihil."
TITIK_TITIK = "." * 40

Nilai = str | float | None
Sel = tuple[str, str]
# Who reports.
SEL_KEPALA: tuple[Sel, ...] = ((BARIS_NAMA, KOLOM_ISIAN_KEPALA), (BARIS_NIP, KOLOM_ISIAN_KEPALA))


@dataclass(frozen=True, slots=True)
class Atasan:
    """Who signs as the superior: jabatan in words, and the person where known."""

    jabatan: str
    nama: str = ""
    pangkat_golongan: str = ""
    nip: str = ""


@dataclass(frozen=True)
class JabatanForm:
    """One jabatan's sheet: everything a writer or a reader needs to know about it."""

    katalog: Katalog
    jabatan: Jabatan
    pegawai: Pegawai | None
    nama_lembar: str

    @cached_property
    def identitas(self) -> Identitas:
        return identitas(self.katalog, self.jabatan.id)

    @cached_property
    def indikator(self) -> tuple[Indikator, ...]:
        return self.katalog.indikator_dari(self.jabatan.id)

    @cached_property
    def layout(self) -> SheetLayout:
        jumlah = self.katalog.kantor.rincian_target.jumlah_periode
        below = (*(row_id for row_id, _ in self.bagian_bawah), *BARIS_TANDA_TANGAN)
        rows = (*_BARIS_ATAS, *(i.id for i in self.indikator), *below)
        return SheetLayout(form_fields(jumlah), rows)

    def own_row_id(self, text: str) -> str:
        """Return a row id in the form's or the catalogue's spelling; as it is where neither knows it."""
        if text in self.layout.rows:
            return text
        found = self.katalog.find_indikator(text)
        return found.id if found else self._row_spelling.get(sama(text), text)

    def own_key(self, text: str) -> str:
        """Return a field key in the form's spelling; the text itself where it is none."""
        return text if text in self.layout.columns else self._key_spelling.get(sama(text), text)

    @cached_property
    def _row_spelling(self) -> dict[str, str]:
        return {sama(row_id): row_id for row_id in self.layout.rows}

    @cached_property
    def _key_spelling(self) -> dict[str, str]:
        return {sama(key): key for key in self.layout.columns}

    @cached_property
    def bagian_bawah(self) -> tuple[tuple[str, str], ...]:
        """Rows below the table as (row id, text): notes, TUGAS and FUNGSI in full."""
        return tuple(_bagian_bawah(self.jabatan, bool(self.indikator)))

    @cached_property
    def nilai_tetap(self) -> dict[tuple[str, str], Nilai]:
        """What the catalogue writes, as (row id, field key) -> value; absent or blank is not there."""
        fixed: dict[tuple[str, str], Nilai] = {(BARIS_JABATAN, KOLOM_ISIAN_KEPALA): self.jabatan.nama}
        if self.pegawai:
            fixed[BARIS_NAMA, KOLOM_ISIAN_KEPALA] = self.pegawai.nama
            fixed[BARIS_NIP, KOLOM_ISIAN_KEPALA] = self.pegawai.nip
        for number, item in enumerate(self.indikator, start=1):
            for key, value in _nilai_indikator(item, self.katalog).items():
                if value not in {"", None}:
                    fixed[item.id, key] = value
            fixed[item.id, "no"] = str(number)
        return fixed

    @cached_property
    def masukan(self) -> tuple[tuple[str, str], ...]:
        """Cells that staff may enter, as (row id, field key), in reading order."""
        head = tuple(
            (row_id, KOLOM_ISIAN_KEPALA)
            for row_id in (BARIS_NAMA, BARIS_NIP)
            if (row_id, KOLOM_ISIAN_KEPALA) not in self.nilai_tetap
        )
        keys = (
            *_ISIAN_BILA_KOSONG,
            *(k for k in self.layout.keys(Kelompok.TARGET) if k != "target"),
            *self.layout.keys(Kelompok.REALISASI),
            *_PENJELASAN,
        )
        return head + tuple(
            (item.id, key)
            for item in self.indikator
            for key in keys
            if (item.id, key) not in self.nilai_tetap
        )

    @cached_property
    def terbuka(self) -> frozenset[tuple[str, str]]:
        """The same cells as a set: the ones that are not locked."""
        return frozenset(self.masukan)

    @cached_property
    def sel_isian(self) -> tuple[Sel, ...]:
        """The same cells behind those that say who reports: these are read even where the catalogue knows."""
        return tuple(dict.fromkeys((*SEL_KEPALA, *self.masukan)))

    @cached_property
    def kunci_kolom(self) -> tuple[str, ...]:
        """Keys of the columns in which a row of the table has cells."""
        return tuple(field.key for field in self.layout.fields if field.key != KOLOM_ID)

    @cached_property
    def terkunci(self) -> tuple[tuple[Sel, Nilai], ...]:
        """The locked cells of the table and what the catalogue writes there, "" for nothing."""
        texts = [
            f.key for f in self.layout.fields if f.kind is not Kind.RUMUS and f.key not in {KOLOM_ID, "no"}
        ]
        cells = ((item.id, key) for item in self.indikator for key in texts)
        return tuple((sel, self.nilai_tetap.get(sel, "")) for sel in cells if sel not in self.terbuka)

    @cached_property
    def sel_rumus(self) -> tuple[Sel, ...]:
        """The cells of the table that hold formulas."""
        keys = [f.key for f in self.layout.fields if f.kind is Kind.RUMUS]
        return tuple((item.id, key) for item in self.indikator for key in keys)

    @cached_property
    def jenis_isian(self) -> dict[Sel, Kind]:
        """Kind of each cell of `sel_isian`."""
        return {sel: self.kind(*sel) for sel in self.sel_isian}

    def kind(self, row_id: str, key: str) -> Kind:
        """Kind of a cell: that of its field, or of the head's entries."""
        if row_id == BARIS_NIP:
            return Kind.NIP
        return Kind.TEKS if row_id == BARIS_NAMA else self.layout.field(key).kind

    @cached_property
    def tanda_tangan(self) -> tuple[dict[str, str], dict[str, str]]:
        """Signature block as row id -> text: the superior's side, and the pegawai's.

        Nama and NIP of the pegawai are not in it: they are formulas on the head's entries.
        """
        _, tempat, jabatan, _, nama, pangkat, nip = BARIS_TANDA_TANGAN
        kantor, atasan = self.katalog.kantor, self.atasan
        left = {
            tempat: "Mengetahui,",
            jabatan: atasan.jabatan,
            nama: atasan.nama or TITIK_TITIK,
            pangkat: atasan.pangkat_golongan,
            nip: f"NIP {atasan.nip or TITIK_TITIK}",
        }
        right = {
            tempat: f"{kantor.tempat or '.' * 20}, {'.' * 36}",
            jabatan: self.jabatan.nama,
            pangkat: self.pegawai.pangkat_golongan if self.pegawai else "",
        }
        return left, right

    @cached_property
    def keterangan(self) -> dict[Sel, str]:
        """What else stands in the head, by (row id, field key)."""
        kantor = self.katalog.kantor
        texts = {
            (BARIS_JUDUL, "no"): judul(kantor),
            (BARIS_JUDUL, "tipe_perhitungan"): kop(kantor),
            (BARIS_NAMA, "satuan"): PESAN,
            SEL_LABEL_BULAN: "dihitung s.d. bulan",
        }
        if kantor.batas_lapor:
            texts[BARIS_NIP, "satuan"] = f"Batas lapor: {kantor.batas_lapor}"
        return texts

    @cached_property
    def teks_sekitar(self) -> frozenset[str]:
        """Every text that the form itself shows outside the table: what else stands there was typed."""
        texts = {*LABEL_KEPALA.values(), *self.keterangan.values()}
        texts |= {f.title for f in self.layout.fields} | {k.value for k in Kelompok}
        texts |= {text for _, text in self.bagian_bawah}
        for side in self.tanda_tangan:
            texts |= set(side.values())
        return frozenset(texts)

    @cached_property
    def bentuk_sekitar(self) -> frozenset[str]:
        """The same texts as texts are compared: without case and double spaces."""
        return frozenset(sama(text) for text in self.teks_sekitar)

    @cached_property
    def atasan(self) -> Atasan:
        """Who signs as the superior of this jabatan."""
        if not self.jabatan.atasan:
            head = self.katalog.kantor.penandatangan
            return _kepala(head, self.jabatan.atasan_luar)
        superior = self.katalog.jabatan_menurut_id[self.jabatan.atasan]
        people = self.katalog.pegawai_dari(superior.id)
        if len(people) != 1:
            return Atasan(superior.nama)
        return Atasan(superior.nama, people[0].nama, people[0].pangkat_golongan, people[0].nip)


def judul(kantor: Kantor) -> str:
    """Return the sheet's title."""
    return f"INDIKATOR KINERJA INDIVIDU TAHUN {kantor.tahun}"


def kop(kantor: Kantor) -> str:
    """Return the office's name as the sheet shows it."""
    return f"{kantor.nama}, {kantor.pemda}"


def _kepala(head: Penandatangan, atasan_luar: str) -> Atasan:
    """The head signs for a jabatan at the top, unless its superior is named as somebody else."""
    if atasan_luar and not sama(head.jabatan).startswith(sama(atasan_luar)):
        return Atasan(atasan_luar)
    return Atasan(head.jabatan or atasan_luar, head.nama, head.pangkat_golongan, head.nip)


def _nilai_indikator(item: Indikator, katalog: Katalog) -> dict[str, Nilai]:
    referensi = katalog.referensi
    tipe = referensi.cari_tipe(item.tipe_perhitungan)
    return {
        "sasaran": item.sasaran,
        "indikator": item.indikator,
        "satuan": referensi.cari_satuan(item.satuan) or item.satuan,
        "tipe_perhitungan": tipe.nama if tipe else item.tipe_perhitungan,
        "arah": item.arah.value,
        "formulasi": item.formulasi,
        "sumber_data": item.sumber_data,
        "target": item.target,
        **{kolom_target_periode(n): value for n, value in enumerate(item.target_periode, start=1)},
    }


def _bagian_bawah(jabatan: Jabatan, ada_indikator: bool) -> Iterator[tuple[str, str]]:
    if not ada_indikator:
        yield "#tanpa-indikator", "Jabatan ini belum mempunyai indikator. Hubungi subbag perencanaan."
    for number, sasaran in enumerate(jabatan.sasaran_tanpa_indikator, start=1):
        yield f"#sasaran-{number}", f"Sasaran “{sasaran}” belum mempunyai indikator."
    yield "#jeda", ""
    yield from _daftar("tugas", "TUGAS", jabatan.tugas.split("\n") if jabatan.tugas else [])
    yield from _daftar("fungsi", "FUNGSI", list(jabatan.fungsi))


def _daftar(name: str, title: str, items: list[str]) -> Iterator[tuple[str, str]]:
    yield f"#judul-{name}", title
    if not items:
        yield f"#{name}-1", "-"
    for number, item in enumerate(items, start=1):
        mark = "" if len(items) == 1 else f"{_huruf(number)}. "
        yield f"#{name}-{number}", f"{mark}{item}"


def _huruf(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def jabatan_forms(katalog: Katalog) -> tuple[JabatanForm, ...]:
    """Return the form of every jabatan; the pegawai is known where exactly one holds the jabatan."""
    names = nama_lembar(katalog.jabatan)
    people = {j.id: katalog.pegawai_dari(j.id) for j in katalog.jabatan}
    return tuple(
        JabatanForm(katalog, j, people[j.id][0] if len(people[j.id]) == 1 else None, names[j.id])
        for j in katalog.jabatan
    )
