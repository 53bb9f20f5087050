"""The recap's sheets, declared once: names, columns, titles, widths, and where each row stands.

No spreadsheet library is imported here, and no row number or column letter is written anywhere
else: the writer and the formulas ask a `RecapSheet` for its cells and ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, RincianTarget
from iki_xl.tables import BULAN_NUMBERS, name_period_target_column, name_realisasi_column

if TYPE_CHECKING:
    from collections.abc import Mapping

EXCEL_ROWS = 1_048_576
F4_PAPER = 14  # Excel's "Folio", 8.5 x 13 inch: what Indonesian shops sell as F4
F4_LENGTH = 13.0
SIDE_MARGIN = 0.4  # inch, left and right
SMALLEST_PRINT_SCALE = 64  # percent; below it the 10 point text of the tables is hard to read
COLUMN_EDGES = 5 / 7  # characters that Excel adds to every column for its edges
WIDENING = 1.35  # a column grows this much for its numbers; longer ones are shrunk to fit


class CellLook(StrEnum):
    """How the cells of a column are shown."""

    TEXT = "teks"
    CENTRED = "tengah"
    WHOLE = "bulat"
    NUMBER = "angka"
    PERCENT = "persen"  # a number that already is in percent, two decimals
    FILLED = "terisi"  # a count shown as "k dari m"
    SKALA = "skala"
    TREND = "tren"  # a sparkline over other columns of the row


NUMBER_LOOKS = frozenset({CellLook.WHOLE, CellLook.NUMBER, CellLook.PERCENT, CellLook.FILLED})


@dataclass(frozen=True, slots=True)
class RecapColumn:
    """A column: `width` in characters (long numbers widen it), `group` stays together on paper.

    `dimmed` marks a column that is shown but does not count (a month after the one reported to);
    `indent` one whose texts are indented by the row's depth; `series` names the first and last column
    that a sparkline is drawn from.
    """

    key: str
    title: str
    width: float
    look: CellLook = CellLook.TEXT
    group: int = 0
    dimmed: bool = False
    indent: bool = False
    series: tuple[str, str] | None = None


@dataclass(frozen=True)
class RecapSheet:
    """A sheet that holds one table below a title.

    `fixed_columns` leading columns stay in sight and are repeated on every printed page; `empty_note` is what
    stands in column `empty_note_column` when the table has no row; the last `total_rows` rows are totals,
    which neither the autofilter nor a sorting moves. `rest_note` says where the rows are for which Excel
    has none left; "": the sheet has to hold all of them.
    """

    nama: str
    title: str
    columns: tuple[RecapColumn, ...]
    empty_note: str
    empty_note_column: str
    rest_note: str = ""
    fixed_columns: int = 0
    total_rows: int = 0
    title_row: int = 0
    intro_row: int = 1
    head_row: int = 3

    @cached_property
    def _column_places(self) -> dict[str, int]:
        return {column.key: at for at, column in enumerate(self.columns)}

    def find_column(self, key: str) -> int:
        """Zero-based column of a key."""
        return self._column_places[key]

    def find_row(self, n: int) -> int:
        """Zero-based row of the n-th (from 0) data row."""
        return self.head_row + 1 + n

    def cell(self, n: int, key: str) -> str:
        """Address of a cell in data row n, as seen from the same sheet, such as "H12"."""
        return write_a1_address(self.find_row(n), self.find_column(key))

    def find_row_address(self, n: int) -> str:
        """Address of the beginning of data row n, as seen from any sheet, such as "'Temuan'!$A$5"."""
        return f"'{self.nama}'!$A${self.find_row(n) + 1}"

    def find_range(self, n: int, first: str, last: str) -> str:
        """Range from one column to another within data row n, such as "K12:P12"."""
        return f"{self.cell(n, first)}:{self.cell(n, last)}"

    def find_column_range(self, key: str, count: int) -> str:
        """A column's data cells as seen from any sheet; an empty table's one (blank) row included."""
        column = write_column_letters(self.find_column(key))
        first, last = self.find_row(0) + 1, self.find_row(max(count, 1) - 1) + 1
        return f"'{self.nama}'!${column}${first}:${column}${last}"

    def widen(self, width: Mapping[str, float]) -> RecapSheet:
        """The same sheet with columns as wide as `width` asks for, within `WIDENING`."""
        wider = tuple(
            replace(k, width=min(max(k.width, width.get(k.key, 0)), k.width * WIDENING)) for k in self.columns
        )
        return replace(self, columns=wider)


@cache
def write_column_letters(column: int) -> str:
    """Letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def write_a1_address(row: int, column: int) -> str:
    """A1 address of a zero-based row and column."""
    return f"{write_column_letters(column)}{row + 1}"


