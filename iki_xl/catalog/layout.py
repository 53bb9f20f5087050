"""katalog.xlsx, declared once: which field stands in which sheet and column, of what kind.

The writer and the reader both walk these declarations, so they cannot disagree. No spreadsheet
library is imported here, and no column letter or row number stands anywhere else.

A sheet holds tables (a header row, then one row a record) and forms (a label beside each value).
The reader finds columns and labels by their title, so people may move them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from iki_xl.catalog.model import BULAN, Arah, CaraHitung, RincianTarget

BERKAS = "katalog.xlsx"
BARIS_JUDUL = 0
RUANG_TUMBUH = 200
"""Blank rows below the records that are formatted, validated and part of the dropdowns."""
RUANG_BANTU = 30
"""Blank rows below the records that have the help formulas too; Excel extends those by itself."""


class Kind(StrEnum):
    """What a cell holds: how it is written, read back and checked."""

    ID = "id"
    TEKS = "teks"
    URAIAN = "uraian"  # long text, newlines allowed
    DAFTAR = "daftar"  # several texts, one per line
    ANGKA = "angka"
    TAHUN = "tahun"
    NIP = "nip"
    TANGGAL = "tanggal"  # a date in words
    PILIHAN = "pilihan"
    BANTU = "bantu"  # computed by a formula, never read
    PERIKSA = "periksa"  # what an import guessed in this row, never read


NUMBER_KINDS = frozenset({Kind.ANGKA, Kind.TAHUN})


class Daftar(StrEnum):
    """A list of the workbook that dropdowns offer; the value is its defined name."""

    JABATAN = "daftar_jabatan"
    SATUAN = "daftar_satuan"
    TIPE = "daftar_tipe"


@dataclass(frozen=True, slots=True)
class Batas:
    """The numbers a cell may hold, both ends included unless `terbuka` excludes the lower one."""

    bawah: float
    atas: float
    cara: str
    terbuka: bool = False

    def sah(self, value: float) -> bool:
        """Say whether the number may stand here."""
        return self.bawah <= value <= self.atas and not (self.terbuka and value == self.bawah)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one labelled value of a form."""

    key: str
    title: str
    width: float
    kind: Kind = Kind.TEKS
    required: bool = False
    prompt: str = ""
    choices: tuple[str, ...] | Daftar = ()
    batas: Batas | None = None
    contoh: str = ""
    percent: bool = False  # a number of percent, whatever stands beside it


@dataclass(frozen=True, slots=True)
class Table:
    """Records below a header row. `first` is the first column, counted from 0."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    first: int = 0
    frozen: int = 0
    required: bool = False

    def column_of(self, key: str) -> int:
        """Column number, from 0, in which the writer puts a field."""
        return self.first + next(at for at, column in enumerate(self.columns) if column.key == key)

    def row_of(self, at: int) -> int:
        """Row number, from 0, in which the writer puts record `at`."""
        return BARIS_JUDUL + 1 + at


@dataclass(frozen=True, slots=True)
class Form:
    """Labelled values, one below the other: titles of the label, value and note column."""

    name: str
    sheet: str
    label: Column
    value: Column
    entries: tuple[Column, ...]
    note: Column | None = None
    first: int = 0
    periksa: Column | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The form's own columns, as they stand side by side."""
        return (self.label, self.value, *filter(None, (self.periksa, self.note)))

    def column_of(self, key: str) -> int:
        """Column number, from 0, in which the writer puts a title of `columns`."""
        return self.first + next(at for at, column in enumerate(self.columns) if column.key == key)

    def row_of(self, key: str) -> int:
        """Row number, from 0, in which the writer puts an entry."""
        return BARIS_JUDUL + 1 + next(at for at, entry in enumerate(self.entries) if entry.key == key)


_TERBESAR = 1e15
_ANGKA_POLOS = "Ketik angkanya saja, 0 atau lebih, tanpa titik ribuan, satuan atau huruf, misalnya 1250."
_TARGET = Batas(0, _TERBESAR, _ANGKA_POLOS)
_TAHUN = Batas(2000, 2100, "Ketik tahun dengan empat angka, misalnya 2026.")
_SKALA = Batas(0, _TERBESAR, "Ketik batas bawahnya dalam persen, misalnya 91 untuk 91 ke atas.")
_CAPAIAN = Batas(0, _TERBESAR, "Ketik angka di atas 0, misalnya 120.", terbuka=True)

