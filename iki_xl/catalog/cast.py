"""Cells -> typed values, by walking the layout. What cannot be a value of its kind is a finding.

Columns and labels are found by their titles, wherever they stand; blank rows, extra columns and
extra sheets are left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from iki_xl.a1 import write_address
from iki_xl.catalog.layout import KATALOG_FILE, build_period_columns
from iki_xl.catalog.merges import Spread, spread
from iki_xl.catalog.model import RincianTarget
from iki_xl.catalog.parts import HEADER_ROW, Column, ColumnKind, Form, Table
from iki_xl.catalog.sheets import Sheet, is_blank
from iki_xl.catalog.values import Read, Value, blank, read_value
from iki_xl.comparable import comparable
from iki_xl.errors import CatalogError
from iki_xl.findings import Level, Place, Temuan, temuan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.catalog.sheets import CellPosition, Merge
    from iki_xl.readers.book import Cell

TypedRow = dict[str, Value]
FieldCell = tuple[int, str]
"""Row label and field key."""

_NOWHERE = (-1, -1)
_LISTS = frozenset({"satuan", "tipe", "skala"})
_FORMULA = "K31"
# No office has so many indikator; somebody dragged a cell down to the last row of the sheet.
_ROWS_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding with its place as numbers, so that findings can be put in reading order."""

    sheet: str
    place: CellPosition
    temuan: Temuan

    @property
    def serious(self) -> bool:
        """True for what must be mended before the catalogue can be used."""
        return self.temuan.level is Level.GALAT


@dataclass(frozen=True, slots=True)
class Typed:
    """A table or form as typed values: records by row label, places by row label and field key.

    Texts are "" where blank, numbers None. A form has one record, labelled 0; a table's labels
    are its row numbers, from 0. `present` are the fields whose column or label was found; `refused` the
    cells whose content could not be cast, which must not be called blank as well. Of a merged area
    every cell's place is the first one.
    """

    part: Form | Table
    rows: dict[int, TypedRow] = field(default_factory=dict)
    places: dict[FieldCell, CellPosition] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    refused: frozenset[FieldCell] = frozenset()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def fields(self) -> tuple[Column, ...]:
        """The fields that were found and are read."""
        return tuple(column for column in _fields(self.part) if column.key in self.present)

    def mistake(self, code: str, label: int, key: str, value: object = "", **content: object) -> Mistake:
        """Make a finding about one cell, with its true address and the ids of its row."""
        return _mistake(self.part, code, self.places[label, key], self.rows[label], value, **content)


def cast(sheets: Mapping[str, Sheet], part: Form | Table) -> Typed:
    """Read one form or table of the layout from the cells of the workbook.

    Raises:
        CatalogError: the sheet has more rows than any catalogue.
    """
    sheet = sheets.get(comparable(part.sheet))
    if sheet is None:
        return Typed(part, mistakes=(_mistake(part, "K01", None, nama=part.sheet),))
    titles, mistakes = _titles(sheet, part, part.columns if isinstance(part, Form) else _fields(part))
    if isinstance(part, Form):
        return _form(sheet, part, titles, mistakes)
    return _table(sheet, part, titles, mistakes)


def find_leftover_periods(
    sheets: Mapping[str, Sheet], part: Table, rincian: RincianTarget
) -> tuple[Mistake, ...]:
    """Findings for filled target columns of another rincian target: they would be left out in silence."""
    sheet = sheets.get(comparable(part.sheet), Sheet({}))
    own = {column.title for column in build_period_columns(rincian)}
    others = {
        comparable(c.title): c.title
        for r in RincianTarget
        for c in build_period_columns(r)
        if c.title not in own
    }
    filled = Counter(column for row, column in sheet.cells if row > HEADER_ROW)
    return tuple(
        _mistake(part, "K27", place, nama=others[title], rincian=rincian.value, jumlah=filled[place[1]])
        for title, place in walk_titles(sheet)
        if title in others and filled[place[1]]
    )


# Titles and labels ------------------------------------------------------------------------------


