"""The recap's sheets, declared once: names, columns, titles, widths, and where each row stands.

No spreadsheet library is imported here, and no row number or column letter is written anywhere
else: the writer and the formulas ask a `Lembar` for its cells and ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, RincianTarget
from iki_xl.tables import BULAN_KE, kolom_realisasi, kolom_target_periode

if TYPE_CHECKING:
    from collections.abc import Mapping

BARIS_EXCEL = 1_048_576
KERTAS_F4 = 14  # Excel's "Folio", 8.5 x 13 inch: what Indonesian shops sell as F4
PANJANG_F4 = 13.0
TEPI = 0.4  # inch, left and right
SKALA_CETAK_TERKECIL = 64  # percent; below it the 10 point text of the tables is hard to read
SISI_KOLOM = 5 / 7  # characters that Excel adds to every column for its edges
PELEBARAN = 1.35  # a column grows this much for its numbers; longer ones are shrunk to fit


class Rupa(StrEnum):
    """How the cells of a column are shown."""

    TEKS = "teks"
    TENGAH = "tengah"
    BULAT = "bulat"
    ANGKA = "angka"
    PERSEN = "persen"  # a number that already is in percent, two decimals
    TERISI = "terisi"  # a count shown as "k dari m"
    SKALA = "skala"
    TREN = "tren"  # a sparkline over other columns of the row


RUPA_ANGKA = frozenset({Rupa.BULAT, Rupa.ANGKA, Rupa.PERSEN, Rupa.TERISI})


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column: `lebar` in characters (long numbers widen it), `kelompok` stays together on paper.

    `redup` marks a column that is shown but does not count (a month after the one reported to);
    `inden` one whose texts are indented by the row's depth; `deret` names the first and last column
    that a sparkline is drawn from.
    """

    key: str
    judul: str
    lebar: float
    rupa: Rupa = Rupa.TEKS
    kelompok: int = 0
    redup: bool = False
    inden: bool = False
    deret: tuple[str, str] | None = None


@dataclass(frozen=True)
class Lembar:
    """A sheet that holds one table below a title.

    `tetap` leading columns stay in sight and are repeated on every printed page; `kosong` is what
    stands in column `kosong_di` when the table has no row; the last `baris_akhir` rows are totals,
    which neither the autofilter nor a sorting moves. `sisa` says where the rows are for which Excel
    has none left; "": the sheet has to hold all of them.
    """

    nama: str
    judul: str
    kolom: tuple[Kolom, ...]
    kosong: str
    kosong_di: str
    sisa: str = ""
    tetap: int = 0
    baris_akhir: int = 0
    baris_judul: int = 0
    baris_keterangan: int = 1
    baris_kepala: int = 3

    @cached_property
    def _tempat(self) -> dict[str, int]:
        return {column.key: at for at, column in enumerate(self.kolom)}

    def ke(self, key: str) -> int:
        """Zero-based column of a key."""
        return self._tempat[key]

    def baris_data(self, n: int) -> int:
        """Zero-based row of the n-th (from 0) data row."""
        return self.baris_kepala + 1 + n

    def sel(self, n: int, key: str) -> str:
        """Address of a cell in data row n, as seen from the same sheet, such as "H12"."""
        return alamat(self.baris_data(n), self.ke(key))

    def tujuan(self, n: int) -> str:
        """Address of the beginning of data row n, as seen from any sheet, such as "'Temuan'!$A$5"."""
        return f"'{self.nama}'!$A${self.baris_data(n) + 1}"

    def rentang(self, n: int, first: str, last: str) -> str:
        """Range from one column to another within data row n, such as "K12:P12"."""
        return f"{self.sel(n, first)}:{self.sel(n, last)}"

    def rentang_kolom(self, key: str, jumlah: int) -> str:
        """A column's data cells as seen from any sheet; an empty table's one (blank) row included."""
        column = huruf(self.ke(key))
        first, last = self.baris_data(0) + 1, self.baris_data(max(jumlah, 1) - 1) + 1
        return f"'{self.nama}'!${column}${first}:${column}${last}"

    def melebar(self, lebar: Mapping[str, float]) -> Lembar:
        """The same sheet with columns as wide as `lebar` asks for, within `PELEBARAN`."""
        wider = tuple(
            replace(k, lebar=min(max(k.lebar, lebar.get(k.key, 0)), k.lebar * PELEBARAN)) for k in self.kolom
        )
        return replace(self, kolom=wider)


