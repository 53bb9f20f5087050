"""What stands in *Rekap Unit* and *Rekap Jabatan*: a row per unit and a row per expected reporter.

Units and reporters are numbered. The sheets behind carry these numbers beside every row, and the
formulas find rows by them: neither sorting nor equal names change a figure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iki_xl.catalog import BULAN
from iki_xl.measures import make_decimal, round_half_up, skala
from iki_xl.recap import formulas, layout
from iki_xl.recap.compose import LiveFormula, Reporter, SheetLink, reporters
from iki_xl.tables import BULAN_NUMBERS, NOT_REPORTED, NOT_YET_ASSESSED, name_realisasi_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Jabatan, Katalog
    from iki_xl.recap.compose import CellContent, RecapContent, SheetRow
    from iki_xl.recap.layout import RecapSheet

DEPTH = "kedalaman"  # of a row in the line of atasan; not a column, it indents the row
WHOLE_KANTOR = "Seluruh kantor"
REPORTED, NOT_YET, EXTRA = "ya", "belum", "tambahan"
LOOK_TEXT = "lihat"
MOST_LINKS = 65_530  # Excel keeps no more links on a sheet
# Averages of earlier months are formulas while all of them together compare no more cells than this.
MOST_COMPARISONS = 100_000_000


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
    for person in reporters(content.katalog, content.returns):
        expected[person.jabatan.id].append(person)
    units = {key: content.katalog.unit(key) for key in expected}
    order = {unit.id: unit for unit in units.values()}
    number = {key: at for at, key in enumerate(order, start=1)}
    returns = _list_counted_returns(content.returns)
    found = [
        row
        for jabatan, depth in walk_atasan_line(content.katalog)
        if jabatan.id in expected
        for row in _list_senders(expected[jabatan.id], returns.get(jabatan.id, []), depth)
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
    """A counted return."""

    id: str
    nip: str
    nama: str


def _list_counted_returns(returns: pd.DataFrame) -> dict[str, list[_CountedReturn]]:
    """Counted returns by jabatan, in the table's order."""
    found: dict[str, list[_CountedReturn]] = defaultdict(list)
    columns = (returns[name].tolist() for name in ("id_jabatan", "id_laporan", "nip", "nama", "dihitung"))
    for jabatan, key, nip, nama, counted in zip(*columns, strict=True):
        # sheets that were put together to one return have one id
        if counted and all(known.id != key for known in found[jabatan]):
            found[jabatan].append(_CountedReturn(key, nip, nama))
    return found


def _list_senders(
    expected: Sequence[Reporter], returns: Sequence[_CountedReturn], depth: int
) -> list[Sender]:
    """Rows of one jabatan: its expected reporters, then the returns of others."""
    if len(expected) == 1:
        return _list_senders_of_one(expected[0], returns, depth)
    own: dict[str, list[str]] = {person.nip: [] for person in expected}
    others = [r for r in returns if r.nip not in own]
    for each in returns:
        if each.nip in own:
            own[each.nip].append(each.id)
    found = [Sender(person, depth, tuple(own[person.nip])) for person in expected]
    return found + [_make_extra_sender(expected[0].jabatan, r, depth) for r in others]


def _list_senders_of_one(person: Reporter, returns: Sequence[_CountedReturn], depth: int) -> list[Sender]:
    """One person is expected: any return is theirs, their own NIP before others."""
    if not returns:
        return [Sender(person, depth)]
    first = next((r for r in returns if r.nip == person.nip), returns[0])
    same = tuple(r.id for r in returns if r.nip == first.nip)
    who = Reporter(person.jabatan, first.nip or person.nip, first.nama or person.nama, has_reported=True)
    acting = bool(person.nip and first.nip and person.nip != first.nip)
    others = [r for r in returns if r.nip != first.nip]
    return [
        Sender(who, depth, same, other=acting),
        *(_make_extra_sender(person.jabatan, r, depth) for r in others),
    ]


def _make_extra_sender(jabatan: Jabatan, found: _CountedReturn, depth: int) -> Sender:
    return Sender(Reporter(jabatan, found.nip, found.nama, has_reported=True), depth, (found.id,), extra=True)


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


