"""katalog.xlsx -> cells by sheet. The only module of this room that opens a workbook.

Foreign errors become one `CatalogError` here, with a sentence that says what, where, what to do.
"""

from __future__ import annotations

import re
import stat
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from iki_xl.catalog.model import sama
from iki_xl.comparable import visible
from iki_xl.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

_KEPALA_ZIP = b"PK"
_KEPALA_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SANDI = re.compile(r"_x([0-9a-fA-F]{4})_")
# What zipfile and openpyxl raise on parts that are missing, cut short, or not what they claim to be.
_RUSAK = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Sel:
    """A cell with something in it. `rumus` is a formula whose result is not stored."""

    nilai: object
    galat: bool = False
    rumus: str = ""
    persen: bool = False


Lembar = dict[tuple[int, int], Sel]
"""The filled cells of one sheet, by row and column counted from 1."""


def buka(path: Path) -> dict[str, Lembar]:
    """Return the filled cells of every sheet, by sheet name without case or double spaces.

    Raises:
        CatalogError: the file is missing, not a workbook, encrypted, damaged, or may not be read.
    """
    content = _bytes(path)
    if content.startswith(_KEPALA_OLE):
        raise CatalogError(_kalimat_ole(path, content))
    if not content.startswith(_KEPALA_ZIP):
        raise CatalogError(
            f"{path} bukan buku kerja Excel, apa pun nama berkasnya; buka aslinya di Excel lalu simpan "
            "sebagai “Buku Kerja Excel (.xlsx)”."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features of no concern here
            return _sheets(content)
    except _RUSAK as exc:
        raise CatalogError(
            f"{path} rusak, terpotong, atau bukan buku kerja Excel (.xlsx); ambil salinan cadangannya, atau "
            "buka di Excel lalu simpan ulang sebagai .xlsx."
        ) from exc


def _bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise CatalogError(
                f"{path} adalah folder; sebutkan berkas katalog di dalamnya, misalnya katalog.xlsx."
            )
        if not stat.S_ISREG(mode):
            raise CatalogError(f"{path} bukan berkas biasa; sebutkan berkas katalog.xlsx.")
        return path.read_bytes()
    except FileNotFoundError as exc:
        raise CatalogError(
            f"Katalog {path} tidak ada; jalankan `iki-xl mulai` untuk membuat yang baru, atau sebutkan "
            "letaknya dengan --katalog."
        ) from exc
    except PermissionError as exc:
        raise CatalogError(
            f"{path} tidak boleh dibaca; tutup berkas itu bila sedang terbuka dan periksa izinnya."
        ) from exc
    except OSError as exc:
        raise CatalogError(
            f"{path} tidak dapat dibaca ({exc.strerror or exc}); periksa letak dan medianya."
        ) from exc


def _kalimat_ole(path: Path, content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"{path} dikunci dengan kata sandi; buka di Excel, hapus kata sandinya, lalu simpan."
    return (
        f"{path} berformat Excel lama (.xls) atau bukan buku kerja; buka di Excel lalu simpan sebagai .xlsx."
    )


class _Reader(ExcelReader):
    """openpyxl's reader, except that shared strings keep Excel's _xHHHH_ escapes.

    openpyxl removes "x005F_" wherever it stands and leaves the other escapes as they are.
    """

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call] # the stubs leave it out
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as stream:
            for _, node in iterparse(stream):
                if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                    text = Text.from_tree(node)
                    self.shared_strings.append(text.content if text else "")
                    node.clear()


def _sheets(content: bytes) -> dict[str, Lembar]:
    values, formulas = _load(content, values=True), _load(content, values=False)
    return {
        name: {
            place: cell
            for place, cell in (formulas[name] | cells).items()
            if cell.rumus or not isinstance(cell.nilai, str) or cell.nilai.strip()
        }
        for name, cells in values.items()
    }


def _load(content: bytes, *, values: bool) -> dict[str, Lembar]:
    """Cells with their values (a formula has its stored result), or the formulas alone."""
    reader = _Reader(BytesIO(content), read_only=True, data_only=values, keep_links=False)
    reader.read()
    result: dict[str, Lembar] = {}
    for sheet in reader.wb.worksheets:
        assert isinstance(sheet, ReadOnlyWorksheet)
        sheet.reset_dimensions()  # the size a file claims may be wrong
        cells = result[_nama_baru(sheet.title, result)] = {}
        rows: Iterable[Iterable[object]] = sheet.rows
        for cell in (cell for row in rows for cell in row):
            if isinstance(cell, ReadOnlyCell):
                found = (_sel if values else _rumus)(cell)
                if found is not None:
                    cells[cell.row, cell.column] = found
    return result


def _nama_baru(title: str, taken: Container[str]) -> str:
    """The form in which a sheet's name is compared; where two look alike, nobody can say which one counts."""
    name = sama(title)
    if name in taken:
        raise CatalogError(
            f"Katalog memuat dua lembar yang tampak bernama sama, “{visible(title).strip()}”; hapus atau "
            "ganti nama salah satunya."
        )
    return name


def _sel(cell: ReadOnlyCell) -> Sel | None:
    value: object = cell.value
    if value is None:
        # t="str" without a text: a formula whose result is "", not one that was never computed.
        return Sel("") if cell.data_type == "str" else None
    if isinstance(value, str):
        return Sel(visible(_urai_sandi(value)), galat=cell.data_type == "e")
    return Sel(value, persen="%" in cell.number_format)


def _rumus(cell: ReadOnlyCell) -> Sel | None:
    if cell.data_type != "f":
        return None
    formula: object = cell.value
    return Sel("", rumus=str(getattr(formula, "text", formula)))


def _urai_sandi(text: str) -> str:
    """Undo the _xHHHH_ escapes with which Excel writes characters that XML cannot hold."""
    return _SANDI.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
