"""Cells -> typed values, by walking the layout. What cannot be a value of its kind is a finding.

Columns and labels are found by their titles, wherever they stand; blank rows, extra columns and
extra sheets are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from iki_xl.catalog.layout import (
    BARIS_JUDUL,
    BERKAS,
    NUMBER_KINDS,
    Column,
    Form,
    Kind,
    Table,
    kolom_periode,
)
from iki_xl.catalog.model import BULAN, PERSENTASE, RincianTarget, sama
from iki_xl.comparable import as_seen, bare
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.nip import rapikan_nip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog.cells import Lembar, Sel

Nilai = str | float | None

_KENDALI = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_DIGIT_EXCEL = 10**15
# Texts in which joined emoji or letters may be meant; the others are names, ids and entries of lists.
_PARAGRAPHS = frozenset({Kind.URAIAN, Kind.DAFTAR})


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding with its place as numbers, so that findings can be put in reading order."""

    lembar: str
    tempat: tuple[int, int]
    temuan: Temuan


@dataclass(frozen=True, slots=True)
class Typed:
    """A table or form as typed values: records by row label, places by row label and field key.

    Texts are "" where blank, numbers None. A form has one record, labelled 0; a table's labels
    are its row numbers. `ada` are the fields whose column or label was found; `ditolak` the cells
    whose content could not be cast, which must not be called blank as well.
    """

    part: Form | Table
    rows: dict[int, dict[str, Nilai]] = field(default_factory=dict)
    places: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    ada: frozenset[str] = frozenset()
    ditolak: frozenset[tuple[int, str]] = frozenset()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def fields(self) -> tuple[Column, ...]:
        """The fields that were found and are read."""
        return tuple(column for column in _fields(self.part) if column.key in self.ada)

    def mistake(self, kode: str, label: int, key: str, nilai: object = "", **isi: object) -> Mistake:
        """Make a finding about one cell, with its true address and the ids of its row."""
        return _mistake(self.part, kode, self.places[label, key], self.rows[label], nilai, **isi)


def cast(sheets: dict[str, Lembar], part: Form | Table) -> Typed:
    """Read one form or table of the layout from the cells of the workbook."""
    cells = sheets.get(sama(part.sheet))
    if cells is None:
        return Typed(part, mistakes=(_mistake(part, "K01", None, nama=part.sheet),))
    titles, mistakes = _titles(cells, part, part.columns if isinstance(part, Form) else _fields(part))
    if isinstance(part, Form):
        return _form(cells, part, titles, mistakes)
    return _table(cells, part, titles, mistakes)


def cast_sisa_periode(sheets: dict[str, Lembar], part: Table, rincian: RincianTarget) -> tuple[Mistake, ...]:
    """Findings for filled target columns of another rincian target: they would be left out in silence."""
    cells = sheets.get(sama(part.sheet), {})
    own = {column.title for column in kolom_periode(rincian)}
    others = {sama(c.title): c.title for r in RincianTarget for c in kolom_periode(r) if c.title not in own}
    filled = {column for row, column in cells if row > BARIS_JUDUL + 1}
    return tuple(
        _mistake(part, "K27", place, nama=others[title], rincian=rincian.value)
        for title, place in _judul(cells)
        if title in others and place[1] in filled
    )


# Titles and labels ------------------------------------------------------------------------------


def _fields(part: Form | Table) -> tuple[Column, ...]:
    columns = part.entries if isinstance(part, Form) else part.columns
    return tuple(column for column in columns if column.kind is not Kind.BANTU)


def _judul(cells: Lembar) -> Iterator[tuple[str, tuple[int, int]]]:
    for place in sorted(cells):
        if place[0] == BARIS_JUDUL + 1:
            yield sama(str(cells[place].nilai)), place


def _titles(
    cells: Lembar, part: Form | Table, columns: tuple[Column, ...]
) -> tuple[dict[str, int], list[Mistake]]:
    """Column numbers (from 1) by field key, and findings for titles that are missing or doubled."""
    places: dict[str, list[tuple[int, int]]] = {}
    for title, place in _judul(cells):
        places.setdefault(title, []).append(place)
    found: dict[str, int] = {}
    mistakes: list[Mistake] = []
    for column in columns:
        here = places.get(sama(column.title), [])
        if here:
            found[column.key] = here[0][1]
            mistakes += [_mistake(part, "K25", place, nama=column.title) for place in here[1:]]
        elif column.key != "keterangan":
            mistakes.append(_mistake(part, "K02", None, nama=column.title))
    return found, mistakes


def _form(cells: Lembar, form: Form, titles: dict[str, int], mistakes: list[Mistake]) -> Typed:
    if not {form.label.key, form.value.key} <= titles.keys():
        return Typed(form, mistakes=tuple(mistakes))
    label_column, value_column = titles[form.label.key], titles[form.value.key]
    rows: dict[str, list[int]] = {}
    for place in sorted(cells):
        if place[1] == label_column:
            rows.setdefault(sama(str(cells[place].nilai)), []).append(place[0])
    places: dict[tuple[int, str], tuple[int, int]] = {}
    for entry in _fields(form):
        here = rows.get(sama(entry.title), [])
        if here:
            places[0, entry.key] = (here[0], value_column)
            mistakes += [_mistake(form, "K25", (row, label_column), nama=entry.title) for row in here[1:]]
        else:
            mistakes.append(_mistake(form, "K22", None, nama=entry.title, kolom=form.label.title))
    return _typed(cells, form, {0: places}, frozenset(key for _, key in places), mistakes)


