"""What the recap is made of, and what a cell of it may hold.

A `LiveFormula` carries its computed value, so that viewers that do not calculate show it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from iki_xl.recap.moments import UTC, TimeZone
from iki_xl.recap.tables_walked import make_empty_table
from iki_xl.reporters import Reporter, list_reporters
from iki_xl.tables import CHANGE_COLUMNS, EXPLANATION_COLUMNS, SOURCE_COLUMNS, split_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.since import Since


class CellMark(StrEnum):
    """A mark the recap sets itself, never to be confused with what a person typed."""

    INVALID = "tidak sah"
    CLEARED = "dikosongkan"


class RemarkWord(StrEnum):
    """Words of Keterangan on the months' sheets that decide how a cell looks (marks.py)."""

    NOT_FILLED = "bulan ini belum diisi"
    LATE = "terlambat"
    STALE = "basi"
    TARGET_INCOMPLETE = "target belum lengkap"


@dataclass(frozen=True, slots=True)
class LiveFormula:
    """A formula with its computed value ("" = nothing)."""

    text: str
    value: str | float


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A link to a cell of this workbook; both texts are the recap's own, never what a person typed."""

    text: str
    destination: str


CellContent: TypeAlias = "str | float | LiveFormula | SheetLink | None"


SheetRow: TypeAlias = "dict[str, CellContent]"


TableRecord: TypeAlias = "dict[str, Any]"  # a row of a table, whose columns differ in type


@dataclass(frozen=True, eq=False)
class RecapContent:
    """All that a recap shows.

    Attributes:
        katalog: the office.
        bulan: month reported to, 1..12.
        rows: table of counted returns (tables.ROW_COLUMNS and the sub-period targets), unique index.
        capaian_per_bulan: month -> `measures.measure` of `rows` at that month, for 1..bulan at least.
        returns: table of all returns found (tables.RETURN_COLUMNS).
        temuan: all findings.
        changes: table of changed cells (tables.CHANGE_COLUMNS).
        explanations: table of what was said month by month (tables.EXPLANATION_COLUMNS).
        sources: table of every file found (tables.SOURCE_COLUMNS).
        time_zone: the office's own time.
        subjects: whom and what findings are about; None: as `returns` knows.
        since: what changed since the recap of an earlier month, None where there is none.
    """

    katalog: Katalog
    bulan: int
    rows: pd.DataFrame
    capaian_per_bulan: Mapping[int, pd.DataFrame]
    returns: pd.DataFrame
    temuan: tuple[Temuan, ...]
    changes: pd.DataFrame = field(default_factory=partial(make_empty_table, CHANGE_COLUMNS))
    explanations: pd.DataFrame = field(default_factory=partial(make_empty_table, EXPLANATION_COLUMNS))
    sources: pd.DataFrame = field(default_factory=partial(make_empty_table, SOURCE_COLUMNS))
    time_zone: TimeZone = UTC
    subjects: Subjects | None = None
    since: Since | None = None

    @cached_property
    def order(self) -> list[int]:
        """Positions of the rows of `rows` in the catalogue's order, each return's rows together."""
        return order_rows(self)

    @cached_property
    def records(self) -> list[TableRecord]:
        """The rows of `rows` in that order, absent values None; made once, as thirteen sheets show them.

        `tidak_sah` is the set of the columns that it names.
        """
        records = list(walk_table_records(self.rows, self.order))
        for record in records:
            record["tidak_sah"] = frozenset(split_columns(record["tidak_sah"]))
        return records

    @cached_property
    def reporters(self) -> tuple[Reporter, ...]:
        """Every reporter that is expected."""
        return list_reporters(self.katalog, self.returns, self.sources, self.bulan)


def order_rows(content: RecapContent) -> list[int]:
    """Positions of the rows of `rows` in the catalogue's order, each return's rows together."""
    jabatan = {j.id: at for at, j in enumerate(content.katalog.jabatan)}
    indikator = {i.id: at for at, i in enumerate(content.katalog.indikator)}
    returns = {key: at for at, key in enumerate(dict.fromkeys(content.rows["id_laporan"].tolist()))}
    columns = ("id_jabatan", "id_laporan", "id_indikator")
    keys = [
        (jabatan[j], returns[r], indikator[i])
        for j, r, i in zip(*(content.rows[name].tolist() for name in columns), strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def walk_table_records(table: pd.DataFrame, order: Sequence[int]) -> Iterator[TableRecord]:
    """Rows of a table in this order of positions, NaN and <NA> as None."""
    columns = []
    for name in table.columns:
        # as objects first: texts that Arrow holds are slow to list one by one
        values, blank = table[name].to_numpy(dtype=object).tolist(), table[name].isna().tolist()
        columns.append([None if blank[at] else values[at] for at in order])
    for row in zip(*columns, strict=True):
        yield dict(zip(table.columns, row, strict=True))


def make_live_formula(text: str, value: CellContent) -> LiveFormula:
    return LiveFormula(text, "" if value is None or isinstance(value, (LiveFormula, SheetLink)) else value)
