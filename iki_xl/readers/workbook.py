"""A workbook's bytes as cells, whatever the format: the one door of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.readers.book import TidakTerbacaError
from iki_xl.readers.package import PREFIXES_ZIP, Jenis, buka, jenis, jenis_paket
from iki_xl.readers.xlsx import baca_xlsx

if TYPE_CHECKING:
    from iki_xl.readers.book import Batas, BukuSel


def read_workbook(content: bytes, suffix: str, batas: Batas) -> BukuSel:
    """Read a workbook by what its bytes are; its name's `suffix` matters only for the words.

    Raises:
        TidakTerbacaError: it is no workbook, damaged, hostile, or over a limit.
    """
    package = buka(content, batas) if content.startswith(PREFIXES_ZIP) else None
    kind = jenis_paket(package) if package else jenis(content)
    if package and kind is Jenis.XLSX:
        return baca_xlsx(package, batas)
    if kind is Jenis.XLS:
        from iki_xl.readers.xls import baca_xls  # brings xlrd, which most collections do not need

        return baca_xls(content, batas)
    if package and kind is Jenis.ODS:
        from iki_xl.readers.ods import baca_ods

        return baca_ods(package, batas)
    if kind is Jenis.ZIP_LAIN and suffix == ".xlsb":
        raise TidakTerbacaError("format .xlsb belum dapat dibaca")
    raise kind.error
