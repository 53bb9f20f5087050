"""*Ringkasan*, the page the head of the office reads: a stack of blocks on a grid of equal columns.

Each block is a function that writes from the current row downwards; blocks after one another need
not know each other's place. Figures are formulas over the sheets behind, which they search by id,
so that sorting a table changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from iki_xl.catalog import BULAN, CaraHitung, Referensi, RincianTarget
from iki_xl.findings import Level
from iki_xl.recap import charts, formulas, layout
from iki_xl.recap.compose import LiveFormula, OfficeFigures, SheetLink, summarize
from iki_xl.recap.grid import (
    BLOCK_TITLE_HEIGHT,
    WHOLE_WIDTH,
    FirstPage,
    convert_to_pixels,
    count_text_lines,
    cut_text,
    list_names,
    make_plain,
    measure_pixel_width,
    measure_text_height,
)
from iki_xl.recap.layout import (
    ATTENTION_BLOCK,
    GRID_COLUMNS,
    MOST_UNITS,
    PAGE_DATA,
    TILES,
    TILES_IN_LINE,
    CellLook,
    RecapSheet,
    find_first_grid_column,
)
from iki_xl.recap.styles import (
    DIMMED_INK,
    HEAD_COLOUR,
    INVALID_LOOK,
    LINE_COLOUR,
    TABLE_FONT_SIZE,
    TILE_FILL,
    RecapStyles,
    colour_word,
)
from iki_xl.tables import NOT_ASSESSED, NOT_REPORTED, NOT_YET_ASSESSED
from iki_xl.xlsx import write, write_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.catalog import Katalog, SkalaStep
    from iki_xl.recap.compose import AttentionItem, CellContent, RecapContent, UnitFigures
    from iki_xl.recap.grid import GridSpan
    from iki_xl.recap.styles import FormatProperties

    DataCell: TypeAlias = str | float | LiveFormula

NO_FIGURE = "–"
NO_RETURNS_TEXT = "Belum ada laporan yang dihitung. Kumpulkan buku kerja dari pegawai, lalu buat rekap lagi."
CARA_HITUNG_WORDS = {
    CaraHitung.TOTAL: "jumlah isian",
    CaraHitung.LAST: "isian terakhir",
    CaraHitung.MEAN: "rata-rata isian",
}
_PERIOD_NOTE = (
    "Target per {0}, tidak dibagi rata per bulan: yang dijumlah memakai jumlah target sampai dengan {0} "
    "yang memuat bulan ini, lainnya memakai target {0} itu."
)
TARGET_NOTES = {
    RincianTarget.YEARLY: "Capaian dihitung terhadap target tahunan; target tidak dibagi per bulan, "
    "sehingga capaian di awal tahun wajar masih rendah untuk tipe yang dijumlah.",
    RincianTarget.TRIWULAN: _PERIOD_NOTE.format("triwulan"),
    RincianTarget.MONTHLY: _PERIOD_NOTE.format("bulan"),
}
NO_CHART = "Belum ada data untuk grafik: belum ada capaian yang dapat dihitung."
NO_ATTENTION_TEXT = "Tidak ada indikator yang perlu perhatian."
_SMALL_FONT_SIZE = 9.0
_LINE_SPACING = 1.33  # height of a line in font sizes
_MOST_TEXT_LINES = 5  # of a cell in the rows that need attention
_TILE_WORD_LETTERS = 16  # letters of a word that stand on one line of a tile
_SIGNING_ROOM = 36.0  # points
_NAME_LINES = 2  # lines that a long name may take at the head of the page and below it


@dataclass(frozen=True)
class PageSources:
    """Where the first page's formulas look, and what they must give."""

    content: RecapContent
    figures: OfficeFigures
    rekap: RecapSheet

    def columns(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.rekap.find_column_range(key, self.figures.rows)

    def not_reported(self, key: str) -> str:
        """Range of a column of *Belum Lapor*."""
        return layout.NOT_REPORTED.find_column_range(key, len(self.figures.not_reported))

    def find_unit_range(self, key: str) -> str:
        """Range of a column of *Rekap Unit*, the row of the whole office left out."""
        return self.unit_sheet.find_column_range(key, len(self.figures.unit))

    def find_kantor_mean(self, bulan: int) -> str:
        """Cell of *Rekap Unit* with the office's average to the end of a month; no sorting moves its row."""
        cell = self.unit_sheet.cell(len(self.figures.unit), layout.name_mean_column(bulan))
        return f"'{self.unit_sheet.nama}'!{cell}"

    @property
    def unit_sheet(self) -> RecapSheet:
        return layout.unit_sheet(self.content.bulan)

    @property
    def steps(self) -> Sequence[SkalaStep]:
        return self.content.katalog.referensi.skala

    @property
    def unit(self) -> Sequence[UnitFigures]:
        """Units that have a bar."""
        return self.figures.unit[:MOST_UNITS]


def write_ringkasan(
    sheet: Worksheet, styles: RecapStyles, content: RecapContent, *, live: bool = True
) -> None:
    """Write the first page; unless it is `live` with figures instead of formulas over the sheets behind."""
    rekap = layout.rekap_sheet(content.katalog.kantor.rincian_target, content.bulan)
    sources = PageSources(content, summarize(content), rekap)
    page = FirstPage(sheet, styles, live=live)
    _write_hidden_data(page, sources)
    _write_page_head(page, content)
    _write_tiles(page, sources)
    _write_skala_strip(page, sources)
    _write_charts(page, sources)
    _write_attention(page, sources)
    _write_not_reported(page, sources)
    _write_notes_and_signature(page, content)
    sheet.print_area(0, 0, page.rows - 1, GRID_COLUMNS - 1)


def _write_page_head(page: FirstPage, content: RecapContent) -> None:
    kantor = content.katalog.kantor
    until = f"Januari sampai dengan {BULAN[content.bulan - 1]} {kantor.tahun}"
    if content.bulan == 1:
        until = f"Januari {kantor.tahun}"
    decree = f" · Keputusan Nomor {kantor.decree_number}" if kantor.decree_number else ""
    lines: tuple[tuple[str, FormatProperties], ...] = (
        (kantor.pemda.upper(), {"font_color": DIMMED_INK}),
        (kantor.nama.upper(), {"bold": True, "font_size": 14}),
        (
            "Rekap Capaian Indikator Kinerja Individu (IKI)",
            {"bold": True, "font_size": 12, "font_color": HEAD_COLOUR},
        ),
        (until + decree, {"font_color": DIMMED_INK}),
    )
    for text, properties in lines:
        short = cut_text(text, WHOLE_WIDTH, _NAME_LINES, properties.get("font_size", 10))
        page.write_paragraph(short, {"align": "center", **properties})
    page.take_row(5)


def _write_tiles(page: FirstPage, sources: PageSources) -> None:
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
        "font_color": DIMMED_INK,
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
                "left_color": "#FFFFFF",
            }
            page.write(
                row,
                (start, start + tile.span - 1),
                tile_content,
                {**properties, **tint, "num_format": number},
            )