YA, TIDAK = "Ya", "Tidak"

KANTOR = Form(
    name="kantor",
    sheet="Kantor",
    label=Column("label", "Isian", 30),
    value=Column("isi", "Isi", 56),
    note=Column("keterangan", "Keterangan", 96),
    entries=(
        Column(
            "nama",
            "Nama kantor",
            0,
            required=True,
            prompt="Wajib. Nama perangkat daerah seperti di keputusan, misalnya Kecamatan Poncokusumo.",
        ),
        Column("pemda", "Pemerintah daerah", 0, required=True, prompt="Wajib. Misalnya Kabupaten Cianjur."),
        Column(
            "tahun",
            "Tahun",
            0,
            Kind.TAHUN,
            required=True,
            prompt="Wajib. Tahun IKI, empat angka. Untuk tahun baru, salin katalog ini lalu ganti tahunnya.",
            batas=_TAHUN,
        ),
        Column(
            "nomor_keputusan",
            "Nomor keputusan",
            0,
            prompt="Nomor keputusan yang menetapkan IKI. Boleh kosong.",
        ),
        Column("tempat", "Tempat", 0, prompt="Tempat penandatanganan. Boleh kosong."),
        Column(
            "tanggal", "Tanggal", 0, Kind.TANGGAL, prompt="Dalam kata, misalnya 3 Januari 2026. Boleh kosong."
        ),
        Column(
            "penandatangan_jabatan",
            "Penandatangan: jabatan",
            0,
            prompt="Jabatan pimpinan kantor yang menandatangani, misalnya Camat Poncokusumo.",
        ),
        Column(
            "penandatangan_nama", "Penandatangan: nama", 0, prompt="Nama lengkap dengan gelar. Boleh kosong."
        ),
        Column(
            "penandatangan_pangkat_golongan",
            "Penandatangan: pangkat/golongan",
            0,
            prompt="Misalnya Pembina, IV/a. Boleh kosong.",
        ),
        Column(
            "penandatangan_nip",
            "Penandatangan: NIP",
            0,
            Kind.NIP,
            prompt="18 digit, boleh berspasi. Selnya sudah berformat Teks; jangan diubah menjadi angka.",
        ),
        Column(
            "rincian_target",
            "Rincian target",
            0,
            Kind.PILIHAN,
            required=True,
            prompt=(
                "tahunan: satu target setahun. triwulan: ditambah kolom TW I sampai TW IV di lembar "
                "Indikator. bulanan: ditambah kolom Jan sampai Des."
            ),
            choices=tuple(RincianTarget),
        ),
        Column(
            "batas_lapor",
            "Batas lapor",
            0,
            prompt="Kapan laporan bulanan dikembalikan, misalnya: tanggal 5 bulan berikutnya.",
        ),
    ),
)

PETUNJUK = (
    "Katalog ini menyimpan data induk IKI kantor. Isi lembar ini dahulu, lalu Jabatan dan Indikator.",
    "Judul biru tua wajib diisi, biru muda boleh kosong, abu-abu dihitung sendiri oleh Excel.",
    "ID adalah pengenal tetap: jangan diganti. Laporan yang kembali dicocokkan dengan ID, bukan nama.",
    "Lembar Pegawai boleh kosong; satu jabatan boleh dipegang beberapa pegawai.",
    "Satuan, tipe perhitungan dan target boleh kosong: pegawai memilih dan mengisinya di templat.",
    "Baris boleh ditambah, dihapus dan diurutkan; judul kolom dan nama lembar harus tetap.",
)
"""Sentences below the entries of the first sheet, for whoever opens the workbook for the first time."""

PETUNJUK_IMPOR = (
    "Sel kuning bercetak miring berisi tebakan dari dokumen: periksa, dan perbaiki bila perlu.",
    "Alasannya ada di catatan sel dan di kolom Perlu diperiksa. Kolom itu boleh dikosongkan atau dihapus.",
    "Bila ada lembar Sisa dokumen: teks di sana belum mendapat tempat. Lembar itu boleh dihapus.",
)
"""The same, where an import made the catalogue."""

