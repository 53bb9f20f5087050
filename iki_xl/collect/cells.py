"""A returned workbook's cells as they were seen: value, error, formula, percent format, address.

This is the only place that knows which library reads a file.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from iki_xl.form.reading import Isi, Mentah

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_AWALAN_ZIP = b"PK\x03\x04"
_AWALAN_OLE = b"\xd0\xcf\x11\xe0"


class TidakTerbacaError(Exception):
    """A file cannot be read; the message says why, in Indonesian, to stand inside a sentence."""


@dataclass(frozen=True, slots=True)
class LembarSel:
    """A sheet's filled cells by (row, column) from 0."""

    nama: str
    sel: Mapping[tuple[int, int], Isi]


@dataclass(frozen=True, slots=True)
class BukuSel:
    """A workbook's sheets, and when it was last saved by its own account (None when it does not say)."""

    lembar: tuple[LembarSel, ...]
    disimpan: datetime | None


def baca_buku(path: Path) -> BukuSel:
    """Read every filled cell of an .xlsx or .xlsm file.

    Raises:
        TidakTerbacaError: the file is not such a workbook, is damaged, encrypted or cannot be opened.
    """
    _periksa_jenis(path)
    import openpyxl

    try:
        values = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path, data_only=False)
    except OSError as exc:
        raise TidakTerbacaError(exc.strerror or "tidak dapat dibuka") from exc
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, EOFError) as exc:
        raise TidakTerbacaError("berkasnya rusak") from exc
    sheets = tuple(
        LembarSel(sheet.title, _sel_lembar(sheet, formulas[sheet.title])) for sheet in values.worksheets
    )
    return BukuSel(sheets, values.properties.modified)


def _periksa_jenis(path: Path) -> None:
    """Look at the first bytes: a name says nothing about what a file is."""
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as exc:
        raise TidakTerbacaError(exc.strerror or "tidak dapat dibuka") from exc
    if not start:
        raise TidakTerbacaError("berkasnya kosong")
    if start.startswith(_AWALAN_OLE):
        raise TidakTerbacaError("berkasnya berformat .xls lama atau memakai kata sandi")
    if not start.startswith(_AWALAN_ZIP):
        raise TidakTerbacaError("isinya bukan buku kerja Excel")


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
        persen="%" in (shown.number_format or ""),
    )


def _mentah(value: object) -> Mentah:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, (date, time, timedelta)):
        return value
    return str(value)
