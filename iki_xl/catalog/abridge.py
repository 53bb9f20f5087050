"""What is said of a catalogue, no more than a person can read: each thing once, and no column without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.a1 import write_address
from iki_xl.catalog.cast import Mistake
from iki_xl.catalog.layout import KATALOG_FILE
from iki_xl.findings import Place, temuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Findings of one kind in one column that are named one by one.
_NAMED = 20
# How a number was read, where it is refused after all.
_READINGS = frozenset({"N01", "N09"})


def once(found: Iterable[Mistake]) -> list[Mistake]:
    """Return each finding once, however many rows show the cell; of a refused cell not how it was read."""
    first = {(m.temuan.code, m.sheet, m.place, m.temuan.message): m for m in reversed(list(found))}
    kept = list(reversed(first.values()))
    refused = {(m.sheet, m.place) for m in kept if m.serious}
    return [m for m in kept if m.temuan.code not in _READINGS or (m.sheet, m.place) not in refused]


def abridged(found: Sequence[Mistake]) -> list[Mistake]:
    """Return the findings with all beyond the first of a kind in a column counted in one."""
    kinds: dict[tuple[str, str, int], list[Mistake]] = {}
    for mistake in found:
        kinds.setdefault((mistake.temuan.code, mistake.sheet, mistake.place[1]), []).append(mistake)
    more = {id(same[_NAMED]): same[_NAMED:] for same in kinds.values() if len(same) > _NAMED + 1}
    dropped = {id(mistake) for same in more.values() for mistake in same}
    return [
        _rest(more[id(mistake)]) if id(mistake) in more else mistake
        for mistake in found
        if id(mistake) in more or id(mistake) not in dropped
    ]


def _rest(same: Sequence[Mistake]) -> Mistake:
    """Say where the others are."""
    first, last = same[0], same[-1]
    others = f"{write_address(*first.place)} sampai {write_address(*last.place)}"
    where = Place(KATALOG_FILE, first.sheet, write_address(*first.place))
    said = temuan("K33", where, jumlah=len(same), letak=others, sebab=first.temuan.code)
    return Mistake(first.sheet, first.place, said)
