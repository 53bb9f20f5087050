"""Which return counts, when a jabatan or a pegawai sent more than one (spec section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.moments import known_newer
from iki_xl.collect.reports import sebut
from iki_xl.collect.table import nama_identitas
from iki_xl.collect.together import Together
from iki_xl.findings import temuan
from iki_xl.form.jabatan import BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iki_xl.collect.reports import Entri, Laporan
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import Sel


@dataclass(frozen=True, slots=True)
class Perubahan:
    """A cell whose earlier value was changed or emptied (`sesudah` None) between two returns.

    `dihitung` says which return counts in that cell in the end: `baru`, or one that is newer still.
    """

    lama: Laporan
    baru: Laporan
    sel: Sel
    sebelum: Entri
    sesudah: Entri | None
    dihitung: str

    @property
    def kolom(self) -> str:
        """The cell's title in the form."""
        row_id, key = self.sel
        return nama_identitas(row_id) or self.baru.lembar.form.layout.field(key).title

    def temuan(self) -> Temuan:
        """The change as a finding, at the newer return's cell."""
        typed = self.sesudah.tertulis if self.sesudah else ""
        return temuan(
            "G03",
            self.baru.lembar.tempat(*self.sel),
            typed,
            kolom=self.kolom,
            lama=self.sebelum.tertulis,
            baru=typed or "(kosong)",
            berkas_lama=_asal(self.lama, self.baru),
            berkas_baru=_asal(self.baru, self.lama),
        )


@dataclass(frozen=True, slots=True)
class Pilihan:
    """Which returns count, why others do not or with what they were put together (`sebab`), and what to say.

    `dihitung` are indices, several together where one return was made of sheets whose order is not known
    (`bersama` has it by the first of them). `digantikan` gives for a return that was replaced the first index
    of the one that counts instead; `perubahan` are the cells that differ between such returns, each also
    among the findings.
    """

    dihitung: tuple[tuple[int, ...], ...]
    sebab: Mapping[int, str]
    temuan: tuple[Temuan, ...]
    digantikan: Mapping[int, int] = field(default_factory=dict)
    perubahan: tuple[Perubahan, ...] = ()
    bersama: Mapping[int, Together] = field(default_factory=dict)


