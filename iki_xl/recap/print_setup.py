"""How the recap is set up for paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.recap import layout

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.content import RecapContent
    from iki_xl.recap.layout import RecapSheet


_TOP_MARGIN, _BOTTOM_MARGIN = 0.5, 0.6
# Characters that fit in an inch at 100 percent, at 7 pixels each; programs differ by a few percent.
_LETTERS_PER_INCH = 96 / 7 * 0.94
_MOST_FOOTER_LETTERS = 90


def set_up_ringkasan_print(sheet: Worksheet, content: RecapContent) -> None:
    _set_up_paper(sheet, content)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)


def set_up_table_print(sheet: Worksheet, table_sheet: RecapSheet, content: RecapContent) -> None:
    _set_up_paper(sheet, content)
    sheet.set_landscape()
    sheet.repeat_rows(table_sheet.head_row)
    fits = (layout.F4_LENGTH - 2 * layout.SIDE_MARGIN) * _LETTERS_PER_INCH
    breaks, widest = layout.split_pages(table_sheet, fits)
    if breaks:  # a table of 30 columns on one page could not be read
        sheet.repeat_columns(0, table_sheet.fixed_columns - 1)
        sheet.set_v_pagebreaks(list(breaks))
        sheet.set_print_scale(int(min(100, 100 * fits / widest)))
        sheet.print_across()
    else:
        sheet.fit_to_pages(1, 0)


def _set_up_paper(sheet: Worksheet, content: RecapContent) -> None:
    kantor = content.katalog.kantor
    name = kantor.nama[:_MOST_FOOTER_LETTERS].replace("&", "&&")
    sheet.set_paper(layout.F4_PAPER)
    sheet.set_margins(layout.SIDE_MARGIN, layout.SIDE_MARGIN, _TOP_MARGIN, _BOTTOM_MARGIN)
    sheet.set_footer(
        f"&L&8Rekap IKI {name}, {BULAN[content.bulan - 1]} {kantor.tahun}&C&8&A&R&8Halaman &P dari &N"
    )
