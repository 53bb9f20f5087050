"""What returns hold is validated by pandera: three schemas, each applied once to what all sheets hold."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from iki_xl.catalog import PERCENTAGE
from iki_xl.catalog.values import is_percentage
from iki_xl.collect.cast import name_head_entry
from iki_xl.collect.entries import build_reporters_table
from iki_xl.comparable import comparable
from iki_xl.findings import Level, Temuan, temuan
from iki_xl.form.jabatan import HEAD_CELLS
from iki_xl.frames import find_failures
from iki_xl.tables import REALISASI_COLUMNS
from iki_xl.typed import LARGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import pandas as pd
    import pandera.pandas as pa

    from iki_xl.catalog import Referensi
    from iki_xl.collect.entries import EntryTable, TypedSheet
    from iki_xl.form.jabatan import CellKey

# What is said of a blank cell that must be filled in.
MISSING = frozenset({"L03", "L04", "L05", "L06"})
# The column that a check across columns is about.
_CHECKED_COLUMN = {"N10": "angka", "L03": "tipe_perhitungan", "L04": "satuan"}
_LARGEST_PERCENTAGE = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """A check that failed: its finding, the number of the sheet, and the cell."""

    temuan: Temuan
    sheet: int
    cell: CellKey

    @property
    def is_invalid(self) -> bool:
        """True where the cell is left out of the figures (spec section 6.5)."""
        return self.temuan.level is Level.GALAT


def build_figures_schema(referensi: Referensi) -> pa.DataFrameSchema:
    """Return the schema of the numbers that were typed: `angka`, and the `satuan` of its row."""
    import pandera.pandas as pa

    in_range = pa.Check.in_range(-LARGEST_NUMBER, LARGEST_NUMBER, error="N12")
    columns = {
        "angka": pa.Column("float64", [pa.Check.ge(0, error="N11"), in_range]),
        "satuan": pa.Column(None, nullable=True),
    }
    return pa.DataFrameSchema(
        columns,
        [] if referensi.percentage_over_100 else [pa.Check(_keep_within_100, error="N10", ignore_na=False)],
    )


def _keep_within_100(figures: pd.DataFrame) -> pd.Series[bool]:
    return (figures["angka"] <= _LARGEST_PERCENTAGE) | (figures["satuan"] != PERCENTAGE)


def build_listed_schema(referensi: Referensi) -> pa.DataFrameSchema:
    """Return the schema of the rows: `satuan` and `tipe_perhitungan` as read, how many months are filled."""
    import pandera.pandas as pa

    def column(choices: Iterable[str], code: str) -> pa.Column:
        return pa.Column(None, pa.Check.isin(list(choices), error=code), nullable=True)

    def require(name: str, code: str) -> pa.Check:
        return pa.Check(
            lambda rows: rows[name].notna() | (rows["bulan_terisi"] == 0), error=code, ignore_na=False
        )

    columns = {
        "satuan": column(referensi.satuan, "L01"),
        "tipe_perhitungan": column((tipe.nama for tipe in referensi.tipe), "L02"),
        "bulan_terisi": pa.Column("int64"),
    }
    return pa.DataFrameSchema(columns, [require("tipe_perhitungan", "L03"), require("satuan", "L04")])


def build_reporters_schema() -> pa.DataFrameSchema:
    """Return the schema of who reports: nama and NIP must be there."""
    import pandera.pandas as pa

    return pa.DataFrameSchema({"nama": pa.Column(None), "nip": pa.Column(None)})


def check_entries(entries: EntryTable, referensi: Referensi) -> tuple[Fault, ...]:
    """Validate what all sheets hold; each sheet is a return, so that who reports must be there.

    A cell in which something stands is never called missing: what it cannot be read as was said before.
    """
    found = (
        *_check_figures(entries, referensi),
        *_check_listed(entries, referensi),
        *_check_reporters(entries.sheets),
    )
    return tuple(_make_fault(entries, referensi, *item) for item in found)


_Failed = tuple[str, int, "CellKey"]  # code, number of the sheet, cell


def _check_figures(entries: EntryTable, referensi: Referensi) -> Iterator[_Failed]:
    import numpy as np
    import pandas as pd

    first = entries.fields.index(entries.number_fields[0])
    given = entries.given[:, first : first + len(entries.number_fields)]
    rows, columns = np.nonzero(~np.isnan(entries.numbers) & ~given)
    satuan = _name_percentages(entries.list_texts("satuan"))
    frame = pd.DataFrame({"angka": entries.numbers[rows, columns], "satuan": satuan[rows]})
    for at, _, code in _find_failed(frame, build_figures_schema(referensi)):
        yield code, *entries.locate(rows[at], entries.number_fields[columns[at]])


def _find_failed(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[tuple[int, str, str]]:
    """Row number, column and code of each failed check, of a frame whose rows are numbered from 0."""
    for failure in find_failures(frame, schema):
        if failure.column == _CHECKED_COLUMN.get(failure.check, failure.column):
            assert isinstance(failure.rows, int)
            yield failure.rows, failure.column, failure.check


def _name_percentages(satuan: np.ndarray) -> np.ndarray:
    """The satuan, every spelling of Persentase as the one."""
    named = satuan.copy()
    for text in set(satuan.tolist()):
        if text and is_percentage(text):
            named[satuan == text] = PERCENTAGE
    return named


def _check_listed(entries: EntryTable, referensi: Referensi) -> Iterator[_Failed]:
    import numpy as np
    import pandas as pd

    at = entries.number_fields.index(REALISASI_COLUMNS[0])
    months = entries.numbers[:, at : at + len(REALISASI_COLUMNS)]
    frame = pd.DataFrame(
        {
            "satuan": entries.list_texts("satuan"),
            "tipe_perhitungan": entries.list_texts("tipe_perhitungan"),
            "bulan_terisi": np.count_nonzero(~np.isnan(months), axis=1),
        }
    )
    for row, column, code in _find_failed(frame, build_listed_schema(referensi)):
        sheet, cell = entries.locate(row, column)
        if code not in MISSING or is_blank_cell(entries.sheets[sheet], cell):
            yield code, sheet, cell


def _check_reporters(sheets: Sequence[TypedSheet]) -> Iterator[_Failed]:
    cells = dict(zip(("nama", "nip"), HEAD_CELLS, strict=True))
    for number, column, _ in _find_failed(build_reporters_table(sheets), build_reporters_schema()):
        sheet, cell = sheets[number], cells[column]
        if is_blank_cell(sheet, cell):
            several = len(sheet.form.katalog.list_pegawai(sheet.form.jabatan.id)) > 1
            yield "L05" if several else "L06", number, cell


def _make_fault(entries: EntryTable, referensi: Referensi, code: str, number: int, cell: CellKey) -> Fault:
    sheet = entries.sheets[number]
    content = sheet.content.get(cell)
    shown = content.render_text() if content else ""
    choices = {"L01": referensi.satuan, "L02": tuple(t.nama for t in referensi.tipe)}.get(code, ())
    near, name = suggest_nearest(shown, choices), name_head_entry(cell[0])
    return Fault(temuan(code, sheet.place(*cell), shown, dekat=near, nama=name), number, cell)


def is_blank_cell(sheet: TypedSheet, cell: CellKey) -> bool:
    """True where nobody sees anything in a cell."""
    content = sheet.content.get(cell)
    return content is None or not content.render_text().strip()


def suggest_nearest(text: str, choices: Iterable[str]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" when none is near."""
    by_form = {comparable(choice): choice for choice in choices}
    near = get_close_matches(comparable(text), by_form, n=1, cutoff=0.6)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""
