"""katalog.xlsx, declared once: which field stands in which sheet and column, of what kind.

The writer and the reader both walk these declarations, so they cannot disagree. No spreadsheet
library is imported here, and no column letter or row number stands anywhere else.

The reader finds columns and labels by their title, so people may move them.
"""

from __future__ import annotations

from iki_xl.catalog.model import BULAN, Arah, CaraHitung, RincianTarget, Sebaran
from iki_xl.catalog.parts import Column, ColumnKind, Form, ListName, Table, ValueRange
from iki_xl.typed import LARGEST_NUMBER

KATALOG_FILE = "katalog.xlsx"
GROWTH_ROWS = 200
"""Blank rows below the records that are formatted, validated and part of the dropdowns."""
HELP_ROWS = 30
"""Blank rows below the records that have the help formulas too; Excel extends those by itself."""

_PLAIN_NUMBER = "Ketik angkanya saja, 0 atau lebih, tanpa titik ribuan, satuan atau huruf, misalnya 1250."
_TARGET = ValueRange(0, LARGEST_NUMBER, _PLAIN_NUMBER)
_TAHUN = ValueRange(2000, 2100, "Ketik tahun dengan empat angka, misalnya 2026.")
_SKALA = ValueRange(0, LARGEST_NUMBER, "Ketik batas bawahnya dalam persen, misalnya 91 untuk 91 ke atas.")
_CAPAIAN = ValueRange(0, LARGEST_NUMBER, "Ketik angka di atas 0, misalnya 120.", lower_excluded=True)

ANSWER_YES, ANSWER_NO = "Ya", "Tidak"

KANTOR_FORM = Form(
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
            ColumnKind.TAHUN,
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
            "tanggal",
            "Tanggal",
            0,
            ColumnKind.DATE,
            prompt="Dalam kata, misalnya 3 Januari 2026. Boleh kosong.",
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
            ColumnKind.NIP,
            prompt="18 digit, boleh berspasi. Selnya sudah berformat Teks; jangan diubah menjadi angka.",
        ),
        Column(
            "rincian_target",
            "Rincian target",
            0,
            ColumnKind.CHOICE,
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

_ID_JABATAN = Column(
    "id_jabatan",
    "ID jabatan",
    11,
    ColumnKind.CHOICE,
    required=True,
    prompt="Pilih ID dari lembar Jabatan.",
    choices=ListName.JABATAN,
)

JABATAN_TABLE = Table(
    name="jabatan",
    sheet="Jabatan",
    frozen=2,
    columns=(
        Column(
            "id",
            "ID",
            9,
            ColumnKind.ID,
            required=True,
            prompt="Pengenal tetap yang tidak dipakai jabatan lain, misalnya J07.",
            example="J07",
        ),
        Column("nama", "Nama jabatan", 36, ColumnKind.LONG_TEXT, required=True),
        Column(
            "atasan",
            "Atasan (ID)",
            12,
            ColumnKind.CHOICE,
            prompt="Pilih ID jabatan atasannya. Kosongkan untuk pimpinan atau atasan di luar katalog.",
            choices=ListName.JABATAN,
        ),
        Column(
            "atasan_luar",
            "Atasan di luar katalog",
            22,
            prompt="Sebutan atasan yang jabatannya tidak ada di katalog ini, misalnya Camat.",
        ),
        Column("tugas", "Tugas", 62, ColumnKind.LONG_TEXT),
        Column(
            "fungsi",
            "Fungsi",
            98,
            ColumnKind.LINES,
            prompt="Satu fungsi satu baris; tekan Alt+Enter untuk baris baru di dalam sel.",
        ),
        Column(
            "sasaran_tanpa_indikator",
            "Sasaran tanpa indikator",
            34,
            ColumnKind.LINES,
            prompt="Sasaran yang di keputusan berdiri tanpa indikator, satu sasaran satu baris (Alt+Enter).",
        ),
    ),
)

PEGAWAI_TABLE = Table(
    name="pegawai",
    sheet="Pegawai",
    frozen=2,
    columns=(
        Column(
            "nip",
            "NIP",
            24,
            ColumnKind.NIP,
            required=True,
            prompt="18 digit, boleh berspasi. Selnya sudah berformat Teks; jangan diubah menjadi angka.",
        ),
        Column("nama", "Nama", 44, ColumnKind.LONG_TEXT, required=True),
        Column("pangkat_golongan", "Pangkat/golongan", 30),
        _ID_JABATAN,
        Column("nama_jabatan", "Nama jabatan", 48, ColumnKind.HELP),
    ),
)

_INDIKATOR = (
    Column(
        "id",
        "ID",
        10,
        ColumnKind.ID,
        required=True,
        prompt="Pengenal tetap yang tidak dipakai indikator lain, misalnya J07-03.",
        example="J07-03",
    ),
    _ID_JABATAN,
    Column("nama_jabatan", "Nama jabatan", 30, ColumnKind.HELP),
    Column("sasaran", "Sasaran", 40, ColumnKind.LONG_TEXT, required=True),
    Column("indikator", "Indikator", 44, ColumnKind.LONG_TEXT, required=True),
    Column(
        "satuan",
        "Satuan",
        16,
        ColumnKind.CHOICE,
        prompt="Pilih dari daftar; satuan baru ditambahkan dahulu di lembar Referensi. Boleh kosong.",
        choices=ListName.SATUAN,
    ),
    Column(
        "tipe_perhitungan",
        "Tipe perhitungan",
        17,
        ColumnKind.CHOICE,
        prompt="Kumulatif: angka bulanan dijumlahkan. Non Kumulatif: angka terakhir berlaku. Boleh kosong.",
        choices=ListName.TIPE,
    ),
    Column(
        "arah",
        "Arah",
        12,
        ColumnKind.CHOICE,
        prompt="Maksimal: makin besar makin baik. Minimal: makin kecil makin baik. Kosong berarti Maksimal.",
        choices=tuple(Arah),
    ),
    Column("formulasi", "Formulasi", 42, ColumnKind.LONG_TEXT),
    Column("sumber_data", "Sumber data", 28, ColumnKind.LONG_TEXT),
    Column(
        "target",
        "Target tahunan",
        16,
        ColumnKind.NUMBER,
        prompt="Angka saja. Untuk Persentase ketik 85, bukan 0,85. Kosong berarti diisi pegawai di templat.",
        limits=_TARGET,
    ),
)

_SEBARAN = Column(
    "sebaran",
    "Sebaran",
    13,
    ColumnKind.CHOICE,
    prompt=(
        "rata: target tahunan tipe yang dijumlah dibagi rata per bulan. akhir tahun: baru dinilai di "
        "Desember. Kosong: terhadap target tahunan penuh."
    ),
    choices=tuple(choice for choice in Sebaran if choice),
    optional=True,
)

SATUAN_TABLE = Table(
    name="satuan",
    sheet="Referensi",
    required=True,
    columns=(
        Column(
            "nama", "Satuan", 26, required=True, prompt="Tambahkan satuan baru di baris kosong berikutnya."
        ),
    ),
)
TIPE_TABLE = Table(
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
            ColumnKind.CHOICE,
            required=True,
            prompt=(
                "jumlah: semua bulan dijumlahkan. terakhir: bulan terakhir yang terisi. "
                "rata-rata: rata-rata bulan yang terisi."
            ),
            choices=tuple(CaraHitung),
        ),
    ),
)
SKALA_TABLE = Table(
    name="skala",
    sheet="Referensi",
    first=5,
    required=True,
    columns=(
        Column(
            "batas",
            "Skala: mulai dari (%)",
            24,
            ColumnKind.NUMBER,
            required=True,
            prompt="Batas bawah tingkat ini, dari yang tertinggi ke yang terendah.",
            limits=_SKALA,
            percent=True,
        ),
        Column("sebutan", "Skala: sebutan", 24, required=True),
    ),
)
SETTINGS_FORM = Form(
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
            ColumnKind.NUMBER,
            required=True,
            prompt="Capaian yang diperhitungkan paling banyak sebesar ini.",
            limits=_CAPAIAN,
            percent=True,
        ),
        Column(
            "persentase_di_atas_100",
            "Persentase boleh di atas 100",
            0,
            ColumnKind.CHOICE,
            required=True,
            prompt="Ya: realisasi Persentase di atas 100 diterima. Tidak: dianggap salah ketik.",
            choices=(ANSWER_YES, ANSWER_NO),
        ),
    ),
)

