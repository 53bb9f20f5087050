"""Reading .xls: xlrd gives the values, a walk over the records (BIFF) finds formulas and counts cells.

xlrd is old and trusting, so the walk comes first: it refuses what is over the limits, and blots out every
record that xlrd does not need. Source of the record numbers: Microsoft, [MS-XLS].
"""

from __future__ import annotations

import contextlib
import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.formula import FormulaError

from iki_xl.readers.book import BukuSel, Isi, LembarSel, RefusalKind, TidakTerbacaError
from iki_xl.readers.formats import EPOK_1900, EPOK_1904, Tampilan, lama, saat, tampilan
from iki_xl.readers.ole import BerkasOle, disimpan_ole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from iki_xl.readers.book import Batas, Mentah

# xlrd does not show what a formula says, only its result.
RUMUS_TAK_TERBACA = "=… (bunyinya tidak terbaca dari .xls)"

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _PROTECT, _KOSONG = 0x0809, 0x000A, 0x002F, 0x0085, 0x0012, 0xFFFF
_LEMBAR_KERJA = 0
# Every cell of a shared, array or table formula has a FORMULA record of its own as well.
_RUMUS = {0x0006, 0x0206, 0x0406}
_SATU_SEL = _RUMUS | {0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6, 0x0201}
_DERET_SEL = {0x00BD, 0x00BE}  # MULRK, MULBLANK: the last column stands at the end
_HASIL_RUMUS = {0x0207, 0x04BC, 0x0221, 0x0236, 0x0021, 0x0036, 0x0007}  # STRING, SHRFMLA, ARRAY, TABLEOP
# SST, CONTINUE, FONT, FORMAT, XF, DATEMODE, CODEPAGE
_DIPERLUKAN_BUKU = {_BOF, _EOF, _BOUNDSHEET, 0x00FC, 0x003C, 0x0031, 0x041E, 0x00E0, 0x0022, 0x0042}
_DIPERLUKAN_LEMBAR = _SATU_SEL | _DERET_SEL | _HASIL_RUMUS | {_BOF, _EOF}
_KEPALA_REKAMAN = struct.Struct("<HH")
_BARIS_KOLOM = struct.Struct("<HH")
_TANPA_ISI = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}
_BILANGAN = {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}
# What xlrd raises on damaged files; it checks little, so most of these come from the middle of its work.
_RUSAK = (
    xlrd.XLRDError,
    FormulaError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NameError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    EOFError,
)


class _Lembar(Protocol):
    """The part of xlrd's sheet that is used here."""

    name: str
    nrows: int

    def row_types(self, rowx: int) -> Sequence[int]: ...
    def row_values(self, rowx: int) -> Sequence[str | float]: ...
    def cell_xf_index(self, rowx: int, colx: int) -> int: ...


@dataclass(frozen=True, slots=True)
class _Jejak:
    """What the walk saw of one sheet: cells with formulas, protection, and how many cells xlrd will make."""

    rumus: frozenset[tuple[int, int]]
    dilindungi: bool
    sel: int


class _Bisu(io.TextIOBase):
    """xlrd writes its complaints here; a long list of them is not worth keeping."""

    def write(self, text: str) -> int:
        return len(text)


def baca_xls(content: bytes, batas: Batas) -> BukuSel:
    """Read every filled cell of an .xls file (Excel 5 to 2003) from its bytes, hidden sheets too.

    A formula's text is `RUMUS_TAK_TERBACA`, its value the stored result ("" for an empty text).

    Raises:
        TidakTerbacaError: the bytes are no such workbook, or it is damaged, encrypted or over the limits.
    """
    ole = BerkasOle(content)
    stream = ole.baca("Workbook") or ole.baca("Book")
    if "EncryptedPackage" in ole:
        raise TidakTerbacaError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
    if not stream:
        raise TidakTerbacaError("isinya bukan buku kerja Excel", RefusalKind.NOT_A_WORKBOOK)
    try:
        records = bytearray(stream)
        traces = _telusuri(records, batas)
        with contextlib.redirect_stdout(_Bisu()):
            sheets = tuple(_baca(bytes(records), traces))
    except _RUSAK as exc:
        raise TidakTerbacaError("berkasnya rusak", RefusalKind.DAMAGED) from exc
    return BukuSel(sheets, disimpan_ole(ole))


def _telusuri(records: bytearray, batas: Batas) -> list[_Jejak]:
    """Walk the whole stream, sheet by sheet in the order of xlrd; blot out what xlrd does not need."""
    places = _lembar_kerja(records)
    if len(places) > batas.lembar:
        raise TidakTerbacaError(
            f"lembarnya {len(places)}, paling banyak {batas.lembar}", limit="lembar", enough=len(places)
        )
    if len(set(places)) < len(places):
        raise TidakTerbacaError("berkasnya rusak", RefusalKind.DAMAGED)
    traces, cells = [], 0
    for place in places:
        trace = _telusuri_lembar(records, place)
        cells += trace.sel
        if cells > batas.sel:
            raise TidakTerbacaError(f"selnya lebih dari {batas.sel}", limit="sel")
        traces.append(trace)
    return traces


