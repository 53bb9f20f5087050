"""500 templates of one jabatan each, against the same cells by bare xlsxwriter calls and by openpyxl.

The bare yardstick replays, call by call, what the template writer asks of xlsxwriter for these very
jabatan: the same cells, formats, validations and settings, without anything that decides about them.
"""

from __future__ import annotations

import functools
import inspect
import io
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import xlsxwriter
from openpyxl.styles import Protection
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bench.timing import RONDE, Hasil, berpasangan
from iki_xl import xlsx
from iki_xl.catalog import OFFICES, read_office
from iki_xl.template.variants import BerkasTemplat, Per, berkas_templat
from iki_xl.template.writer import lembar_kosong, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JUMLAH = 500
JUDUL = f"{JUMLAH} templates of one jabatan"
BATAS = 1.3
# The formats that xlsxwriter adds by itself when a workbook is made.
_FORMAT_BAWAAN = 2
# Calls that take a format elsewhere than last.
_FORMAT_DI_DALAM = {"conditional_format", "set_column", "set_row", "write_formula", "write_url"}
Panggilan = tuple[str, str, tuple[Any, ...], dict[str, Any]]


def ukur() -> tuple[dict[str, Hasil], str]:
    """Return the times of the three writers and the sentence of the verdict."""
    items = [item for office in OFFICES for item in berkas_templat(read_office(office), Per.JABATAN)]
    scripts = [_rekam(item) for item in items]
    cells = [_sel(item) for item in items]
    times = berpasangan(
        {
            "iki_xl": lambda: _semua(items, _tulis),
            "xlsxwriter polos": lambda: _semua(scripts, _putar),
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


@contextmanager
def _perekam(log: list[Panggilan]) -> Iterator[None]:
    """Note every outermost public call on workbooks and worksheets while the template writer works."""
    depth = 0
    undo: list[tuple[type, str, Any]] = []

    def wrap(cls: type, name: str, method: Any) -> None:
        @functools.wraps(method)
        def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal depth
            if depth == 0 and name != "close":
                log.append((getattr(self, "name", ""), name, args, kwargs))
            depth += 1
            try:
                return method(self, *args, **kwargs)
            finally:
                depth -= 1

        undo.append((cls, name, method))
        setattr(cls, name, noted)

    for cls in (Workbook, Worksheet):
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if not name.startswith("_"):
                wrap(cls, name, method)
    try:
        yield
    finally:
        for owner, name, method in undo:
            setattr(owner, name, method)


def _rekam(item: BerkasTemplat) -> list[Panggilan]:
    """The calls that make one template, formats by their place among all formats."""
    log: list[Panggilan] = []
    formats: dict[int, int] = {}
    made: list[Format] = []
    add_format = Workbook.add_format

    def numbered(self: Workbook, properties: dict[str, Any] | None = None) -> Format:
        result = add_format(self, properties)
        formats[id(result)] = len(made) - _FORMAT_BAWAAN
        made.append(result)
        return result

    Workbook.add_format = numbered  # type: ignore[method-assign]  # only while recording
    try:
        with _perekam(log):
            _tulis(item)
    finally:
        Workbook.add_format = add_format  # type: ignore[method-assign]
    return [
        (sheet, name, tuple(_acuan(a, formats) for a in args), {k: _acuan(v, formats) for k, v in kw.items()})
        for sheet, name, args, kw in log[_FORMAT_BAWAAN:]
    ]


def _acuan(value: Any, formats: dict[int, int]) -> Any:
    """A format becomes its number, also inside the options of a conditional format."""
    if isinstance(value, Format):
        return _Nomor(formats[id(value)])
    if isinstance(value, dict):
        return {key: _acuan(v, formats) for key, v in value.items()}
    return value


class _Nomor(int):
    """The number of a format in a recording."""


def _putar(script: list[Panggilan]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, xlsx.OPSI)
    sheets: dict[str, Any] = {"": book}
    formats: list[Format] = []
    for sheet, name, given, kwargs in script:
        args = given
        if args and type(args[-1]) is _Nomor:
            args = (*args[:-1], formats[args[-1]])
        elif name in _FORMAT_DI_DALAM:
            args = tuple(_nyata(a, formats) for a in args)
        result = getattr(sheets[sheet], name)(*args, **{k: _nyata(v, formats) for k, v in kwargs.items()})
        if name == "add_format":
            formats.append(result)
        elif name == "add_worksheet":
            sheets[result.name] = result
    book.close()
    return target.getvalue()


def _nyata(value: Any, formats: list[Format]) -> Any:
    if isinstance(value, _Nomor):
        return formats[value]
    if isinstance(value, dict):
        return {key: _nyata(v, formats) for key, v in value.items()}
    return value


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