def name_mean_column(bulan: int) -> str:
    """Column of the average capaian to the end of a month."""
    return f"rata_{bulan:02d}"


def _build_mean_columns(bulan: int, group: int) -> tuple[RecapColumn, ...]:
    """The averages of the twelve months, and a sparkline over them."""
    return (
        *(
            RecapColumn(
                name_mean_column(b),
                f"s.d. {BULAN[b - 1][:3]}",
                6.2,
                CellLook.PERCENT,
                group,
                dimmed=b > bulan,
            )
            for b in BULAN_NUMBERS
        ),
        RecapColumn(
            "tren", "Tren", 14, CellLook.TREND, group, series=(name_mean_column(1), name_mean_column(12))
        ),
    )


def unit_sheet(bulan: int) -> RecapSheet:
    """*Rekap Unit*: one row per unit in the catalogue's order, then one of the whole office.

    `no` is the number by which other sheets name a unit (`no_unit`).
    """
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("id_unit", "Id unit", 6, CellLook.CENTRED),
        RecapColumn("unit", "Unit", 30),
        RecapColumn("jabatan", "Jabatan ditunggu", 8, CellLook.WHOLE, 1),
        RecapColumn("melapor", "Pelapor yang melapor", 9, CellLook.CENTRED, 1),
        RecapColumn("indikator", "Indikator diterima", 8, CellLook.WHOLE, 1),
        RecapColumn("terisi", "Indikator terisi", 8, CellLook.WHOLE, 1),
        RecapColumn("belum", "Belum terisi atau belum lapor", 10, CellLook.WHOLE, 1),
        RecapColumn("dinilai", "Dinilai (n)", 7, CellLook.WHOLE, 1),
        RecapColumn("rata", "Rata-rata capaian (%)", 9, CellLook.PERCENT, 1),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA, 1),
        *_build_mean_columns(bulan, 2),
        RecapColumn("tautan", "Rincian", 7, CellLook.CENTRED, 2),
    )
    return RecapSheet(
        "Rekap Unit",
        "Rekap per Unit",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="unit",
        fixed_columns=3,
        total_rows=1,
    )


def jabatan_sheet(bulan: int) -> RecapSheet:
    """*Rekap Jabatan*: one row per expected reporter, along the line of atasan.

    `no` is the number by which other sheets name a reporter (`no_pelapor`).
    """
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 36, indent=True),
        RecapColumn("nama", "Nama", 20),
        RecapColumn("nip", "NIP", 19, group=1),
        RecapColumn("atasan", "Atasan", 28, group=1),
        RecapColumn("unit", "Unit", 26, group=1),
        RecapColumn("indikator", "Indikator", 9, CellLook.WHOLE, 2),
        RecapColumn("terisi", "Indikator terisi", 10, CellLook.CENTRED, 2),
        RecapColumn("belum", "Belum terisi", 8, CellLook.WHOLE, 2),
        RecapColumn("dinilai", "Dinilai (n)", 8, CellLook.WHOLE, 2),
        RecapColumn("rata", "Rata-rata capaian (%)", 10, CellLook.PERCENT, 2),
        RecapColumn("skala", "Skala capaian", 13, CellLook.SKALA, 2),
        *_build_mean_columns(bulan, 3),
        RecapColumn("bulan_terakhir", "Bulan terakhir terisi", 10, CellLook.CENTRED, 4),
        RecapColumn("melapor", "Melapor", 9, CellLook.CENTRED, 4),
        RecapColumn("keterangan", "Keterangan", 24, group=4),
        RecapColumn("tautan", "Rincian", 7, CellLook.CENTRED, 4),
        RecapColumn("id_jabatan", "Id jabatan", 7, CellLook.CENTRED, 4),
        RecapColumn("no_unit", "No unit", 5, CellLook.WHOLE, 4),
    )
    return RecapSheet(
        "Rekap Jabatan",
        "Rekap per Jabatan",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="jabatan",
        fixed_columns=3,
    )