def _make_reporting_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures = sources.figures
    empty = f"SUM({sources.not_reported('jabatan_kosong')})"
    below = f"dari {figures.jabatan} jabatan"
    if sources.content.katalog.pegawai:
        below += f"\n({figures.reporters - len(figures.not_reported)} dari {figures.reporters} pelapor)"
    return LiveFormula(f"={figures.jabatan}-{empty}", figures.jabatan - figures.silent_jabatan), below


def _make_filled_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures = sources.figures
    expected = figures.rows + figures.missing_indikator
    return (
        LiveFormula(f"=SUMPRODUCT(--({sources.columns('bulan_terisi')}>0))", figures.filled),
        LiveFormula(
            f'="dari "&({_write_awaited_expression(sources)})&" indikator"', f"dari {expected} indikator"
        ),
    )


def _write_awaited_expression(sources: PageSources) -> str:
    """Expression: rows received and indikator still waited for."""
    return f"COUNTA({sources.columns('id_indikator')})+SUM({sources.not_reported('indikator')})"


def _make_mean_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    figures, capaian = sources.figures, sources.columns("capaian")
    nothing = formulas.text(NO_FIGURE)
    left = figures.mean.without_value + figures.missing_indikator
    awaited = _write_awaited_expression(sources)
    below = f'="n = "&COUNT({capaian})&" indikator; "&({awaited}-COUNT({capaian}))&" tanpa nilai"'
    return (
        LiveFormula(
            f"=IF(COUNT({capaian})=0,{nothing},{formulas.round_in_formula(f'AVERAGE({capaian})')})",
            _show_figure(figures.mean.value),
        ),
        LiveFormula(below, f"n = {figures.mean.n} indikator; {left} tanpa nilai"),
    )


