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
from iki_xl.seal import BLANK_SEAL, SEALED_PART, seal
from iki_xl.tables import BATAS_TEKS_SEL, DIBUAT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

KOLOM_TERAKHIR = 16_383
LEBAR_BAKU = 8.43
HURUF = "Calibri"
UKURAN_HURUF = 11
OPSI = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"locked": False, "font_name": HURUF, "font_size": UKURAN_HURUF},
}
_PIKSEL_PER_TITIK = 96 / 72
_TINGGI_PER_BARIS = 15.0
_TINGGI_PALING_BESAR = 409.0
_SISI_SEL_PIKSEL = 7
# Letters in a line of a comment's box, at its size.
_LEBAR_CATATAN = 36
_MIRIP_SANDI = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")


def buat(build: Callable[[Workbook], None], *, properti: dict[str, str] | None = None) -> bytes:
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
            workbook = _Buku(target, OPSI)
            workbook.set_properties({"created": DIBUAT, "status": BLANK_SEAL, **(properti or {})})
            build(workbook)
            workbook.close()
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as exc:
            raise FormError(f"Buku kerja tidak dapat ditulis: {exc}") from exc
    return target.getvalue()


class LembarPolos(Worksheet):
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


class _Buku(xlsxwriter.Workbook):
    worksheet_class = LembarPolos

    def _get_packager(self) -> Packager:
        return _SealingPackager()


class LembarTerkunci(LembarPolos):
    """A worksheet whose last set column stands for all columns to its right.

    Written as one range: xlsxwriter itself would keep 16,384 entries and walk them in every row.
    """

    def _write_col_info(self, col_min: int, col_max: int, col_info: ColumnInfo) -> None:
        if col_max == max(self.col_info, default=col_max):
            col_max = KOLOM_TERAKHIR
        super()._write_col_info(col_min, col_max, col_info)


def lembar_terkunci(
    workbook: Workbook, name: str, widths: Sequence[tuple[float, bool]], locked: Format
) -> Worksheet:
    """Add a sheet with these column widths (characters, hidden?), every cell of it locked by its column."""
    sheet = workbook.add_worksheet(name, LembarTerkunci)
    for column, (width, hidden) in enumerate((*widths, (LEBAR_BAKU, False))):
        sheet.set_column(column, column, width, locked, {"hidden": hidden})
    return sheet


def tulis(
    sheet: Worksheet, row: int, col: int, value: str | float | None, cell_format: Format | None = None
) -> None:
    """Write a text, a number (-0 is 0) or a blank; a text stays a text whatever it begins with.

    Raises:
        FormError: the text is longer than a cell can hold, or the place is outside the sheet.
    """
    if value is None or value == "":
        code = sheet.write_blank(row, col, None, cell_format)
    elif isinstance(value, str):
        code = sheet.write_string(row, col, _harfiah(value), cell_format)
    else:
        code = sheet.write_number(row, col, value + 0.0, cell_format)
    _pastikan(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def _harfiah(text: str) -> str:
    """Spell out a text that reads like Excel's own escapes, as one run of rich text.

    xlsxwriter passes a text in <r> tags on as it is: left to itself it would take a typed "<r>"
    for such tags, and escape only every other one of overlapping escapes such as "_x0041_x0042_".
    """
    if not (_MIRIP_SANDI.search(text) or text.startswith("<r>")):
        return text
    escaped = escape(_MIRIP_SANDI.sub("_x005F_", text)).replace("_", "&#95;")
    return f'<r><t xml:space="preserve">{escaped}</t></r>'


def tulis_rumus(
    sheet: Worksheet, row: int, col: int, formula: str, cell_format: Format | None, value: str | float | None
) -> None:
    """Write a formula with its computed value, so that viewers that do not calculate show it too."""
    if isinstance(value, float):
        value += 0.0
    code = sheet.write_formula(row, col, formula, cell_format, "" if value is None else value)
    _pastikan(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def tulis_tautan(
    sheet: Worksheet, row: int, col: int, text: str, cell_format: Format | None, target: str
) -> None:
    """Write a link to a cell of the same workbook, such as "'Temuan'!$A$5".

    Both texts must be the program's own: what a person typed is written with `tulis` alone.
    """
    code = sheet.write_url(row, col, f"internal:{target}", cell_format, text)
    _pastikan(code, f"{sheet.name} baris {row + 1} kolom {col + 1}")


def tulis_catatan(sheet: Worksheet, row: int, col: int, text: str) -> None:
    """Attach a comment to a cell, in a box about as high as its text."""
    lines = jumlah_baris_teks(text, _LEBAR_CATATAN)
    options = {"author": "IKI", "x_scale": 2.2, "y_scale": 0.4 + 0.22 * lines, "font_size": 10}
    _pastikan(sheet.write_comment(row, col, text, options), f"{sheet.name} baris {row + 1} kolom {col + 1}")


def _pastikan(code: int | None, where: str) -> None:
    if code:
        raise FormError(
            f"Isi sel di lembar {where} melebihi batas Excel ({BATAS_TEKS_SEL} huruf, 1.048.576 baris)."
        )


def lebar_kolom_piksel(width: float) -> int:
    """Pixels of a column whose width is given in characters, at Excel's default font."""
    return int(width * 7 + 5)


@lru_cache(maxsize=8_192)
def jumlah_baris_teks(text: str, width: float, *, ukuran: float = UKURAN_HURUF, tebal: bool = False) -> int:
    """Lines that a text takes when wrapped in a column `width` characters wide; at least 1."""
    room = lebar_kolom_piksel(width) - _SISI_SEL_PIKSEL
    scale = ukuran / UKURAN_HURUF * (1.06 if tebal else 1.0)
    return sum(_baris_dari_alinea(part, room, scale) for part in text.split("\n"))


def _baris_dari_alinea(paragraph: str, room: int, scale: float) -> int:
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


def tinggi_baris(
    texts: list[tuple[str, float]], *, paling_kecil: float = _TINGGI_PER_BARIS, ukuran: float = UKURAN_HURUF
) -> float:
    """Row height in points that shows every (text, column width) in full, within Excel's 409 points."""
    lines = max((jumlah_baris_teks(text, width, ukuran=ukuran) for text, width in texts), default=1)
    height = lines * _TINGGI_PER_BARIS * ukuran / UKURAN_HURUF + 2
    return float(min(max(height, paling_kecil), _TINGGI_PALING_BESAR))
