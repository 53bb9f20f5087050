"""Checks across the cells of a row, and across sheets: they only say, they never change (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, PERCENTAGE, Arah, CaraHitung
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.readers.book import render_number
from iki_xl.tables import BULAN_NUMBERS, REALISASI_COLUMNS, name_period_target_column, split_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import pandas as pd

    Found = Iterator[tuple[int, Temuan]]

_LEAST_RUNNING_BULAN = 3
_OVER_TARGET_RATIO = 1.2
# Binary sums of decimals are off in their last digits: that alone is no difference.
_SUM_TOLERANCE = 1e-9
_TARGET_MULTIPLE = 10
_WHOLE_PERCENT = 100.0


@dataclass(frozen=True, eq=False)
class _Rows:
    """The columns of `rows` that the checks look at; `place` gives where a row's cell stands.

    `bulan` is the month reported to, None when it was not given.
    """

    table: pd.DataFrame
    place: Callable[[int, str], Place]
    bulan: int | None

    @cached_property
    def target(self) -> np.ndarray:
        """Yearly targets, NaN for none."""
        return self.table["target"].to_numpy(dtype="float64")

    @cached_property
    def period_columns(self) -> list[str]:
        """Columns of the sub-periods' targets; none where the office's targets are yearly."""
        return [name for n in BULAN_NUMBERS if (name := name_period_target_column(n)) in self.table]

    @cached_property
    def periods(self) -> np.ndarray:
        """Rows x sub-periods: their targets."""
        return self.table[self.period_columns].to_numpy(dtype="float64")

    @cached_property
    def months(self) -> np.ndarray:
        """Rows x months: realisasi, NaN for none."""
        return self.table[list(REALISASI_COLUMNS)].to_numpy(dtype="float64")

    @cached_property
    def filled(self) -> np.ndarray:
        """Rows x months: True where there is a realisasi."""
        import numpy as np

        filled: np.ndarray = ~np.isnan(self.months)
        return filled

    @cached_property
    def numbers(self) -> np.ndarray:
        """Rows x months: the number of each month, 1..12."""
        import numpy as np

        return np.broadcast_to(np.arange(1, len(REALISASI_COLUMNS) + 1), self.months.shape)

    def mark_equal(self, column: str, word: str) -> np.ndarray:
        """Rows in which a column holds a word."""
        import numpy as np

        return np.array([found == word for found in self.table[column].tolist()], dtype=bool)

    def mark_invalid(self, columns: Sequence[str]) -> np.ndarray:
        """Rows x columns: True for cells that were left out."""
        import numpy as np

        marks = np.zeros((len(self.table), len(columns)), dtype=bool)
        for row, text in enumerate(self.table["tidak_sah"].tolist()):
            if text:
                names = split_columns(text)
                marks[row] = [column in names for column in columns]
        return marks


def check_across_cells(
    table: pd.DataFrame, place: Callable[[int, str], Place], bulan: int | None
) -> list[tuple[int, Temuan]]:
    """Return what is odd about rows of returns, each with the number of its row, in their order.

    Args:
        table: the table `rows`.
        place: where a cell stands, by the number of the row and the column.
        bulan: the month reported to, None when it was not given.
    """
    rows = _Rows(table, place, bulan)
    checks = (
        _check_after_bulan,
        _check_period_targets,
        _check_missing_targets,
        _check_gaps,
        _check_running_totals,
        _check_over_targets,
        _check_percentages,
    )
    return sorted(chain.from_iterable(check(rows) for check in checks), key=itemgetter(0))


def _check_after_bulan(rows: _Rows) -> Found:
    if rows.bulan is None:
        return
    until = BULAN[rows.bulan - 1]
    for row, at in _walk_marks(rows.filled & (rows.numbers > rows.bulan)):
        place = rows.place(row, REALISASI_COLUMNS[at])
        yield row, temuan("N19", place, render_number(rows.months[row, at]), bulan=BULAN[at], sampai=until)


def _check_period_targets(rows: _Rows) -> Found:
    import numpy as np

    if not rows.period_columns:
        return
    whole = ~np.isnan(rows.target) & ~np.isnan(rows.periods).any(axis=1)
    total = rows.periods.sum(axis=1)
    differs = _mark_over(total, rows.target) | _mark_over(rows.target, total)
    kinds = {
        "S04": whole & differs & rows.mark_equal("cara_hitung", CaraHitung.TOTAL),
        "S05": whole & (rows.periods[:, -1] != rows.target) & rows.mark_equal("cara_hitung", CaraHitung.LAST),
    }
    for code, marks in kinds.items():
        for row in marks.nonzero()[0].tolist():
            targets = rows.periods[row].tolist()
            found = render_number(sum(targets) if code == "S04" else targets[-1])
            words = {"jumlah": found, "target": render_number(rows.target[row])}
            yield row, temuan(code, rows.place(row, rows.period_columns[-1]), found, **words)


def _check_missing_targets(rows: _Rows) -> Found:
    """The first blank target that T(m) needs, m being the last month reported (spec section 3)."""
    import numpy as np

    columns = rows.period_columns or ["target"]
    targets = rows.periods if rows.period_columns else rows.target[:, np.newaxis]
    period = np.arange(len(columns))
    current = ((_find_last_reported(rows) - 1) * len(columns) // len(BULAN_NUMBERS))[:, np.newaxis]
    added_up = rows.mark_equal("cara_hitung", CaraHitung.TOTAL)[:, np.newaxis]
    needed = np.where(added_up, period <= current, period == current)
    reported = np.count_nonzero(rows.filled, axis=1, keepdims=True) > 0
    missing = needed & reported & np.isnan(targets) & ~rows.mark_invalid(columns)
    first: dict[int, int] = {}
    for row, at in _walk_marks(missing):
        first.setdefault(row, at)
    for row, at in first.items():
        yield row, temuan("S02", rows.place(row, columns[at]))


def _find_last_reported(rows: _Rows) -> np.ndarray:
    """The last month filled up to the one reported to; where there is none the first that is filled."""
    import numpy as np

    counted = rows.filled if rows.bulan is None else rows.filled & (rows.numbers <= rows.bulan)
    last = np.where(counted, rows.numbers, 0).max(axis=1)
    found: np.ndarray = np.where(last > 0, last, rows.filled.argmax(axis=1) + 1)
    return found


def _check_gaps(rows: _Rows) -> Found:
    import numpy as np

    none = len(BULAN_NUMBERS) + 1
    first = np.where(rows.filled, rows.numbers, none).min(axis=1)[:, np.newaxis]
    last = np.where(rows.filled, rows.numbers, 0).max(axis=1)[:, np.newaxis]
    between = (rows.numbers > first) & (rows.numbers < last)
    for row, at in _walk_marks(between & ~rows.filled & ~rows.mark_invalid(REALISASI_COLUMNS)):
        yield row, temuan("S03", rows.place(row, REALISASI_COLUMNS[at]), bulan=BULAN[at])


def _check_running_totals(rows: _Rows) -> Found:
    import numpy as np

    filled, months, target = rows.filled, rows.months, rows.target
    highest = np.fmax.accumulate(months, axis=1)
    never_falling = ((months == highest) | ~filled).all(axis=1)
    alike = (
        (target != 0)
        & rows.mark_equal("cara_hitung", CaraHitung.TOTAL)
        & (filled.sum(axis=1) >= _LEAST_RUNNING_BULAN)
        & never_falling
        & (highest[:, -1] <= target)
        & _mark_over(np.nansum(months, axis=1), _OVER_TARGET_RATIO * target)
    )
    for row in alike.nonzero()[0].tolist():
        place = rows.place(row, REALISASI_COLUMNS[int(filled[row].argmax())])
        total = sum(months[row][filled[row]].tolist())
        yield row, temuan("S01", place, jumlah=render_number(total), target=render_number(target[row]))


def _check_over_targets(rows: _Rows) -> Found:
    import numpy as np

    maximal = rows.mark_equal("arah", Arah.MAXIMAL) & (rows.target > 0)
    over = _mark_over(rows.months, (_TARGET_MULTIPLE * rows.target)[:, np.newaxis])
    for row, at in _walk_marks(over & maximal[:, np.newaxis]):
        place, value = rows.place(row, REALISASI_COLUMNS[at]), render_number(rows.months[row, at])
        yield row, temuan("S06", place, value, target=render_number(rows.target[row]))


def _check_percentages(rows: _Rows) -> Found:
    """Percentages that are added up to more than 100, at the month that passes it."""
    import numpy as np

    added_up = rows.mark_equal("cara_hitung", CaraHitung.TOTAL) & rows.mark_equal("satuan", PERCENTAGE)
    totals = np.cumsum(np.where(rows.filled, rows.months, 0.0), axis=1)
    beyond = _mark_over(totals, np.full(totals.shape, _WHOLE_PERCENT)) & added_up[:, np.newaxis]
    for row in sorted(set(beyond.nonzero()[0].tolist())):
        place = rows.place(row, REALISASI_COLUMNS[int(beyond[row].argmax())])
        words = {"jumlah": render_number(totals[row, -1]), "tipe": rows.table["tipe_perhitungan"].iloc[row]}
        yield row, temuan("S08", place, **words)


def _mark_over(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """True where a value is over a bound; never where one of them is missing."""
    import numpy as np

    marks: np.ndarray = values > bounds + _SUM_TOLERANCE * np.maximum(1.0, np.abs(bounds))
    return marks


def _walk_marks(marks: np.ndarray) -> Iterator[tuple[int, int]]:
    """Rows and columns of what is marked, row by row."""
    rows, columns = marks.nonzero()
    yield from zip(rows.tolist(), columns.tolist(), strict=True)


def check_shared_nips(who: Sequence[tuple[str, Place]]) -> Iterator[Temuan]:
    """Yield the same NIP under two jabatan; `who` holds each counted return's NIP and its NIP cell."""
    jabatan: dict[str, set[str]] = {}
    for nip, place in who:
        jabatan.setdefault(nip, set()).add(place.id_jabatan)
    for nip, place in who:
        others = sorted(jabatan[nip] - {place.id_jabatan})
        if nip and others:
            yield temuan("S07", place, nip, lain=", ".join(others))
