"""Who is expected to report, and who has, for the month reported to (spec section 7)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.comparable import comparable
from iki_xl.tables import NOT_FILLED, REALISASI_COLUMNS, name_cell_column, name_file_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from iki_xl.catalog import Jabatan, Katalog

# The month reported to is the last one that a tenth of those who reported filled in, and at least two people.
_SHARE_OF_REPORTERS, _LEAST_REPORTERS = 10, 2
_PLACES_NAMED = 3


class ReportState(StrEnum):
    """The groups, each reporter in exactly one; the words stand in the recap."""

    REPORTED = "melapor"
    STOPPED = "berhenti"
    BLANK = "kembali kosong"
    SILENT = "belum sama sekali"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody whose return is expected: a pegawai, or the jabatan itself (nip "") where it has none.

    Attributes:
        has_return: a return of theirs counts, whatever months it holds.
        state: their group for the month reported to.
        last_bulan: of one who stopped the last month with an entry, else 0.
    """

    jabatan: Jabatan
    nip: str
    nama: str
    has_return: bool
    state: ReportState
    last_bulan: int = 0

    @property
    def has_reported(self) -> bool:
        """True where there is an entry in the month reported to."""
        return self.state is ReportState.REPORTED

    @property
    def told(self) -> str:
        """Their group in words: "berhenti di Maret"."""
        return f"{self.state} di {BULAN[self.last_bulan - 1]}" if self.last_bulan else str(self.state)


@dataclass(frozen=True, slots=True)
class LoneBulan:
    """A month beyond the one reported to, that too few filled in: how many, and where ("b.xlsx sel M9")."""

    bulan: int
    count: int
    places: tuple[str, ...]

    def tell(self, everyone: int) -> str:
        """Say so in a sentence; `everyone` are all who reported anything."""
        places = "; ".join(self.places)
        more = f"; dan {self.count - len(self.places)} lainnya" if self.count > len(self.places) else ""
        return (
            f"Hanya {self.count} dari {everyone} pelapor mengisi {BULAN[self.bulan - 1]}: {places}{more}. "
            "Isian itu disimpan, belum dihitung."
        )


def find_reported_bulan(rows: pd.DataFrame) -> int | None:
    """Return the month that returns report to (1..12), None where nothing is filled (spec section 7).

    Args:
        rows: the table `rows` of returns that count.
    """
    filled = _count_reporters(rows)
    if not filled:
        return None
    needed = _count_needed(rows)
    enough = [bulan for bulan, count in filled.items() if count >= needed]
    return max(enough) if enough else max(filled, key=lambda bulan: (filled[bulan], bulan))


def _count_needed(rows: pd.DataFrame) -> int:
    everyone = count_reporters(rows)
    return max(-(-everyone // _SHARE_OF_REPORTERS), min(_LEAST_REPORTERS, everyone))


def _count_reporters(rows: pd.DataFrame) -> dict[int, int]:
    """How many returns fill in each month; months that nobody did are left out."""
    counts = {
        bulan: rows.loc[rows[key].notna(), "id_laporan"].nunique()
        for bulan, key in enumerate(REALISASI_COLUMNS, start=1)
    }
    return {bulan: count for bulan, count in counts.items() if count}


def list_lone_bulan(rows: pd.DataFrame, bulan: int) -> tuple[LoneBulan, ...]:
    """The months after the one reported to that too few filled in to be it, with some of the places."""
    found, needed = [], _count_needed(rows)
    for later, count in _count_reporters(rows).items():
        if later > bulan and count < needed:
            here = rows[rows[REALISASI_COLUMNS[later - 1]].notna()].drop_duplicates("id_laporan")
            places = zip(here[name_file_column(later)], here[name_cell_column(later)], strict=True)
            some = [f"{file} sel {cell}" for file, cell in places][:_PLACES_NAMED]
            found.append(LoneBulan(later, count, tuple(some)))
    return tuple(found)


def count_reporters(rows: pd.DataFrame) -> int:
    """How many returns have a figure."""
    return int(rows.loc[rows[list(REALISASI_COLUMNS)].notna().any(axis=1), "id_laporan"].nunique())


def list_reporters(
    katalog: Katalog, returns: pd.DataFrame, sources: pd.DataFrame, bulan: int
) -> tuple[Reporter, ...]:
    """Every reporter that is expected, in the catalogue's order; jabatan without indikator are not.

    The only pegawai of a jabatan has reported with any counted return of that jabatan, so that the
    return of a successor or an acting official counts.

    Args:
        katalog: the office.
        returns: table of all returns found.
        sources: table of every file found, which knows the sheets that came back blank.
        bulan: month reported to, 1..12.
    """
    counted, blank = _gather_months(returns), _gather_blank(sources)
    found: list[Reporter] = []
    for jabatan in katalog.jabatan:
        if not katalog.list_indikator(jabatan.id):
            continue
        people = katalog.list_pegawai(jabatan.id)
        here, empty = counted[jabatan.id], blank[jabatan.id]
        if len(people) > 1:
            found += [
                make_reporter(
                    jabatan,
                    (person.nip, person.nama),
                    here.get(person.nip),
                    bulan,
                    came_back=not empty.isdisjoint((person.nip, comparable(person.nama))),
                )
                for person in people
            ]
        else:
            about = (people[0].nip, people[0].nama) if people else ("", "")
            months = set().union(*here.values()) if here else None
            found.append(make_reporter(jabatan, about, months, bulan, came_back=bool(empty)))
    return tuple(found)


def _gather_months(returns: pd.DataFrame) -> Mapping[str, dict[str, set[int]]]:
    """Months with an entry, by jabatan and NIP, of the returns that count."""
    found: dict[str, dict[str, set[int]]] = defaultdict(dict)
    columns = (returns[name].tolist() for name in ("id_jabatan", "nip", "dihitung", "terisi"))
    for id_jabatan, nip, counted, months in zip(*columns, strict=True):
        if counted:
            found[id_jabatan].setdefault(nip, set()).update(map(int, months.split()))
    return found


def _gather_blank(sources: pd.DataFrame) -> Mapping[str, set[str]]:
    """By jabatan the NIPs and names on sheets that came back without an entry ("" where none)."""
    found: dict[str, set[str]] = defaultdict(set)
    columns = (sources[name].tolist() for name in ("id_jabatan", "nip", "nama", "sebab"))
    for id_jabatan, nip, nama, why in zip(*columns, strict=True):
        if why == NOT_FILLED and id_jabatan:
            found[id_jabatan] |= {nip, comparable(nama)}
    return found


def make_reporter(
    jabatan: Jabatan,
    about: tuple[str, str],
    months: Iterable[int] | None,
    bulan: int,
    *,
    came_back: bool = False,
) -> Reporter:
    """Return somebody with their group.

    Args:
        jabatan: what they hold.
        about: NIP and name.
        months: those with an entry, None where no return of theirs counts.
        bulan: month reported to.
        came_back: a sheet of theirs came back without an entry.
    """
    has_return, filled = months is not None, set(months or ())
    if bulan in filled:
        return Reporter(jabatan, *about, has_return, ReportState.REPORTED)
    if filled:
        return Reporter(jabatan, *about, has_return, ReportState.STOPPED, max(filled))
    blank = has_return or came_back
    return Reporter(jabatan, *about, has_return, ReportState.BLANK if blank else ReportState.SILENT)
