"""What is said of a catalogue, no more than a person can read: each thing once, and no column without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog.cast import Mistake
from iki_xl.catalog.layout import BERKAS
from iki_xl.catalog.sheets import cell_address
from iki_xl.findings import Tempat, temuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Findings of one kind in one column that are named one by one.
_NAMED = 20
# How a number was read, where it is refused after all.
_READINGS = frozenset({"N01", "N09"})


def once(found: Iterable[Mistake]) -> list[Mistake]:
    """Return each finding once, however many rows show the cell; of a refused cell not how it was read."""
    first = {(m.temuan.kode, m.lembar, m.tempat, m.temuan.pesan): m for m in reversed(list(found))}
    kept = list(reversed(first.values()))
    refused = {(m.lembar, m.tempat) for m in kept if m.serious}
    return [m for m in kept if m.temuan.kode not in _READINGS or (m.lembar, m.tempat) not in refused]


def abridged(found: Sequence[Mistake]) -> list[Mistake]:
    """Return the findings with all beyond the first of a kind in a column counted in one."""
    kinds: dict[tuple[str, str, int], list[Mistake]] = {}
    for mistake in found:
        kinds.setdefault((mistake.temuan.kode, mistake.lembar, mistake.tempat[1]), []).append(mistake)
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
    letak = f"{cell_address(first.tempat)} sampai {cell_address(last.tempat)}"
    where = Tempat(BERKAS, first.lembar, cell_address(first.tempat))
    said = temuan("K33", where, jumlah=len(same), letak=letak, sebab=first.temuan.kode)
    return Mistake(first.lembar, first.tempat, said)
