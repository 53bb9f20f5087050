"""A workbook's bytes as cells, whatever the format: the one door of this room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.comparable import visible
from iki_xl.readers.book import Isi, TidakTerbacaError
from iki_xl.readers.package import PREFIXES_ZIP, Jenis, buka, jenis, jenis_paket
from iki_xl.readers.xlsx import baca_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.readers.book import Batas, BukuSel, LembarSel


def read_workbook(content: bytes, suffix: str, batas: Batas) -> BukuSel:
    """Read a workbook by what its bytes are; its name's `suffix` matters only for the words.

    Texts come without the characters that nobody sees (spec section 5); a cell of nothing else is blank.

    Raises:
        TidakTerbacaError: it is no workbook, damaged, hostile, or over a limit.
    """
    book = _read(content, suffix, batas)
    return replace(book, lembar=tuple(map(_sheet_as_seen, book.lembar)))


def _read(content: bytes, suffix: str, batas: Batas) -> BukuSel:
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


_BLANK = Isi()


def _sheet_as_seen(sheet: LembarSel) -> LembarSel:
    if sheet.notes or sheet.boxes:
        notes = {at: visible(text) for at, text in sheet.notes.items()}
        boxes = tuple(replace(box, text=visible(box.text)) for box in sheet.boxes)
        sheet = replace(sheet, notes=notes, boxes=boxes)
    changed = dict(_cells_as_seen(sheet))
    if not changed:
        return sheet
    blank = {at for at, isi in changed.items() if isi == _BLANK}
    return replace(sheet, sel={at: changed.get(at, isi) for at, isi in sheet.sel.items() if at not in blank})


def _cells_as_seen(sheet: LembarSel) -> Iterator[tuple[tuple[int, int], Isi]]:
    """Yield the cells in which there is something that nobody sees, without it."""
    whole = "".join([isi.nilai for isi in sheet.sel.values() if type(isi.nilai) is str])
    if whole.isascii() and whole.replace("\n", " ").isprintable():
        return
    for at, isi in sheet.sel.items():
        text = isi.nilai
        if type(text) is str and not (text.isascii() and text.isprintable()):
            seen = visible(text)
            if seen != text:
                # a formula that gives nothing to see was calculated all the same
                yield at, replace(isi, nilai=seen or ("" if isi.rumus else None))
