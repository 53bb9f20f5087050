"""The native charts of the first page: one dark colour, values printed, Indonesian words.

Cached values go with them, so that programs that do not calculate draw the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from iki_xl.catalog import BULAN
from iki_xl.recap.gaya import GARIS, KEPALA, TINTA
from iki_xl.recap.layout import DATA_HALAMAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook

KETERANGAN_TANPA_ANGKA = " (belum ada angka)"
_HURUF: dict[str, Any] = {"name": "Calibri", "size": 9, "color": TINTA}
_JUDUL: dict[str, Any] = {**_HURUF, "size": 11, "bold": True, "color": KEPALA}
KISI_NAMA = (0, 5)  # grid columns as wide as the room for a name beside its bar
_GARIS = {"color": GARIS, "width": 0.5}
_RUANG_JUDUL, _RUANG_SUMBU = 30.0, 42.0  # points above and below the bars
_TINGGI_TERKECIL, _TINGGI_BATANG, _TINGGI_SEMUA_BATANG = 168.0, 24.0, 192.0
_BAGIAN_NAMA, _BAGIAN_BATANG = 0.5, 0.46  # of the chart's width


def tinggi(unit: int) -> float:
    """Height of the charts in points, for so many bars."""
    bars = min(unit * _TINGGI_BATANG, _TINGGI_SEMUA_BATANG)
    return max(_TINGGI_TERKECIL, _RUANG_JUDUL + bars + _RUANG_SUMBU)


def baris_nama(unit: int) -> int:
    """Lines that a unit's name may take beside its bar."""
    return 2 if unit * _TINGGI_BATANG <= _TINGGI_SEMUA_BATANG else 1


def nama_batang(nama: str, rata: float | None) -> str:
    """What stands beside a unit's bar."""
    return nama if rata is not None else nama + KETERANGAN_TANPA_ANGKA


def sumbu(batas: float) -> tuple[float, float]:
    """Highest value and step of the axis of capaian, with room above the cap for a label."""
    raw = max(batas, 1e-6) / 6
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    return (math.floor(batas / step + 1e-9) + 1) * step, step


def batang_unit(workbook: Workbook, unit: Sequence[tuple[str, float | None]], batas: float) -> Chart:
    """Bars of the average per unit, the first one on top; a unit without figure says so.

    Args:
        workbook: the chart belongs to it.
        unit: name and average as they stand in `DATA_HALAMAN`, at least one.
        batas: the cap of capaian in percent.
    """
    chart = _grafik(workbook, "bar")
    count = len(unit)
    labels = [
        {
            "value": f"='Ringkasan'!{DATA_HALAMAN.sel(at, 'label_batang')}",
            "data": ["–" if value is None else _angka(value)],
            "font": _HURUF,
        }
        for at, (_, value) in enumerate(unit)
    ]
    chart.add_series(
        {
            "name": "Rata-rata capaian (%)",
            "categories": DATA_HALAMAN.rentang("nama_batang", count),
            "values": DATA_HALAMAN.rentang("panjang_batang", count),
            "categories_data": [nama_batang(name, value) for name, value in unit],
            "values_data": [value for _, value in unit],
            "fill": {"color": KEPALA},
            "gap": 45,
            "data_labels": {
                "value": True, "custom": labels, "position": "outside_end", "font": _HURUF,
                "num_format": "0.00",
            },
        }
    )  # fmt: skip
    chart.set_title({"name": "Rata-rata capaian per unit (%)", "name_font": _JUDUL, "overlay": True,
                     "layout": {"x": 0.02, "y": 0.02}})  # fmt: skip
    chart.set_y_axis(
        {
            "reverse": True,
            "crossing": "max",  # the axis of values stays below
            "interval_unit": 1,  # every name is shown
            "major_tick_mark": "none",
            "num_font": _HURUF,
            "line": _GARIS,
        }
    )
    chart.set_x_axis({**_sumbu_capaian(batas), "name": "Rata-rata capaian (%)"})
    _bidang(chart, (_BAGIAN_NAMA, _BAGIAN_BATANG), tinggi(count))
    return _rapikan(chart)


def garis_kantor(workbook: Workbook, rata: Sequence[float | None], batas: float, tinggi: float) -> Chart:
    """The office's average at each month up to the one reported to; a month without figure is a gap.

    Args:
        workbook: the chart belongs to it.
        rata: averages of months 1.. as they stand in `DATA_HALAMAN`.
        batas: the cap of capaian in percent.
        tinggi: height of the chart in points.
    """
    chart = _grafik(workbook, "line")
    count = len(rata)
    chart.add_series(
        {
            "name": "Rata-rata capaian seluruh kantor (%)",
            "categories": DATA_HALAMAN.rentang("bulan", count),
            "values": DATA_HALAMAN.rentang("rata_bulan", count),
            "categories_data": [month[:3] for month in BULAN[:count]],
            "values_data": list(rata),
            "line": {"color": KEPALA, "width": 2},
            "marker": {"type": "circle", "size": 6, "fill": {"color": KEPALA}, "border": {"color": KEPALA}},
            "data_labels": {"value": True, "position": "above", "num_format": "0.0", "font": _HURUF},
        }
    )
    chart.set_title({"name": "Rata-rata capaian kantor per bulan (%)", "name_font": _JUDUL,
                     "overlay": True, "layout": {"x": 0.02, "y": 0.02}})  # fmt: skip
    chart.set_x_axis(
        {"name": "Sampai dengan bulan", "name_font": _nama_sumbu(), "num_font": _HURUF, "line": _GARIS}
    )
    chart.set_y_axis({**_sumbu_capaian(batas), "name": "Capaian (%)"})
    _bidang(chart, (0.13, 0.84), tinggi)
    return _rapikan(chart)


def _grafik(workbook: Workbook, jenis: str) -> Chart:
    return cast("Chart", workbook.add_chart({"type": jenis}))  # None only for a type that it does not know


def _sumbu_capaian(batas: float) -> dict[str, Any]:
    highest, step = sumbu(batas)
    return {
        "min": 0,
        "max": highest,
        "major_unit": step,
        "num_format": "General",
        "num_font": _HURUF,
        "name_font": _nama_sumbu(),
        "major_gridlines": {"visible": True, "line": _GARIS},
        "line": {"none": True},
    }


def _bidang(chart: Chart, lebar: tuple[float, float], tinggi: float) -> None:
    """Place the plot itself: `lebar` is its left edge and its width as parts of the chart's."""
    inner = 1 - (_RUANG_JUDUL + _RUANG_SUMBU) / tinggi
    x, width = lebar
    chart.set_plotarea({"layout": {"x": x, "y": _RUANG_JUDUL / tinggi, "width": width, "height": inner}})


def _nama_sumbu() -> dict[str, Any]:
    return {**_HURUF, "bold": False}


def _rapikan(chart: Chart) -> Chart:
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": _GARIS, "fill": {"color": "#FFFFFF"}})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()  # its data stand in hidden columns
    return chart


def _angka(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