_ID_JABATAN = Column(
    "id_jabatan",
    "ID jabatan",
    11,
    Kind.PILIHAN,
    required=True,
    prompt="Pilih ID dari lembar Jabatan.",
    choices=Daftar.JABATAN,
)

JABATAN = Table(
    name="jabatan",
    sheet="Jabatan",
    frozen=2,
    columns=(
        Column(
            "id",
            "ID",
            9,
            Kind.ID,
            required=True,
            prompt="Pengenal tetap yang tidak dipakai jabatan lain, misalnya J07.",
            contoh="J07",
        ),
        Column("nama", "Nama jabatan", 36, Kind.URAIAN, required=True),
        Column(
            "atasan",
            "Atasan (ID)",
            12,
            Kind.PILIHAN,
            prompt="Pilih ID jabatan atasannya. Kosongkan untuk pimpinan atau atasan di luar katalog.",
            choices=Daftar.JABATAN,
        ),
        Column(
            "atasan_luar",
            "Atasan di luar katalog",
            22,
            prompt="Sebutan atasan yang jabatannya tidak ada di katalog ini, misalnya Camat.",
        ),
        Column("tugas", "Tugas", 62, Kind.URAIAN),
        Column(
            "fungsi",
            "Fungsi",
            98,
            Kind.DAFTAR,
            prompt="Satu fungsi satu baris; tekan Alt+Enter untuk baris baru di dalam sel.",
        ),
        Column(
            "sasaran_tanpa_indikator",
            "Sasaran tanpa indikator",
            34,
            Kind.DAFTAR,
            prompt="Sasaran yang di keputusan berdiri tanpa indikator, satu sasaran satu baris (Alt+Enter).",
        ),
    ),
)

PEGAWAI = Table(
    name="pegawai",
    sheet="Pegawai",
    frozen=2,
    columns=(
        Column(
            "nip",
            "NIP",
            24,
            Kind.NIP,
            required=True,
            prompt="18 digit, boleh berspasi. Selnya sudah berformat Teks; jangan diubah menjadi angka.",
        ),
        Column("nama", "Nama", 44, Kind.URAIAN, required=True),
        Column("pangkat_golongan", "Pangkat/golongan", 30),
        _ID_JABATAN,
        Column("nama_jabatan", "Nama jabatan", 48, Kind.BANTU),
    ),
)

_INDIKATOR = (
    Column(
        "id",
        "ID",
        10,
        Kind.ID,
        required=True,
        prompt="Pengenal tetap yang tidak dipakai indikator lain, misalnya J07-03.",
        contoh="J07-03",
    ),
    _ID_JABATAN,
    Column("nama_jabatan", "Nama jabatan", 30, Kind.BANTU),
    Column("sasaran", "Sasaran", 40, Kind.URAIAN, required=True),
    Column("indikator", "Indikator", 44, Kind.URAIAN, required=True),
    Column(
        "satuan",
        "Satuan",
        16,
        Kind.PILIHAN,
        prompt="Pilih dari daftar; satuan baru ditambahkan dahulu di lembar Referensi. Boleh kosong.",
        choices=Daftar.SATUAN,
    ),
    Column(
        "tipe_perhitungan",
        "Tipe perhitungan",
        17,
        Kind.PILIHAN,
        prompt="Kumulatif: angka bulanan dijumlahkan. Non Kumulatif: angka terakhir berlaku. Boleh kosong.",
        choices=Daftar.TIPE,
    ),
    Column(
        "arah",
        "Arah",
        12,
        Kind.PILIHAN,
        prompt="Maksimal: makin besar makin baik. Minimal: makin kecil makin baik. Kosong berarti Maksimal.",
        choices=tuple(Arah),
    ),
    Column("formulasi", "Formulasi", 42, Kind.URAIAN),
    Column("sumber_data", "Sumber data", 28, Kind.URAIAN),
    Column(
        "target",
        "Target tahunan",
        16,
        Kind.ANGKA,
        prompt="Angka saja. Untuk Persentase ketik 85, bukan 0,85. Kosong berarti diisi pegawai di templat.",
        batas=_TARGET,
    ),
)

