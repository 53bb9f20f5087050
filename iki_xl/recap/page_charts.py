"""The charts of the first page, and the hidden columns that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from iki_xl import formulas
from iki_xl.catalog import BULAN
from iki_xl.palette import RECAP_FAINT_INK
from iki_xl.recap import charts, page_layout
from iki_xl.recap.content import LiveFormula
from iki_xl.recap.grid import (
    WHOLE_WIDTH,
    FirstPage,
    convert_to_pixels,
    cut_text,
    list_names,
    make_plain,
    measure_pixel_width,
)
from iki_xl.recap.page_layout import MOST_UNITS, PAGE_DATA
from iki_xl.recap.page_sources import NO_FIGURE, SMALL_FONT_SIZE, PageSources, link_to_sheet, show_figure
from iki_xl.xlsx import write, write_formula

DataCell: TypeAlias = "str | float | LiveFormula"

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

    from iki_xl.recap.grid import GridSpan
    from iki_xl.recap.office_figures import AttentionItem, UnitFigures


NO_CHART = "Belum ada data untuk grafik: belum ada capaian yang dapat dihitung."


def write_hidden_data(page: FirstPage, sources: PageSources) -> None:
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
            f"={unit}&IF(ISNUMBER({mean}),{formulas.quote_text('')},{formulas.quote_text(charts.NO_FIGURE_REMARK)})",
            charts.name_bar(name, value),
        ),
        "rata_unit": LiveFormula(f'=IF({known}=0,"",{found})', "" if value is None else value),
        "panjang_batang": LiveFormula(
            f"=IF(ISNUMBER({mean}),{mean},NA())", "#N/A" if value is None else value
        ),
        "label_batang": LiveFormula(
            f"=IF(ISNUMBER({mean}),{mean},{formulas.quote_text(NO_FIGURE)})", show_figure(value)
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
    return cut_text(name, charts.NAME_SPAN, lines, SMALL_FONT_SIZE, tail=mark)


def write_charts(page: FirstPage, sources: PageSources) -> None:
    """Two charts beside one another, in a row of their own."""
    page.write_block_title("Rata-rata capaian per unit dan per bulan", link_to_sheet(sources.unit_sheet.nama))
    if sources.figures.mean.value is None:
        page.write_paragraph(NO_CHART, {"italic": True, "font_color": RECAP_FAINT_INK})
        return
    cap = sources.content.katalog.referensi.capaian_cap
    height = charts.height(len(sources.unit))
    row = page.take_row(height + 4)
    means = (item.mean.value for item in sources.unit)
    bars = list(zip(_name_units(sources), means, strict=True))
    unit = charts.draw_unit_bars(page.styles.workbook, bars, cap)
    months = charts.draw_kantor_line(page.styles.workbook, sources.figures.bulan_means, cap, height)
    for chart, span in ((unit, page_layout.UNIT_CHART_SPAN), (months, page_layout.BULAN_CHART_SPAN)):
        chart.set_size({"width": measure_pixel_width(span) - 4, "height": convert_to_pixels(height)})
    _insert_chart(page, row, page_layout.UNIT_CHART_SPAN, unit, "Grafik batang rata-rata capaian per unit")
    _insert_chart(
        page, row, page_layout.BULAN_CHART_SPAN, months, "Grafik garis rata-rata capaian kantor per bulan"
    )
    rest = [item.unit.nama for item in sources.figures.unit[MOST_UNITS:]]
    if rest:
        rest[0] = f"Tidak digambar, lihat Rekap Unit: {rest[0]}"
        text = list_names(rest, WHOLE_WIDTH, 1, SMALL_FONT_SIZE)
        page.write_paragraph(text, {"font_size": SMALL_FONT_SIZE, "italic": True})


def _insert_chart(page: FirstPage, row: int, span: GridSpan, chart: Chart, alt: str) -> None:
    """Lay a chart within grid columns of one row, a hair away from its edges."""
    page.sheet.insert_chart(row, span[0], chart, {"x_offset": 2, "y_offset": 2, "description": alt})
