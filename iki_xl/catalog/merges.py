"""Merged areas in a table or form: what they show in each row, and which of them nobody could be sure of.

People merge the cells of rows that have a value in common (spec section 5: it is that of all these rows).
Across several fields, or in an id, a merged value belongs to nothing in particular.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog.parts import HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from iki_xl.catalog.sheets import CellPosition, Merge


@dataclass(frozen=True, slots=True)
class Spread:
    """What merged areas do to a table or form.

    `first` leads from each cell that shows the content of another one to that one. `unclear` are cells whose
    content nobody could be sure of. `shared` and `doubtful` are the areas behind both, to be named.
    """

    first: Mapping[CellPosition, CellPosition]
    unclear: frozenset[CellPosition]
    shared: tuple[Merge, ...]
    doubtful: tuple[Merge, ...]


def spread(
    merges: Iterable[Merge],
    columns: Mapping[int, str],
    rows: Sequence[int],
    alone: Collection[str],
) -> Spread:
    """Tell what the merged areas show in the fields of a table or form.

    `columns` are the columns that are read, with the keys of their fields; `rows`, in order, those that hold
    a record or an entry; `alone` the fields of which each row needs its own.
    """
    first: dict[CellPosition, CellPosition] = {}
    unclear: set[CellPosition] = set()
    shared, doubtful = [], []
    for merge in merges:
        touched = [column for column in sorted(columns) if merge.first[1] <= column <= merge.last[1]]
        if not touched or not merge.filled:
            continue
        inside = rows[bisect_left(rows, merge.first[0]) : bisect_right(rows, merge.last[0])]
        places = {(row, column) for row in inside for column in touched}
        below_title = merge.first[0] <= HEADER_ROW and bool(inside)
        one_column = len(touched) == 1 and touched[0] == merge.first[1]
        if not one_column or below_title or (len(inside) > 1 and columns[touched[0]] in alone):
            doubtful.append(merge)
            unclear |= places
            continue
        first.update(dict.fromkeys(places, merge.first))
        if len(inside) > 1 or merge.hidden:
            shared.append(merge)
    return Spread(first, frozenset(unclear), tuple(shared), tuple(doubtful))