SATUAN = Table(
    name="satuan",
    sheet="Referensi",
    required=True,
    columns=(
        Column(
            "nama", "Satuan", 26, required=True, prompt="Tambahkan satuan baru di baris kosong berikutnya."
        ),
    ),
)
TIPE = Table(
    name="tipe",
    sheet="Referensi",
    first=2,
    required=True,
    columns=(
        Column("nama", "Tipe perhitungan", 24, required=True),
        Column(
            "cara_hitung",
            "Cara hitung",
            16,
            Kind.PILIHAN,
            required=True,
            prompt=(
                "jumlah: semua bulan dijumlahkan. terakhir: bulan terakhir yang terisi. "
                "rata-rata: rata-rata bulan yang terisi."
            ),
            choices=tuple(CaraHitung),
        ),
    ),
)
SKALA = Table(
    name="skala",
    sheet="Referensi",
    first=5,
    required=True,
    columns=(
        Column(
            "batas",
            "Skala: mulai dari (%)",
            24,
            Kind.ANGKA,
            required=True,
            prompt="Batas bawah tingkat ini, dari yang tertinggi ke yang terendah.",
            batas=_SKALA,
            percent=True,
        ),
        Column("sebutan", "Skala: sebutan", 24, required=True),
    ),
)
PENGATURAN = Form(
    name="pengaturan",
    sheet="Referensi",
    first=8,
    label=Column("label", "Pengaturan", 32),
    value=Column("isi", "Nilai", 14),
    entries=(
        Column(
            "batas_capaian",
            "Batas capaian (%)",
            0,
            Kind.ANGKA,
            required=True,
            prompt="Capaian yang diperhitungkan paling banyak sebesar ini.",
            batas=_CAPAIAN,
            percent=True,
        ),
        Column(
            "persentase_di_atas_100",
            "Persentase boleh di atas 100",
            0,
            Kind.PILIHAN,
            required=True,
            prompt="Ya: realisasi Persentase di atas 100 diterima. Tidak: dianggap salah ketik.",
            choices=(YA, TIDAK),
        ),
    ),
)

SUMBER_DAFTAR = {
    Daftar.JABATAN: (JABATAN, "id"),
    Daftar.SATUAN: (SATUAN, "nama"),
    Daftar.TIPE: (TIPE, "nama"),
}
"""Where the entries of each dropdown list stand."""

_TRIWULAN = ("TW I", "TW II", "TW III", "TW IV")
_BULAN_PENDEK = tuple(name[:3] for name in BULAN)


def kolom_periode(rincian: RincianTarget) -> tuple[Column, ...]:
    """Target columns of the sub-periods an office uses: none, TW I..TW IV, or Jan..Des."""
    titles = {4: _TRIWULAN, 12: _BULAN_PENDEK}.get(rincian.jumlah_periode, ())
    return tuple(
        Column(f"target_{at:02d}", title, 14, Kind.ANGKA, batas=_TARGET)
        for at, title in enumerate(titles, start=1)
    )


def indikator(rincian: RincianTarget) -> Table:
    """Return the Indikator sheet of an office with this rincian target."""
    return Table(name="indikator", sheet="Indikator", columns=_INDIKATOR + kolom_periode(rincian), frozen=2)


def susunan(rincian: RincianTarget) -> tuple[Form | Table, ...]:
    """All forms and tables of katalog.xlsx, in the order of the sheets."""
    return (KANTOR, JABATAN, PEGAWAI, indikator(rincian), SATUAN, TIPE, SKALA, PENGATURAN)


_PERIKSA = Column("periksa", "Perlu diperiksa", 52, Kind.PERIKSA)

SISA = Table(
    name="sisa",
    sheet="Sisa dokumen",
    frozen=1,
    columns=(
        Column("dokumen", "Dokumen", 34, Kind.URAIAN),
        Column("halaman", "Halaman", 11, Kind.ANGKA),
        Column("teks", "Teks yang belum mendapat tempat di katalog", 120, Kind.URAIAN),
    ),
)
"""What an import could not place. The reader does not know this sheet, so nothing in it counts."""


def dengan_periksa(part: Form | Table) -> Form | Table:
    """Return a form or table with the column that says what to check in each row.

    The reader is not told of it: a column that it does not know may be emptied or deleted.
    """
    if isinstance(part, Form):
        return replace(part, periksa=_PERIKSA)
    columns = (*part.columns[: part.frozen], _PERIKSA, *part.columns[part.frozen :])
    return replace(part, columns=columns)
