"""The grid on which the first page is written, and texts cut to the room they have there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl import xlsx
from iki_xl.palette import HEAD_COLOUR
from iki_xl.recap import page_layout
from iki_xl.recap.content import LiveFormula, SheetLink
from iki_xl.recap.page_layout import GRID_COLUMNS
from iki_xl.recap.styles import TABLE_FONT_SIZE, RecapStyles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.content import CellContent
    from iki_xl.recap.styles import FormatProperties

GridSpan = tuple[int, int]  # first and last grid column
WHOLE_WIDTH: GridSpan = (0, GRID_COLUMNS - 1)
LINE_HEIGHT = 17.0
_BLOCK_TITLE_HEIGHTS = (6.0, 17.0, 2.0)  # points of the rows that a block's title takes
BLOCK_TITLE_HEIGHT = sum(_BLOCK_TITLE_HEIGHTS)
_MOST_MEASURED_LETTERS = 700  # more never fit; measuring 5,000 letters ten times would be in vain
_CUT_WORD_LETTERS = 14  # letters
_PIXELS_PER_POINT = 96 / 72


class FirstPage:
    """The page being written: knows the next free row, the height so far and how wide the grid is.

    Unless it is `live`, formulas are written as what they were computed to.
    """

    def __init__(self, sheet: Worksheet, styles: RecapStyles, *, live: bool = True) -> None:
        self.sheet = sheet
        self.styles = styles
        self.live = live
        self.rows = 0
        self.height = 0.0
        sheet.set_column(0, GRID_COLUMNS - 1, page_layout.GRID_COLUMN_WIDTH)
        sheet.hide_gridlines(2)

    def take_row(self, height: float = LINE_HEIGHT) -> int:
        """Take the next row, `height` points high; return its zero-based number."""
        row = self.rows
        self.sheet.set_row(row, height)
        self.rows += 1
        self.height += height
        return row

    def write(
        self, row: int, span: GridSpan, content: CellContent, properties: FormatProperties, *, height: int = 1
    ) -> None:
        """Write into grid columns `span` and `height` rows from `row` on, merged into one cell."""
        cell_format = self.styles.format(properties)
        first, last = span
        if last > first or height > 1:
            self.sheet.merge_range(row, first, row + height - 1, last, "", cell_format)
        if isinstance(content, LiveFormula) and not self.live:
            content = content.value
        if isinstance(content, LiveFormula):
            xlsx.write_formula(self.sheet, row, first, content.text, cell_format, content.value)
        elif isinstance(content, SheetLink):
            xlsx.write_link(self.sheet, row, first, content.text, cell_format, content.destination)
        else:
            xlsx.write(self.sheet, row, first, content, cell_format)

    def write_paragraph(self, text: str, properties: FormatProperties, span: GridSpan = WHOLE_WIDTH) -> None:
        """Write a wrapped text of as many lines as it needs."""
        row = self.take_row(
            measure_text_height(text, span, float(properties.get("font_size", TABLE_FONT_SIZE)))
        )
        self.write(row, span, text, {"text_wrap": True, "valign": "vcenter", **properties})

    def write_block_title(self, text: str, sheet_link: SheetLink | None = None) -> None:
        """Write a block's title, with a little air above it and a link to the sheet behind at its right."""
        above, text_height, below = _BLOCK_TITLE_HEIGHTS
        self.take_row(above)
        row = self.take_row(text_height)
        line: FormatProperties = {"bottom": 2, "bottom_color": HEAD_COLOUR, "font_color": HEAD_COLOUR}
        split = GRID_COLUMNS * 2 // 3
        self.write(row, (0, split - 1), text, {**line, "bold": True, "font_size": 12})
        link: FormatProperties = {
            **line,
            "align": "right",
            "font_size": 9,
            "underline": 1 if sheet_link else 0,
        }
        self.write(row, (split, GRID_COLUMNS - 1), sheet_link, link)
        self.take_row(below)


def measure_width(span: GridSpan) -> float:
    """Width in characters of merged grid columns."""
    return (measure_pixel_width(span) - 5) / 7


def measure_pixel_width(span: GridSpan) -> int:
    """Width in pixels of merged grid columns."""
    return (span[1] - span[0] + 1) * xlsx.measure_column_pixels(page_layout.GRID_COLUMN_WIDTH)


def convert_to_pixels(points: float) -> float:
    """Pixels of a height in points."""
    return points * _PIXELS_PER_POINT


def measure_text_height(text: str, span: GridSpan, size: float) -> float:
    """Row height in points for a text wrapped in grid columns."""
    return xlsx.fit_row_height([(text, measure_width(span))], size=size, at_least=size * 1.5)


def count_text_lines(text: str, span: GridSpan, size: float) -> int:
    """Lines that a text takes in grid columns."""
    return xlsx.count_wrapped_lines(text, measure_width(span), size=size)


def has_room(text: str, span: GridSpan, rows: int, size: float) -> bool:
    """Whether a text fits in `rows` lines of grid columns."""
    return count_text_lines(text, span, size) <= rows


def make_plain(text: str) -> str:
    """One line without control and direction characters, so that it can stand beside other texts."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def cut_text(text: str, span: GridSpan, rows: int, size: float, *, tail: str = "") -> str:
    """The text in one paragraph, cut to `rows` lines with "…" where it is longer.

    `tail` is what will stand behind it: room is left for it.
    """
    whole = " ".join(text.split())
    if len(whole) <= _MOST_MEASURED_LETTERS and has_room(whole + tail, span, rows, size):
        return whole
    plain = make_plain(whole[:_MOST_MEASURED_LETTERS])
    low, high = 0, len(plain)
    while low < high:
        middle = (low + high + 1) // 2
        if has_room(plain[:middle] + "…" + tail, span, rows, size):
            low = middle
        else:
            high = middle - 1
    return _cut_at_word(plain, low) + "…"


def _cut_at_word(text: str, length: int) -> str:
    """The first `length` letters, not ending within a word unless that is a long one."""
    space = text.rfind(" ", 0, length + 1)
    return text[: space if space > length - _CUT_WORD_LETTERS > 0 else length].rstrip(" ,;")


def list_names(names: Sequence[str], span: GridSpan, rows: int, size: float) -> str:
    """As many names as fit in `rows` lines; how many are left out is said at the end."""
    short = [make_plain(name) for name in names]
    for shown in range(len(short), 0, -1):
        text = _join_names(short, shown)
        if len(text) <= _MOST_MEASURED_LETTERS and has_room(text, span, rows, size):
            return text
    end = _say_left_out(len(short) - 1) + "."
    return cut_text(short[0], span, rows, size, tail=end) + end if short else ""


def _join_names(names: Sequence[str], shown: int) -> str:
    return "; ".join(names[:shown]) + _say_left_out(len(names) - shown) + "."


def _say_left_out(count: int) -> str:
    return f"; dan {count} lainnya" if count else ""
