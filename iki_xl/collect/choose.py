"""Which return counts, when a jabatan or a pegawai sent more than one (spec section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.collect.cast import name_head_entry
from iki_xl.collect.explanations import Explanation, list_explanations
from iki_xl.collect.group import CellChange, Group
from iki_xl.collect.reports import name_returns
from iki_xl.comparable import comparable
from iki_xl.findings import temuan
from iki_xl.form.jabatan import NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iki_xl.collect.reports import Entry, Return
    from iki_xl.collect.together import Together
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

    `counted` are indices, several together where one return was put together of several sheets
    (`shared` has it by the first of them). `replaced` gives for a return that was replaced the first index
    of the one that counts instead, `same` are those of them that hold the same as one that counts;
    `changes` are the cells that differ between such returns, each also among the findings. `outdated` are
    the cells (file, sheet, address) of returns that count which a newer one fills in or empties;
    `explained` are the texts of several returns by month, by the first that counts.
    """

    counted: tuple[tuple[int, ...], ...]
    reason: Mapping[int, str]
    temuan: tuple[Temuan, ...]
    replaced: Mapping[int, int] = field(default_factory=dict)
    changes: tuple[ValueChange, ...] = ()
    shared: Mapping[int, Together] = field(default_factory=dict)
    same: frozenset[int] = frozenset()
    outdated: frozenset[tuple[str, str, str]] = frozenset()
    explained: Mapping[int, tuple[Explanation, ...]] = field(default_factory=dict)

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
    return _combine(
        [
            _choose_among(reports, members, nip, refuse_conflicts)
            if len(members) > 1
            else Choice(((members[0],),), {}, ())
            for (_, nip), members in sorted(groups.items())
        ]
    )


def _combine(choices: Sequence[Choice]) -> Choice:
    """The choices of all as one."""
    return Choice(
        tuple(sorted(group for choice in choices for group in choice.counted)),
        {n: why for choice in choices for n, why in choice.reason.items()},
        tuple(t for choice in choices for t in choice.temuan),
        {n: first for choice in choices for n, first in choice.replaced.items()},
        tuple(change for choice in choices for change in choice.changes),
        {first: together for choice in choices for first, together in choice.shared.items()},
        frozenset(n for choice in choices for n in choice.same),
        frozenset(place for choice in choices for place in choice.outdated),
        {first: texts for choice in choices for first, texts in choice.explained.items()},
    )


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
            names = name_returns(reports)
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
    group = Group.of(reports, members)
    if not nip and group.is_different and _has_several_people(group.reports):
        return _leave_out(group, "G04", "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda")
    if refuse_conflicts and (group.changes or group.together.waiting):
        return _leave_out(group, "G05", "beberapa laporan yang berbeda")
    return _choose(group)


def _leave_out(group: Group, code: str, why: str) -> Choice:
    """None counts."""
    said = [
        temuan(code, own.place, lain=name_returns([r for r in group.reports if r is not own]))
        for own in group.reports
    ]
    return Choice((), dict.fromkeys(group.indices, why), tuple(said))


def _choose(group: Group) -> Choice:
    """Those count that give at least one cell, or are the latest; the rest is replaced."""
    counted, indices = group.counted, group.indices
    others = [at for at in reversed(range(len(indices))) if at not in counted]
    reasons = {at: _explain_replaced(group, at) for at in others}
    changes = tuple(_name_change(group, change) for change in group.changes)
    said = [temuan(code, group.reports[at].place, lain=names) for at, (code, _, names) in reasons.items()]
    said += [change.temuan() for change in changes]
    why_not = {indices[at]: f"{why} {names}" for at, (_, why, names) in reasons.items()}
    several = len(counted) > 1
    if several:
        why_not |= {indices[at]: _tell_companions(group, at) for at in counted}
        said += group.findings()
    first = indices[counted[0]]
    return Choice(
        (tuple(indices[at] for at in counted),),
        why_not,
        tuple(said),
        dict.fromkeys([indices[at] for at in others], first),
        changes,
        {first: group.together} if several else {},
        frozenset(indices[at] for at in others if group.find_same(at) is not None),
        frozenset(group.list_outdated_places()),
        {first: tuple(list_explanations(group))},
    )


def _explain_replaced(group: Group, at: int) -> tuple[str, str, str]:
    """Code, word and names: the return that holds the same, or those that are known to be newer."""
    same = group.find_same(at)
    if same is not None:
        return "G01", "sama dengan", group.reports[same].label
    return "G02", "digantikan", name_returns([group.reports[n] for n in group.list_latest_after(at)])


def _tell_companions(group: Group, at: int) -> str:
    others = name_returns([group.reports[n] for n in group.counted if n != at])
    unknown = "; tidak diketahui mana yang lebih baru" if group.list_unordered(at) else ""
    return f"digabung dengan {others}{unknown}"


def _name_change(group: Group, change: CellChange) -> ValueChange:
    older, new = group.reports[change.older], group.reports[change.newer]
    counted = group.together.counted_from(change.cell)
    return ValueChange(older, new, change.cell, change.before, change.after, counted)


def _has_several_people(reports: Sequence[Return]) -> bool:
    """Without NIP: different names, or no name at all where several people hold the jabatan."""
    names = {comparable(report.nama) for report in reports}
    form = reports[0].sheet.form
    several = len(form.katalog.list_pegawai(form.jabatan.id)) > 1
    return len(names - {""}) > 1 or (several and "" in names)


def _name_origin(report: Return, other: Return) -> str:
    """The return's file, and its sheet too where both stand in one workbook."""
    return report.label if report.sheet.file == other.sheet.file else report.sheet.file