def _make_galat_tile(sources: PageSources) -> tuple[CellContent, CellContent]:
    levels = layout.TEMUAN.find_column_range("tingkat", len(sources.content.temuan))
    warnings = formulas.count_text(levels, formulas.text(Level.PERINGATAN))[1:]
    return (
        LiveFormula(formulas.count_text(levels, formulas.text(Level.GALAT)), sources.figures.galat),
        LiveFormula(
            f'="dan "&{warnings}&" peringatan (lembar Temuan)"',
            f"dan {sources.figures.peringatan} peringatan (lembar Temuan)",
        ),
    )


def _show_figure(value: float | None) -> str | float:
    return NO_FIGURE if value is None else value


def _write_skala_strip(page: FirstPage, sources: PageSources) -> None:
    """How many rows stand on each step, and how many have no figure: a strip of tiles."""
    page.write_block_title("Sebaran capaian indikator")
    tiles = _list_skala_tiles(sources)
    for start in range(0, len(tiles), TILES_IN_LINE):
        line = tiles[start : start + TILES_IN_LINE]
        heights = (30 if any(len(word) > _TILE_WORD_LETTERS for word, _, _ in line) else 16, 22, 14)
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
        "left_color": LINE_COLOUR,
        "right_color": LINE_COLOUR,
    }
    looks: tuple[FormatProperties, ...] = (
        {"bold": True, "font_size": _SMALL_FONT_SIZE, "text_wrap": True, "top": 1, "top_color": LINE_COLOUR},
        {"bold": True, "font_size": 14, "num_format": "#,##0"},
        {"font_size": _SMALL_FONT_SIZE, "font_color": DIMMED_INK, "bottom": 1, "bottom_color": LINE_COLOUR},
    )
    for row, tile_content, look in zip(rows, content, looks, strict=True):
        page.write(row, span, tile_content, {**edge, **look})


def _list_skala_tiles(sources: PageSources) -> list[tuple[str, str, LiveFormula]]:
    """Word, what it means and how many rows, for each tile."""
    figures, words = sources.figures, sources.columns("skala")

    def count(word: str) -> LiveFormula:
        return LiveFormula(formulas.count_text(words, formulas.text(word)), figures.words.get(word, 0))

    steps = zip(sources.steps, _describe_bounds(sources.steps), strict=True)
    waiting = LiveFormula(f"=SUM({sources.not_reported('indikator')})", figures.missing_indikator)
    return [
        *((step.label, bounds, count(step.label)) for step, bounds in steps),
        (NOT_YET_ASSESSED, "data kurang", count(NOT_YET_ASSESSED)),
        (NOT_ASSESSED, "target 0", count(NOT_ASSESSED)),
        (NOT_REPORTED, "ditunggu", waiting),
    ]


def _describe_bounds(steps: Sequence[SkalaStep]) -> list[str]:
    """Bounds of each step in words: "91 ke atas", "76 – < 91", "di bawah 51"."""
    words = []
    for at, step in enumerate(steps):
        lower = _write_indonesian_number(step.threshold)
        upper = _write_indonesian_number(steps[at - 1].threshold)
        if len(steps) == 1:
            words.append("semua")
        elif at == 0:
            words.append(f"{lower} ke atas")
        elif at == len(steps) - 1:
            words.append(f"di bawah {upper}")
        else:
            words.append(f"{lower} – < {upper}")
    return words


def _write_indonesian_number(value: float) -> str:
    """A number in Indonesian writing: 90.5 is "90,5"."""
    return formulas.figures(value).replace(".", ",")


def _write_hidden_data(page: FirstPage, sources: PageSources) -> None:
    """Hidden cells that the charts and the links of the page look at."""
    last = PAGE_DATA.first_column + len(PAGE_DATA.columns) - 1
    page.sheet.set_column(PAGE_DATA.first_column, last, None, None, {"hidden": True})
    for key in PAGE_DATA.columns:
        write(page.sheet, PAGE_DATA.head_row, PAGE_DATA.find_column(key), key)
    for at, (item, name) in enumerate(zip(sources.unit, _name_units(sources), strict=True)):
        _write_data_row(page, at, _build_unit_data(sources, at, item, name))
    for at, mean in enumerate(sources.figures.bulan_means):
        _write_data_row(page, at, _build_bulan_data(sources, at, mean))
    for at, row in enumerate(sources.figures.attention):
        _write_data_row(page, at, _build_attention_data(sources, at, row))