def _fields(part: Form | Table) -> tuple[Column, ...]:
    columns = part.entries if isinstance(part, Form) else part.columns
    return tuple(column for column in columns if column.kind is not ColumnKind.HELP)


def walk_titles(sheet: Sheet) -> Iterator[tuple[str, CellPosition]]:
    """Give what stands in a sheet's header row as texts are compared, each with its place."""
    for place in sorted(sheet.cells):
        if place[0] == HEADER_ROW:
            yield comparable(sheet.cells[place].render_text()), place


def _titles(
    sheet: Sheet, part: Form | Table, columns: tuple[Column, ...]
) -> tuple[dict[str, int], list[Mistake]]:
    """Column numbers (from 0) by field key, and findings for titles that are missing or doubled."""
    places: dict[str, list[CellPosition]] = {}
    for title, place in walk_titles(sheet):
        places.setdefault(title, []).append(place)
    found: dict[str, int] = {}
    mistakes: list[Mistake] = []
    for column in columns:
        here = places.get(comparable(column.title), [])
        if here:
            found[column.key] = here[0][1]
            mistakes += [_mistake(part, "K25", place, nama=column.title) for place in here[1:]]
        elif column.key != "keterangan" and not column.optional:
            mistakes.append(_mistake(part, "K02", None, nama=column.title))
    return found, mistakes


def _form(sheet: Sheet, form: Form, titles: dict[str, int], mistakes: list[Mistake]) -> Typed:
    if not {form.label.key, form.value.key} <= titles.keys():
        return Typed(form, mistakes=tuple(mistakes))
    label_column, value_column = titles[form.label.key], titles[form.value.key]
    rows: dict[str, list[int]] = {}
    for place in sorted(sheet.cells):
        if place[1] == label_column:
            rows.setdefault(comparable(sheet.cells[place].render_text()), []).append(place[0])
    places: dict[FieldCell, CellPosition] = {}
    for entry in _fields(form):
        here = rows.get(comparable(entry.title), [])
        if here:
            places[0, entry.key] = (here[0], value_column)
            mistakes += [_mistake(form, "K25", (row, label_column), nama=entry.title) for row in here[1:]]
        else:
            mistakes.append(_mistake(form, "K22", None, nama=entry.title, kolom=form.label.title))
    columns = {label_column: form.label.key, value_column: form.value.key}
    merged = spread(sheet.merges, columns, sorted(row for row, _ in places.values()), columns.values())
    return _typed(sheet, form, {0: places}, merged, mistakes)


def _table(sheet: Sheet, table: Table, titles: dict[str, int], mistakes: list[Mistake]) -> Typed:
    columns = {titles[column.key]: column for column in _fields(table) if column.key in titles}
    own = {at: content for at, content in sheet.cells.items() if at[0] > HEADER_ROW and at[1] in columns}
    filled = sorted({row for (row, _), content in own.items() if not is_blank(content)})
    if len(filled) > _ROWS_AT_MOST:
        raise CatalogError(
            f"Lembar {table.sheet} di katalog berisi {len(filled)} baris, paling banyak {_ROWS_AT_MOST}; "
            "hapus baris yang bukan isian (mungkin ada sel yang tertarik sampai ke bawah), lalu simpan."
        )
    if not filled and table.required and not mistakes:
        mistakes.append(_mistake(table, "K26", None, nama=table.columns[0].title))
    mistakes += _beside_rows(table, columns, own, filled)
    places = {row: {(row, column.key): (row, at) for at, column in columns.items()} for row in filled}
    alone = {c.key for c in columns.values() if c.kind is ColumnKind.ID or table.name in _LISTS}
    merged = spread(sheet.merges, {at: c.key for at, c in columns.items()}, filled, alone)
    return _typed(sheet, table, places, merged, mistakes)


def _beside_rows(
    table: Table, columns: Mapping[int, Column], own: Mapping[CellPosition, Cell], filled: list[int]
) -> list[Mistake]:
    """What is to be said of rows in which nothing counts, such as one that was struck out: once each."""
    records = set(filled)
    firsts = {place[0]: place for place in sorted(own, reverse=True) if place[0] not in records}
    return [
        _mistake(table, note.code, place, None, note.value or own[place].render_text(), **note.content)
        for place in sorted(firsts.values())
        for note in read_value(own[place], columns[place[1]], {}).notes
    ]