@cache
def huruf(column: int) -> str:
    """Letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def alamat(row: int, column: int) -> str:
    """A1 address of a zero-based row and column."""
    return f"{huruf(column)}{row + 1}"


def kolom_rata(bulan: int) -> str:
    """Column of the average capaian to the end of a month."""
    return f"rata_{bulan:02d}"


def _kolom_rata(bulan: int, kelompok: int) -> tuple[Kolom, ...]:
    """The averages of the twelve months, and a sparkline over them."""
    return (
        *(
            Kolom(kolom_rata(b), f"s.d. {BULAN[b - 1][:3]}", 6.2, Rupa.PERSEN, kelompok, redup=b > bulan)
            for b in BULAN_KE
        ),
        Kolom("tren", "Tren", 14, Rupa.TREN, kelompok, deret=(kolom_rata(1), kolom_rata(12))),
    )


def lembar_unit(bulan: int) -> Lembar:
    """*Rekap Unit*: one row per unit in the catalogue's order, then one of the whole office.

    `no` is the number by which other sheets name a unit (`no_unit`).
    """
    columns = (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("id_unit", "Id unit", 6, Rupa.TENGAH),
        Kolom("unit", "Unit", 30),
        Kolom("jabatan", "Jabatan ditunggu", 8, Rupa.BULAT, 1),
        Kolom("melapor", "Pelapor yang melapor", 9, Rupa.TENGAH, 1),
        Kolom("indikator", "Indikator diterima", 8, Rupa.BULAT, 1),
        Kolom("terisi", "Indikator terisi", 8, Rupa.BULAT, 1),
        Kolom("belum", "Belum terisi atau belum lapor", 10, Rupa.BULAT, 1),
        Kolom("dinilai", "Dinilai (n)", 7, Rupa.BULAT, 1),
        Kolom("rata", "Rata-rata capaian (%)", 9, Rupa.PERSEN, 1),
        Kolom("skala", "Skala capaian", 12, Rupa.SKALA, 1),
        *_kolom_rata(bulan, 2),
        Kolom("tautan", "Rincian", 7, Rupa.TENGAH, 2),
    )
    return Lembar(
        "Rekap Unit",
        "Rekap per Unit",
        columns,
        kosong="Katalog belum memuat indikator.",
        kosong_di="unit",
        tetap=3,
        baris_akhir=1,
    )


def lembar_jabatan(bulan: int) -> Lembar:
    """*Rekap Jabatan*: one row per expected reporter, along the line of atasan.

    `no` is the number by which other sheets name a reporter (`no_pelapor`).
    """
    columns = (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("jabatan", "Jabatan", 36, inden=True),
        Kolom("nama", "Nama", 20),
        Kolom("nip", "NIP", 19, kelompok=1),
        Kolom("atasan", "Atasan", 28, kelompok=1),
        Kolom("unit", "Unit", 26, kelompok=1),
        Kolom("indikator", "Indikator", 9, Rupa.BULAT, 2),
        Kolom("terisi", "Indikator terisi", 10, Rupa.TENGAH, 2),
        Kolom("belum", "Belum terisi", 8, Rupa.BULAT, 2),
        Kolom("dinilai", "Dinilai (n)", 8, Rupa.BULAT, 2),
        Kolom("rata", "Rata-rata capaian (%)", 10, Rupa.PERSEN, 2),
        Kolom("skala", "Skala capaian", 13, Rupa.SKALA, 2),
        *_kolom_rata(bulan, 3),
        Kolom("bulan_terakhir", "Bulan terakhir terisi", 10, Rupa.TENGAH, 4),
        Kolom("melapor", "Melapor", 9, Rupa.TENGAH, 4),
        Kolom("keterangan", "Keterangan", 24, kelompok=4),
        Kolom("tautan", "Rincian", 7, Rupa.TENGAH, 4),
        Kolom("id_jabatan", "Id jabatan", 7, Rupa.TENGAH, 4),
        Kolom("no_unit", "No unit", 5, Rupa.BULAT, 4),
    )
    return Lembar(
        "Rekap Jabatan",
        "Rekap per Jabatan",
        columns,
        kosong="Katalog belum memuat indikator.",
        kosong_di="jabatan",
        tetap=3,
    )


def lembar_rekap(rincian: RincianTarget, bulan: int) -> Lembar:
    """*Rekap Indikator*: one row per counted return and indikator, everything the office reported.

    `rincian` adds the columns of sub-period targets; months after `bulan` are marked `redup`.
    """
    singkat = "Tw" if rincian is RincianTarget.TRIWULAN else "Bln"
    columns = (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("jabatan", "Jabatan", 20),
        Kolom("nama", "Nama", 16),
        Kolom("indikator", "Indikator", 34),
        Kolom("satuan", "Satuan", 11, Rupa.TENGAH, 1),
        Kolom("tipe_perhitungan", "Tipe perhitungan", 11, Rupa.TENGAH, 1),
        Kolom("arah", "Arah", 9, Rupa.TENGAH, 1),
        Kolom("target", "Target tahunan", 9, Rupa.ANGKA, 1),
        *(
            Kolom(kolom_target_periode(p), f"Target {singkat} {p}", 8, Rupa.ANGKA, 2)
            for p in range(1, rincian.jumlah_periode + 1)
        ),
        *(Kolom(kolom_realisasi(b), BULAN[b - 1][:3], 6.5, Rupa.ANGKA, 3, redup=b > bulan) for b in BULAN_KE),
        Kolom("target_sd", "Target s.d.", 9, Rupa.ANGKA, 4),
        Kolom("realisasi_sd", "Realisasi s.d.", 9, Rupa.ANGKA, 4),
        Kolom("bulan_terisi", "Bulan terisi", 8, Rupa.TERISI, 4),
        Kolom("posisi", "Posisi bulan", 10, Rupa.TENGAH, 4),
        Kolom("capaian_mentah", "Capaian mentah (%)", 9, Rupa.PERSEN, 4),
        Kolom("capaian", "Capaian (%)", 9, Rupa.PERSEN, 4),
        Kolom("skala", "Skala capaian", 12, Rupa.SKALA, 4),
        Kolom("kendala", "Kendala", 34, kelompok=5),
        Kolom("tindak_lanjut", "Tindak lanjut", 32, kelompok=5),
        Kolom("bukti_dukung", "Bukti dukung", 22, kelompok=5),
        Kolom("keterangan", "Keterangan", 26, kelompok=5),
        Kolom("unit", "Unit", 21, kelompok=6),
        Kolom("nip", "NIP", 20, kelompok=6),
        Kolom("sasaran", "Sasaran", 40, kelompok=6),
        Kolom("berkas", "Berkas", 22, kelompok=6),
        Kolom("lembar", "Lembar", 16, kelompok=6),
        Kolom("sel", "Sel Januari", 8, Rupa.TENGAH, 6),
        Kolom("id_indikator", "Id indikator", 10, Rupa.TENGAH, 6),
        Kolom("id_unit", "Id unit", 8, Rupa.TENGAH, 6),
        Kolom("no_unit", "No unit", 6, Rupa.BULAT, 6),
        Kolom("no_pelapor", "No pelapor", 8, Rupa.BULAT, 6),
    )
    none, where, rest = "Belum ada laporan yang dihitung.", "jabatan", "ada di realisasi.csv dan capaian.csv"
    title = "Rekap Indikator"
    return Lembar(title, title, columns, kosong=none, kosong_di=where, tetap=4, sisa=rest)


def _target_periode(bulan: int, rincian: RincianTarget) -> tuple[Kolom, ...]:
    """The target of the period that holds the month, beside the one to date; yearly targets have but one."""
    if rincian is RincianTarget.TAHUNAN:
        return ()
    triwulan = rincian is RincianTarget.TRIWULAN
    nama = f"triwulan {rincian.periode(bulan) + 1}" if triwulan else BULAN[bulan - 1]
    return (Kolom("target_periode", f"Target {nama}", 10, Rupa.ANGKA),)


def lembar_bulan(bulan: int, rincian: RincianTarget = RincianTarget.TAHUNAN) -> Lembar:
    """*Januari* .. *Desember*: one row per expected return and indikator."""
    nama = BULAN[bulan - 1]
    columns = (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("jabatan", "Jabatan", 24),
        Kolom("nama", "Nama", 18),
        Kolom("indikator", "Indikator", 40),
        Kolom("satuan", "Satuan", 11, Rupa.TENGAH),
        *_target_periode(bulan, rincian),
        Kolom("target_sd", f"Target s.d. {nama}", 10, Rupa.ANGKA),
        Kolom("realisasi", f"Realisasi {nama}", 10, Rupa.ANGKA),
        Kolom("realisasi_sd", f"Realisasi s.d. {nama}", 10, Rupa.ANGKA),
        Kolom("capaian", "Capaian s.d. (%)", 9, Rupa.PERSEN),
        Kolom("skala", "Skala capaian", 12, Rupa.SKALA),
        Kolom("keterangan", "Keterangan", 29),
        Kolom("berkas", "Berkas", 18),
        Kolom("sel", "Sel", 7, Rupa.TENGAH),
        Kolom("id_indikator", "Id indikator", 9, Rupa.TENGAH),
        Kolom("no_unit", "No unit", 6, Rupa.BULAT),
        Kolom("no_pelapor", "No pelapor", 8, Rupa.BULAT),
    )
    return Lembar(
        nama,
        f"Bulan {nama}",
        columns,
        kosong="Katalog belum memuat indikator.",
        kosong_di="jabatan",
        tetap=4,
        sisa="ada di realisasi.csv dan capaian.csv",
    )


BELUM_LAPOR = Lembar(
    "Belum Lapor",
    "Belum Lapor",
    (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("unit", "Unit", 38),
        Kolom("jabatan", "Jabatan", 44),
        Kolom("nama", "Nama", 28),
        Kolom("nip", "NIP", 20),
        Kolom("indikator", "Indikator yang ditunggu", 11, Rupa.BULAT),
        Kolom("jabatan_kosong", "Jabatan tanpa laporan", 11, Rupa.BULAT),
        Kolom("keterangan", "Keterangan", 30),
        Kolom("id_jabatan", "Id jabatan", 8, Rupa.TENGAH),
    ),
    kosong="Semua sudah melapor.",
    kosong_di="unit",
)
TANPA_INDIKATOR = "Jabatan yang belum mempunyai indikator (tidak ditunggu laporannya)"

TEMUAN = Lembar(
    "Temuan",
    "Temuan pada laporan yang diterima",
    (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("tingkat", "Tingkat", 11, Rupa.TENGAH),
        Kolom("pegawai", "Pegawai", 17),
        Kolom("jabatan", "Jabatan", 22),
        Kolom("indikator", "Indikator", 26),
        Kolom("lembar", "Lembar", 14),
        Kolom("sel", "Sel", 6, Rupa.TENGAH),
        Kolom("nilai", "Yang tertulis", 14),
        Kolom("pesan", "Yang ditemukan", 38),
        Kolom("perbaikan", "Cara memperbaiki", 38),
        Kolom("berkas", "Berkas", 24, kelompok=1),
        Kolom("kode", "Kode", 7, Rupa.TENGAH, 1),
        Kolom("id_jabatan", "Id jabatan", 8, Rupa.TENGAH, 1),
        Kolom("id_indikator", "Id indikator", 9, Rupa.TENGAH, 1),
    ),
    kosong="Tidak ada temuan.",
    kosong_di="pegawai",
    tetap=3,
    sisa="ada di temuan.csv",
)

PERUBAHAN = Lembar(
    "Perubahan",
    "Perubahan nilai di antara laporan",
    (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("jabatan", "Jabatan", 24),
        Kolom("nama", "Nama", 18),
        Kolom("nip", "NIP", 20),
        Kolom("indikator", "Indikator", 34),
        Kolom("kolom", "Kolom", 11),
        Kolom("lama", "Semula", 15),
        Kolom("baru", "Menjadi", 15),
        Kolom("berkas_lama", "Berkas semula", 18),
        Kolom("lembar_lama", "Lembar semula", 14),
        Kolom("sel_lama", "Sel semula", 7, Rupa.TENGAH),
        Kolom("berkas_baru", "Berkas berikutnya", 18),
        Kolom("lembar_baru", "Lembar berikutnya", 14),
        Kolom("sel_baru", "Sel berikutnya", 10, Rupa.TENGAH),
        Kolom("dihitung", "Yang dihitung", 22),
        Kolom("id_jabatan", "Id jabatan", 8, Rupa.TENGAH),
        Kolom("id_indikator", "Id indikator", 9, Rupa.TENGAH),
    ),
    kosong="Tidak ada nilai yang berubah.",
    kosong_di="jabatan",
    sisa="tidak muat di lembar Excel",
)


def lembar_sumber(zona: str) -> Lembar:
    """*Sumber*: one row per sheet of every file found, moments in the time called `zona`."""
    columns = (
        Kolom("no", "No", 5, Rupa.BULAT),
        Kolom("berkas", "Berkas", 30),
        Kolom("lembar", "Lembar", 20),
        Kolom("jabatan", "Jabatan", 28),
        Kolom("nama", "Nama", 20),
        Kolom("nip", "NIP", 20),
        Kolom("disimpan", f"Terakhir disimpan ({zona})", 17, Rupa.TENGAH),
        Kolom("dihitung", "Dihitung", 9, Rupa.TENGAH),
        Kolom("sebab", "Keterangan", 34),
        Kolom("sha256", "SHA-256", 26),
        Kolom("id_jabatan", "Id jabatan", 8, Rupa.TENGAH),
    )
    return Lembar(
        "Sumber",
        "Sumber: setiap berkas yang ditemukan",
        columns,
        kosong="Belum ada berkas yang ditemukan.",
        kosong_di="berkas",
        sisa="tidak muat di lembar Excel",
    )


@dataclass(frozen=True, slots=True)
class Bidang:
    """A column of a block on the first page: `kisi` grid columns wide."""

    key: str
    judul: str
    kisi: int
    rupa: Rupa = Rupa.TEKS


RINGKASAN = "Ringkasan"
KISI = 24  # the first page is a grid of equal columns; its blocks share it out
LEBAR_KISI = 4.57  # characters
TINGGI_HALAMAN = 1060.0  # points of rows that fit on F4 at a print scale of 80 percent
UNIT_PALING_BANYAK = 16  # more bars would not be readable on one page; the rest is named in a line
PERHATIAN_PALING_BANYAK = 10
PETAK_SEBARIS = 8  # tiles of the skala beside one another

PETAK = (
    Bidang("melapor", "Jabatan melapor", 6),
    Bidang("terisi", "Indikator terisi", 6),
    Bidang("rata", "Rata-rata capaian (%)", 6, Rupa.PERSEN),
    Bidang("galat", "Galat, perlu diperbaiki", 6),
)
BLOK_PERHATIAN = (
    Bidang("no", "No", 1, Rupa.TENGAH),
    Bidang("jabatan", "Jabatan", 4),
    Bidang("nama", "Nama", 3),
    Bidang("indikator", "Indikator", 5),
    Bidang("capaian", "Capaian (%)", 2, Rupa.PERSEN),
    Bidang("skala", "Skala", 2, Rupa.SKALA),
    Bidang("kendala", "Kendala", 4),
    Bidang("tindak_lanjut", "Tindak lanjut", 3),
)
KISI_GRAFIK_UNIT = (0, 12)  # first and last grid column
KISI_GRAFIK_BULAN = (13, 23)
KISI_CATATAN = (0, 14)
KISI_TANDA_TANGAN = (16, 23)


@dataclass(frozen=True, slots=True)
class DataHalaman:
    """What charts and links of the first page look up: hidden columns to the right of its grid."""

    kolom: tuple[str, ...]
    kolom_awal: int
    baris_kepala: int = 0

    def ke(self, key: str) -> int:
        """Zero-based column of a key."""
        return self.kolom_awal + self.kolom.index(key)

    def baris(self, n: int) -> int:
        """Zero-based row of the n-th (from 0) data row."""
        return self.baris_kepala + 1 + n

    def sel(self, n: int, key: str) -> str:
        """Absolute address of a cell as seen from the first page, such as "$AA$2"."""
        return f"${huruf(self.ke(key))}${self.baris(n) + 1}"

    def rentang(self, key: str, jumlah: int) -> str:
        """The first `jumlah` cells of a column as a chart refers to them."""
        return f"='{RINGKASAN}'!{self.sel(0, key)}:{self.sel(jumlah - 1, key)}"


DATA_HALAMAN = DataHalaman(
    (
        "id_unit",
        "unit",
        "nama_batang",
        "rata_unit",
        "panjang_batang",
        "label_batang",
        "bulan",
        "rata_bulan",
        "id_indikator",
        "nip",
        "nama",
        "posisi",
    ),
    kolom_awal=KISI + 1,
)


def kisi_awal(blok: tuple[Bidang, ...], key: str) -> int:
    """First grid column of a block's field."""
    start = 0
    for field in blok:
        if field.key == key:
            return start
        start += field.kisi
    raise KeyError(key)


def potong_halaman(lembar: Lembar, muat: float) -> tuple[tuple[int, ...], float]:
    """Share a wide sheet out over pages side by side, groups of columns kept together.

    Args:
        lembar: its `tetap` columns are repeated on every page.
        muat: characters that fit beside each other at 100 percent.

    Returns:
        The columns before which a page begins, and the width in characters of the widest page.
    """
    widths = [column.lebar + SISI_KOLOM for column in lembar.kolom]
    repeated = sum(widths[: lembar.tetap])
    limit = muat * 100 / SKALA_CETAK_TERKECIL
    groups: dict[int, list[int]] = {}
    for at, column in enumerate(lembar.kolom[lembar.tetap :], start=lembar.tetap):
        groups.setdefault(column.kelompok, []).append(at)
    breaks: list[int] = []
    used = widest = repeated
    for members in groups.values():
        width = sum(widths[at] for at in members)
        if used > repeated and used + width > limit:
            breaks.append(members[0])
            used = repeated
        used += width
        widest = max(widest, used)
    return tuple(breaks), widest