def rekap_sheet(rincian: RincianTarget, bulan: int) -> RecapSheet:
    """*Rekap Indikator*: one row per counted return and indikator, everything the office reported.

    `rincian` adds the columns of sub-period targets; months after `bulan` are marked `dimmed`.
    """
    period_word = "Tw" if rincian is RincianTarget.TRIWULAN else "Bln"
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 20),
        RecapColumn("nama", "Nama", 16),
        RecapColumn("indikator", "Indikator", 34),
        RecapColumn("satuan", "Satuan", 11, CellLook.CENTRED, 1),
        RecapColumn("tipe_perhitungan", "Tipe perhitungan", 11, CellLook.CENTRED, 1),
        RecapColumn("arah", "Arah", 9, CellLook.CENTRED, 1),
        RecapColumn("target", "Target tahunan", 9, CellLook.NUMBER, 1),
        *(
            RecapColumn(name_period_target_column(p), f"Target {period_word} {p}", 8, CellLook.NUMBER, 2)
            for p in range(1, rincian.period_count + 1)
        ),
        *(
            RecapColumn(name_realisasi_column(b), BULAN[b - 1][:3], 6.5, CellLook.NUMBER, 3, dimmed=b > bulan)
            for b in BULAN_NUMBERS
        ),
        RecapColumn("target_sd", "Target s.d.", 9, CellLook.NUMBER, 4),
        RecapColumn("realisasi_sd", "Realisasi s.d.", 9, CellLook.NUMBER, 4),
        RecapColumn("bulan_terisi", "Bulan terisi", 8, CellLook.FILLED, 4),
        RecapColumn("posisi", "Posisi bulan", 10, CellLook.CENTRED, 4),
        RecapColumn("capaian_mentah", "Capaian mentah (%)", 9, CellLook.PERCENT, 4),
        RecapColumn("capaian", "Capaian (%)", 9, CellLook.PERCENT, 4),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA, 4),
        RecapColumn("kendala", "Kendala", 34, group=5),
        RecapColumn("tindak_lanjut", "Tindak lanjut", 32, group=5),
        RecapColumn("bukti_dukung", "Bukti dukung", 22, group=5),
        RecapColumn("keterangan", "Keterangan", 26, group=5),
        RecapColumn("unit", "Unit", 21, group=6),
        RecapColumn("nip", "NIP", 20, group=6),
        RecapColumn("sasaran", "Sasaran", 40, group=6),
        RecapColumn("berkas", "Berkas", 22, group=6),
        RecapColumn("lembar", "Lembar", 16, group=6),
        RecapColumn("sel", "Sel Januari", 8, CellLook.CENTRED, 6),
        RecapColumn("id_indikator", "Id indikator", 10, CellLook.CENTRED, 6),
        RecapColumn("id_unit", "Id unit", 8, CellLook.CENTRED, 6),
        RecapColumn("no_unit", "No unit", 6, CellLook.WHOLE, 6),
        RecapColumn("no_pelapor", "No pelapor", 8, CellLook.WHOLE, 6),
    )
    none, where, rest = "Belum ada laporan yang dihitung.", "jabatan", "ada di realisasi.csv dan capaian.csv"
    title = "Rekap Indikator"
    return RecapSheet(
        title, title, columns, empty_note=none, empty_note_column=where, fixed_columns=4, rest_note=rest
    )


def _build_period_target_column(bulan: int, rincian: RincianTarget) -> tuple[RecapColumn, ...]:
    """The target of the period that holds the month, beside the one to date; yearly targets have but one."""
    if rincian is RincianTarget.YEARLY:
        return ()
    triwulan = rincian is RincianTarget.TRIWULAN
    nama = f"triwulan {rincian.period(bulan) + 1}" if triwulan else BULAN[bulan - 1]
    return (RecapColumn("target_periode", f"Target {nama}", 10, CellLook.NUMBER),)


