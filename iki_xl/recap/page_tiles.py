"""The tiles of the first page: who reported, what is filled, the average, galat, and the skala."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.findings import Level
from iki_xl.palette import GAP_COLOUR, HEAD_COLOUR, RECAP_FAINT_INK, RECAP_LINE_COLOUR, TILE_FILL
from iki_xl.recap import counting
from iki_xl.recap.content import LiveFormula
from iki_xl.recap.layout import CellLook
from iki_xl.recap.page_layout import GRID_COLUMNS, TILES, TILES_IN_LINE, find_first_grid_column
from iki_xl.recap.page_sources import (
    NO_FIGURE,
    NO_RETURNS_TEXT,
    SMALL_FONT_SIZE,
    PageSources,
    show_figure,
    write_awaited_expression,
    write_indonesian_number,
)
from iki_xl.recap.sheets import temuan_sheet
from iki_xl.recap.styles import INVALID_LOOK, colour_word
from iki_xl.reporters import ReportState
from iki_xl.tables import ASSESSED_AT_YEAR_END, NOT_ASSESSED, NOT_REPORTED, NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.catalog import SkalaStep
    from iki_xl.recap.content import CellContent
    from iki_xl.recap.grid import FirstPage, GridSpan
    from iki_xl.recap.styles import FormatProperties


_TILE_WORD_LETTERS = 16  # letters of a word that stand on one line of a tile, where a line of tiles is full


def write_tiles(page: FirstPage, sources: PageSources) -> None:
    """Four tiles: what it is, the figure, out of how many."""
    if not sources.figures.rows:
        page.write_paragraph(NO_RETURNS_TEXT, {**INVALID_LOOK, "font_size": 11})
        page.take_row(6)
    contents = {
        "melapor": _make_reporting_tile(sources),
        "terisi": _make_filled_tile(sources),
        "rata": _make_mean_tile(sources),
        "galat": _make_galat_tile(sources),
    }
    small: FormatProperties = {
        "font_size": 9,
        "font_color": RECAP_FAINT_INK,
        "valign": "vcenter",
        "text_wrap": True,
    }
    large: FormatProperties = {"font_size": 24, "bold": True, "font_color": HEAD_COLOUR, "valign": "vcenter"}
    for at, (height, properties) in enumerate(((17, small), (30, large), (28, small))):
        row = page.take_row(height)
        for tile in TILES:
            start = find_first_grid_column(TILES, tile.key)
            tile_content = (tile.title, *contents[tile.key])[at]
            number = "0.00" if tile.look is CellLook.PERCENT else "#,##0"
            tint: FormatProperties = {
                "bg_color": TILE_FILL,
                "align": "center",
                "left": 5,
                "left_color": GAP_COLOUR,
            }
            page.write(
                row,
                (start, start + tile.span - 1),
                tile_content,
                {**properties, **tint, "num_format": number},
            )


def _make_reporting_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures = sources.figures
    reported = figures.reporters - len(figures.not_reported)
    states = Counter(p.state for p in figures.not_reported)
    others = ", ".join(f"{states[state]} {state}" for state in ReportState if states[state])
    below = f"dari {figures.reporters} pelapor{f' ({others})' if others else ''}"
    return LiveFormula(f"={figures.reporters}-COUNT({sources.not_reported('no')})", reported), below


def _make_filled_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures = sources.figures
    expected = figures.rows + figures.missing_indikator
    return (
        LiveFormula(f"=SUMPRODUCT(--({sources.columns('bulan_terisi')}>0))", figures.filled),
        LiveFormula(
            f'="dari "&({write_awaited_expression(sources)})&" indikator"', f"dari {expected} indikator"
        ),
    )


def _make_mean_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures, capaian = sources.figures, sources.columns("capaian")
    left = figures.mean.without_value + figures.missing_indikator
    awaited = write_awaited_expression(sources)
    below = f'="n = "&COUNT({capaian})&" indikator; "&({awaited}-COUNT({capaian}))&" tanpa nilai"'
    return (
        LiveFormula(
            f"={formulas.write_mean(capaian, formulas.quote_text(NO_FIGURE))}",
            show_figure(figures.mean.value),
        ),
        LiveFormula(below, f"n = {figures.mean.n} indikator; {left} tanpa nilai"),
    )


def _make_galat_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    levels = temuan_sheet.TEMUAN.find_column_range("tingkat", len(sources.content.temuan))
    warnings = counting.count_text(levels, Level.PERINGATAN)
    return (
        LiveFormula(f"={counting.count_text(levels, Level.GALAT)}", sources.figures.galat),
        LiveFormula(
            f'="dan "&{warnings}&" peringatan (lembar Temuan)"',
            f"dan {sources.figures.peringatan} peringatan (lembar Temuan)",
        ),
    )


def write_skala_strip(page: FirstPage, sources: PageSources) -> None:
    """How many rows stand on each step, and how many have no figure: a strip of tiles."""
    page.write_block_title("Sebaran capaian indikator")
    tiles = _list_skala_tiles(sources)
    in_line = math.ceil(len(tiles) / math.ceil(len(tiles) / TILES_IN_LINE))
    for start in range(0, len(tiles), in_line):
        line = tiles[start : start + in_line]
        letters = _TILE_WORD_LETTERS * TILES_IN_LINE // max(len(line), 1)
        heights = (30 if any(len(word) > letters for word, _, _ in line) else 16, 22, 14)
        rows = [page.take_row(height) for height in heights]
        for at, (word, bounds, count) in enumerate(line):
            span = (at * GRID_COLUMNS // len(line), (at + 1) * GRID_COLUMNS // len(line) - 1)
            _write_skala_tile(page, rows, span, (word, count, bounds))
        for step, colours in page.styles.skala(sources.steps):
            colour_word(page.sheet, (rows[0], 0, rows[0], GRID_COLUMNS - 1), step, colours)


def _write_skala_tile(
    page: FirstPage, rows: Sequence[int], span: GridSpan, content: Sequence[CellContent]
) -> None:
    edge: FormatProperties = {
        "align": "center",
        "left": 1,
        "right": 1,
        "left_color": RECAP_LINE_COLOUR,
        "right_color": RECAP_LINE_COLOUR,
    }
    looks: tuple[FormatProperties, ...] = (
        {
            "bold": True,
            "font_size": SMALL_FONT_SIZE,
            "text_wrap": True,
            "top": 1,
            "top_color": RECAP_LINE_COLOUR,
        },
        {"bold": True, "font_size": 14, "num_format": "#,##0"},
        {
            "font_size": SMALL_FONT_SIZE,
            "font_color": RECAP_FAINT_INK,
            "bottom": 1,
            "bottom_color": RECAP_LINE_COLOUR,
        },
    )
    for row, tile_content, look in zip(rows, content, looks, strict=True):
        page.write(row, span, tile_content, {**edge, **look})


def _list_skala_tiles(sources: PageSources) -> list[tuple[str, str, LiveFormula]]:
    """Word, what it means and how many rows, for each tile."""
    figures, words = sources.figures, sources.columns("skala")

    def count(word: str) -> LiveFormula:
        return LiveFormula(f"={counting.count_text(words, word)}", figures.words.get(word, 0))

    steps = zip(sources.steps, _describe_bounds(sources.steps), strict=True)
    later = ASSESSED_AT_YEAR_END
    chosen = [(later, "pilihan kantor", count(later))] if figures.words.get(later) else []
    waiting = LiveFormula(f"=SUM({sources.not_reported('indikator')})", figures.missing_indikator)
    return [
        *((step.label, bounds, count(step.label)) for step, bounds in steps),
        (NOT_YET_ASSESSED, "data kurang", count(NOT_YET_ASSESSED)),
        (NOT_ASSESSED, "target 0", count(NOT_ASSESSED)),
        *chosen,
        (NOT_REPORTED, "ditunggu", waiting),
    ]


def _describe_bounds(steps: Sequence[SkalaStep]) -> list[str]:
    """Bounds of each step in words: "91 ke atas", "76 – < 91", "di bawah 51"."""
    words = []
    for at, step in enumerate(steps):
        lower = write_indonesian_number(step.threshold)
        upper = write_indonesian_number(steps[at - 1].threshold)
        if len(steps) == 1:
            words.append("semua")
        elif at == 0:
            words.append(f"{lower} ke atas")
        elif at == len(steps) - 1:
            words.append(f"di bawah {upper}")
        else:
            words.append(f"{lower} – < {upper}")
    return words
