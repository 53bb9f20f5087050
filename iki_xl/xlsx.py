"""Writing workbooks with xlsxwriter so that nothing goes wrong in silence.

xlsxwriter answers a refused value with a return code or a warning; here both become errors. Texts
that people typed are always written as texts, never as formulas or links.
"""

from __future__ import annotations

import math
import re
import warnings
from functools import lru_cache
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_pixel_width
from xlsxwriter.worksheet import ColumnInfo, Worksheet

from iki_xl.errors import FormError
from iki_xl.storage.seal import BLANK_SEAL, SEALED_PART, seal
from iki_xl.tables import CELL_TEXT_LIMIT, CREATED_MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

LAST_COLUMN = 16_383
DEFAULT_WIDTH = 8.43
FONT_NAME = "Calibri"
FONT_SIZE = 11
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"locked": False, "font_name": FONT_NAME, "font_size": FONT_SIZE},
}
_PIXELS_PER_POINT = 96 / 72
_LINE_HEIGHT = 15.0
_LARGEST_ROW_HEIGHT = 409.0
_CELL_EDGE_PIXELS = 7
# Letters in a line of a comment's box, at its size.
_COMMENT_LETTERS = 36
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")


def build_workbook(build: Callable[[Workbook], None], *, properties: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a workbook that `build` filled.

    The Normal style is unlocked, so that pasted cells do not lock themselves: a writer locks
    explicitly. The workbook is sealed (seal.py).

    Raises:
        FormError: a value could not be written (Excel's limits).
    """
    target = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            workbook = _SealedWorkbook(target, WORKBOOK_OPTIONS)
            workbook.set_properties({"created": CREATED_MOMENT, "status": BLANK_SEAL, **(properties or {})})
            build(workbook)
            workbook.close()
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as exc:
            raise FormError(f"Buku kerja tidak dapat ditulis: {exc}") from exc
    return target.getvalue()


class PlainWorksheet(Worksheet):
    """A worksheet whose formulas stand as they were given.

    xlsxwriter looks through each for functions newer than Excel 2010, in a third of its time; ours use none.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - xlsxwriter's signature
        return formula.removeprefix("=")


class _SealingPackager(Packager):
    """The parts of a workbook, sealed once all of them are there."""

    def _create_package(self) -> list[tuple[StringIO | BytesIO, str, bool]]:
        files = list(super()._create_package())  # type: ignore[no-untyped-call] # xlsxwriter left it untyped
        mark = seal((name, _part(stream)) for stream, name, _ in files)
        at = next(at for at, (_, name, _) in enumerate(files) if name == SEALED_PART)
        text = files[at][0].getvalue()
        assert isinstance(text, str)
        files[at] = (StringIO(text.replace(BLANK_SEAL, mark)), SEALED_PART, False)
        return files


def _part(stream: StringIO | BytesIO) -> bytes:
    content = stream.getvalue()
    return content.encode() if isinstance(content, str) else content


class _SealedWorkbook(xlsxwriter.Workbook):
    worksheet_class = PlainWorksheet

    def _get_packager(self) -> Packager:
        return _SealingPackager()


class LockedWorksheet(PlainWorksheet):
    """A worksheet whose last set column stands for all columns to its right.

    Written as one range: xlsxwriter itself would keep 16,384 entries and walk them in every row.
    """

    def _write_col_info(self, col_min: int, col_max: int, col_info: ColumnInfo) -> None:
        if col_max == max(self.col_info, default=col_max):
            col_max = LAST_COLUMN
        super()._write_col_info(col_min, col_max, col_info)


def add_locked_sheet(
    workbook: Workbook, name: str, widths: Sequence[tuple[float, bool]], locked: Format
) -> Worksheet:
    """Add a sheet with these column widths (characters, hidden?), every cell of it locked by its column."""
    sheet = workbook.add_worksheet(name, LockedWorksheet)
    for column, (width, hidden) in enumerate((*widths, (DEFAULT_WIDTH, False))):
        sheet.set_column(column, column, width, locked, {"hidden": hidden})
    return sheet


def write(
    sheet: Worksheet, row: int, col: int, value: str | float | None, cell_format: Format | None = None
) -> None:
    """Write a text, a number (-0 is 0) or a blank; a text stays a text whatever it begins with.

    Raises:
        FormError: the text is longer than a cell can hold, or the place is outside the sheet.
    """
    if value is None or value == "":
        code = sheet.write_blank(row, col, None, cell_format)
    elif isinstance(value, str):
        code = sheet.write_string(row, col, _spell_literally(value), cell_format)
    else:
        code = sheet.write_number(row, col, value + 0.0, cell_format)
    _ensure_written(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def _spell_literally(text: str) -> str:
    """Spell out a text that reads like Excel's own escapes, as one run of rich text.

    xlsxwriter passes a text in <r> tags on as it is: left to itself it would take a typed "<r>"
    for such tags, and escape only every other one of overlapping escapes such as "_x0041_x0042_".
    """
    if not (_LIKE_ESCAPE.search(text) or text.startswith("<r>")):
        return text
    escaped = escape(_LIKE_ESCAPE.sub("_x005F_", text)).replace("_", "&#95;")
    return f'<r><t xml:space="preserve">{escaped}</t></r>'


def write_merged(
    sheet: Worksheet, first: tuple[int, int], last: tuple[int, int], text: str, style: Format
) -> None:
    """Merge a rectangle that holds one text; a single cell is only written."""
    if first != last:
        sheet.merge_range(*first, *last, "", style)
    write(sheet, *first, text, style)


def write_formula(
    sheet: Worksheet, row: int, col: int, formula: str, cell_format: Format | None, value: str | float | None
) -> None:
    """Write a formula with its computed value, so that viewers that do not calculate show it too."""
    if isinstance(value, float):
        value += 0.0
    code = sheet.write_formula(row, col, formula, cell_format, "" if value is None else value)
    _ensure_written(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def write_link(
    sheet: Worksheet, row: int, col: int, text: str, cell_format: Format | None, target: str
) -> None:
    """Write a link to a cell of the same workbook, such as "'Temuan'!$A$5".

    Both texts must be the program's own: what a person typed is written with `write` alone.
    """
    code = sheet.write_url(row, col, f"internal:{target}", cell_format, text)
    _ensure_written(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def write_comment(sheet: Worksheet, row: int, col: int, text: str) -> None:
    """Attach a comment to a cell, in a box about as high as its text."""
    lines = count_wrapped_lines(text, _COMMENT_LETTERS)
    options = {"author": "IKI", "x_scale": 2.2, "y_scale": 0.4 + 0.22 * lines, "font_size": 10}
    _ensure_written(
        sheet.write_comment(row, col, text, options), f"{sheet.name} baris {row + 1} kolom {col + 1}"
    )


def _ensure_written(code: int | None, where: str) -> None:
    if code:
        raise FormError(
            f"Isi sel di lembar {where} melebihi batas Excel ({CELL_TEXT_LIMIT} huruf, 1.048.576 baris)."
        )


def measure_column_pixels(width: float) -> int:
    """Pixels of a column whose width is given in characters, at Excel's default font."""
    return int(width * 7 + 5)


@lru_cache(maxsize=8_192)
def count_wrapped_lines(text: str, width: float, *, size: float = FONT_SIZE, bold: bool = False) -> int:
    """Lines that a text takes when wrapped in a column `width` characters wide; at least 1."""
    room = measure_column_pixels(width) - _CELL_EDGE_PIXELS
    scale = size / FONT_SIZE * (1.06 if bold else 1.0)
    return sum(_count_paragraph_lines(part, room, scale) for part in text.split("\n"))


def _count_paragraph_lines(paragraph: str, room: int, scale: float) -> int:
    lines, used = 1, 0.0
    space = xl_pixel_width(" ") * scale
    for word in paragraph.split(" "):
        width = xl_pixel_width(word) * scale if word else 0.0
        if used and used + space + width > room:
            lines, used = lines + 1, 0.0
        if width > room:
            lines += math.ceil(width / room) - 1
            used = width % room
        else:
            used += width + (space if used else 0)
    return lines


def fit_row_height(
    texts: list[tuple[str, float]], *, at_least: float = _LINE_HEIGHT, size: float = FONT_SIZE
) -> float:
    """Row height in points that shows every (text, column width) in full, within Excel's 409 points."""
    lines = max((count_wrapped_lines(text, width, size=size) for text, width in texts), default=1)
    height = lines * _LINE_HEIGHT * size / FONT_SIZE + 2
    return float(min(max(height, at_least), _LARGEST_ROW_HEIGHT))
