"""500 templates of one jabatan each, against the same cells by bare xlsxwriter calls and by openpyxl.

The bare yardstick replays, call by call, what the template writer asks of xlsxwriter for these very
jabatan: the same cells, formats, validations and settings, without anything that decides about them.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.styles import Protection

from bench.replay import putar, rekam
from bench.timing import RONDE, Hasil, berpasangan
from iki_xl.catalog import OFFICES, read_office
from iki_xl.template.variants import BerkasTemplat, Per, berkas_templat
from iki_xl.template.writer import lembar_kosong, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

JUMLAH = 500
JUDUL = f"{JUMLAH} templates of one jabatan"
BATAS = 1.3


def ukur() -> tuple[dict[str, Hasil], str]:
    """Return the times of the three writers and the sentence of the verdict."""
    items = [item for office in OFFICES for item in berkas_templat(read_office(office), Per.JABATAN)]
    scripts = [rekam(partial(_tulis, item)) for item in items]
    cells = [_sel(item) for item in items]
    times = berpasangan(
        {
            "iki_xl": lambda: _semua(items, _tulis),
            "xlsxwriter polos": lambda: _semua(scripts, putar),
            "openpyxl": lambda: _semua(cells, _tulis_openpyxl),
        }
    )
    ratio = times["iki_xl"].median / times["xlsxwriter polos"].median
    slow = times["openpyxl"].median / times["iki_xl"].median
    verdict = f"The template writer takes {ratio:.2f} x bare xlsxwriter (at most {BATAS})"
    return times, f"{verdict}; openpyxl takes {slow:.2f} x the template writer, without its validations."


def jalankan() -> list[str]:
    """Return the lines of this measurement's part of the page."""
    times, verdict = ukur()
    table = ["| writer | median s | smallest | largest |", "|---|---|---|---|"]
    table += [f"| {n} | {t.median:.2f} | {t.terkecil:.2f} | {t.terbesar:.2f} |" for n, t in times.items()]
    return [f"Median of {RONDE} rounds.", "", *table, "", verdict]


def _semua(items: list[Any], write: Callable[[Any], object]) -> None:
    for number in range(JUMLAH):
        write(items[number % len(items)])


def _tulis(item: BerkasTemplat) -> bytes:
    form = replace(item.forms[0])  # a fresh form: nothing that an earlier round worked out is reused
    return templat_xlsx(form.katalog, lembar_kosong([form]))


def _sel(item: BerkasTemplat) -> list[list[tuple[Any, ...]]]:
    """Every cell of a template by sheet: row, column, value, locked."""
    book = openpyxl.load_workbook(io.BytesIO(_tulis(item)))
    return [
        [
            (c.row, c.column, c.value, c.protection.locked)
            for row in sheet.iter_rows()
            for c in row
            if c.has_style
        ]
        for sheet in book.worksheets
    ]


def _tulis_openpyxl(sheets: list[list[tuple[Any, ...]]]) -> bytes:
    book = openpyxl.Workbook()
    locks = {True: Protection(locked=True), False: Protection(locked=False)}
    for number, cells in enumerate(sheets):
        sheet = book.create_sheet(f"L{number}")
        for row, column, value, locked in cells:
            cell = sheet.cell(row, column, value)
            cell.protection = locks[locked]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
