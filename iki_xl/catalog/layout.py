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

KATALOG_FILE = "katalog.xlsx"
HEADER_ROW = 0
GROWTH_ROWS = 200
"""Blank rows below the records that are formatted, validated and part of the dropdowns."""
HELP_ROWS = 30
"""Blank rows below the records that have the help formulas too; Excel extends those by itself."""


class Kind(StrEnum):
    """What a cell holds: how it is written, read back and checked."""

    ID = "id"
    TEXT = "teks"
    LONG_TEXT = "uraian"  # long text, newlines allowed
    LINES = "daftar"  # several texts, one per line
    NUMBER = "angka"
    TAHUN = "tahun"
    NIP = "nip"
    DATE = "tanggal"  # a date in words
    CHOICE = "pilihan"
    HELP = "bantu"  # computed by a formula, never read
    REVIEW = "periksa"  # what an import guessed in this row, never read


NUMBER_KINDS = frozenset({Kind.NUMBER, Kind.TAHUN})


class ListName(StrEnum):
    """A list of the workbook that dropdowns offer; the value is its defined name."""

    JABATAN = "daftar_jabatan"
    SATUAN = "daftar_satuan"
    TIPE = "daftar_tipe"


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The numbers a cell may hold, both ends included unless `lower_excluded` excludes the lower one."""

    lower: float
    upper: float
    how: str
    lower_excluded: bool = False

    def is_allowed(self, value: float) -> bool:
        """Say whether the number may stand here."""
        return self.lower <= value <= self.upper and not (self.lower_excluded and value == self.lower)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one labelled value of a form."""

    key: str
    title: str
    width: float
    kind: Kind = Kind.TEXT
    required: bool = False
    prompt: str = ""
    choices: tuple[str, ...] | ListName = ()
    limits: ValueRange | None = None
    example: str = ""
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
        return HEADER_ROW + 1 + at


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
    review_column: Column | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The form's own columns, as they stand side by side."""
        return (self.label, self.value, *filter(None, (self.review_column, self.note)))

    def column_of(self, key: str) -> int:
        """Column number, from 0, in which the writer puts a title of `columns`."""
        return self.first + next(at for at, column in enumerate(self.columns) if column.key == key)

    def row_of(self, key: str) -> int:
        """Row number, from 0, in which the writer puts an entry."""
        return HEADER_ROW + 1 + next(at for at, entry in enumerate(self.entries) if entry.key == key)


_LARGEST_VALUE = 1e15
_PLAIN_NUMBER = "Ketik angkanya saja, 0 atau lebih, tanpa titik ribuan, satuan atau huruf, misalnya 1250."
_TARGET = ValueRange(0, _LARGEST_VALUE, _PLAIN_NUMBER)
_TAHUN = ValueRange(2000, 2100, "Ketik tahun dengan empat angka, misalnya 2026.")
_SKALA = ValueRange(0, _LARGEST_VALUE, "Ketik batas bawahnya dalam persen, misalnya 91 untuk 91 ke atas.")
_CAPAIAN = ValueRange(0, _LARGEST_VALUE, "Ketik angka di atas 0, misalnya 120.", lower_excluded=True)