def _table(cells: Lembar, table: Table, titles: dict[str, int], mistakes: list[Mistake]) -> Typed:
    filled = sorted({row for row, column in cells if row > BARIS_JUDUL + 1 and column in titles.values()})
    places = {row: {(row, key): (row, column) for key, column in titles.items()} for row in filled}
    if not filled and table.required and not mistakes:
        mistakes.append(_mistake(table, "K26", None, nama=table.columns[0].title))
    return _typed(cells, table, places, frozenset(titles), mistakes)


def _typed(
    cells: Lembar,
    part: Form | Table,
    places: dict[int, dict[tuple[int, str], tuple[int, int]]],
    ada: frozenset[str],
    mistakes: list[Mistake],
) -> Typed:
    rows: dict[int, dict[str, Nilai]] = {}
    rejected: set[tuple[int, str]] = set()
    for label, row_places in places.items():
        row, problems = _row(cells, part, label, row_places)
        rows[label] = row
        rejected |= {(label, key) for key, _ in problems}
        mistakes += [
            _mistake(part, problem.kode, row_places[label, key], row, problem.nilai, **problem.isi)
            for key, problem in problems
        ]
    all_places = {key: place for row_places in places.values() for key, place in row_places.items()}
    return Typed(part, rows, all_places, ada, frozenset(rejected), tuple(mistakes))


def _mistake(
    part: Form | Table,
    kode: str,
    place: tuple[int, int] | None,
    row: dict[str, Nilai] | None = None,
    nilai: object = "",
    **isi: object,
) -> Mistake:
    address = f"{get_column_letter(place[1])}{place[0]}" if place else ""
    ids = {} if row is None else _ids(part, row)
    where = Tempat(BERKAS, part.sheet, address, **ids)
    return Mistake(part.sheet, place or (0, 0), temuan(kode, where, nilai, **isi))


def _ids(part: Form | Table, row: dict[str, Nilai]) -> dict[str, str]:
    own, jabatan = str(row.get("id") or ""), str(row.get("id_jabatan") or "")
    return {
        "jabatan": {"id_jabatan": own},
        "indikator": {"id_jabatan": jabatan, "id_indikator": own},
        "pegawai": {"id_jabatan": jabatan},
    }.get(part.name, {})


# Values -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tolak:
    """Why a cell's content is not a value of its kind."""

    kode: str
    nilai: str
    isi: dict[str, object] = field(default_factory=dict)


def _row(
    cells: Lembar, part: Form | Table, label: int, places: dict[tuple[int, str], tuple[int, int]]
) -> tuple[dict[str, Nilai], list[tuple[str, _Tolak]]]:
    row: dict[str, Nilai] = {}
    problems: list[tuple[str, _Tolak]] = []
    for column in _fields(part):
        blank: Nilai = None if column.kind in NUMBER_KINDS else ""
        place = places.get((label, column.key))
        cell = cells.get(place) if place else None
        value = blank if cell is None else _nilai(cell, column, row)
        if isinstance(value, _Tolak):
            problems.append((column.key, value))
            value = blank
        row[column.key] = value
    return row, problems


def _nilai(cell: Sel, column: Column, row: dict[str, Nilai]) -> Nilai | _Tolak:
    if cell.galat:
        return _Tolak("K16", str(cell.nilai))
    if cell.rumus:
        return _Tolak("K18", cell.rumus)
    if column.kind in NUMBER_KINDS:
        return _angka(cell, column, row)
    return _teks(cell.nilai, column)


def _angka(cell: Sel, column: Column, row: dict[str, Nilai]) -> float | _Tolak:
    assert column.batas is not None
    value = cell.nilai
    how: dict[str, object] = {"nama": column.title, "cara": column.batas.cara}
    if isinstance(value, str):
        digits = as_seen(value)
        if re.fullmatch(r"[0-9]{1,15}", digits):
            return float(digits)
        return _Tolak("K14", digits, how)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _Tolak("K14", _tampak(value), how)
    if not cell.persen:
        return float(value)
    if sama(str(row.get("satuan", ""))) in {"", "%", "persen", sama(PERSENTASE)}:
        return round(float(value) * 100, 10)  # 85 % is stored as 0.85
    return _Tolak("K14", f"{float(value) * 100:g}%".replace(".", ","), how)


def _teks(value: object, column: Column) -> str | _Tolak:
    if isinstance(value, str):
        text = _KENDALI.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if column.kind is Kind.NIP:
            return rapikan_nip(text)
        return text if column.kind in _PARAGRAPHS else bare(text).strip()
    if column.kind is Kind.TANGGAL and isinstance(value, date):
        return f"{value.day} {BULAN[value.month - 1]} {value.year}"
    kind = "tanggal atau jam"
    if isinstance(value, bool):
        kind = "nilai benar/salah"
    elif isinstance(value, int | float):
        if column.kind is Kind.NIP:
            return _Tolak("K10", f"{value:.0f}")
        if value == int(value) and abs(value) < _DIGIT_EXCEL:
            return str(int(value))
        kind = "angka"
    return _Tolak("K19", _tampak(value), {"nama": column.title, "jenis": kind})


def _tampak(value: object) -> str:
    """Return a value much as Excel shows it to the person."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    return str(value)