def bulan_sheet(bulan: int, rincian: RincianTarget = RincianTarget.YEARLY) -> RecapSheet:
    """*Januari* .. *Desember*: one row per expected return and indikator."""
    nama = BULAN[bulan - 1]
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 24),
        RecapColumn("nama", "Nama", 18),
        RecapColumn("indikator", "Indikator", 40),
        RecapColumn("satuan", "Satuan", 11, CellLook.CENTRED),
        *_build_period_target_column(bulan, rincian),
        RecapColumn("target_sd", f"Target s.d. {nama}", 10, CellLook.NUMBER),
        RecapColumn("realisasi", f"Realisasi {nama}", 10, CellLook.NUMBER),
        RecapColumn("realisasi_sd", f"Realisasi s.d. {nama}", 10, CellLook.NUMBER),
        RecapColumn("capaian", "Capaian s.d. (%)", 9, CellLook.PERCENT),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA),
        RecapColumn("keterangan", "Keterangan", 29),
        RecapColumn("berkas", "Berkas", 18),
        RecapColumn("sel", "Sel", 7, CellLook.CENTRED),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED),
        RecapColumn("no_unit", "No unit", 6, CellLook.WHOLE),
        RecapColumn("no_pelapor", "No pelapor", 8, CellLook.WHOLE),
    )
    return RecapSheet(
        nama,
        f"Bulan {nama}",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="jabatan",
        fixed_columns=4,
        rest_note="ada di realisasi.csv dan capaian.csv",
    )


NOT_REPORTED = RecapSheet(
    "Belum Lapor",
    "Belum Lapor",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("unit", "Unit", 38),
        RecapColumn("jabatan", "Jabatan", 44),
        RecapColumn("nama", "Nama", 28),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("indikator", "Indikator yang ditunggu", 11, CellLook.WHOLE),
        RecapColumn("jabatan_kosong", "Jabatan tanpa laporan", 11, CellLook.WHOLE),
        RecapColumn("keterangan", "Keterangan", 30),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
    ),
    empty_note="Semua sudah melapor.",
    empty_note_column="unit",
)
WITHOUT_INDIKATOR = "Jabatan yang belum mempunyai indikator (tidak ditunggu laporannya)"

TEMUAN = RecapSheet(
    "Temuan",
    "Temuan pada laporan yang diterima",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("tingkat", "Tingkat", 11, CellLook.CENTRED),
        RecapColumn("pegawai", "Pegawai", 17),
        RecapColumn("jabatan", "Jabatan", 22),
        RecapColumn("indikator", "Indikator", 26),
        RecapColumn("lembar", "Lembar", 14),
        RecapColumn("sel", "Sel", 6, CellLook.CENTRED),
        RecapColumn("nilai", "Yang tertulis", 14),
        RecapColumn("pesan", "Yang ditemukan", 38),
        RecapColumn("perbaikan", "Cara memperbaiki", 38),
        RecapColumn("berkas", "Berkas", 24, group=1),
        RecapColumn("kode", "Kode", 7, CellLook.CENTRED, 1),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED, 1),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED, 1),
    ),
    empty_note="Tidak ada temuan.",
    empty_note_column="pegawai",
    fixed_columns=3,
    rest_note="ada di temuan.csv",
)

CHANGES = RecapSheet(
    "Perubahan",
    "Perubahan nilai di antara laporan",
    (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 24),
        RecapColumn("nama", "Nama", 18),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("indikator", "Indikator", 34),
        RecapColumn("kolom", "Kolom", 11),
        RecapColumn("lama", "Semula", 15),
        RecapColumn("baru", "Menjadi", 15),
        RecapColumn("berkas_lama", "Berkas semula", 18),
        RecapColumn("lembar_lama", "Lembar semula", 14),
        RecapColumn("sel_lama", "Sel semula", 7, CellLook.CENTRED),
        RecapColumn("berkas_baru", "Berkas berikutnya", 18),
        RecapColumn("lembar_baru", "Lembar berikutnya", 14),
        RecapColumn("sel_baru", "Sel berikutnya", 10, CellLook.CENTRED),
        RecapColumn("dihitung", "Yang dihitung", 22),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED),
    ),
    empty_note="Tidak ada nilai yang berubah.",
    empty_note_column="jabatan",
    rest_note="tidak muat di lembar Excel",
)


def sources_sheet(time_zone: str) -> RecapSheet:
    """*Sumber*: one row per sheet of every file found, moments in the time called `time_zone`."""
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("berkas", "Berkas", 30),
        RecapColumn("lembar", "Lembar", 20),
        RecapColumn("jabatan", "Jabatan", 28),
        RecapColumn("nama", "Nama", 20),
        RecapColumn("nip", "NIP", 20),
        RecapColumn("disimpan", f"Terakhir disimpan ({time_zone})", 17, CellLook.CENTRED),
        RecapColumn("dihitung", "Dihitung", 9, CellLook.CENTRED),
        RecapColumn("sebab", "Keterangan", 34),
        RecapColumn("sha256", "SHA-256", 26),
        RecapColumn("id_jabatan", "Id jabatan", 8, CellLook.CENTRED),
    )
    return RecapSheet(
        "Sumber",
        "Sumber: setiap berkas yang ditemukan",
        columns,
        empty_note="Belum ada berkas yang ditemukan.",
        empty_note_column="berkas",
        rest_note="tidak muat di lembar Excel",
    )


