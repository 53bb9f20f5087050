"""Reading .xls: xlrd gives the values, a walk over the records (BIFF) finds formulas and counts cells.

xlrd is old and trusting, so the walk comes first: it refuses what is over the limits, and blots out every
record that xlrd does not need. Source of the record numbers: Microsoft, [MS-XLS].
"""

from __future__ import annotations

import contextlib
import io
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.formula import FormulaError

from iki_xl.readers.book import (
    UNREADABLE_FORMULA,
    BookCells,
    Cell,
    Extra,
    RefusalKind,
    SheetCells,
    UnreadableError,
)
from iki_xl.readers.formats import EPOCH_1900, EPOCH_1904, NumberDisplay, number_format, shown_value
from iki_xl.readers.in_cell import as_seen, put_links
from iki_xl.readers.merges import MergeList
from iki_xl.readers.ole import OleFile
from iki_xl.readers.runs import BASELINE, INHERITED, PLAIN, SUBSCRIPT, SUPERSCRIPT, Face, Run, text_as_seen
from iki_xl.readers.xls_beside import RECORDS, XlsBeside, XlsOver, linked_book
from iki_xl.readers.xls_formula import FORMULA_RECORDS, StoredResults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from iki_xl.readers.book import Area, Limits, RawValue
    from iki_xl.readers.formats import NumberFormat

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _PROTECT, _BLOTTED = 0x0809, 0x000A, 0x002F, 0x0085, 0x0012, 0xFFFF
_WORKSHEET, _MACRO_SHEET, _SUPBOOK, _MACROS = 0, 1, 0x01AE, "_VBA_PROJECT_CUR"
# Every cell of a shared, array or table formula has a FORMULA record of its own as well.
_FORMULAS = {0x0006, 0x0206, 0x0406}
# BLANK and MULBLANK (0x0201, 0x00BE) are none of these: they hold nothing, and there may be very many.
_ONE_CELL = _FORMULAS | {0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6}
_CELL_SERIES = {0x00BD}  # MULRK: the last column stands at the end
_FORMULA_RESULTS = {0x0207, 0x04BC, 0x0221, 0x0236, 0x0021, 0x0036, 0x0007}  # STRING, SHRFMLA, ARRAY, TABLEOP
# SST, CONTINUE, FONT, FORMAT, XF, DATEMODE, CODEPAGE
_NEEDED_IN_BOOK = {_BOF, _EOF, _BOUNDSHEET, 0x00FC, 0x003C, 0x0031, 0x041E, 0x00E0, 0x0022, 0x0042}
_NEEDED_IN_SHEET = _ONE_CELL | _CELL_SERIES | _FORMULA_RESULTS | {_BOF, _EOF}
_RECORD_HEADER = struct.Struct("<HH")
_ROW_COLUMN = struct.Struct("<HH")
_MERGED, _AREA = 0x00E5, struct.Struct("<4H")
_NUMBER_RESULT = struct.Struct("<d")
_EMPTY_KINDS = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}
_NUMBER_KINDS = {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}
# What xlrd raises on damaged files; it checks little, so most of these come from the middle of its work.
_DAMAGE_ERRORS = (
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


class _XlrdSheet(Protocol):
    """The part of xlrd's sheet that is used here."""

    name: str
    nrows: int
    rich_text_runlist_map: Mapping[tuple[int, int], Sequence[tuple[int, int]]]

    def row_types(self, rowx: int) -> Sequence[int]: ...
    def row_values(self, rowx: int) -> Sequence[str | float]: ...
    def cell_xf_index(self, rowx: int, colx: int) -> int: ...


@dataclass(frozen=True, slots=True)
class _SheetTrace:
    """What the walk saw of one sheet, and how many cells xlrd will make.

    `unknown` are the formulas whose results the file does not hold.
    """

    formulas: frozenset[tuple[int, int]]
    unknown: frozenset[tuple[int, int]]
    protected: bool
    merges: tuple[Area, ...]
    over: XlsOver
    cell: int


class _MutedLog(io.TextIOBase):
    """xlrd writes its complaints here; a long list of them is not worth keeping."""

    def write(self, text: str) -> int:
        return len(text)


def read_xls(content: bytes, limits: Limits) -> BookCells:
    """Read every filled cell of an .xls file (Excel 5 to 2003) from its bytes, hidden sheets too.

    A formula's text is `UNREADABLE_FORMULA`, its value the stored result ("" for an empty text, None where it
    may not be the true one).

    Raises:
        UnreadableError: the bytes are no such workbook, or it is damaged, encrypted or over the limits.
    """
    ole = OleFile(content)
    stream = ole.read("Workbook") or ole.read("Book")
    if "EncryptedPackage" in ole:
        raise UnreadableError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
    if not stream:
        raise UnreadableError("isinya bukan buku kerja Excel", RefusalKind.NOT_A_WORKBOOK)
    try:
        records = bytearray(stream)
        traces, extras = _walk_stream(records, limits, by_excel=_by_excel(ole))
        with contextlib.redirect_stdout(_MutedLog()):
            sheets = tuple(_read_xls_sheets(bytes(records), traces))
    except _DAMAGE_ERRORS as exc:
        raise UnreadableError("berkasnya rusak", RefusalKind.DAMAGED) from exc
    if _MACROS in ole.folders:
        extras.add(Extra.MACROS)
    return BookCells(sheets, ole.saved_at(), frozenset(extras))


def _by_excel(ole: OleFile) -> bool:
    application = ole.application()
    return application.startswith("Microsoft ") and "Excel" in application


def _walk_stream(
    records: bytearray, limits: Limits, *, by_excel: bool
) -> tuple[list[_SheetTrace], set[Extra]]:
    """Walk the whole stream, sheet by sheet in the order of xlrd; blot out what xlrd does not need."""
    places, extras = _find_worksheets(records)
    if len(places) > limits.sheets:
        raise UnreadableError(
            f"lembarnya {len(places)}, paling banyak {limits.sheets}", limit="sheets", enough=len(places)
        )
    if len(set(places)) < len(places):
        raise UnreadableError("berkasnya rusak", RefusalKind.DAMAGED)
    traces, cells = [], 0
    for place in places:
        trace = _walk_xls_sheet(records, place, by_excel=by_excel)
        cells += trace.cell
        if cells > limits.cells:
            raise UnreadableError(f"selnya lebih dari {limits.cells}", limit="cells")
        traces.append(trace)
        if trace.over.damaged:
            extras.add(Extra.UNREAD)
    return traces, extras


def _walk_records(records: bytearray, start: int) -> Iterator[tuple[int, int, int]]:
    """Give (number, start of data, length) from a BOF to its EOF; what is nested in between comes too.

    A stream that ends before that raises struct.error or ValueError.
    """
    at, depth = start, 0
    while True:
        number, length = _RECORD_HEADER.unpack_from(records, at)
        if at + 4 + length > len(records) or (at == start and number != _BOF):
            raise ValueError("no such record")
        yield number, at + 4, length
        depth += (number == _BOF) - (number == _EOF)
        if depth == 0:
            return
        at += 4 + length


def _blot_out(records: bytearray, data: int) -> None:
    struct.pack_into("<H", records, data - 4, _BLOTTED)


def _find_worksheets(records: bytearray) -> tuple[list[int], set[Extra]]:
    """Return where each worksheet starts, and what else there is; charts and macros are no worksheets."""
    places, extras = [], set()
    for number, data, length in _walk_records(records, 0):
        if number == _FILEPASS:
            raise UnreadableError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
        if number == _BOUNDSHEET:
            place, _, kind = struct.unpack_from("<IBB", records, data)
            if kind == _WORKSHEET:
                places.append(place)
            elif kind == _MACRO_SHEET:
                extras.add(Extra.MACROS)
        elif number not in _NEEDED_IN_BOOK:
            linked = linked_book(bytes(records[data : data + length])) if number == _SUPBOOK else None
            if linked:
                extras.add(linked)
            _blot_out(records, data)
    return places, extras


def _walk_xls_sheet(records: bytearray, start: int, *, by_excel: bool) -> _SheetTrace:
    widths: dict[int, int] = {}
    formulas = set()
    results = StoredResults()
    protected = False
    merges, beside = MergeList(), XlsBeside()
    for number, data, length in _walk_records(records, start):
        if number in FORMULA_RECORDS or results.waits:
            missing = results.take(number, bytes(records[data : data + length]), data)
            if missing is not None:
                _NUMBER_RESULT.pack_into(records, missing, 0.0)
        if number in _ONE_CELL:
            row, column = _ROW_COLUMN.unpack_from(records, data)
            if number in _FORMULAS:
                formulas.add((row, column))
                beside.formula((row, column), bytes(records[data : data + length]))
        elif number in _CELL_SERIES:
            row, column = _ROW_COLUMN.unpack_from(records, data)
            (column,) = struct.unpack_from("<H", records, data + length - 2)
        else:
            if number == _PROTECT:
                protected = protected or any(records[data : data + length])
            elif number == _MERGED or number in RECORDS:
                content = bytes(records[data : data + length])
                _add_merges(merges, content) if number == _MERGED else beside.record(number, content)
            if number not in _NEEDED_IN_SHEET:
                _blot_out(records, data)
            continue
        widths[row] = max(widths.get(row, 0), column + 1)
    # xlrd keeps every row down to the last, each as wide as its last cell
    cells = sum(widths.values()) + max(widths, default=-1) + 1
    unknown = results.missing | (set() if by_excel else results.doubtful())
    found = protected, merges.areas(), beside.result(), cells
    return _SheetTrace(frozenset(formulas), frozenset(unknown), *found)


def _add_merges(merges: MergeList, record: bytes) -> None:
    """Take in the areas of a record, as many as it says and has."""
    count = min(int.from_bytes(record[:2], "little"), (len(record) - 2) // _AREA.size)
    for top, bottom, left, right in _AREA.iter_unpack(record[2 : 2 + max(count, 0) * _AREA.size]):
        merges.add((top, left, bottom, right))


def _read_xls_sheets(records: bytes, traces: Sequence[_SheetTrace]) -> Iterator[SheetCells]:
    # without the wrapping of a compound file: OleFile has taken that off
    book = xlrd.open_workbook(
        file_contents=records, logfile=_MutedLog(), formatting_info=True, on_demand=True, ragged_rows=True
    )
    looks = _Looks(book)
    for number, trace in enumerate(traces):
        sheet: _XlrdSheet = book.get_sheet(number)
        cells, over = dict(_read_xls_cells(sheet, looks, trace)), trace.over
        put_links(cells, over.links)
        beside = over.notes, over.boxes, over.pictures
        yield SheetCells(sheet.name, cells, trace.protected, trace.merges, *beside)
        book.unload_sheet(number)


class _Looks:
    """How the cell formats of a workbook show what cells hold: number formats and faces, by their index."""

    def __init__(self, book: xlrd.Book) -> None:
        self.epoch = EPOCH_1904 if book.datemode else EPOCH_1900
        codes = {key: found.format_str for key, found in book.format_map.items()}
        self.formats: list[NumberFormat] = [
            number_format(xf.format_key, codes.get(xf.format_key)) for xf in book.xf_list
        ]
        levels = {1: SUPERSCRIPT, 2: SUBSCRIPT}
        self._fonts = [
            Face(bool(font.struck_out), levels.get(font.escapement, BASELINE)) for font in book.font_list
        ]
        self.faces = [self._face(xf.font_index) for xf in book.xf_list]
        self.plain = all(face == PLAIN for face in self._fonts)

    def _face(self, font: int) -> Face:
        return self._fonts[font] if 0 <= font < len(self._fonts) else PLAIN

    def text(self, text: str, runs: Sequence[tuple[int, int]], cell: Face) -> Cell | None:
        """Return a text as seen; `runs` are (first letter, font), letters counted in UTF-16.

        Source: [MS-XLS] 2.5.129.
        """
        letters = text.encode("utf-16-le", "surrogatepass")
        starts = [(0, INHERITED), *((2 * at, self._face(font)) for at, font in runs), (len(letters), PLAIN)]
        pieces = ((letters[at:end], face) for (at, face), (end, _) in pairwise(starts))
        return text_as_seen((Run(piece.decode("utf-16-le", "replace"), face) for piece, face in pieces), cell)


def _read_xls_cells(
    sheet: _XlrdSheet, looks: _Looks, trace: _SheetTrace
) -> Iterator[tuple[tuple[int, int], Cell]]:
    runs = {} if looks.plain else sheet.rich_text_runlist_map
    for row in range(sheet.nrows):
        cells = zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        for column, (kind, value) in enumerate(cells):
            at = row, column
            formula = UNREADABLE_FORMULA if at in trace.formulas else ""
            if kind in _EMPTY_KINDS or (value == "" and not formula):
                continue
            style = sheet.cell_xf_index(row, column)
            face = PLAIN if looks.plain else looks.faces[style]
            if at in trace.unknown:
                yield at, Cell(None, False, formula)
            elif isinstance(value, str) and not formula and (at in runs or face != PLAIN):
                seen = looks.text(value, runs.get(at, ()), face)
                if seen is not None:
                    yield at, as_seen(seen)
            else:
                shown = (
                    looks.formats[style].shows(float(value)) if kind in _NUMBER_KINDS else NumberDisplay.PLAIN
                )
                content = _convert_raw_value(kind, value, shown, looks.epoch)
                cell = as_seen(
                    Cell(content, kind == xlrd.XL_CELL_ERROR, formula, shown is NumberDisplay.PERCENT)
                )
                yield at, cell.struck_out() if face.struck else cell


def _convert_raw_value(kind: int, value: str | float, shown: NumberDisplay, epoch: datetime) -> RawValue:
    if kind == xlrd.XL_CELL_ERROR:
        return str(error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return value if isinstance(value, str) else shown_value(float(value), shown, epoch)