def _write_data_row(page: FirstPage, n: int, content: dict[str, DataCell]) -> None:
    row = PAGE_DATA.rows(n)
    for key, value in content.items():
        look = page.styles.format({"num_format": "0.00"})
        if isinstance(value, LiveFormula):
            write_formula(page.sheet, row, PAGE_DATA.find_column(key), value.text, look, value.value)
        else:
            write(page.sheet, row, PAGE_DATA.find_column(key), value, look)


def _build_unit_data(sources: PageSources, n: int, item: UnitFigures, name: str) -> dict[str, DataCell]:
    """A unit's bar; where it has no figure its name says so, and #N/A is what a chart leaves out."""
    ids, means = sources.find_unit_range("id_unit"), sources.find_unit_range("rata")
    mean, unit, value = PAGE_DATA.cell(n, "rata_unit"), PAGE_DATA.cell(n, "unit"), item.mean.value
    found = f"SUMPRODUCT(--EXACT({ids},{PAGE_DATA.cell(n, 'id_unit')}),{means})"
    known = f"SUMPRODUCT(EXACT({ids},{PAGE_DATA.cell(n, 'id_unit')})*ISNUMBER({means}))"
    return {
        "id_unit": item.unit.id,
        "unit": name,
        "nama_batang": LiveFormula(
            f"={unit}&IF(ISNUMBER({mean}),{formulas.text('')},{formulas.text(charts.NO_FIGURE_REMARK)})",
            charts.name_bar(name, value),
        ),
        "rata_unit": LiveFormula(f'=IF({known}=0,"",{found})', "" if value is None else value),
        "panjang_batang": LiveFormula(
            f"=IF(ISNUMBER({mean}),{mean},NA())", "#N/A" if value is None else value
        ),
        "label_batang": LiveFormula(
            f"=IF(ISNUMBER({mean}),{mean},{formulas.text(NO_FIGURE)})", _show_figure(value)
        ),
    }


def _build_bulan_data(sources: PageSources, n: int, value: float | None) -> dict[str, DataCell]:
    """A point of the line; #N/A is the only formula result that a line leaves out."""
    mean = sources.find_kantor_mean(n + 1)
    return {
        "bulan": BULAN[n][:3],
        "rata_bulan": LiveFormula(f"=IF(ISNUMBER({mean}),{mean},NA())", "#N/A" if value is None else value),
    }


def _build_attention_data(sources: PageSources, n: int, row: AttentionItem) -> dict[str, DataCell]:
    """What makes a row findable in *Rekap Indikator*, and where it stands now."""
    keys = ("id_indikator", "nip", "nama")
    same = "*".join(f"EXACT({sources.columns(key)},{PAGE_DATA.cell(n, key)})" for key in keys)
    rows = sources.columns("id_indikator")
    place = f"(ROW({rows})-{sources.rekap.find_row(0)})"
    return {
        "id_indikator": row.id_indikator,
        "nip": row.nip,
        "nama": row.nama,
        "posisi": LiveFormula(f"=SUMPRODUCT(MAX({same}*{place}))", row.position),
    }


def _name_units(sources: PageSources) -> list[str]:
    """Units' names, cut to the room beside their bars; where cut ones are equal, with their number."""
    lines = charts.count_name_lines(len(sources.unit))
    full = [make_plain(item.unit.nama) for item in sources.unit]
    short = [_cut_unit_name(name, item, lines) for name, item in zip(full, sources.unit, strict=True)]
    if len(set(short)) == len(short):
        return short
    numbered = (f"{at}. {name}" for at, name in enumerate(full, start=1))
    return [_cut_unit_name(name, item, lines) for name, item in zip(numbered, sources.unit, strict=True)]


def _cut_unit_name(name: str, item: UnitFigures, lines: int) -> str:
    mark = "" if item.mean.n else charts.NO_FIGURE_REMARK
    return cut_text(name, charts.NAME_SPAN, lines, _SMALL_FONT_SIZE, tail=mark)