@dataclass(frozen=True, slots=True)
class RecapField:
    """A column of a block on the first page: `span` grid columns wide."""

    key: str
    title: str
    span: int
    look: CellLook = CellLook.TEXT


RINGKASAN = "Ringkasan"
GRID_COLUMNS = 24  # the first page is a grid of equal columns; its blocks share it out
GRID_COLUMN_WIDTH = 4.57  # characters
PAGE_HEIGHT = 1060.0  # points of rows that fit on F4 at a print scale of 80 percent
MOST_UNITS = 16  # more bars would not be readable on one page; the rest is named in a line
MOST_ATTENTION_ITEMS = 10
TILES_IN_LINE = 8  # tiles of the skala beside one another

TILES = (
    RecapField("melapor", "Jabatan melapor", 6),
    RecapField("terisi", "Indikator terisi", 6),
    RecapField("rata", "Rata-rata capaian (%)", 6, CellLook.PERCENT),
    RecapField("galat", "Galat, perlu diperbaiki", 6),
)
ATTENTION_BLOCK = (
    RecapField("no", "No", 1, CellLook.CENTRED),
    RecapField("jabatan", "Jabatan", 4),
    RecapField("nama", "Nama", 3),
    RecapField("indikator", "Indikator", 5),
    RecapField("capaian", "Capaian (%)", 2, CellLook.PERCENT),
    RecapField("skala", "Skala", 2, CellLook.SKALA),
    RecapField("kendala", "Kendala", 4),
    RecapField("tindak_lanjut", "Tindak lanjut", 3),
)
UNIT_CHART_SPAN = (0, 12)  # first and last grid column
BULAN_CHART_SPAN = (13, 23)
NOTES_SPAN = (0, 14)
SIGNATURE_SPAN = (16, 23)


@dataclass(frozen=True, slots=True)
class PageData:
    """What charts and links of the first page look up: hidden columns to the right of its grid."""

    columns: tuple[str, ...]
    first_column: int
    head_row: int = 0

    def find_column(self, key: str) -> int:
        """Zero-based column of a key."""
        return self.first_column + self.columns.index(key)

    def rows(self, n: int) -> int:
        """Zero-based row of the n-th (from 0) data row."""
        return self.head_row + 1 + n

    def cell(self, n: int, key: str) -> str:
        """Absolute address of a cell as seen from the first page, such as "$AA$2"."""
        return f"${write_column_letters(self.find_column(key))}${self.rows(n) + 1}"

    def find_range(self, key: str, count: int) -> str:
        """The first `count` cells of a column as a chart refers to them."""
        return f"='{RINGKASAN}'!{self.cell(0, key)}:{self.cell(count - 1, key)}"


PAGE_DATA = PageData(
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
    first_column=GRID_COLUMNS + 1,
)


def find_first_grid_column(block: tuple[RecapField, ...], key: str) -> int:
    """First grid column of a block's field."""
    start = 0
    for field in block:
        if field.key == key:
            return start
        start += field.span
    raise KeyError(key)


def split_pages(sheet: RecapSheet, capacity: float) -> tuple[tuple[int, ...], float]:
    """Share a wide sheet out over pages side by side, groups of columns kept together.

    Args:
        sheet: its `fixed_columns` columns are repeated on every page.
        capacity: characters that fit beside each other at 100 percent.

    Returns:
        The columns before which a page begins, and the width in characters of the widest page.
    """
    widths = [column.width + COLUMN_EDGES for column in sheet.columns]
    repeated = sum(widths[: sheet.fixed_columns])
    limit = capacity * 100 / SMALLEST_PRINT_SCALE
    groups: dict[int, list[int]] = {}
    for at, column in enumerate(sheet.columns[sheet.fixed_columns :], start=sheet.fixed_columns):
        groups.setdefault(column.group, []).append(at)
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
