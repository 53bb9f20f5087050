"""A returned workbook's cells as they were seen: value, error, formula, percent format, address.

This is the only place that knows which library reads a file.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from iki_xl.collect.book import BukuSel, LembarSel, TidakTerbacaError
from iki_xl.form.reading import Isi, Mentah

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_AWALAN_ZIP = b"PK\x03\x04"
_AWALAN_OLE = b"\xd0\xcf\x11\xe0"
_SIFAT_BUKU = "docProps/core.xml"
_DISIMPAN = re.compile(rb"<(?:\w+:)?modified\b[^>]*>\s*([^<\s]+)\s*<")
# In a number format, what is shown as it stands: a percent sign in there multiplies nothing.
_HARFIAH = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
# What a damaged file makes zipfile, the XML parser and openpyxl raise; a parse error is a SyntaxError.
_RUSAK = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    OSError,
)


def baca_buku(content: bytes) -> BukuSel:
    """Read every filled cell of an .xlsx or .xlsm file from its bytes.

    Raises:
        TidakTerbacaError: the bytes are not such a workbook, or it is damaged or encrypted.
    """
    _periksa_jenis(content)
    import openpyxl

    try:
        saved = _disimpan(content)
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
        sheets = tuple(
            LembarSel(
                sheet.title,
                _sel_lembar(sheet, formulas[sheet.title]),
                bool(formulas[sheet.title].protection.sheet),
            )
            for sheet in values.worksheets
        )
    except _RUSAK as exc:
        raise TidakTerbacaError("berkasnya rusak") from exc
    return BukuSel(sheets, saved)


def _periksa_jenis(content: bytes) -> None:
    """Look at the first bytes: a name says nothing about what a file is."""
    if not content:
        raise TidakTerbacaError("berkasnya kosong")
    if content.startswith(_AWALAN_OLE):
        raise TidakTerbacaError("berkasnya berformat .xls lama atau memakai kata sandi")
    if not content.startswith(_AWALAN_ZIP):
        raise TidakTerbacaError("isinya bukan buku kerja Excel")


def _disimpan(content: bytes) -> datetime | None:
    """The "last modified" property; openpyxl would give the present moment where there is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if _SIFAT_BUKU not in parts.namelist():
            return None
        found = _DISIMPAN.search(parts.read(_SIFAT_BUKU))
    if found is None:
        return None
    try:
        saved = datetime.fromisoformat(found[1].decode("ascii"))
    except ValueError:
        return None
    return saved.astimezone(UTC).replace(tzinfo=None) if saved.tzinfo else saved


def _sel_lembar(values: Worksheet, formulas: Worksheet) -> dict[tuple[int, int], Isi]:
    found = {}
    for row in formulas.iter_rows():
        for cell in row:
            if cell.value is not None:
                shown = values.cell(cell.row, cell.column)
                found[cell.row - 1, cell.column - 1] = _isi(shown, cell)
    return found


def _isi(shown: Cell | MergedCell, written: Cell | MergedCell) -> Isi:
    formula = ""
    if written.data_type == "f":
        # an array formula is an object that carries its text
        formula = str(getattr(written.value, "text", written.value))
    return Isi(
        nilai=_mentah(shown.value),
        galat=shown.data_type == "e",
        rumus=formula,
        persen="%" in _HARFIAH.sub("", shown.number_format or ""),
    )


def _mentah(value: object) -> Mentah:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return _bilangan(value)
    if isinstance(value, (date, time, timedelta)):
        return value
    return str(value)


def _bilangan(value: float) -> float:
    """Return the number as a float; an integer of hundreds of digits is an infinity, to be refused later."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
