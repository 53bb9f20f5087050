"""A workbook's bytes as cells, whatever the format: the one door of this room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.comparable import visible
from iki_xl.readers.book import Cell, UnreadableError
from iki_xl.readers.package import PREFIXES_ZIP, FileKind, open_package, recognise_file, recognise_package
from iki_xl.readers.xlsx import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.readers.book import BookCells, Limits, SheetCells


def read_workbook(content: bytes, suffix: str, limits: Limits) -> BookCells:
    """Read a workbook by what its bytes are; its name's `suffix` matters only for the words.

    Texts come without the characters that nobody sees (spec section 5); a cell of nothing else is blank.

    Raises:
        UnreadableError: it is no workbook, damaged, hostile, or over a limit.
    """
    book = _read(content, suffix, limits)
    return replace(book, sheets=tuple(map(_sheet_as_seen, book.sheets)))


def _read(content: bytes, suffix: str, limits: Limits) -> BookCells:
    package = open_package(content, limits) if content.startswith(PREFIXES_ZIP) else None
    kind = recognise_package(package) if package else recognise_file(content)
    if package and kind is FileKind.XLSX:
        return read_xlsx(package, limits)
    if kind is FileKind.XLS:
        from iki_xl.readers.xls import read_xls  # brings xlrd, which most collections do not need

        return read_xls(content, limits)
    if package and kind is FileKind.ODS:
        from iki_xl.readers.ods import read_ods

        return read_ods(package, limits)
    if kind is FileKind.OTHER_ZIP and suffix == ".xlsb":
        raise UnreadableError("format .xlsb belum dapat dibaca")
    raise kind.error


_BLANK = Cell()


def _sheet_as_seen(sheet: SheetCells) -> SheetCells:
    if sheet.notes or sheet.boxes:
        notes = {at: visible(text) for at, text in sheet.notes.items()}
        boxes = tuple(replace(box, text=visible(box.text)) for box in sheet.boxes)
        sheet = replace(sheet, notes=notes, boxes=boxes)
    changed = dict(_cells_as_seen(sheet))
    if not changed:
        return sheet
    blank = {at for at, cell in changed.items() if cell == _BLANK}
    return replace(
        sheet, cells={at: changed.get(at, cell) for at, cell in sheet.cells.items() if at not in blank}
    )


def _cells_as_seen(sheet: SheetCells) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Yield the cells in which there is something that nobody sees, without it."""
    whole = "".join([cell.value for cell in sheet.cells.values() if type(cell.value) is str])
    if whole.isascii() and whole.replace("\n", " ").isprintable():
        return
    for at, cell in sheet.cells.items():
        text = cell.value
        if type(text) is str and not (text.isascii() and text.isprintable()):
            seen = visible(text)
            if seen != text:
                # a formula that gives nothing to see was calculated all the same
                yield at, replace(cell, value=seen or ("" if cell.formula else None))
