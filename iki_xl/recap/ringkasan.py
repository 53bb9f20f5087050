"""*Ringkasan*, the page the head of the office reads: a stack of blocks on a grid of equal columns.

Each block is a function that writes from the current row downwards; blocks after one another need
not know each other's place. Figures are formulas over the sheets behind, which they search by id,
so that sorting a table changes nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.palette import HEAD_COLOUR, RECAP_FAINT_INK
from iki_xl.recap.grid import WHOLE_WIDTH, FirstPage, cut_text
from iki_xl.recap.office_figures import summarize
from iki_xl.recap.page_attention import write_attention, write_not_reported
from iki_xl.recap.page_charts import write_charts, write_hidden_data
from iki_xl.recap.page_layout import GRID_COLUMNS
from iki_xl.recap.page_notes import write_notes_and_signature
from iki_xl.recap.page_sources import NAME_LINES, PageSources
from iki_xl.recap.page_tiles import write_skala_strip, write_tiles
from iki_xl.recap.sheets import rekap_indikator

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.content import RecapContent
    from iki_xl.recap.styles import FormatProperties, RecapStyles


def write_ringkasan(
    sheet: Worksheet, styles: RecapStyles, content: RecapContent, *, live: bool = True
) -> None:
    """Write the first page; unless it is `live` with figures instead of formulas over the sheets behind."""
    rekap = rekap_indikator.rekap_sheet(content.katalog.kantor.rincian_target, content.bulan)
    sources = PageSources(content, summarize(content), rekap)
    page = FirstPage(sheet, styles, live=live)
    write_hidden_data(page, sources)
    _write_page_head(page, content)
    write_tiles(page, sources)
    write_skala_strip(page, sources)
    write_charts(page, sources)
    write_attention(page, sources)
    write_not_reported(page, sources)
    write_notes_and_signature(page, content)
    sheet.print_area(0, 0, page.rows - 1, GRID_COLUMNS - 1)


def _write_page_head(page: FirstPage, content: RecapContent) -> None:
    kantor = content.katalog.kantor
    until = f"Januari sampai dengan {BULAN[content.bulan - 1]} {kantor.tahun}"
    if content.bulan == 1:
        until = f"Januari {kantor.tahun}"
    decree = f" · Keputusan Nomor {kantor.decree_number}" if kantor.decree_number else ""
    lines: tuple[tuple[str, FormatProperties], ...] = (
        (kantor.pemda.upper(), {"font_color": RECAP_FAINT_INK}),
        (kantor.nama.upper(), {"bold": True, "font_size": 14}),
        (
            "Rekap Capaian Indikator Kinerja Individu (IKI)",
            {"bold": True, "font_size": 12, "font_color": HEAD_COLOUR},
        ),
        (until + decree, {"font_color": RECAP_FAINT_INK}),
    )
    for text, properties in lines:
        short = cut_text(text, WHOLE_WIDTH, NAME_LINES, properties.get("font_size", 10))
        page.write_paragraph(short, {"align": "center", **properties})
    page.take_row(5)