# Values -----------------------------------------------------------------------------------------


def _typed(
    sheet: Sheet,
    part: Form | Table,
    places: dict[int, dict[FieldCell, CellPosition]],
    merged: Spread,
    mistakes: list[Mistake],
) -> Typed:
    """Read every cell of every row; what a merged area shows stands in each of its rows."""
    rows: dict[int, TypedRow] = {}
    read: dict[FieldCell, Read] = {}
    for label, own in places.items():
        rows[label] = {}
        for column in _fields(part):
            place = own.get((label, column.key), _NOWHERE)
            content = None if place in merged.unclear else sheet.cells.get(merged.first.get(place, place))
            found = Read(blank(column)) if content is None else read_value(content, column, rows[label])
            rows[label][column.key] = found.value
            read[label, column.key] = found
    every = {cell: place for own in places.values() for cell, place in own.items()}
    refused = {cell for cell, found in read.items() if found.refused}
    unclear = {cell for cell, place in every.items() if place in merged.unclear}
    shown = {cell: merged.first.get(place, place) for cell, place in every.items()}
    present = frozenset(key for _, key in every)
    typed = Typed(part, rows, shown, present, frozenset(refused | unclear))
    said = (*_notes(typed, sheet, read), *_formulas(typed, read), *_merges(typed, merged))
    return replace(typed, mistakes=(*mistakes, *said))


def _notes(typed: Typed, sheet: Sheet, read: Mapping[FieldCell, Read]) -> Iterator[Mistake]:
    for (label, key), found in read.items():
        for note in found.notes:
            if note.code != _FORMULA:
                seen = sheet.cells[typed.places[label, key]].render_text()
                shown = seen if note.value is None else note.value
                yield typed.mistake(note.code, label, key, shown, **note.content)


def _formulas(typed: Typed, read: Mapping[FieldCell, Read]) -> Iterator[Mistake]:
    """One finding a field: who computes targets does so in the whole column."""
    for column in typed.fields:
        cells = [
            cell
            for cell, found in read.items()
            if cell[1] == column.key and any(note.code == _FORMULA for note in found.notes)
        ]
        if cells:
            where = " sampai ".join(
                dict.fromkeys(write_address(*typed.places[c]) for c in (cells[0], cells[-1]))
            )
            yield typed.mistake(_FORMULA, *cells[0], nama=column.title, jumlah=len(cells), letak=where)


def _merges(typed: Typed, merged: Spread) -> Iterator[Mistake]:
    for code, merges in (("K34", merged.shared), ("K35", merged.doubtful)):
        for merge in merges:
            row = typed.rows.get(merge.first[0])
            yield _mistake(
                typed.part, code, merge.first, row, merge.shown, rentang=merge.address, **_hidden(merge)
            )


def _hidden(merge: Merge) -> dict[str, object]:
    """Name what the merged area hides, as far as a sentence holds it."""
    texts = ", ".join(f"“{text}”" for text in merge.hidden)
    return {"tertutup": f" Isi yang tertutup tidak dibaca: {texts}." if texts else ""}


def _mistake(
    part: Form | Table,
    code: str,
    place: CellPosition | None,
    row: TypedRow | None = None,
    value: object = "",
    **content: object,
) -> Mistake:
    address = write_address(*place) if place else ""
    ids = {} if row is None else _ids(part, row)
    where = Place(KATALOG_FILE, part.sheet, address, **ids)
    return Mistake(part.sheet, place or _NOWHERE, temuan(code, where, value, **content))


def _ids(part: Form | Table, row: TypedRow) -> dict[str, str]:
    own, jabatan = str(row.get("id") or ""), str(row.get("id_jabatan") or "")
    return {
        "jabatan": {"id_jabatan": own},
        "indikator": {"id_jabatan": jabatan, "id_indikator": own},
        "pegawai": {"id_jabatan": jabatan},
    }.get(part.name, {})