def _write_charts(page: FirstPage, sources: PageSources) -> None:
    """Two charts beside one another, in a row of their own."""
    page.write_block_title(
        "Rata-rata capaian per unit dan per bulan", _link_to_sheet(sources.unit_sheet.nama)
    )
    if sources.figures.mean.value is None:
        page.write_paragraph(NO_CHART, {"italic": True, "font_color": DIMMED_INK})
        return
    cap = sources.content.katalog.referensi.capaian_cap
    height = charts.height(len(sources.unit))
    row = page.take_row(height + 4)
    means = (item.mean.value for item in sources.unit)
    bars = list(zip(_name_units(sources), means, strict=True))
    unit = charts.draw_unit_bars(page.styles.workbook, bars, cap)
    months = charts.draw_kantor_line(page.styles.workbook, sources.figures.bulan_means, cap, height)
    for chart, span in ((unit, layout.UNIT_CHART_SPAN), (months, layout.BULAN_CHART_SPAN)):
        chart.set_size({"width": measure_pixel_width(span) - 4, "height": convert_to_pixels(height)})
    _insert_chart(page, row, layout.UNIT_CHART_SPAN, unit, "Grafik batang rata-rata capaian per unit")
    _insert_chart(
        page, row, layout.BULAN_CHART_SPAN, months, "Grafik garis rata-rata capaian kantor per bulan"
    )
    rest = [item.unit.nama for item in sources.figures.unit[MOST_UNITS:]]
    if rest:
        rest[0] = f"Tidak digambar, lihat Rekap Unit: {rest[0]}"
        text = list_names(rest, WHOLE_WIDTH, 1, _SMALL_FONT_SIZE)
        page.write_paragraph(text, {"font_size": _SMALL_FONT_SIZE, "italic": True})


def _insert_chart(page: FirstPage, row: int, span: GridSpan, chart: Chart, alt: str) -> None:
    """Lay a chart within grid columns of one row, a hair away from its edges."""
    page.sheet.insert_chart(row, span[0], chart, {"x_offset": 2, "y_offset": 2, "description": alt})


def _link_to_sheet(sheet: str) -> SheetLink:
    return SheetLink(f"buka {sheet}", f"'{sheet}'!A1")


def _write_attention(page: FirstPage, sources: PageSources) -> None:
    """The rows that need attention most, each with a link to its row in *Rekap Indikator*."""
    rows, everything = sources.figures.attention, sources.figures.attention_count
    page.write_block_title("Indikator yang paling perlu perhatian", _link_to_sheet(sources.rekap.nama))
    if not rows:
        text = NO_ATTENTION_TEXT if sources.figures.rows else "Belum ada laporan."
        page.write_paragraph(text, {"italic": True, "font_color": DIMMED_INK})
        return
    page.write_paragraph(
        _describe_attention_order(sources, len(rows), everything),
        {"font_size": _SMALL_FONT_SIZE, "font_color": DIMMED_INK},
    )
    head: FormatProperties = {
        "bold": True,
        "font_size": _SMALL_FONT_SIZE,
        "bg_color": HEAD_COLOUR,
        "font_color": "#FFFFFF",
    }
    top = page.take_row(16)
    for field in ATTENTION_BLOCK:
        start = find_first_grid_column(ATTENTION_BLOCK, field.key)
        align = "left" if field.look is CellLook.TEXT else "center"
        page.write(
            top, (start, start + field.span - 1), field.title, {**head, "align": align, "shrink": True}
        )
    for at, (height, texts) in enumerate(_compose_attention_rows(page, sources)):
        _write_attention_row(page, sources, at, (height, texts))
    column = find_first_grid_column(ATTENTION_BLOCK, "skala")
    for word, colours in page.styles.skala(sources.steps):
        colour_word(page.sheet, (top + 1, column, page.rows - 1, column), word, colours)


def _describe_attention_order(sources: PageSources, shown: int, everything: int) -> str:
    below = f"di bawah {_write_indonesian_number(sources.steps[0].threshold)} " if sources.steps else ""
    return (
        f"{shown} dari {everything}, urut: capaian {below}dari yang terendah; target 0 yang ada "
        "realisasinya; diisi tetapi belum dapat dinilai; belum diisi. Klik nomor untuk ke barisnya."
    )


def _compose_attention_rows(page: FirstPage, sources: PageSources) -> list[tuple[float, dict[str, str]]]:
    """Height and texts of each row, with as many lines as leave room for the rest of the page."""
    room = layout.PAGE_HEIGHT - _measure_blocks_below(sources) - page.height
    for lines in range(_MOST_TEXT_LINES, 1, -1):
        rows = [_cut_attention_texts(sources, row, lines) for row in sources.figures.attention]
        if sum(height for height, _ in rows) <= room:
            break
    return rows


