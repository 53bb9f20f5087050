"""What was read from one workbook, as text: on its way between processes, and kept for the next run.

The text knows neither the file's name nor its time, so that it holds for the same bytes wherever they lie. It
depends on the catalogue and on this program's reading; `key` stands for both. It is JSON: nothing that is
read back is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from importlib.metadata import version
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iki_xl import __version__
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import check_across_cells
from iki_xl.collect.returned import BLANK, Placement, ReturnedSheetBase
from iki_xl.collect.rows import ReturnRow, build_return_rows
from iki_xl.collect.sheets import recognise_book
from iki_xl.collect.table import cast_entries
from iki_xl.findings import Level, Temuan
from iki_xl.form.identity import FORM_VERSION
from iki_xl.form.jabatan import HEAD_CELLS
from iki_xl.readers.book import Cell, RefusalKind, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.collect.returned import ReturnedSheet
    from iki_xl.collect.table import CastEntries, EntryValue
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import BookCells, Limits, RawValue

# The parts of this program that decide what a record holds, below the package.
_PROGRAM_PARTS = (
    "readers",
    "collect",
    "form",
    "catalog/model.py",
    "catalog/public_keys.py",
    "a1.py",
    "sheet.py",
    "comparable.py",
    "findings.py",
    "nip.py",
    "tables.py",
    "typed.py",
)
# Excel's own cells hold at most 32,767 letters.
MOST_LETTERS = 100_000
LOST_FORMATS = "format selnya hilang atau rusak (bagian “styles”), sehingga angkanya tidak pasti"


def compute_record_key(katalog: Katalog, limits: Limits) -> str:
    """Return what a record depends on besides the file's bytes, as one short text."""
    # time and memory decide whether a file is read, never what it holds
    what = replace(limits, seconds=0, memory_mb=0)
    parts = (__version__, version("xlrd"), FORM_VERSION, _digest_program(), what, katalog)
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


@cache
def _digest_program() -> str:
    """Digest of the program's own text as far as it reads: nobody has to remember to raise a version."""
    root = Path(__file__).parents[1]
    names = [path for part in _PROGRAM_PARTS for path in ((root / part).rglob("*.py"), [root / part])]
    files = sorted({path for some in names for path in some if path.is_file()})
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


@dataclass(frozen=True)
class CastSheet(ReturnedSheetBase):
    """One returned sheet after casting.

    `filled`: something was entered below the head, so it is a return. `nip` and `nama_pegawai` are who
    reports, "" when not known. `check_columns` is what pandera is to check: numbers of cells in
    `form.entry_cells`, columns, values. `invalid_cells` are the cells that could not be read. `rows` are its
    rows and `cross_checks` the findings across their cells, as long as pandera finds no fault. `entries_json`
    holds the entries as JSON.
    """

    filled: bool
    nip: str
    nama_pegawai: str
    check_columns: tuple[list[int], list[str], list[EntryValue]]
    invalid_cells: frozenset[CellKey]
    rows: tuple[ReturnRow, ...]
    cross_checks: tuple[Temuan, ...]
    entries_json: str

    @cached_property
    def content(self) -> Mapping[CellKey, Cell]:
        """Every filled input cell as it was seen."""
        return {self._find_cell_key(at): _parse_record_cell(written) for at, written in self._entries["isi"]}

    @cached_property
    def value(self) -> Mapping[CellKey, EntryValue]:
        """What each cell was read as; cells that hold nothing to read are not there."""
        return {self._find_cell_key(at): value for at, value in self._entries["nilai"]}

    def written(self, cell: CellKey) -> str:
        """What stands in a cell, "" when it is blank or holds only spaces."""
        return self.content.get(cell, BLANK).render_text().strip()

    @cached_property
    def _entries(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.entries_json)
        return found

    def _find_cell_key(self, at: int) -> CellKey:
        return self.form.entry_cells[at]


@dataclass(frozen=True, slots=True)
class CastBook:
    """A workbook's returned sheets, what is said of it, and when (UTC, naive) it says it was last saved."""

    sheet: tuple[CastSheet, ...]
    temuan: tuple[Temuan, ...]
    saved: datetime | None


def make_record(book: BookCells, katalog: Katalog, forms: Mapping[str, JabatanForm]) -> bytes:
    """Recognise and cast a workbook's sheets; return what was read as a record.

    Raises:
        UnreadableError: a text is longer than any spreadsheet program takes, and would stand in it; or the
            number formats are lost, so that nobody knows which figures were percentages.
    """
    if not book.formats_known:
        raise UnreadableError(LOST_FORMATS)
    sheets, said = recognise_book(book, katalog, forms)
    read = [(sheet, cast_entries(sheet)) for sheet in sheets]
    said = list(condense_books(chain(said, *(cast.temuan for _, cast in read))))
    content = {
        "disimpan": book.saved and book.saved.isoformat(),
        "temuan": _pack_temuan(said),
        "lembar": [_pack_sheet(sheet, cast) for sheet, cast in read],
    }
    record = json.dumps(content, separators=(",", ":")).encode()
    if len(record) > MOST_LETTERS:
        _refuse_giant_texts(book, {sheet.nama for sheet in sheets})
    return record


def _refuse_giant_texts(book: BookCells, known: set[str]) -> None:
    for sheet in book.sheets:
        texts = (
            text
            for content in sheet.cells.values()
            for text in (content.value, content.struck, content.raised)
        )
        if sheet.nama in known and any(isinstance(t, str) and len(t) > MOST_LETTERS for t in texts):
            raise UnreadableError(
                f"ada sel di lembar “{sheet.nama}” berisi lebih dari 100.000 huruf", RefusalKind.LONG_TEXT
            )