def pilih_laporan(reports: Sequence[Laporan], *, tolak_konflik: bool) -> Pilihan:
    """Choose among the returns of each pegawai and jabatan; the order they come in changes nothing."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, key in enumerate(_kunci(reports)):
        groups.setdefault(key, []).append(index)
    counted: list[tuple[int, ...]] = []
    reasons: dict[int, str] = {}
    said: list[Temuan] = []
    replaced: dict[int, int] = {}
    changes: list[Perubahan] = []
    joined: dict[int, Together] = {}
    for (_, nip), members in sorted(groups.items()):
        if len(members) == 1:
            counted.append((members[0],))
            continue
        choice = _pilih_satu(reports, members, nip, tolak_konflik)
        counted += choice.dihitung
        reasons |= choice.sebab
        said += choice.temuan
        replaced |= choice.digantikan
        changes += choice.perubahan
        joined |= choice.bersama
    return Pilihan(tuple(sorted(counted)), reasons, tuple(said), replaced, tuple(changes), joined)


def pemilik(reports: Sequence[Laporan]) -> list[str]:
    """NIP of the pegawai that each return counts for, "" where it is not known.

    That of the sheet; else the one under which the same name reported; else, where the NIP was left blank,
    that of the only pegawai of this name whom the catalogue knows on the jabatan and who has not reported.
    """
    keys = list(_kunci(reports))
    taken = set(keys)
    owners = []
    for report, (jabatan, nip) in zip(reports, keys, strict=True):
        people = report.lembar.form.katalog.pegawai_dari(jabatan)
        named = [p.nip for p in people if sama(p.nama) == sama(report.nama)]
        free = not nip and len(named) == 1 and (jabatan, named[0]) not in taken
        blank = free and not report.lembar.tertulis((BARIS_NIP, KOLOM_ISIAN_KEPALA))
        owners.append(named[0] if blank else nip)
    return owners


def periksa_lebih(counted: Iterable[Laporan]) -> Iterator[Temuan]:
    """Yield each of several counted returns of a jabatan that the catalogue gives to one person.

    Of a return that was put together `counted` has the first sheet.
    """
    by_jabatan: dict[str, list[Laporan]] = {}
    for report in sorted(counted, key=lambda r: r.urutan):
        by_jabatan.setdefault(report.lembar.form.jabatan.id, []).append(report)
    for jabatan, reports in by_jabatan.items():
        if len(reports) > 1 and len(reports[0].lembar.form.katalog.pegawai_dari(jabatan)) == 1:
            names = sebut(reports, _sebutan)
            yield from (temuan("G06", report.tempat, lain=names) for report in reports)


def _kunci(reports: Sequence[Laporan]) -> Iterator[tuple[str, str]]:
    """Key of a return: jabatan and NIP; without a NIP, the NIP under which the same name reported."""
    by_name: dict[tuple[str, str], set[str]] = {}
    for report in reports:
        if report.nip and report.nama:
            by_name.setdefault((report.lembar.form.jabatan.id, sama(report.nama)), set()).add(report.nip)
    for report in reports:
        jabatan = report.lembar.form.jabatan.id
        known = by_name.get((jabatan, sama(report.nama)), set())
        yield jabatan, report.nip or (min(known) if len(known) == 1 else "")


def _pilih_satu(reports: Sequence[Laporan], members: Iterable[int], nip: str, tolak_konflik: bool) -> Pilihan:
    """`members` are the returns of one key, several of them."""
    group = _Group.of(reports, members)
    different = len(set(group.keys)) > 1
    if not nip and different and _mungkin_orang_lain(group.reports):
        return group.left_out("G04", "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda")
    if different and tolak_konflik:
        return group.left_out("G05", "beberapa laporan yang berbeda")
    return group.choice()


def _mungkin_orang_lain(reports: Sequence[Laporan]) -> bool:
    """Without NIP: different names, or no name at all where several people hold the jabatan."""
    names = {sama(report.nama) for report in reports}
    form = reports[0].lembar.form
    several = len(form.katalog.pegawai_dari(form.jabatan.id)) > 1
    return len(names - {""}) > 1 or (several and "" in names)


@dataclass(frozen=True, slots=True)
class _Group:
    """The returns of one key, each known by its place in these lists.

    `indices` are their numbers among all returns, `keys` are the same for returns that hold the same, and
    `newer` has the bits of the places that are known to be newer. The first of the list is the latest by time
    and name: that decides only which of several is named where it makes no difference.
    """

    indices: tuple[int, ...]
    reports: tuple[Laporan, ...]
    contents: tuple[Mapping[Sel, Entri], ...]
    keys: tuple[frozenset[tuple[Sel, Entri]], ...]
    newer: tuple[int, ...]

    @classmethod
    def of(cls, reports: Sequence[Laporan], members: Iterable[int]) -> _Group:
        indices = sorted(members, key=lambda i: reports[i].urutan, reverse=True)
        own = [reports[i] for i in indices]
        contents = [report.isi() for report in own]
        keys = [frozenset(content.items()) for content in contents]
        newer = known_newer([report.saved for report in own])
        return cls(tuple(indices), tuple(own), tuple(contents), tuple(keys), tuple(newer))

    def choice(self) -> Pilihan:
        """Those count than which none is known to be newer, one of each content; the rest is replaced."""
        latest = [at for at, mask in enumerate(self.newer) if not mask]
        alike = {self.keys[at]: at for at in reversed(latest)}
        counted = sorted(alike.values())
        result = self._together(counted)
        others = sorted(set(range(len(self.indices))) - set(counted), reverse=True)
        reasons = {at: self._reason(at, alike) for at in others}
        changes = tuple(self._changes(result))
        said = [temuan(code, self.reports[at].tempat, lain=lain) for at, (code, _, lain) in reasons.items()]
        said += [change.temuan() for change in changes]
        several = len(counted) > 1
        why_not = {self.indices[at]: f"{why} {lain}" for at, (_, why, lain) in reasons.items()}
        if several:
            why_not |= {self.indices[at]: self._companions(at, counted) for at in counted}
        return Pilihan(
            (tuple(self.indices[at] for at in counted),),
            why_not,
            tuple(said + (list(result.findings()) if several else [])),
            dict.fromkeys([self.indices[at] for at in others], self.indices[counted[0]]),
            changes,
            {self.indices[counted[0]]: result} if several else {},
        )

    def left_out(self, code: str, why: str) -> Pilihan:
        """None counts."""
        said = [
            temuan(code, report.tempat, lain=sebut([r for r in self.reports if r is not report], _sebutan))
            for report in self.reports
        ]
        return Pilihan((), dict.fromkeys(self.indices, why), tuple(said))

    def _together(self, places: Iterable[int]) -> Together:
        pairs = [(self.reports[at], self.contents[at]) for at in places]
        reports, contents = zip(*pairs, strict=True)
        return Together(reports, contents)

    def _reason(self, at: int, alike: Mapping[frozenset[tuple[Sel, Entri]], int]) -> tuple[str, str, str]:
        """Code, word and names: the return that holds the same, or those that are known to be newer."""
        same = alike.get(self.keys[at])
        if same is not None:
            return "G01", "sama dengan", self.reports[same].sebutan
        newer = dict.fromkeys(alike[self.keys[n]] for n in _places(self.newer[at]) if not self.newer[n])
        return "G02", "digantikan", sebut([self.reports[n] for n in sorted(newer)], _sebutan)

    def _companions(self, at: int, counted: Sequence[int]) -> str:
        others = sebut([self.reports[n] for n in counted if n != at], _sebutan)
        return f"digabung dengan {others}; tidak diketahui mana yang lebih baru"

    def _changes(self, result: Together) -> Iterator[Perubahan]:
        """Compare each return with its neighbours: the newest ones that are known to be older."""
        older = [0] * len(self.newer)
        for at, mask in enumerate(self.newer):
            for n in _places(mask):
                older[n] |= 1 << at
        for at in reversed(range(len(self.newer))):
            before = [n for n in _places(older[at]) if not self.newer[n] & older[at]]
            if before:
                yield from self._changed(self._together(before), at, result)

    def _changed(self, earlier: Together, at: int, result: Together) -> Iterator[Perubahan]:
        """Every cell whose earlier value was changed or emptied.

        Cells only filled in since are normal, and so is a correction of what was no valid value.
        """
        later = self.contents[at]
        for sel, cell in earlier.cells.items():
            after = later.get(sel)
            for before, sheets in cell.entries:
                if before.sah and after != before:
                    old = earlier.sources[sheets[0]]
                    yield Perubahan(old, self.reports[at], sel, before, after, result.counted_from(sel))


def _places(mask: int) -> Iterator[int]:
    """The bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _sebutan(report: Laporan) -> str:
    return report.sebutan


def _asal(report: Laporan, other: Laporan) -> str:
    """The return's file, and its sheet too where both stand in one workbook."""
    return report.sebutan if report.lembar.berkas == other.lembar.berkas else report.lembar.berkas
