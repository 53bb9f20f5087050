"""The returns of one pegawai and jabatan, cell by cell: what each changes, and what counts in the end.

Of two neighbours in time the newer *continues* the older, when it repeats one of its figures or was issued
prefilled from it: what it left blank was emptied. Otherwise it *adds*: a blank takes nothing away (spec
section 6.2).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from iki_xl.collect.moments import known_newer
from iki_xl.collect.reports import name_returns
from iki_xl.collect.together import Together
from iki_xl.findings import temuan
from iki_xl.tables import EXPLANATIONS, REALISASI_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iki_xl.collect.reports import Entry, Return
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey

    # What a return says of its cells: None for one that it emptied.
    Says = Mapping[CellKey, "Entry | None"]

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A valid entry of an earlier return that a newer one changed or emptied; returns by their places."""

    older: int
    newer: int
    cell: CellKey
    before: Entry
    after: Entry | None


@dataclass(frozen=True)
class Group:
    """The returns, each known by its place in these lists.

    `indices` are their numbers among all returns, `contents` is what each holds, and `newer` has the bits of
    the places that are known to be newer. The first of the list is the latest by time and name: that decides
    only which of several is named where it makes no difference.
    """

    indices: tuple[int, ...]
    reports: tuple[Return, ...]
    contents: tuple[Mapping[CellKey, Entry], ...]
    newer: tuple[int, ...]

    @classmethod
    def of(cls, reports: Sequence[Return], members: Iterable[int]) -> Group:
        """Return the group of these members of `reports`."""
        indices = sorted(members, key=lambda i: reports[i].order, reverse=True)
        own = [reports[i] for i in indices]
        newer = known_newer([report.saved for report in own])
        return cls(tuple(indices), tuple(own), tuple(report.content() for report in own), tuple(newer))

    @property
    def is_different(self) -> bool:
        """True where not all hold the same."""
        return len(set(self._keys)) > 1

    @cached_property
    def counted(self) -> tuple[int, ...]:
        """Places of the returns that count: those that give a cell, and the latest ones."""
        latest = {at for at in self._representatives.values() if not self.newer[at]}
        return tuple(sorted(latest.union(at for places in self._holders.values() for at in places)))

    @cached_property
    def together(self) -> Together:
        """What counts, cell by cell."""
        pairs = [(self.reports[at], self._kept[at]) for at in self.counted]
        reports, contents = zip(*pairs, strict=True)
        return Together(reports, contents)

    @cached_property
    def changes(self) -> tuple[CellChange, ...]:
        """Every cell whose earlier value was changed or emptied, the oldest first; texts go month by month.

        Cells only filled in since are normal, and so is a correction of what was no valid value.
        """
        return tuple(change for at in reversed(range(len(self.indices))) for change in self._list_changes(at))

    def find_same(self, at: int) -> int | None:
        """The place of the return that stands for one that holds the same; None for that one itself."""
        found = self._representatives[self._keys[at]]
        return None if found == at else found

    def list_latest_after(self, at: int) -> list[int]:
        """The latest of the returns that are known to be newer."""
        latest = (n for n in _list_places(self.newer[at]) if not self.newer[n])
        return sorted({self._representatives[self._keys[n]] for n in latest})

    def list_unordered(self, at: int) -> list[int]:
        """The other returns that count of which nobody knows whether they are newer."""
        return [n for n in self.counted if n != at and not (self.newer[at] >> n | self.newer[n] >> at) & 1]

    def list_outdated_places(self) -> Iterator[tuple[str, str, str]]:
        """Cells (file, sheet, address) of returns that count which a newer one fills in or empties."""
        for at in self.counted:
            sheet = self.reports[at].sheet
            for cell in self.contents[at].keys() - self._kept[at].keys():
                yield sheet.file, sheet.nama, sheet.address(*cell)

    def findings(self) -> Iterator[Temuan]:
        """What to say of returns that were put together."""
        for at in self.counted:
            if not self.list_unordered(at):
                names = name_returns([self.reports[n] for n in self.counted if n != at])
                yield temuan("G11", self.reports[at].place, lain=names)
        numbers = {at: number for number, at in enumerate(self.counted)}
        yield from self.together.findings(
            [[numbers[n] for n in self.list_unordered(at)] for at in self.counted]
        )

    @cached_property
    def _keys(self) -> tuple[frozenset[tuple[CellKey, Entry | None]], ...]:
        """The same for returns that hold the same."""
        pairs = zip(self.contents, self.reports, strict=True)
        return tuple(
            frozenset([*content.items(), *((cell, None) for cell in report.dashed)])
            for content, report in pairs
        )

    @cached_property
    def _representatives(self) -> dict[frozenset[tuple[CellKey, Entry | None]], int]:
        """Of returns that hold the same the first than which none of them is newer stands for all."""
        alike: dict[frozenset[tuple[CellKey, Entry | None]], int] = {}
        for at, key in enumerate(self._keys):
            alike[key] = alike.get(key, 0) | 1 << at
        return {
            key: next(at for at in _list_places(mask) if not self.newer[at] & mask)
            for key, mask in alike.items()
        }

    @cached_property
    def _older(self) -> list[int]:
        """For each place the bits of those known to be older."""
        older = [0] * len(self.newer)
        for at, mask in enumerate(self.newer):
            for n in _list_places(mask):
                older[n] |= 1 << at
        return older

    @cached_property
    def _says(self) -> list[Says]:
        """What each return fills in, and what it emptied: on purpose ("-"), or by going on without it."""
        return [self._find_emptied(at) | dict(content) for at, content in enumerate(self.contents)]

    def _find_emptied(self, at: int) -> dict[CellKey, Entry | None]:
        emptied: dict[CellKey, Entry | None] = dict.fromkeys(self.reports[at].dashed)
        older = self._older[at]
        for n in _list_places(older):
            issued = self.reports[at].was_issued_from(self.reports[n])
            if issued or (not self.newer[n] & older and self._repeats(at, n)):
                emptied |= dict.fromkeys(c for c in self.contents[n] if c[1] in REALISASI_COLUMNS)
        return emptied

    def _repeats(self, at: int, older: int) -> bool:
        """True where a return repeats a month's figure of an older one."""
        own = self.contents[at]
        return any(
            entry.valid and own.get(cell) == entry
            for cell, entry in self.contents[older].items()
            if cell[1] in REALISASI_COLUMNS
        )

    @cached_property
    def _holders(self) -> dict[CellKey, list[int]]:
        """The places from which each cell is taken: none is known to be newer than they are.

        Of returns that hold the same one stands for all.
        """
        newest = find_newest(self._says, range(len(self.indices)), self.newer)
        return {cell: self._drop_same(places) for cell, places in newest.items()}

    def _drop_same(self, places: Sequence[int]) -> list[int]:
        if len(places) == 1:
            return list(places)
        alike = {self._keys[at]: at for at in reversed(places)}
        same = {key: self._representatives[key] for key in alike}
        return sorted(same[key] if same[key] in places else at for key, at in alike.items())

    @cached_property
    def _kept(self) -> list[Mapping[CellKey, Entry]]:
        """What each return holds of the cells that are taken from it."""
        kept: list[dict[CellKey, Entry]] = [{} for _ in self.indices]
        for cell, places in self._holders.items():
            for at in places:
                kept[at][cell] = self.contents[at][cell]
        return list(kept)

    def _list_changes(self, at: int) -> Iterator[CellChange]:
        before = find_newest(self._says, list(_list_places(self._older[at])), self.newer)
        for cell, after in self._says[at].items():
            if cell[1] in EXPLANATIONS:
                continue
            earlier = {self.contents[n][cell]: n for n in reversed(before.get(cell, []))}
            for entry, n in earlier.items():
                if entry.valid and entry != after:
                    yield CellChange(n, at, cell, entry, after)


def find_newest(
    says: Sequence[Mapping[_Key, Entry | None]], places: Sequence[int], newer: Sequence[int]
) -> dict[_Key, list[int]]:
    """For each cell the returns that fill it in and than which none is newer that says anything of it.

    Args:
        says: what each return says of its cells.
        places: the returns to look at.
        newer: for each return the bits of those that are newer.
    """
    holders: dict[_Key, list[int]] = {}
    masks: dict[_Key, int] = {}
    for at in places:
        for cell in says[at]:
            holders.setdefault(cell, []).append(at)
            masks[cell] = masks.get(cell, 0) | 1 << at
    found = {
        cell: [at for at in here if not newer[at] & masks[cell] and says[at][cell] is not None]
        for cell, here in holders.items()
    }
    return {cell: here for cell, here in found.items() if here}


def _list_places(mask: int) -> Iterator[int]:
    """The bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