def open_record(record: bytes, file: str, forms: Mapping[str, JabatanForm]) -> CastBook:
    """Return what a record holds, under the file's present name."""
    content = json.loads(record)
    saved = content["disimpan"]
    return CastBook(
        tuple(_parse_record_sheet(item, file, forms) for item in content["lembar"]),
        _parse_record_temuan(content["temuan"], file),
        datetime.fromisoformat(saved) if saved else None,
    )


def _pack_sheet(sheet: ReturnedSheet, cast: CastEntries) -> dict[str, Any]:
    form = sheet.form
    at = {cell: number for number, cell in enumerate(form.entry_cells)}
    rows = build_return_rows(form, cast.value, cast.invalid_cells) if sheet.filled else ()
    crossed = [t for row in rows for t in check_across_cells(row, sheet, None)]
    entries = {
        "isi": [(at[cell], _pack_cell(content)) for cell, content in sheet.filled_inputs()],
        "nilai": [(at[cell], value) for cell, value in cast.value.items()],
    }
    return {
        "nama": sheet.nama,
        "sidik": sheet.fingerprint,
        "jabatan": form.jabatan.id,
        "letak": _pack_placement(sheet.placement, form),
        "terisi": sheet.filled,
        "pelapor": [str(cast.value.get(cell, "")) for cell in HEAD_CELLS],
        "tuang": (
            [at[cell] for cell in cast.check_columns.cell],
            cast.check_columns.column,
            cast.check_columns.value,
        ),
        "tidak_sah": sorted(at[cell] for cell in cast.invalid_cells),
        "baris": [_pack_row(row) for row in rows],
        "silang": _pack_temuan(crossed),
        "entri": json.dumps(entries, separators=(",", ":")),
    }


def _parse_record_sheet(item: dict[str, Any], file: str, forms: Mapping[str, JabatanForm]) -> CastSheet:
    form = forms[item["jabatan"]]
    name, nip = item["pelapor"]
    return CastSheet(
        file,
        item["nama"],
        item["sidik"],
        form,
        _parse_record_placement(item["letak"], form),
        item["terisi"],
        nip,
        name,
        tuple(item["tuang"]),
        frozenset(form.entry_cells[at] for at in item["tidak_sah"]),
        tuple(_parse_record_row(row, form) for row in item["baris"]),
        _parse_record_temuan(item["silang"], file),
        item["entri"],
    )


def _pack_placement(places: Placement, form: JabatanForm) -> list[list[tuple[str, int]]] | None:
    """Return the form's own rows and columns; None where all stand where the form put them."""
    rows = [row_id for row_id, _ in HEAD_CELLS] + [item.id for item in form.indikator]
    moved = any(places.rows.get(row_id) != form.layout.row(row_id) for row_id in rows)
    if not moved and all(places.column.get(key) == form.layout.column(key) for key in form.table_keys):
        return None
    return [
        [(row_id, places.rows[row_id]) for row_id in rows if row_id in places.rows],
        [(key, places.column[key]) for key in form.table_keys if key in places.column],
    ]


def _parse_record_placement(written: list[list[list[Any]]] | None, form: JabatanForm) -> Placement:
    if written is None:
        return Placement(form.layout.rows, form.layout.columns)
    rows, columns = written
    return Placement(dict(rows), dict(columns))


def _pack_row(row: ReturnRow) -> list[Any]:
    return [
        row.id_indikator,
        row.satuan,
        row.tipe_perhitungan,
        row.arah,
        row.target,
        row.period_targets,
        row.realisasi,
        row.explanations,
        row.invalid_cells,
    ]


def _parse_record_row(item: list[Any], form: JabatanForm) -> ReturnRow:
    row_id, satuan, name, arah, target, periods, months, words, invalid = item
    tipe = form.katalog.referensi.find_tipe(name)
    how = tipe.cara_hitung if tipe else None
    lists = (tuple(periods), tuple(months), tuple(words), tuple(invalid))
    return ReturnRow(row_id, satuan, name, how, arah, target, *lists)


def _pack_temuan(said: Iterable[Temuan]) -> list[tuple[str, ...]]:
    return [
        (t.code, t.level, t.sheet, t.cell, t.id_jabatan, t.id_indikator, t.value, t.message, t.remedy)
        for t in said
    ]


def _parse_record_temuan(items: list[list[str]], file: str) -> tuple[Temuan, ...]:
    return tuple(Temuan(code, Level(level), file, *rest) for code, level, *rest in items)


# A cell: its value alone where nothing else is to say, else [value, and the other fields of `Cell` in order].
_others = attrgetter(*(item.name for item in fields(Cell)[1:]))
_MOMENT_PARSERS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}


def _pack_cell(content: Cell) -> object:
    value = _pack_value(content.value)
    others = _others(content)
    plain = not any(others) and not isinstance(value, list)
    return value if plain else [value, *others]


def _pack_value(value: RawValue) -> object:
    if isinstance(value, timedelta):
        return ["timedelta", value.total_seconds()]
    if isinstance(value, (date, time)):
        return [type(value).__name__, value.isoformat()]
    return value


def _parse_record_cell(written: Any) -> Cell:  # noqa: ANN401 - JSON
    if not isinstance(written, list):
        return Cell(written)
    value, *rest = written
    if isinstance(value, list):
        kind, text = value
        value = timedelta(seconds=text) if kind == "timedelta" else _MOMENT_PARSERS[kind](text)
    return Cell(value, *rest)