def _cut_attention_texts(
    sources: PageSources, row: AttentionItem, lines: int
) -> tuple[float, dict[str, str]]:
    item = sources.content.katalog.indikator_by_id[row.id_indikator]
    whole = {
        "jabatan": sources.content.katalog.jabatan_by_id[item.id_jabatan].nama,
        "nama": row.nama,
        "indikator": item.indikator,
        "kendala": row.kendala or NO_FIGURE,
        "tindak_lanjut": row.tindak_lanjut or NO_FIGURE,
    }
    fields = {
        field.key: (find_first_grid_column(ATTENTION_BLOCK, field.key), field.span)
        for field in ATTENTION_BLOCK
    }
    areas = {key: (start, start + width - 1) for key, (start, width) in fields.items()}
    texts = {key: cut_text(text, areas[key], lines, _SMALL_FONT_SIZE) for key, text in whole.items()}
    used = max(count_text_lines(text, areas[key], _SMALL_FONT_SIZE) for key, text in texts.items())
    return max(used, 2) * _SMALL_FONT_SIZE * _LINE_SPACING + 2, texts


def _write_attention_row(
    page: FirstPage, sources: PageSources, n: int, content: tuple[float, dict[str, str]]
) -> None:
    row, (height, texts) = sources.figures.attention[n], content
    contents: dict[str, CellContent] = {
        **texts,
        "no": _make_row_link(sources, n),
        "capaian": _look_up_figure(sources, n, "capaian", row.capaian),
        "skala": _look_up_figure(sources, n, "skala", row.words),
    }
    line: FormatProperties = {
        "font_size": _SMALL_FONT_SIZE,
        "bottom": 1,
        "bottom_color": LINE_COLOUR,
        "text_wrap": True,
    }
    looks: dict[CellLook, FormatProperties] = {
        CellLook.CENTRED: {"align": "center", "underline": 1, "font_color": HEAD_COLOUR},
        CellLook.PERCENT: {"align": "center", "num_format": "0.00", "bold": True},
        CellLook.SKALA: {"align": "center"},
    }
    at = page.take_row(height)
    for field in ATTENTION_BLOCK:
        start = find_first_grid_column(ATTENTION_BLOCK, field.key)
        look = {**line, **looks.get(field.look, {})}
        if field.key == "kendala":  # apart from the dark cell before it
            look |= {"left": 5, "left_color": "#FFFFFF"}
        page.write(at, (start, start + field.span - 1), contents[field.key], look)


def _make_row_link(sources: PageSources, n: int) -> LiveFormula:
    """The row's number here; a click opens its row there, wherever that has been sorted to."""
    place, column = (
        PAGE_DATA.cell(n, "posisi"),
        layout.write_column_letters(sources.rekap.find_column("indikator")),
    )
    target = formulas.text(f"#'{sources.rekap.nama}'!{column}")
    link = f"HYPERLINK({target}&({place}+{sources.rekap.find_row(0)}),{n + 1})"
    return LiveFormula(f"=IF({place}=0,{n + 1},{link})", n + 1)


def _look_up_figure(sources: PageSources, n: int, key: str, value: str | float | None) -> LiveFormula:
    place = PAGE_DATA.cell(n, "posisi")
    cached = "" if value is None else value
    return LiveFormula(f'=IF({place}=0,"",INDEX({sources.columns(key)},{place}))', cached)


def _measure_blocks_below(sources: PageSources) -> float:
    """Points that the blocks below the rows that need attention take."""
    missing = measure_text_height(_name_not_reported(sources), WHOLE_WIDTH, _SMALL_FONT_SIZE)
    return 2 * BLOCK_TITLE_HEIGHT + missing + sum(_compose_notes_block(sources.content).height)


def _write_not_reported(page: FirstPage, sources: PageSources) -> None:
    page.write_block_title("Belum melapor", _link_to_sheet(layout.NOT_REPORTED.nama))
    page.write_paragraph(_name_not_reported(sources), {"font_size": _SMALL_FONT_SIZE})