@dataclass(frozen=True)
class CellRefs:
    """Where the formulas look: the sheets behind, and how many rows each of them has."""

    content: RecapContent
    split: UnitSplit
    rekap_row_count: int
    bulan_row_count: int

    @cached_property
    def rekap_sheet(self) -> RecapSheet:
        return layout.rekap_sheet(self.content.katalog.kantor.rincian_target, self.content.bulan)

    @cached_property
    def jabatan_sheet(self) -> RecapSheet:
        return layout.jabatan_sheet(self.content.bulan)

    @cached_property
    def bulan_sheet(self) -> tuple[RecapSheet, ...]:
        rincian = self.content.katalog.kantor.rincian_target
        return tuple(layout.bulan_sheet(b, rincian) for b in BULAN_NUMBERS)

    def rekap(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.rekap_sheet.find_column_range(key, self.rekap_row_count)

    def jabatan(self, key: str) -> str:
        """Range of a column of *Rekap Jabatan*."""
        return self.jabatan_sheet.find_column_range(key, len(self.split.senders))

    def bulan(self, bulan: int, key: str) -> str:
        """Range of a column of a month's sheet."""
        return self.bulan_sheet[bulan - 1].find_column_range(key, self.bulan_row_count)

    def is_live(self, count: int) -> bool:
        """Whether `count` rows can have formulas for every month without slowing the workbook down."""
        return count * self.bulan_row_count * self.content.bulan <= MOST_COMPARISONS


def explain_bulan_means(cell_refs: CellRefs, count: int) -> str:
    """Sentence on how the averages of the months were made."""
    if cell_refs.is_live(count):
        return "Rata-rata per bulan dihitung dari lembar bulan."
    return "Rata-rata per bulan disimpan sebagai nilai, supaya buku kerja sebesar ini tetap ringan."


def build_unit_rows(cell_refs: CellRefs) -> list[SheetRow]:
    """Rows of *Rekap Unit*: every unit, then the whole office; none when nobody is expected."""
    content, split = cell_refs.content, cell_refs.split
    if not split.unit:
        return []
    sheet = layout.unit_sheet(content.bulan)
    numbers = content.rows["id_jabatan"].map(split.unit_numbers)
    by_unit = compute_figures(content, numbers)
    people = _group_senders_by_unit(split)
    rows = [
        {
            "id_unit": unit.id,
            "unit": unit.nama,
            **_build_unit_row(cell_refs, sheet, n, by_unit.get(n + 1, GroupFigures()), people[n + 1]),
        }
        for n, unit in enumerate(split.unit)
    ]
    office = compute_figures(content, numbers.map(lambda _: 0)).get(0, GroupFigures())
    return [*rows, _build_kantor_row(cell_refs, sheet, office)]


def _group_senders_by_unit(split: UnitSplit) -> dict[int, list[int]]:
    """Positions of the reporters of each unit in *Rekap Jabatan*."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(split.senders):
        found[split.unit_numbers[row.person.jabatan.id]].append(at)
    return found


def _build_unit_row(
    cell_refs: CellRefs, sheet: RecapSheet, n: int, figures: GroupFigures, people: list[int]
) -> SheetRow:
    rows = [cell_refs.split.senders[at] for at in people]
    number, key = sheet.cell(n, "no"), cell_refs.rekap("no_unit")
    of_unit = cell_refs.jabatan("no_unit")
    done = formulas.count_by_key(of_unit, number, cell_refs.jabatan("melapor"), REPORTED)
    capaian = cell_refs.rekap("capaian")
    live = {
        "indikator": f"={formulas.count_by_key(key, number)}",
        "terisi": f"={formulas.count_by_key(key, number, cell_refs.rekap('bulan_terisi'), '>0')}",
        "belum": f"={formulas.sum_by_key(of_unit, number, cell_refs.jabatan('belum'))}",
        "dinilai": f"={formulas.count_by_key(key, number, capaian, '>=0')}",
        "rata": formulas.average_by_key(key, number, capaian),
    }
    return {
        "no": n + 1,
        **_build_unit_counts(cell_refs, rows, done, figures, live),
        "skala": _make_skala_formula(
            cell_refs.content, sheet.cell(n, "rata"), figures.mean, NOT_YET_ASSESSED
        ),
        **_build_bulan_means(cell_refs, len(cell_refs.split.unit), number, "no_unit", figures),
        "tautan": SheetLink(LOOK_TEXT, cell_refs.jabatan_sheet.find_row_address(people[0])),
    }


def _build_kantor_row(cell_refs: CellRefs, sheet: RecapSheet, figures: GroupFigures) -> SheetRow:
    content, rows = cell_refs.content, cell_refs.split.senders
    done = formulas.count_by_key(cell_refs.jabatan("melapor"), formulas.text(REPORTED))
    capaian = cell_refs.rekap("capaian")
    live = {
        "indikator": f"=COUNT({cell_refs.rekap('no_unit')})",
        "terisi": f"={formulas.count_by_key(cell_refs.rekap('bulan_terisi'), formulas.text('>0'))}",
        "belum": f"=SUM({cell_refs.jabatan('belum')})",
        "dinilai": f"=COUNT({capaian})",
        "rata": formulas.mean(capaian),
    }
    months = {
        layout.name_mean_column(b): LiveFormula(formulas.mean(cell_refs.bulan(b, "capaian")), mean)
        for b, mean in enumerate(figures.bulan, start=1)
        if mean is not None
    }
    n = len(cell_refs.split.unit)
    return {
        "unit": WHOLE_KANTOR,
        **_build_unit_counts(cell_refs, rows, done, figures, live),
        "skala": _make_skala_formula(content, sheet.cell(n, "rata"), figures.mean, NOT_YET_ASSESSED),
        **months,
        "tautan": SheetLink(LOOK_TEXT, cell_refs.rekap_sheet.find_row_address(0)),
    }


def _build_unit_counts(
    cell_refs: CellRefs, rows: Sequence[Sender], done: str, figures: GroupFigures, formulas: Mapping[str, str]
) -> SheetRow:
    """Counts of a unit or the office; `done` is the expression for how many have reported."""
    expected = [row.person for row in rows if not row.extra]
    reported = sum(person.has_reported for person in expected)
    missing = sum(_count_awaited(cell_refs.content, row) for row in rows)
    values: dict[str, float | str] = {
        "indikator": figures.indikator,
        "terisi": figures.filled,
        "belum": figures.indikator - figures.filled + missing,
        "dinilai": figures.assessed,
        "rata": "" if figures.mean is None else figures.mean,
    }
    share = f"{reported} dari {len(expected)}"
    return {
        "jabatan": len({person.jabatan.id for person in expected}),
        "melapor": LiveFormula(f'={done}&" dari {len(expected)}"', share),
        **{key: LiveFormula(text, values[key]) for key, text in formulas.items()},
    }


def _count_awaited(content: RecapContent, row: Sender) -> int:
    """Indikator of a reporter without a return."""
    return 0 if row.returns else len(content.katalog.list_indikator(row.person.jabatan.id))


def _make_skala_formula(content: RecapContent, cell: str, mean: float | None, otherwise: str) -> LiveFormula:
    steps = content.katalog.referensi.skala
    figure = make_decimal(mean)
    word = otherwise if figure is None else skala(figure, steps)
    return LiveFormula(formulas.skala(cell, steps, formulas.text(otherwise)), word)


def _build_bulan_means(
    cell_refs: CellRefs, count: int, number: str, key: str, figures: GroupFigures
) -> SheetRow:
    """Averages of the months. One without a figure stays blank: a chart would draw a text as 0."""
    found: dict[str, CellContent] = {}
    live = cell_refs.is_live(count)
    for month, mean in enumerate(figures.bulan, start=1):
        if mean is None:
            continue
        made: CellContent = mean
        if live:
            ranges = cell_refs.bulan(month, key), cell_refs.bulan(month, "capaian")
            made = LiveFormula(formulas.average_by_key(ranges[0], number, ranges[1]), mean)
        found[layout.name_mean_column(month)] = made
    return found


def build_jabatan_rows(cell_refs: CellRefs, rekap: Sequence[SheetRow]) -> list[SheetRow]:
    """Rows of *Rekap Jabatan*; `rekap` are the numbered rows of *Rekap Indikator*, which are linked to."""
    content, split = cell_refs.content, cell_refs.split
    sheet = cell_refs.jabatan_sheet
    by_person = compute_figures(content, content.rows["id_laporan"].map(split.reporter_numbers))
    behind: dict[CellContent, int] = {}
    for n, line in enumerate(rekap):
        behind.setdefault(line["no_pelapor"], n)
    rows = []
    for n, row in enumerate(split.senders):
        figures = by_person.get(n + 1, GroupFigures())
        made = {
            **_describe_sender(cell_refs, n, row, figures),
            **_build_sender_figures(cell_refs, sheet, n, row, figures),
            **_build_bulan_means(cell_refs, len(split.senders), sheet.cell(n, "no"), "no_pelapor", figures),
        }
        if n + 1 in behind and n < MOST_LINKS:
            made["tautan"] = SheetLink(LOOK_TEXT, cell_refs.rekap_sheet.find_row_address(behind[n + 1]))
        rows.append(made)
    return rows


def _describe_sender(cell_refs: CellRefs, n: int, row: Sender, figures: GroupFigures) -> SheetRow:
    katalog, jabatan = cell_refs.content.katalog, row.person.jabatan
    superior = katalog.jabatan_by_id.get(jabatan.atasan)
    told = EXTRA if row.extra else REPORTED if row.person.has_reported else NOT_YET
    return {
        DEPTH: row.row_depth,
        "no": n + 1,
        "jabatan": jabatan.nama,
        "nama": row.person.nama,
        "nip": row.person.nip,
        "atasan": superior.nama if superior else jabatan.outside_atasan,
        "unit": katalog.unit(jabatan.id).nama,
        "bulan_terakhir": BULAN[figures.last_bulan - 1] if figures.last_bulan else "",
        "melapor": told,
        "keterangan": "; ".join(_list_sender_remarks(cell_refs.content.bulan, row, figures)),
        "id_jabatan": jabatan.id,
        "no_unit": cell_refs.split.unit_numbers[jabatan.id],
    }


def _list_sender_remarks(bulan: int, row: Sender, figures: GroupFigures) -> Iterable[str]:
    if not row.person.has_reported:
        yield NOT_REPORTED
    elif not figures.filled:
        yield "laporan diterima, belum ada isian"
    elif figures.last_bulan < bulan:
        yield f"belum ada isian setelah {BULAN[figures.last_bulan - 1]}"
    if row.extra:
        yield "pengirim tidak tercatat pada jabatan ini di katalog"
    if row.other:
        yield "NIP berbeda dari katalog"


def _build_sender_figures(
    cell_refs: CellRefs, sheet: RecapSheet, n: int, row: Sender, figures: GroupFigures
) -> SheetRow:
    content, reported = cell_refs.content, bool(row.returns)
    number, counted, left, mean = (sheet.cell(n, key) for key in ("no", "indikator", "belum", "rata"))
    key, capaian = cell_refs.rekap("no_pelapor"), cell_refs.rekap("capaian")
    total = figures.indikator if reported else _count_awaited(content, row)
    filled = formulas.count_by_key(key, number, cell_refs.rekap("bulan_terisi"), ">0")
    judged = f"={formulas.count_by_key(key, number, capaian, '>=0')}"
    share = f"{figures.filled} dari {total}"
    average = "" if figures.mean is None else figures.mean
    return {
        "indikator": LiveFormula(f"={formulas.count_by_key(key, number)}", total) if reported else total,
        "terisi": LiveFormula(f'=({counted}-{left})&" dari "&{counted}', share),
        "belum": LiveFormula(f"={counted}-{filled}", total - figures.filled),
        "dinilai": LiveFormula(judged, figures.assessed),
        "rata": LiveFormula(formulas.average_by_key(key, number, capaian), average),
        "skala": _make_skala_formula(
            content, mean, figures.mean, NOT_YET_ASSESSED if reported else NOT_REPORTED
        ),
    }