def _rekaman(records: bytearray, start: int) -> Iterator[tuple[int, int, int]]:
    """Give (number, start of data, length) from a BOF to its EOF; what is nested in between comes too.

    A stream that ends before that raises struct.error or ValueError.
    """
    at, depth = start, 0
    while True:
        number, length = _KEPALA_REKAMAN.unpack_from(records, at)
        if at + 4 + length > len(records) or (at == start and number != _BOF):
            raise ValueError("no such record")
        yield number, at + 4, length
        depth += (number == _BOF) - (number == _EOF)
        if depth == 0:
            return
        at += 4 + length


def _hapus(records: bytearray, data: int) -> None:
    struct.pack_into("<H", records, data - 4, _KOSONG)


def _lembar_kerja(records: bytearray) -> list[int]:
    """Return where each worksheet starts; charts and macros are no worksheets."""
    places = []
    for number, data, _ in _rekaman(records, 0):
        if number == _FILEPASS:
            raise TidakTerbacaError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
        if number == _BOUNDSHEET:
            place, _, kind = struct.unpack_from("<IBB", records, data)
            if kind == _LEMBAR_KERJA:
                places.append(place)
        elif number not in _DIPERLUKAN_BUKU:
            _hapus(records, data)
    return places


def _telusuri_lembar(records: bytearray, start: int) -> _Jejak:
    widths: dict[int, int] = {}
    formulas = set()
    protected = False
    for number, data, length in _rekaman(records, start):
        if number in _SATU_SEL:
            row, column = _BARIS_KOLOM.unpack_from(records, data)
            if number in _RUMUS:
                formulas.add((row, column))
        elif number in _DERET_SEL:
            row, column = _BARIS_KOLOM.unpack_from(records, data)
            (column,) = struct.unpack_from("<H", records, data + length - 2)
        else:
            if number == _PROTECT:
                protected = protected or any(records[data : data + length])
            if number not in _DIPERLUKAN_LEMBAR:
                _hapus(records, data)
            continue
        widths[row] = max(widths.get(row, 0), column + 1)
    # xlrd keeps every row down to the last, each as wide as its last cell
    cells = sum(widths.values()) + max(widths, default=-1) + 1
    return _Jejak(frozenset(formulas), protected, cells)


def _baca(records: bytes, traces: Sequence[_Jejak]) -> Iterator[LembarSel]:
    # without the wrapping of a compound file: BerkasOle has taken that off
    book = xlrd.open_workbook(
        file_contents=records, logfile=_Bisu(), formatting_info=True, on_demand=True, ragged_rows=True
    )
    formats = _tampilan(book)
    epok = EPOK_1904 if book.datemode else EPOK_1900
    for number, trace in enumerate(traces):
        sheet: _Lembar = book.get_sheet(number)
        cells = dict(_sel(sheet, formats, epok, trace.rumus))
        yield LembarSel(sheet.name, cells, trace.dilindungi)
        book.unload_sheet(number)


def _tampilan(book: xlrd.Book) -> list[Tampilan]:
    """Return how each cell format of the workbook shows a number."""
    codes = {key: found.format_str for key, found in book.format_map.items()}
    return [tampilan(xf.format_key, codes.get(xf.format_key)) for xf in book.xf_list]


def _sel(
    sheet: _Lembar, formats: Sequence[Tampilan], epok: datetime, formulas: frozenset[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], Isi]]:
    for row in range(sheet.nrows):
        cells = zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        for column, (kind, value) in enumerate(cells):
            formula = RUMUS_TAK_TERBACA if (row, column) in formulas else ""
            if kind in _TANPA_ISI or (value == "" and not formula):
                continue
            shown = formats[sheet.cell_xf_index(row, column)] if kind in _BILANGAN else Tampilan.BIASA
            content = _mentah(kind, value, shown, epok)
            yield (
                (row, column),
                Isi(content, kind == xlrd.XL_CELL_ERROR, formula, shown is Tampilan.PERSEN),
            )


def _mentah(kind: int, value: str | float, shown: Tampilan, epok: datetime) -> Mentah:
    if kind == xlrd.XL_CELL_ERROR:
        return str(error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if isinstance(value, str):
        return value
    # a serial that is no moment stays the number it is
    moment = saat(value, epok) if shown is Tampilan.SAAT else None
    length = lama(value) if shown is Tampilan.LAMA else None
    return float(value) if moment is None and length is None else moment or length
