"""Which return counts, when a jabatan or a pegawai sent more than one (spec section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.table import nama_identitas
from iki_xl.comparable import as_seen
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.jabatan import BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from iki_xl.collect.record import LembarIsian
    from iki_xl.form.jabatan import Sel


# Returns that a finding names.
_DISEBUT = 3


@dataclass(frozen=True, slots=True)
class Entri:
    """What a cell was read as (a text as it is seen, even one that is no value), and how it was typed."""

    nilai: float | str
    tertulis: str = field(compare=False)
    sah: bool = True


@dataclass(frozen=True, slots=True)
class Laporan:
    """One returned sheet with entries: when its workbook was saved, the cells in galat, whose it is.

    `nip` is "" where it is not known.
    """

    lembar: LembarIsian
    disimpan: datetime
    waktu_berkas: datetime
    tidak_sah: frozenset[Sel]
    nip: str

    @property
    def nama(self) -> str:
        """The name of who reports, "" when not known."""
        return self.lembar.nama_pegawai

    def isi(self) -> dict[Sel, Entri]:
        """What was entered, by cell; what was typed only to say "nothing yet" ("-") is no entry."""
        sheet, values = self.lembar, self.lembar.nilai
        return {
            sel: Entri(_comparable_entry(values.get(sel, typed)), typed, sel not in self.tidak_sah)
            for sel in sheet.isi
            if (typed := sheet.tertulis(sel)) and (sel in values or sel in self.tidak_sah)
        }

    @property
    def tempat(self) -> Tempat:
        """The sheet as a place."""
        return Tempat(self.lembar.berkas, self.lembar.nama, "", self.lembar.form.jabatan.id)

    @property
    def urutan(self) -> tuple[datetime, datetime, str, str]:
        """What makes a return newer: its workbook's own time, the file's, then the names."""
        return self.disimpan, self.waktu_berkas, self.lembar.berkas, self.lembar.nama

    @property
    def sebutan(self) -> str:
        """How other findings name this return."""
        return f"{self.lembar.berkas} (lembar {self.lembar.nama})"


@dataclass(frozen=True, slots=True)
class Perubahan:
    """A cell whose earlier value was changed or emptied (`sesudah` None) between two returns.

    `dihitung` is the return that counts in the end: `baru`, or one that is newer still.
    """

    lama: Laporan
    baru: Laporan
    sel: Sel
    sebelum: Entri
    sesudah: Entri | None
    dihitung: Laporan

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
    """Which returns count (indices), why the others do not (index -> reason), and what to say.

    `digantikan` gives for a return that was replaced the one that counts instead; `perubahan` are the cells
    that differ between such returns, each also among the findings.
    """

    dihitung: tuple[int, ...]
    sebab: Mapping[int, str]
    temuan: tuple[Temuan, ...]
    digantikan: Mapping[int, int] = field(default_factory=dict)
    perubahan: tuple[Perubahan, ...] = ()


def pilih_laporan(reports: Sequence[Laporan], *, tolak_konflik: bool) -> Pilihan:
    """Choose among the returns of each pegawai and jabatan; the order they come in changes nothing."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, key in enumerate(_kunci(reports)):
        groups.setdefault(key, []).append(index)
    counted: list[int] = []
    reasons: dict[int, str] = {}
    said: list[Temuan] = []
    replaced: dict[int, int] = {}
    changes: list[Perubahan] = []
    for (_, nip), members in sorted(groups.items()):
        members.sort(key=lambda i: reports[i].urutan)
        choice = _pilih_satu(reports, members, nip, tolak_konflik)
        counted += choice.dihitung
        reasons |= choice.sebab
        said += choice.temuan
        replaced |= choice.digantikan
        changes += choice.perubahan
    return Pilihan(tuple(sorted(counted)), reasons, tuple(said), replaced, tuple(changes))


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


def periksa_lebih(counted: Sequence[Laporan]) -> Iterator[Temuan]:
    """Yield each of several counted returns of a jabatan that the catalogue gives to one person."""
    by_jabatan: dict[str, list[Laporan]] = {}
    for report in sorted(counted, key=lambda r: r.urutan):
        by_jabatan.setdefault(report.lembar.form.jabatan.id, []).append(report)
    for jabatan, reports in by_jabatan.items():
        if len(reports) > 1 and len(reports[0].lembar.form.katalog.pegawai_dari(jabatan)) == 1:
            names = _sebut([report.sebutan for report in reports])
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


def _pilih_satu(reports: Sequence[Laporan], members: list[int], nip: str, tolak_konflik: bool) -> Pilihan:
    """`members` are the returns of one key, oldest first."""
    newest = members[-1]
    if len(members) == 1:
        return Pilihan((newest,), {}, ())
    contents = {i: reports[i].isi() for i in members}
    different = [i for i in members if contents[i] != contents[newest]]
    if not nip and different and _mungkin_orang_lain(reports, members):
        return _keluarkan(
            reports, members, "G04", "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda"
        )
    if different and tolak_konflik:
        return _keluarkan(reports, members, "G05", "beberapa laporan yang berbeda")
    reasons, said = {}, []
    for i in members[:-1]:
        code, why = ("G02", "digantikan") if i in different else ("G01", "sama dengan")
        said.append(temuan(code, reports[i].tempat, lain=reports[newest].sebutan))
        reasons[i] = f"{why} {reports[newest].sebutan}"
    changes = tuple(
        Perubahan(reports[old], reports[new], *change, reports[newest])
        for old, new in pairwise(members)
        for change in _perubahan(contents[old], contents[new])
    )
    said += [change.temuan() for change in changes]
    return Pilihan((newest,), reasons, tuple(said), dict.fromkeys(members[:-1], newest), changes)


def _mungkin_orang_lain(reports: Sequence[Laporan], members: list[int]) -> bool:
    """Without NIP: different names, or no name at all where several people hold the jabatan."""
    names = {sama(reports[i].nama) for i in members}
    form = reports[members[0]].lembar.form
    several = len(form.katalog.pegawai_dari(form.jabatan.id)) > 1
    return len(names - {""}) > 1 or (several and "" in names)


def _comparable_entry(value: float | str) -> float | str:
    return as_seen(value) if isinstance(value, str) else value


def _keluarkan(reports: Sequence[Laporan], members: list[int], code: str, why: str) -> Pilihan:
    said = tuple(
        temuan(code, reports[i].tempat, lain=_sebut([reports[j].sebutan for j in members if j != i]))
        for i in members
    )
    return Pilihan((), dict.fromkeys(members, why), said)


def _sebut(names: Sequence[str]) -> str:
    """Some names, and how many more."""
    rest = len(names) - _DISEBUT
    return "; ".join(names[:_DISEBUT]) + (f"; dan {rest} lainnya" if rest > 0 else "")


def _asal(report: Laporan, other: Laporan) -> str:
    """The return's file, and its sheet too where both stand in one workbook."""
    return report.sebutan if report.lembar.berkas == other.lembar.berkas else report.lembar.berkas


def _perubahan(
    entries: Mapping[Sel, Entri], later: Mapping[Sel, Entri]
) -> Iterator[tuple[Sel, Entri, Entri | None]]:
    """Every cell whose earlier value was changed or emptied.

    Cells only filled in since are normal, and so is a correction of what was no valid value.
    """
    for sel, before in entries.items():
        after = later.get(sel)
        if before.sah and after != before:
            yield sel, before, after
