"""The first page, declared once: its blocks on a grid of equal columns, and the hidden data of its charts."""

from __future__ import annotations

from dataclasses import dataclass

from iki_xl.a1 import write_address
from iki_xl.recap.layout import CellLook


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
    RecapField("melapor", "Sudah melapor", 6),
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
        return write_address(self.rows(n), self.find_column(key), fixed="column row")

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
