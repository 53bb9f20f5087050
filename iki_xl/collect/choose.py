"""Which return counts, when a jabatan or a pegawai sent more than one (spec section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.collect.cast import name_head_entry
from iki_xl.collect.moments import known_newer
from iki_xl.collect.reports import name_some
from iki_xl.collect.together import Together
from iki_xl.comparable import comparable
from iki_xl.findings import temuan
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iki_xl.collect.reports import Entry, Return
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A cell whose earlier value was changed or emptied (`after` None) between two returns.

    `counted` says which return counts in that cell in the end: `new`, or one that is newer still.
    """

    older: Return
    new: Return
    cell: CellKey
    before: Entry
    after: Entry | None
    counted: str

    @property
    def column(self) -> str:
        """The cell's title in the form."""
        row_id, key = self.cell
        return name_head_entry(row_id) or self.new.sheet.form.layout.field(key).title

    def temuan(self) -> Temuan:
        """The change as a finding, at the newer return's cell."""
        typed = self.after.written if self.after else ""
        return temuan(
            "G03",
            self.new.sheet.place(*self.cell),
            typed,
            kolom=self.column,
            lama=self.before.written,
            baru=typed or "(kosong)",
            berkas_lama=_name_origin(self.older, self.new),
            berkas_baru=_name_origin(self.new, self.older),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Which returns count, why others do not or with what they were put together (`reason`), and what to say.

    `counted` are indices, several together where one return was made of sheets whose order is not known
    (`shared` has it by the first of them). `replaced` gives for a return that was replaced the first index
    of the one that counts instead, `same` are those of them that hold the same as one that counts;
    `changes` are the cells that differ between such returns, each also among the findings.
    """

    counted: tuple[tuple[int, ...], ...]
    reason: Mapping[int, str]
    temuan: tuple[Temuan, ...]
    replaced: Mapping[int, int] = field(default_factory=dict)
    changes: tuple[ValueChange, ...] = ()
    shared: Mapping[int, Together] = field(default_factory=dict)
    same: frozenset[int] = frozenset()

    @property
    def joined(self) -> list[tuple[int, ...]]:
        """The members of each of `shared`, in its order."""
        groups = {group[0]: group for group in self.counted}
        return [groups[first] for first in self.shared]


def choose_returns(reports: Sequence[Return], *, refuse_conflicts: bool) -> Choice:
    """Choose among the returns of each pegawai and jabatan; the order they come in changes nothing."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, key in enumerate(_list_return_keys(reports)):
        groups.setdefault(key, []).append(index)
    counted: list[tuple[int, ...]] = []
    reasons: dict[int, str] = {}
    said: list[Temuan] = []
    replaced: dict[int, int] = {}
    changes: list[ValueChange] = []
    joined: dict[int, Together] = {}
    same: frozenset[int] = frozenset()
    for (_, nip), members in sorted(groups.items()):
        if len(members) == 1:
            counted.append((members[0],))
            continue
        choice = _choose_among(reports, members, nip, refuse_conflicts)
        counted += choice.counted
        reasons |= choice.reason
        said += choice.temuan
        replaced |= choice.replaced
        changes += choice.changes
        joined |= choice.shared
        same |= choice.same
    return Choice(tuple(sorted(counted)), reasons, tuple(said), replaced, tuple(changes), joined, same)


def find_owners(reports: Sequence[Return]) -> list[str]:
    """NIP of the pegawai that each return counts for, "" where it is not known.

    That of the sheet; else the one under which the same name reported; else, where the NIP was left blank,
    that of the only pegawai of this name whom the catalogue knows on the jabatan and who has not reported.
    """
    keys = list(_list_return_keys(reports))
    taken = set(keys)
    owners = []
    for report, (jabatan, nip) in zip(reports, keys, strict=True):
        people = report.sheet.form.katalog.list_pegawai(jabatan)
        named = [p.nip for p in people if comparable(p.nama) == comparable(report.nama)]
        free = not nip and len(named) == 1 and (jabatan, named[0]) not in taken
        blank = free and not report.sheet.written((NIP_ROW, HEAD_ENTRY_COLUMN))
        owners.append(named[0] if blank else nip)
    return owners


def check_extra_returns(counted: Iterable[Return]) -> Iterator[Temuan]:
    """Yield each of several counted returns of a jabatan that the catalogue gives to one person.

    Of a return that was put together `counted` has the first sheet.
    """
    by_jabatan: dict[str, list[Return]] = {}
    for report in sorted(counted, key=lambda r: r.order):
        by_jabatan.setdefault(report.sheet.form.jabatan.id, []).append(report)
    for jabatan, reports in by_jabatan.items():
        if len(reports) > 1 and len(reports[0].sheet.form.katalog.list_pegawai(jabatan)) == 1:
            names = name_some(reports, _label_return)
            yield from (temuan("G06", report.place, lain=names) for report in reports)


def _list_return_keys(reports: Sequence[Return]) -> Iterator[tuple[str, str]]:
    """Key of a return: jabatan and NIP; without a NIP, the NIP under which the same name reported."""
    by_name: dict[tuple[str, str], set[str]] = {}
    for report in reports:
        if report.nip and report.nama:
            by_name.setdefault((report.sheet.form.jabatan.id, comparable(report.nama)), set()).add(report.nip)
    for report in reports:
        jabatan = report.sheet.form.jabatan.id
        known = by_name.get((jabatan, comparable(report.nama)), set())
        yield jabatan, report.nip or (min(known) if len(known) == 1 else "")


def _choose_among(
    reports: Sequence[Return], members: Iterable[int], nip: str, refuse_conflicts: bool
) -> Choice:
    """`members` are the returns of one key, several of them."""
    group = _Group.of(reports, members)
    different = len(set(group.keys)) > 1
    if not nip and different and _has_several_people(group.reports):
        return group.left_out("G04", "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda")
    if different and refuse_conflicts:
        return group.left_out("G05", "beberapa laporan yang berbeda")
    return group.choice()


def _has_several_people(reports: Sequence[Return]) -> bool:
    """Without NIP: different names, or no name at all where several people hold the jabatan."""
    names = {comparable(report.nama) for report in reports}
    form = reports[0].sheet.form
    several = len(form.katalog.list_pegawai(form.jabatan.id)) > 1
    return len(names - {""}) > 1 or (several and "" in names)


@dataclass(frozen=True, slots=True)
class _Group:
    """The returns of one key, each known by its place in these lists.

    `indices` are their numbers among all returns, `keys` are the same for returns that hold the same, and
    `newer` has the bits of the places that are known to be newer. The first of the list is the latest by time
    and name: that decides only which of several is named where it makes no difference.
    """

    indices: tuple[int, ...]
    reports: tuple[Return, ...]
    contents: tuple[Mapping[CellKey, Entry], ...]
    keys: tuple[frozenset[tuple[CellKey, Entry]], ...]
    newer: tuple[int, ...]

    @classmethod
    def of(cls, reports: Sequence[Return], members: Iterable[int]) -> _Group:
        indices = sorted(members, key=lambda i: reports[i].order, reverse=True)
        own = [reports[i] for i in indices]
        contents = [report.content() for report in own]
        keys = [frozenset(content.items()) for content in contents]
        newer = known_newer([report.saved for report in own])
        return cls(tuple(indices), tuple(own), tuple(contents), tuple(keys), tuple(newer))

    def choice(self) -> Choice:
        """Those count than which none is known to be newer, one of each content; the rest is replaced."""
        latest = [at for at, mask in enumerate(self.newer) if not mask]
        alike = {self.keys[at]: at for at in reversed(latest)}
        counted = sorted(alike.values())
        result = self._together(counted)
        others = sorted(set(range(len(self.indices))) - set(counted), reverse=True)
        reasons = {at: self._reason(at, alike) for at in others}
        changes = tuple(self._changes(result))
        said = [temuan(code, self.reports[at].place, lain=names) for at, (code, _, names) in reasons.items()]
        said += [change.temuan() for change in changes]
        several = len(counted) > 1
        why_not = {self.indices[at]: f"{why} {names}" for at, (_, why, names) in reasons.items()}
        if several:
            why_not |= {self.indices[at]: self._companions(at, counted) for at in counted}
        return Choice(
            (tuple(self.indices[at] for at in counted),),
            why_not,
            tuple(said + (list(result.findings()) if several else [])),
            dict.fromkeys([self.indices[at] for at in others], self.indices[counted[0]]),
            changes,
            {self.indices[counted[0]]: result} if several else {},
            frozenset(self.indices[at] for at in others if self.keys[at] in alike),
        )

    def left_out(self, code: str, why: str) -> Choice:
        """None counts."""
        said = [
            temuan(
                code,
                report.place,
                lain=name_some([r for r in self.reports if r is not report], _label_return),
            )
            for report in self.reports
        ]
        return Choice((), dict.fromkeys(self.indices, why), tuple(said))

    def _together(self, places: Iterable[int]) -> Together:
        pairs = [(self.reports[at], self.contents[at]) for at in places]
        reports, contents = zip(*pairs, strict=True)
        return Together(reports, contents)

    def _reason(self, at: int, alike: Mapping[frozenset[tuple[CellKey, Entry]], int]) -> tuple[str, str, str]:
        """Code, word and names: the return that holds the same, or those that are known to be newer."""
        same = alike.get(self.keys[at])
        if same is not None:
            return "G01", "sama dengan", self.reports[same].label
        newer = dict.fromkeys(alike[self.keys[n]] for n in _places(self.newer[at]) if not self.newer[n])
        return "G02", "digantikan", name_some([self.reports[n] for n in sorted(newer)], _label_return)

    def _companions(self, at: int, counted: Sequence[int]) -> str:
        others = name_some([self.reports[n] for n in counted if n != at], _label_return)
        return f"digabung dengan {others}; tidak diketahui mana yang lebih baru"

    def _changes(self, result: Together) -> Iterator[ValueChange]:
        """Compare each return with its neighbours: the newest ones that are known to be older."""
        older = [0] * len(self.newer)
        for at, mask in enumerate(self.newer):
            for n in _places(mask):
                older[n] |= 1 << at
        for at in reversed(range(len(self.newer))):
            before = [n for n in _places(older[at]) if not self.newer[n] & older[at]]
            if before:
                yield from self._changed(self._together(before), at, result)

    def _changed(self, earlier: Together, at: int, result: Together) -> Iterator[ValueChange]:
        """Every cell whose earlier value was changed or emptied.

        Cells only filled in since are normal, and so is a correction of what was no valid value.
        """
        later = self.contents[at]
        for cell, joined_cell in earlier.cells.items():
            after = later.get(cell)
            for before, sheets in joined_cell.entries:
                if before.valid and after != before:
                    old = earlier.sources[sheets[0]]
                    yield ValueChange(old, self.reports[at], cell, before, after, result.counted_from(cell))


def _places(mask: int) -> Iterator[int]:
    """The bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _label_return(report: Return) -> str:
    return report.label


def _name_origin(report: Return, other: Return) -> str:
    """The return's file, and its sheet too where both stand in one workbook."""
    return report.label if report.sheet.file == other.sheet.file else report.sheet.file
