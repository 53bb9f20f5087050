"""Units and expected reporters, numbered, and their figures.

The sheets behind carry these numbers beside every row, and the formulas find rows by them: neither
sorting nor equal names change a figure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from iki_xl.measures import round_half_up
from iki_xl.reporters import Reporter, make_reporter
from iki_xl.tables import name_realisasi_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Jabatan, Katalog
    from iki_xl.recap.content import RecapContent, SheetRow


DEPTH = "kedalaman"  # of a row in the line of atasan; not a column, it indents the row


@dataclass(frozen=True, slots=True)
class Sender:
    """A row of *Rekap Jabatan*: an expected reporter, or one more return of that jabatan.

    Attributes:
        person: who is expected, or who handed in.
        row_depth: steps below the top of the line of atasan.
        returns: ids of the counted returns behind the row.
        extra: handed in by somebody whom the catalogue does not expect.
        other: the catalogue expects somebody else of that jabatan under another NIP.
    """

    person: Reporter
    row_depth: int
    returns: tuple[str, ...] = ()
    extra: bool = False
    other: bool = False


@dataclass(frozen=True)
class UnitSplit:
    """Who stands where: units and reporters in the order of their sheets; numbers count from 1."""

    unit: tuple[Jabatan, ...]
    senders: tuple[Sender, ...]
    unit_numbers: Mapping[str, int]  # by id of the jabatan
    reporter_numbers: Mapping[object, int]  # by id of the counted return


def divide_units(content: RecapContent) -> UnitSplit:
    """Number the units and the reporters of an office."""
    expected: dict[str, list[Reporter]] = defaultdict(list)
    for person in content.reporters:
        expected[person.jabatan.id].append(person)
    units = {key: content.katalog.unit(key) for key in expected}
    order = {unit.id: unit for unit in units.values()}
    number = {key: at for at, key in enumerate(order, start=1)}
    returns = _list_counted_returns(content.returns)
    found = [
        row
        for jabatan, depth in walk_atasan_line(content.katalog)
        if jabatan.id in expected
        for row in _list_senders(expected[jabatan.id], returns.get(jabatan.id, []), depth, content.bulan)
    ]
    return UnitSplit(
        unit=tuple(order.values()),
        senders=tuple(found),
        unit_numbers={key: number[unit.id] for key, unit in units.items()},
        reporter_numbers={key: at for at, row in enumerate(found, start=1) for key in row.returns},
    )


def walk_atasan_line(katalog: Katalog) -> list[tuple[Jabatan, int]]:
    """Every jabatan after its atasan, with its steps below the top; else in the catalogue's order."""
    below: dict[str, list[Jabatan]] = defaultdict(list)
    for jabatan in katalog.jabatan:
        known = jabatan.atasan in katalog.jabatan_by_id
        below[jabatan.atasan if known else ""].append(jabatan)
    found: list[tuple[Jabatan, int]] = []
    ahead = [(jabatan, 0) for jabatan in reversed(below[""])]
    while ahead:
        jabatan, depth = ahead.pop()
        found.append((jabatan, depth))
        ahead += [(next_one, depth + 1) for next_one in reversed(below[jabatan.id])]
    return found


def row_depth(row: SheetRow) -> int:
    """Steps that a row of any sheet stands below the top of the line of atasan."""
    depth = row.get(DEPTH)
    return depth if isinstance(depth, int) else 0


@dataclass(frozen=True, slots=True)
class _CountedReturn:
    """A counted return; `months` are those with an entry."""

    id: str
    nip: str
    nama: str
    months: frozenset[int]


def _list_counted_returns(returns: pd.DataFrame) -> dict[str, list[_CountedReturn]]:
    """Counted returns by jabatan, in the table's order."""
    found: dict[str, list[_CountedReturn]] = defaultdict(list)
    columns = (
        returns[name].tolist() for name in ("dihitung", "id_laporan", "id_jabatan", "nip", "nama", "terisi")
    )
    about: dict[str, tuple[str, str, str]] = {}
    months: dict[str, set[int]] = defaultdict(set)
    for counted, key, *who, filled in zip(*columns, strict=True):
        if counted:
            # sheets that were put together to one return have one id
            about.setdefault(key, tuple(who))
            months[key].update(map(int, filled.split()))
    for key, (jabatan, nip, nama) in about.items():
        found[jabatan].append(_CountedReturn(key, nip, nama, frozenset(months[key])))
    return found