LIST_SOURCES = {
    ListName.JABATAN: (JABATAN_TABLE, "id"),
    ListName.SATUAN: (SATUAN_TABLE, "nama"),
    ListName.TIPE: (TIPE_TABLE, "nama"),
}
"""Where the entries of each dropdown list stand."""

_TRIWULAN = ("TW I", "TW II", "TW III", "TW IV")
_SHORT_BULAN = tuple(name[:3] for name in BULAN)


def build_period_columns(rincian: RincianTarget) -> tuple[Column, ...]:
    """Target columns of the sub-periods an office uses: none, TW I..TW IV, or Jan..Des."""
    titles = {4: _TRIWULAN, 12: _SHORT_BULAN}.get(rincian.period_count, ())
    return tuple(
        Column(f"target_{at:02d}", title, 14, ColumnKind.NUMBER, limits=_TARGET)
        for at, title in enumerate(titles, start=1)
    )


def indikator(rincian: RincianTarget) -> Table:
    """Return the Indikator sheet of an office with this rincian target."""
    columns = (*_INDIKATOR, *build_period_columns(rincian), _SEBARAN)
    return Table(name="indikator", sheet="Indikator", columns=columns, frozen=2)


def list_parts(rincian: RincianTarget) -> tuple[Form | Table, ...]:
    """All forms and tables of katalog.xlsx, in the order of the sheets."""
    lists = (SATUAN_TABLE, TIPE_TABLE, SKALA_TABLE)
    return (KANTOR_FORM, JABATAN_TABLE, PEGAWAI_TABLE, indikator(rincian), *lists, SETTINGS_FORM)