def _name_not_reported(sources: PageSources) -> str:
    """Who has not reported, by name, as many as fit."""
    missing = sources.figures.not_reported
    if not missing:
        return layout.NOT_REPORTED.empty_note
    names = [f"{p.jabatan.nama} ({p.nama})" if p.nama else p.jabatan.nama for p in missing]
    lines = 3 if charts.count_name_lines(len(sources.unit)) > 1 else 2  # many bars leave less room
    return list_names([f"{len(names)} pelapor: {names[0]}", *names[1:]], WHOLE_WIDTH, lines, _SMALL_FONT_SIZE)


def explain_figures(katalog: Katalog, bulan: int) -> list[str]:
    """Sentences on how the figures are made (spec sections 3 and 4)."""
    referensi = katalog.referensi
    cap = _write_indonesian_number(referensi.capaian_cap)
    ways = "; ".join(f"{tipe.nama}: {CARA_HITUNG_WORDS[tipe.cara_hitung]}" for tipe in referensi.tipe)
    notes = [
        f"Realisasi sampai dengan {BULAN[bulan - 1]}: {ways}. Sel kosong berarti belum dilaporkan, bukan 0.",
        TARGET_NOTES[katalog.kantor.rincian_target],
        (
            "Capaian Maksimal = 100 × realisasi / target; Minimal = 100 × (2 × target − realisasi) / target; "
            f"yang dihitung dibatasi 0 sampai {cap} dan dibulatkan dua desimal."
        ),
        "Rata-rata adalah rata-rata sederhana capaian yang ada (n); yang tanpa nilai tidak dianggap 0.",
        "Skala capaian ditetapkan oleh kantor.",
        "Angka ini capaian indikator, bukan predikat kinerja pegawai (PermenPANRB 6/2022).",
    ]
    if referensi.skala == Referensi().skala:
        notes[4] = (
            "Skala menurut Permendagri 86/2017, yang hanya memuat bilangan bulat (76–90, 91–100): "
            "capaian 90,99 di rekap ini dibaca Tinggi."
        )
    return notes


@dataclass(frozen=True, slots=True)
class _NotesBlock:
    """The notes, the lines of the signature block beside them, and the heights of their rows."""

    text: str
    signature: tuple[tuple[str, FormatProperties], ...]
    height: tuple[float, ...]


def _compose_notes_block(content: RecapContent) -> _NotesBlock:
    space, beside = layout.NOTES_SPAN, layout.SIGNATURE_SPAN
    notes = "\n".join(
        cut_text(f"• {note}", space, 3, _SMALL_FONT_SIZE)
        for note in explain_figures(content.katalog, content.bulan)
    )
    lines = [
        (cut_text(text, beside, _NAME_LINES, TABLE_FONT_SIZE), look)
        for text, look in _compose_signature_lines(content)
    ]
    heights = [
        measure_text_height(text, beside, TABLE_FONT_SIZE) if text else _SIGNING_ROOM for text, _ in lines
    ]
    rest = max(measure_text_height(notes, space, _SMALL_FONT_SIZE) - sum(heights), 3.0)
    return _NotesBlock(notes, (*lines, ("", {})), (*heights, rest))


def _write_notes_and_signature(page: FirstPage, content: RecapContent) -> None:
    """How the figures are made, and beside it the signature block of the head of the office."""
    page.write_block_title("Catatan")
    made = _compose_notes_block(content)
    first = page.rows
    for height, (text, look) in zip(made.height, made.signature, strict=True):
        page.write(page.take_row(height), layout.SIGNATURE_SPAN, text, {"text_wrap": True, **look})
    small: FormatProperties = {"font_size": _SMALL_FONT_SIZE, "text_wrap": True, "valign": "top"}
    page.write(first, layout.NOTES_SPAN, made.text, small, height=len(made.height))


def _compose_signature_lines(content: RecapContent) -> list[tuple[str, FormatProperties]]:
    """Lines of the signature block: the date is written by hand, the empty line is the room to sign in."""
    kantor, signer = content.katalog.kantor, content.katalog.kantor.signatory
    place = f"{kantor.place}, " if kantor.place else ""
    rank: list[tuple[str, FormatProperties]] = (
        [(signer.pangkat_golongan, {})] if signer.pangkat_golongan else []
    )
    return [
        (f"{place}.................... {kantor.tahun}", {}),
        (f"{signer.jabatan or 'Kepala'},", {}),
        ("", {}),
        (signer.nama or "." * 40, {"bold": True, "underline": 1 if signer.nama else 0}),
        *rank,
        (f"NIP {signer.nip or '.' * 36}", {}),
    ]
