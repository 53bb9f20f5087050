"""The native charts of the first page: one dark colour, values printed, Indonesian words.

Cached values go with them, so that programs that do not calculate draw the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from iki_xl.catalog import BULAN
from iki_xl.palette import CHART_FILL, HEAD_COLOUR, RECAP_INK, RECAP_LINE_COLOUR
from iki_xl.recap.page_layout import PAGE_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook

NO_FIGURE_REMARK = " (belum ada angka)"
_CHART_FONT: dict[str, Any] = {"name": "Calibri", "size": 9, "color": RECAP_INK}
_CHART_TITLE_FONT: dict[str, Any] = {**_CHART_FONT, "size": 11, "bold": True, "color": HEAD_COLOUR}
NAME_SPAN = (0, 5)  # grid columns as wide as the room for a name beside its bar
_CHART_LINE = {"color": RECAP_LINE_COLOUR, "width": 0.5}
_TITLE_ROOM, _AXIS_ROOM = 30.0, 42.0  # points above and below the bars
_LEAST_CHART_HEIGHT, _BAR_HEIGHT, _ALL_BARS_HEIGHT = 168.0, 24.0, 192.0
_NAME_SHARE, _BARS_SHARE = 0.5, 0.46  # of the chart's width


def height(unit: int) -> float:
    """Height of the charts in points, for so many bars."""
    bars = min(unit * _BAR_HEIGHT, _ALL_BARS_HEIGHT)
    return max(_LEAST_CHART_HEIGHT, _TITLE_ROOM + bars + _AXIS_ROOM)


def count_name_lines(unit: int) -> int:
    """Lines that a unit's name may take beside its bar."""
    return 2 if unit * _BAR_HEIGHT <= _ALL_BARS_HEIGHT else 1


def name_bar(nama: str, mean: float | None) -> str:
    """What stands beside a unit's bar."""
    return nama if mean is not None else nama + NO_FIGURE_REMARK


def scale_axis(cap: float) -> tuple[float, float]:
    """Highest value and step of the axis of capaian, with room above the cap for a label."""
    raw = max(cap, 1e-6) / 6
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    return (math.floor(cap / step + 1e-9) + 1) * step, step


def draw_unit_bars(workbook: Workbook, unit: Sequence[tuple[str, float | None]], cap: float) -> Chart:
    """Bars of the average per unit, the first one on top; a unit without figure says so.

    Args:
        workbook: the chart belongs to it.
        unit: name and average as they stand in `PAGE_DATA`, at least one.
        cap: the cap of capaian in percent.
    """
    chart = _add_chart(workbook, "bar")
    count = len(unit)
    labels = [
        {
            "value": f"='Ringkasan'!{PAGE_DATA.cell(at, 'label_batang')}",
            "data": ["–" if value is None else _write_bar_figure(value)],
            "font": _CHART_FONT,
        }
        for at, (_, value) in enumerate(unit)
    ]
    chart.add_series(
        {
            "name": "Rata-rata capaian (%)",
            "categories": PAGE_DATA.find_range("nama_batang", count),
            "values": PAGE_DATA.find_range("panjang_batang", count),
            "categories_data": [name_bar(name, value) for name, value in unit],
            "values_data": [value for _, value in unit],
            "fill": {"color": HEAD_COLOUR},
            "gap": 45,
            "data_labels": {
                "value": True, "custom": labels, "position": "outside_end", "font": _CHART_FONT,
                "num_format": "0.00",
            },
        }
    )  # fmt: skip
    chart.set_title({"name": "Rata-rata capaian per unit (%)", "name_font": _CHART_TITLE_FONT,
                     "overlay": True, "layout": {"x": 0.02, "y": 0.02}})  # fmt: skip
    chart.set_y_axis(
        {
            "reverse": True,
            "crossing": "max",  # the axis of values stays below
            "interval_unit": 1,  # every name is shown
            "major_tick_mark": "none",
            "num_font": _CHART_FONT,
            "line": _CHART_LINE,
        }
    )
    chart.set_x_axis({**_make_capaian_axis(cap), "name": "Rata-rata capaian (%)"})
    _place_plot(chart, (_NAME_SHARE, _BARS_SHARE), height(count))
    return _tidy_chart(chart)


def draw_kantor_line(workbook: Workbook, mean: Sequence[float | None], cap: float, height: float) -> Chart:
    """The office's average at each month up to the one reported to; a month without figure is a gap.

    Args:
        workbook: the chart belongs to it.
        mean: averages of months 1.. as they stand in `PAGE_DATA`.
        cap: the cap of capaian in percent.
        height: height of the chart in points.
    """
    chart = _add_chart(workbook, "line")
    count = len(mean)
    chart.add_series(
        {
            "name": "Rata-rata capaian seluruh kantor (%)",
            "categories": PAGE_DATA.find_range("bulan", count),
            "values": PAGE_DATA.find_range("rata_bulan", count),
            "categories_data": [month[:3] for month in BULAN[:count]],
            "values_data": list(mean),
            "line": {"color": HEAD_COLOUR, "width": 2},
            "marker": {
                "type": "circle",
                "size": 6,
                "fill": {"color": HEAD_COLOUR},
                "border": {"color": HEAD_COLOUR},
            },
            "data_labels": {"value": True, "position": "above", "num_format": "0.0", "font": _CHART_FONT},
        }
    )
    chart.set_title({"name": "Rata-rata capaian kantor per bulan (%)", "name_font": _CHART_TITLE_FONT,
                     "overlay": True, "layout": {"x": 0.02, "y": 0.02}})  # fmt: skip
    chart.set_x_axis(
        {
            "name": "Sampai dengan bulan",
            "name_font": _make_axis_font(),
            "num_font": _CHART_FONT,
            "line": _CHART_LINE,
        }
    )
    chart.set_y_axis({**_make_capaian_axis(cap), "name": "Capaian (%)"})
    _place_plot(chart, (0.13, 0.84), height)
    return _tidy_chart(chart)


def _add_chart(workbook: Workbook, chart_type: str) -> Chart:
    return cast(
        "Chart", workbook.add_chart({"type": chart_type})
    )  # None only for a type that it does not know


def _make_capaian_axis(cap: float) -> dict[str, Any]:
    highest, step = scale_axis(cap)
    return {
        "min": 0,
        "max": highest,
        "major_unit": step,
        "num_format": "General",
        "num_font": _CHART_FONT,
        "name_font": _make_axis_font(),
        "major_gridlines": {"visible": True, "line": _CHART_LINE},
        "line": {"none": True},
    }


def _place_plot(chart: Chart, plot_span: tuple[float, float], height: float) -> None:
    """Place the plot itself: `plot_span` is its left edge and its width as parts of the chart's."""
    inner = 1 - (_TITLE_ROOM + _AXIS_ROOM) / height
    x, width = plot_span
    chart.set_plotarea({"layout": {"x": x, "y": _TITLE_ROOM / height, "width": width, "height": inner}})


def _make_axis_font() -> dict[str, Any]:
    return {**_CHART_FONT, "bold": False}


def _tidy_chart(chart: Chart) -> Chart:
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": _CHART_LINE, "fill": {"color": CHART_FILL}})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()  # its data stand in hidden columns
    return chart


def _write_bar_figure(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