ANSWER_YES, ANSWER_NO = "Ya", "Tidak"

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
            limits=_TAHUN,
        ),
        Column(
            "nomor_keputusan",
            "Nomor keputusan",
            0,
            prompt="Nomor keputusan yang menetapkan IKI. Boleh kosong.",
        ),
        Column("tempat", "Tempat", 0, prompt="Tempat penandatanganan. Boleh kosong."),
        Column(
            "tanggal", "Tanggal", 0, Kind.DATE, prompt="Dalam kata, misalnya 3 Januari 2026. Boleh kosong."
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
            Kind.CHOICE,
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

IMPORT_PETUNJUK = (
    "Sel kuning bercetak miring berisi tebakan dari dokumen: periksa, dan perbaiki bila perlu.",
    "Alasannya ada di catatan sel dan di kolom Perlu diperiksa. Kolom itu boleh dikosongkan atau dihapus.",
    "Bila ada lembar Sisa dokumen: teks di sana belum mendapat tempat. Lembar itu boleh dihapus.",
)
"""The same, where an import made the catalogue."""

_ID_JABATAN = Column(
    "id_jabatan",
    "ID jabatan",
    11,
    Kind.CHOICE,
    required=True,
    prompt="Pilih ID dari lembar Jabatan.",
    choices=ListName.JABATAN,
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
            example="J07",
        ),
        Column("nama", "Nama jabatan", 36, Kind.LONG_TEXT, required=True),
        Column(
            "atasan",
            "Atasan (ID)",
            12,
            Kind.CHOICE,
            prompt="Pilih ID jabatan atasannya. Kosongkan untuk pimpinan atau atasan di luar katalog.",
            choices=ListName.JABATAN,
        ),
        Column(
            "atasan_luar",
            "Atasan di luar katalog",
            22,
            prompt="Sebutan atasan yang jabatannya tidak ada di katalog ini, misalnya Camat.",
        ),
        Column("tugas", "Tugas", 62, Kind.LONG_TEXT),
        Column(
            "fungsi",
            "Fungsi",
            98,
            Kind.LINES,
            prompt="Satu fungsi satu baris; tekan Alt+Enter untuk baris baru di dalam sel.",
        ),
        Column(
            "sasaran_tanpa_indikator",
            "Sasaran tanpa indikator",
            34,
            Kind.LINES,
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
        Column("nama", "Nama", 44, Kind.LONG_TEXT, required=True),
        Column("pangkat_golongan", "Pangkat/golongan", 30),
        _ID_JABATAN,
        Column("nama_jabatan", "Nama jabatan", 48, Kind.HELP),
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
        example="J07-03",
    ),
    _ID_JABATAN,
    Column("nama_jabatan", "Nama jabatan", 30, Kind.HELP),
    Column("sasaran", "Sasaran", 40, Kind.LONG_TEXT, required=True),
    Column("indikator", "Indikator", 44, Kind.LONG_TEXT, required=True),
    Column(
        "satuan",
        "Satuan",
        16,
        Kind.CHOICE,
        prompt="Pilih dari daftar; satuan baru ditambahkan dahulu di lembar Referensi. Boleh kosong.",
        choices=ListName.SATUAN,
    ),
    Column(
        "tipe_perhitungan",
        "Tipe perhitungan",
        17,
        Kind.CHOICE,
        prompt="Kumulatif: angka bulanan dijumlahkan. Non Kumulatif: angka terakhir berlaku. Boleh kosong.",
        choices=ListName.TIPE,
    ),
    Column(
        "arah",
        "Arah",
        12,
        Kind.CHOICE,
        prompt="Maksimal: makin besar makin baik. Minimal: makin kecil makin baik. Kosong berarti Maksimal.",
        choices=tuple(Arah),
    ),
    Column("formulasi", "Formulasi", 42, Kind.LONG_TEXT),
    Column("sumber_data", "Sumber data", 28, Kind.LONG_TEXT),
    Column(
        "target",
        "Target tahunan",
        16,
        Kind.NUMBER,
        prompt="Angka saja. Untuk Persentase ketik 85, bukan 0,85. Kosong berarti diisi pegawai di templat.",
        limits=_TARGET,
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
            Kind.CHOICE,
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
            Kind.NUMBER,
            required=True,
            prompt="Batas bawah tingkat ini, dari yang tertinggi ke yang terendah.",
            limits=_SKALA,
            percent=True,
        ),
        Column("sebutan", "Skala: sebutan", 24, required=True),
    ),
)
SETTINGS = Form(
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
            Kind.NUMBER,
            required=True,
            prompt="Capaian yang diperhitungkan paling banyak sebesar ini.",
            limits=_CAPAIAN,
            percent=True,
        ),
        Column(
            "persentase_di_atas_100",
            "Persentase boleh di atas 100",
            0,
            Kind.CHOICE,
            required=True,
            prompt="Ya: realisasi Persentase di atas 100 diterima. Tidak: dianggap salah ketik.",
            choices=(ANSWER_YES, ANSWER_NO),
        ),
    ),
)

LIST_SOURCES = {
    ListName.JABATAN: (JABATAN, "id"),
    ListName.SATUAN: (SATUAN, "nama"),
    ListName.TIPE: (TIPE, "nama"),
}
"""Where the entries of each dropdown list stand."""

_TRIWULAN = ("TW I", "TW II", "TW III", "TW IV")
_SHORT_BULAN = tuple(name[:3] for name in BULAN)


def build_period_columns(rincian: RincianTarget) -> tuple[Column, ...]:
    """Target columns of the sub-periods an office uses: none, TW I..TW IV, or Jan..Des."""
    titles = {4: _TRIWULAN, 12: _SHORT_BULAN}.get(rincian.period_count, ())
    return tuple(
        Column(f"target_{at:02d}", title, 14, Kind.NUMBER, limits=_TARGET)
        for at, title in enumerate(titles, start=1)
    )


def indikator(rincian: RincianTarget) -> Table:
    """Return the Indikator sheet of an office with this rincian target."""
    return Table(
        name="indikator", sheet="Indikator", columns=_INDIKATOR + build_period_columns(rincian), frozen=2
    )


def list_parts(rincian: RincianTarget) -> tuple[Form | Table, ...]:
    """All forms and tables of katalog.xlsx, in the order of the sheets."""
    return (KANTOR, JABATAN, PEGAWAI, indikator(rincian), SATUAN, TIPE, SKALA, SETTINGS)


_REVIEW_COLUMN = Column("periksa", "Perlu diperiksa", 52, Kind.REVIEW)

LEFTOVERS = Table(
    name="sisa",
    sheet="Sisa dokumen",
    frozen=1,
    columns=(
        Column("dokumen", "Dokumen", 34, Kind.LONG_TEXT),
        Column("halaman", "Halaman", 11, Kind.NUMBER),
        Column("teks", "Teks yang belum mendapat tempat di katalog", 120, Kind.LONG_TEXT),
    ),
)
"""What an import could not place. The reader does not know this sheet, so nothing in it counts."""


def add_review_column(part: Form | Table) -> Form | Table:
    """Return a form or table with the column that says what to check in each row.

    The reader is not told of it: a column that it does not know may be emptied or deleted.
    """
    if isinstance(part, Form):
        return replace(part, review_column=_REVIEW_COLUMN)
    columns = (*part.columns[: part.frozen], _REVIEW_COLUMN, *part.columns[part.frozen :])
    return replace(part, columns=columns)
