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

from bench.replay import record_calls, replay_calls
from bench.timing import ROUNDS, Timing, time_paired
from iki_xl.catalog import OFFICES, read_office
from iki_xl.template.variants import Per, TemplateFile, plan_template_files
from iki_xl.template.writer import make_blank_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 500
TITLE = f"{COUNT} templates of one jabatan"
LIMIT = 1.3


def measure() -> tuple[dict[str, Timing], str]:
    """Return the times of the three writers and the sentence of the verdict."""
    items = [item for office in OFFICES for item in plan_template_files(read_office(office), Per.JABATAN)]
    scripts = [record_calls(partial(_write_templat, item)) for item in items]
    cells = [_list_cells(item) for item in items]
    times = time_paired(
        {
            "iki_xl": lambda: _write_all(items, _write_templat),
            "xlsxwriter polos": lambda: _write_all(scripts, replay_calls),
            "openpyxl": lambda: _write_all(cells, _write_with_openpyxl),
        }
    )
    ratio = times["iki_xl"].median / times["xlsxwriter polos"].median
    slow = times["openpyxl"].median / times["iki_xl"].median
    verdict = f"The template writer takes {ratio:.2f} x bare xlsxwriter (at most {LIMIT})"
    return times, f"{verdict}; openpyxl takes {slow:.2f} x the template writer, without its validations."


def run() -> list[str]:
    """Return the lines of this measurement's part of the page."""
    times, verdict = measure()
    table = ["| writer | median s | smallest | largest |", "|---|---|---|---|"]
    table += [f"| {n} | {t.median:.2f} | {t.smallest:.2f} | {t.largest:.2f} |" for n, t in times.items()]
    return [f"Median of {ROUNDS} rounds.", "", *table, "", verdict]


def _write_all(items: list[Any], write: Callable[[Any], object]) -> None:
    for number in range(COUNT):
        write(items[number % len(items)])


def _write_templat(item: TemplateFile) -> bytes:
    form = replace(item.forms[0])  # a fresh form: nothing that an earlier round worked out is reused
    return templat_xlsx(form.katalog, make_blank_sheets([form]))


def _list_cells(item: TemplateFile) -> list[list[tuple[Any, ...]]]:
    """Every cell of a template by sheet: row, column, value, locked."""
    book = openpyxl.load_workbook(io.BytesIO(_write_templat(item)))
    return [
        [
            (c.row, c.column, c.value, c.protection.locked)
            for row in sheet.iter_rows()
            for c in row
            if c.has_style
        ]
        for sheet in book.worksheets
    ]


def _write_with_openpyxl(sheets: list[list[tuple[Any, ...]]]) -> bytes:
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