def _list_senders(
    expected: Sequence[Reporter], returns: Sequence[_CountedReturn], depth: int, bulan: int
) -> list[Sender]:
    """Rows of one jabatan: its expected reporters, then the returns of others."""
    if len(expected) == 1:
        return _list_senders_of_one(expected[0], returns, depth, bulan)
    own: dict[str, list[str]] = {person.nip: [] for person in expected}
    others = [r for r in returns if r.nip not in own]
    for each in returns:
        if each.nip in own:
            own[each.nip].append(each.id)
    found = [Sender(person, depth, tuple(own[person.nip])) for person in expected]
    return found + [_make_extra_sender(expected[0].jabatan, r, depth, bulan) for r in others]


def _list_senders_of_one(
    person: Reporter, returns: Sequence[_CountedReturn], depth: int, bulan: int
) -> list[Sender]:
    """One person is expected: any return is theirs, their own NIP before others."""
    if not returns:
        return [Sender(person, depth)]
    first = next((r for r in returns if r.nip == person.nip), returns[0])
    same = tuple(r.id for r in returns if r.nip == first.nip)
    who = replace(person, nip=first.nip or person.nip, nama=first.nama or person.nama)
    acting = bool(person.nip and first.nip and person.nip != first.nip)
    others = [r for r in returns if r.nip != first.nip]
    return [
        Sender(who, depth, same, other=acting),
        *(_make_extra_sender(person.jabatan, r, depth, bulan) for r in others),
    ]


def _make_extra_sender(jabatan: Jabatan, found: _CountedReturn, depth: int, bulan: int) -> Sender:
    who = make_reporter(jabatan, (found.nip, found.nama), found.months, bulan)
    return Sender(who, depth, (found.id,), extra=True)


def number_rows(content: RecapContent, split: UnitSplit, rows: Iterable[SheetRow]) -> list[SheetRow]:
    """The rows of a sheet behind with the number of their unit and, where handed in, their reporter."""
    owner = {item.id: item.id_jabatan for item in content.katalog.indikator}
    return [
        {
            **row,
            "no_unit": split.unit_numbers[owner[str(row["id_indikator"])]],
            "no_pelapor": split.reporter_numbers.get(row.get("id_laporan")),
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What is counted and averaged of one unit, one reporter or the office.

    `bulan` has the averages to the end of months 1..12, None where there is no figure; `last_bulan` is
    the last filled month up to the one reported to, 0 when there is none.
    """

    indikator: int = 0
    filled: int = 0
    assessed: int = 0
    mean: float | None = None
    bulan: tuple[float | None, ...] = (None,) * 12
    last_bulan: int = 0


def compute_figures(content: RecapContent, number: pd.Series[int]) -> dict[int, GroupFigures]:
    """Figures of each group of rows.

    Args:
        content: the recap.
        number: the number of each row's group, with the index of `content.rows`.
    """
    now = content.capaian_per_bulan[content.bulan].loc[content.rows.index]
    rows = _map_by_group(number.groupby(number).count())
    filled = _map_by_group((now["bulan_terisi"] > 0).groupby(number).sum())
    judged = _map_by_group(now["capaian"].notna().groupby(number).sum())
    means = [_average_groups(content.capaian_per_bulan[b], number) for b in range(1, content.bulan + 1)]
    last = _map_by_group(_find_last_bulan(content).groupby(number).max())
    rest = (None,) * (12 - content.bulan)
    return {
        key: GroupFigures(
            indikator=count,
            filled=filled[key],
            assessed=judged[key],
            mean=means[-1].get(key),
            bulan=(*(month.get(key) for month in means), *rest),
            last_bulan=last[key],
        )
        for key, count in rows.items()
    }


def _map_by_group(table: pd.Series[Any]) -> dict[int, int]:
    """Whole numbers by the number of their group."""
    return {int(key): int(value) for key, value in zip(table.index.tolist(), table.tolist(), strict=True)}


def _average_groups(measured: pd.DataFrame, number: pd.Series[int]) -> dict[int, float]:
    """`measures.compute_mean` of every group at once: capaian has two decimals: its hundredths are whole."""
    hundredths = measured["capaian"].loc[number.index].dropna().mul(100).round()
    groups = hundredths.groupby(number.loc[hundredths.index])
    count = _map_by_group(groups.count())
    return {
        key: float(round_half_up(Decimal(total) / (100 * count[key])))
        for key, total in _map_by_group(groups.sum()).items()
    }


def _find_last_bulan(content: RecapContent) -> pd.Series[int]:
    """Last filled month of each row up to the one reported to, 0 when there is none."""
    last = content.rows["id_indikator"].map(lambda _: 0).astype("int64")
    for month in range(1, content.bulan + 1):
        last = last.mask(content.rows[name_realisasi_column(month)].notna(), month)
    return last
