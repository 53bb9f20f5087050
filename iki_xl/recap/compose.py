"""What stands in the recap, composed from the tables: rows by column key, and the first page's figures.

Pure functions; a `LiveFormula` carries its computed value, so that viewers that do not calculate show it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, TypeAlias

from iki_xl.catalog import BULAN, CaraHitung, RincianTarget
from iki_xl.findings import Level
from iki_xl.measures import ASSESSED, MeanFigure, compute_mean, make_decimal, target_sd
from iki_xl.recap import formulas
from iki_xl.recap.layout import MOST_ATTENTION_ITEMS, bulan_sheet
from iki_xl.recap.moments import UTC, TimeZone, find_reporting_deadline, format_date
from iki_xl.recap.sources import make_empty_table
from iki_xl.tables import (
    CHANGE_COLUMNS,
    NOT_ASSESSED,
    NOT_REPORTED,
    REALISASI_COLUMNS,
    SOURCE_COLUMNS,
    name_period_target_column,
    name_realisasi_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Indikator, Jabatan, Katalog, Referensi
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.recap.layout import RecapSheet


class CellMark(StrEnum):
    """A mark the recap sets itself, never to be confused with what a person typed."""

    INVALID = "tidak sah"
    CLEARED = "dikosongkan"


class RemarkWord(StrEnum):
    """Words of Keterangan on the months' sheets that decide how a cell looks (tanda.py)."""

    NOT_FILLED = "bulan ini belum diisi"
    LATE = "terlambat"
    STALE = "basi"
    TARGET_INCOMPLETE = "target belum lengkap"


@dataclass(frozen=True, slots=True)
class LiveFormula:
    """A formula with its computed value ("" = nothing)."""

    text: str
    value: str | float


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A link to a cell of this workbook; both texts are the recap's own, never what a person typed."""

    text: str
    destination: str


CellContent: TypeAlias = "str | float | LiveFormula | SheetLink | None"
SheetRow: TypeAlias = "dict[str, CellContent]"
TableRecord: TypeAlias = "dict[str, Any]"  # a row of a table, whose columns differ in type


@dataclass(frozen=True, eq=False)
class RecapContent:
    """All that a recap shows.

    Attributes:
        katalog: the office.
        bulan: month reported to, 1..12.
        rows: table of counted returns (tables.KOLOM_BARIS and the sub-period targets), unique index.
        capaian_per_bulan: month -> `measures.measure` of `rows` at that month, for 1..bulan at least.
        returns: table of all returns found (tables.KOLOM_LAPORAN).
        temuan: all findings.
        changes: table of changed cells (tables.KOLOM_PERUBAHAN).
        sources: table of every file found (tables.KOLOM_SUMBER).
        time_zone: the office's own time.
        subjects: whom and what findings are about; None: as `returns` knows.
    """

    katalog: Katalog
    bulan: int
    rows: pd.DataFrame
    capaian_per_bulan: Mapping[int, pd.DataFrame]
    returns: pd.DataFrame
    temuan: tuple[Temuan, ...]
    changes: pd.DataFrame = field(default_factory=partial(make_empty_table, CHANGE_COLUMNS))
    sources: pd.DataFrame = field(default_factory=partial(make_empty_table, SOURCE_COLUMNS))
    time_zone: TimeZone = UTC
    subjects: Subjects | None = None

    @cached_property
    def order(self) -> list[int]:
        """Positions of the rows of `rows` in the catalogue's order, each return's rows together."""
        return _order_rows(self)

    @cached_property
    def records(self) -> list[TableRecord]:
        """The rows of `rows` in that order, absent values None; made once, as thirteen sheets show them."""
        return list(_walk_table_records(self.rows, self.order))

    @cached_property
    def reporters(self) -> tuple[Reporter, ...]:
        """Every reporter that is expected."""
        return reporters(self.katalog, self.returns)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody whose return is expected: a pegawai, or the jabatan itself (nip "") where it has none."""

    jabatan: Jabatan
    nip: str
    nama: str
    has_reported: bool


def reporters(katalog: Katalog, returns: pd.DataFrame) -> tuple[Reporter, ...]:
    """Every reporter that is expected, in the catalogue's order; jabatan without indikator are not.

    The only pegawai of a jabatan has reported with any counted return of that jabatan, so that the
    return of a successor or an acting official counts.
    """
    counted: dict[str, set[str]] = defaultdict(set)
    for id_jabatan, nip, is_counted in zip(
        returns["id_jabatan"], returns["nip"], returns["dihitung"], strict=True
    ):
        if is_counted:
            counted[id_jabatan].add(nip)
    found: list[Reporter] = []
    for jabatan in katalog.jabatan:
        if not katalog.list_indikator(jabatan.id):
            continue
        people = katalog.list_pegawai(jabatan.id)
        here = counted.get(jabatan.id, set())
        if len(people) > 1:
            found += [Reporter(jabatan, p.nip, p.nama, p.nip in here) for p in people]
        else:
            nip, nama = (people[0].nip, people[0].nama) if people else ("", "")
            found.append(Reporter(jabatan, nip, nama, bool(here)))
    return tuple(found)


def _order_rows(content: RecapContent) -> list[int]:
    """Positions of the rows of `rows` in the catalogue's order, each return's rows together."""
    jabatan = {j.id: at for at, j in enumerate(content.katalog.jabatan)}
    indikator = {i.id: at for at, i in enumerate(content.katalog.indikator)}
    returns = {key: at for at, key in enumerate(dict.fromkeys(content.rows["id_laporan"].tolist()))}
    columns = ("id_jabatan", "id_laporan", "id_indikator")
    keys = [
        (jabatan[j], returns[r], indikator[i])
        for j, r, i in zip(*(content.rows[name].tolist() for name in columns), strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _walk_table_records(table: pd.DataFrame, order: Sequence[int]) -> Iterator[TableRecord]:
    """Rows of a table in this order of positions, NaN and <NA> as None."""
    columns = []
    for name in table.columns:
        # as objects first: texts that Arrow holds are slow to list one by one
        values, blank = table[name].to_numpy(dtype=object).tolist(), table[name].isna().tolist()
        columns.append([None if blank[at] else values[at] for at in order])
    for row in zip(*columns, strict=True):
        yield dict(zip(table.columns, row, strict=True))


# --- Rekap Indikator


def build_rekap_rows(content: RecapContent, sheet: RecapSheet) -> list[SheetRow]:
    """Rows of *Rekap Indikator*; `sheet` gives the addresses in the formulas."""
    measured = content.capaian_per_bulan[content.bulan].loc[content.rows.index]
    pairs = zip(content.records, _walk_table_records(measured, content.order), strict=True)
    return [_build_rekap_row(content, sheet, n, *pair) for n, pair in enumerate(pairs)]


def _build_rekap_row(
    content: RecapContent, sheet: RecapSheet, n: int, row: TableRecord, figures: TableRecord
) -> SheetRow:
    katalog = content.katalog
    indikator = katalog.indikator_by_id[str(row["id_indikator"])]
    unit = katalog.unit(indikator.id_jabatan)
    invalid = dict.fromkeys(row["tidak_sah"], CellMark.INVALID)
    return {
        **row,
        **invalid,
        "no": n + 1,
        "jabatan": katalog.jabatan_by_id[indikator.id_jabatan].nama,
        "indikator": indikator.indikator,
        "sasaran": indikator.sasaran,
        "unit": unit.nama,
        "id_unit": unit.id,
        "sel": _describe_first_bulan_cell(row),
        "posisi": _describe_position(figures),
        "keterangan": "; ".join(_list_rekap_remarks(content, row, figures)),
        **_build_rekap_formulas(content, sheet, n, row, figures),
    }


def _describe_first_bulan_cell(row: TableRecord) -> str:
    """Where January stands; with its file and sheet, where the row is of several."""
    file, sheet, cell = (texts[0] for texts in row["origins"])
    alone = (file, sheet) == (row["berkas"], row["lembar"]) or not cell
    return cell if alone else f"{cell} di {file} (lembar {sheet})"


def _describe_position(figures: TableRecord) -> str:
    """The month from which a Non Kumulatif position comes; "" for the other figures."""
    if figures["bulan_sumber"] is None:
        return ""
    return f"{BULAN[figures['bulan_sumber'] - 1]}{f' ({RemarkWord.STALE})' if figures['basi'] else ''}"


def _list_rekap_remarks(content: RecapContent, row: TableRecord, figures: TableRecord) -> Iterator[str]:
    """Why a row has no figure, or one to look at."""
    if figures["bulan_terisi"] == 0:
        yield "belum ada realisasi"
    yield from _list_tipe_remarks(row)
    invalid = _is_target_invalid(content.katalog, row, figures, content.bulan)
    yield from _list_figure_remarks(row, figures, invalid_target=invalid)


def _build_rekap_formulas(
    content: RecapContent, sheet: RecapSheet, n: int, row: TableRecord, figures: TableRecord
) -> SheetRow:
    cara_hitung, arah, referensi = str(row["cara_hitung"]), str(row["arah"]), content.katalog.referensi
    months = sheet.find_range(n, REALISASI_COLUMNS[0], name_realisasi_column(content.bulan))
    used = _name_used_targets(content.katalog.kantor.rincian_target, cara_hitung, content.bulan)
    target, done, raw, counted = (
        sheet.cell(n, key) for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian")
    )
    live = {
        "bulan_terisi": f"=COUNT({months})",
        "capaian_mentah": formulas.write_raw_capaian(arah, target, done),
        "capaian": formulas.capaian(raw, referensi.capaian_cap),
        "skala": formulas.skala(counted, referensi.skala, formulas.status(target, done)),
    }
    if cara_hitung:
        live["target_sd"] = formulas.target_sd(sheet.find_range(n, used[0], used[-1]), len(used))
        live["realisasi_sd"] = formulas.realisasi_sd(cara_hitung, months, sheet.cell(n, REALISASI_COLUMNS[0]))
    cached = {**figures, "skala": figures["skala"] if figures["status"] == ASSESSED else figures["status"]}
    return {key: _make_live_formula(text, cached[key]) for key, text in live.items()}


def _make_live_formula(text: str, value: CellContent) -> LiveFormula:
    return LiveFormula(text, "" if value is None or isinstance(value, (LiveFormula, SheetLink)) else value)


def _name_used_targets(rincian: RincianTarget, cara_hitung: str, bulan: int) -> tuple[str, ...]:
    """Target columns, beside one another, that T(m) is made of (spec section 3)."""
    if rincian is RincianTarget.YEARLY:
        return ("target",)
    current = rincian.period(bulan) + 1
    first = 1 if cara_hitung == CaraHitung.TOTAL else current
    return tuple(name_period_target_column(p) for p in range(first, current + 1))


# --- Januari .. Desember


def build_bulan_rows(content: RecapContent, bulan: int) -> list[SheetRow]:
    """Rows of one month's sheet: every counted row, then the indikator of those who have not reported.

    All in the catalogue's order of jabatan. Realisasi and target are values, not references to
    *Rekap Indikator*: sorting that table must not change this one.
    """
    by_jabatan: dict[str, list[SheetRow]] = defaultdict(list)
    running = bulan <= content.bulan
    measured = content.capaian_per_bulan[bulan if running else content.bulan].loc[content.rows.index]
    table = measured.drop(columns=["id_jabatan", "id_indikator", "nip"])
    late = _find_late_returns(content, bulan) if running else {}
    for row, figures in zip(content.records, _walk_table_records(table, content.order), strict=True):
        said = late.get(row["id_laporan"], "")
        made = (
            _build_reported_row(content.katalog, row, figures, bulan, said)
            if running
            else _build_later_row(row, bulan)
        )
        by_jabatan[str(row["id_jabatan"])].append(_add_row_names(content.katalog, row, made))
    for person in content.reporters:
        if not person.has_reported:
            for item in content.katalog.list_indikator(person.jabatan.id):
                made = _build_awaited_row(content.katalog, item, bulan, running=running)
                names = {"id_indikator": item.id, "nama": person.nama, "satuan": item.satuan}
                by_jabatan[person.jabatan.id].append(_add_row_names(content.katalog, names, made))
    rows = [row for jabatan in content.katalog.jabatan for row in by_jabatan[jabatan.id]]
    sheet = bulan_sheet(bulan, content.katalog.kantor.rincian_target)
    return [_add_bulan_formulas(content.katalog.referensi, sheet, n, row) for n, row in enumerate(rows)]


def _add_row_names(katalog: Katalog, row: TableRecord, made: SheetRow) -> SheetRow:
    item = katalog.indikator_by_id[str(row["id_indikator"])]
    names: SheetRow = {
        "id_indikator": item.id,
        "jabatan": katalog.jabatan_by_id[item.id_jabatan].nama,
        "indikator": item.indikator,
        "nama": row["nama"],
        "satuan": row["satuan"],
        "arah": row.get("arah", item.arah),
        "id_laporan": row.get("id_laporan"),
    }
    return {**names, **made}


def _find_late_returns(content: RecapContent, bulan: int) -> dict[str, str]:
    """Returns (by id) that first reported a month after the office's last day for it, and what to say.

    Nothing is said where the catalogue's text names no such day, or the moment is not known.
    """
    kantor = content.katalog.kantor
    last = find_reporting_deadline(kantor.reporting_deadline, kantor.tahun, bulan)
    if last is None:
        return {}
    found = {}
    columns = (content.returns[name].tolist() for name in ("id_laporan", "dihitung", "lapor_pada"))
    for key, counted, moments in zip(*columns, strict=True):
        saved = content.time_zone.convert_to_local(moments[bulan - 1]) if counted else None
        if saved is not None and saved.date() > last:
            found[key] = (
                f"{RemarkWord.LATE}: disimpan {format_date(saved.date())}, batas lapor {format_date(last)}"
            )
    return found


def _is_target_invalid(katalog: Katalog, row: TableRecord, figures: TableRecord, bulan: int) -> bool:
    """True where the target to date is missing because one that it needs is in galat."""
    if not row["tidak_sah"] or figures["target_sd"] is not None:
        return False
    used = _name_used_targets(katalog.kantor.rincian_target, row["cara_hitung"], bulan)
    return not set(used).isdisjoint(row["tidak_sah"])


def _find_period_target(katalog: Katalog, row: TableRecord, bulan: int) -> CellContent:
    """The target of the period that holds the month; nothing where targets are yearly."""
    rincian = katalog.kantor.rincian_target
    if rincian is RincianTarget.YEARLY:
        return None
    key = name_period_target_column(rincian.period(bulan) + 1)
    return CellMark.INVALID if key in row["tidak_sah"] else row[key]


def _build_reported_row(
    katalog: Katalog, row: TableRecord, figures: TableRecord, bulan: int, late: str
) -> SheetRow:
    month = name_realisasi_column(bulan)
    invalid_target = _is_target_invalid(katalog, row, figures, bulan)
    notes = [*_list_entry_remarks(row, bulan), *_list_tipe_remarks(row)]
    notes += _list_figure_remarks(row, figures, invalid_target=invalid_target)
    if late and (row[month] is not None or month in row["tidak_sah"]):
        notes.append(late)
    return {
        **_describe_figure_origin(row, bulan),
        "target_periode": _find_period_target(katalog, row, bulan),
        "target_sd": CellMark.INVALID if invalid_target else figures["target_sd"],
        "realisasi": CellMark.INVALID if month in row["tidak_sah"] else row[month],
        "realisasi_sd": figures["realisasi_sd"],
        "capaian": figures["capaian"],
        "skala": figures["skala"] if figures["status"] == ASSESSED else figures["status"],
        "keterangan": "; ".join(notes),
    }


def _list_entry_remarks(row: TableRecord, bulan: int) -> Iterator[str]:
    month = name_realisasi_column(bulan)
    if month in row["tidak_sah"]:
        yield "isian bulan ini tidak sah"
    elif row[month] is None:
        yield RemarkWord.NOT_FILLED


def _list_tipe_remarks(row: TableRecord) -> Iterator[str]:
    if not row["cara_hitung"]:
        yield f"tipe perhitungan {'tidak sah' if 'tipe_perhitungan' in row['tidak_sah'] else 'belum diisi'}"


def _list_figure_remarks(row: TableRecord, figures: TableRecord, *, invalid_target: bool) -> Iterator[str]:
    if invalid_target:
        yield "target tidak sah"
    elif row["cara_hitung"] and figures["target_sd"] is None:
        yield RemarkWord.TARGET_INCOMPLETE
    if figures["basi"]:
        yield f"{RemarkWord.STALE}: posisi bulan {BULAN[figures['bulan_sumber'] - 1]}"
    if figures["status"] == NOT_ASSESSED:
        above = figures["realisasi_sd"] > 0
        yield "target 0, realisasi lebih dari 0: periksa targetnya" if above else "target 0"


def _build_later_row(row: TableRecord, bulan: int) -> SheetRow:
    month = name_realisasi_column(bulan)
    typed = month in row["tidak_sah"] or row[month] is not None
    note = "setelah bulan laporan: disimpan, tidak dihitung" if typed else "setelah bulan laporan"
    value = CellMark.INVALID if month in row["tidak_sah"] else row[month]
    return {**_describe_figure_origin(row, bulan), "realisasi": value, "keterangan": note}


def _describe_figure_origin(row: TableRecord, bulan: int) -> SheetRow:
    """Where the month's figure stands in what came back; with its sheet, where the row is of several."""
    file, sheet, cell = (texts[bulan - 1] for texts in row["origins"])
    alone = sheet == row["lembar"] or not cell
    return {"berkas": file, "sel": cell if alone else f"{sheet}!{cell}"}


def _build_awaited_row(katalog: Katalog, item: Indikator, bulan: int, *, running: bool) -> SheetRow:
    if not running:
        return {"keterangan": "setelah bulan laporan"}
    tipe = katalog.referensi.find_tipe(item.tipe_perhitungan)
    target = target_sd(
        tipe.cara_hitung if tipe else "",
        katalog.kantor.rincian_target,
        make_decimal(item.target),
        tuple(map(make_decimal, item.period_targets)) or (None,) * 12,
        bulan,
    )
    return {
        "target_sd": None if target is None else float(target),
        "skala": NOT_REPORTED,
        "keterangan": NOT_REPORTED,
    }


def _add_bulan_formulas(referensi: Referensi, sheet: RecapSheet, n: int, row: SheetRow) -> SheetRow:
    made: SheetRow = {**row, "no": n + 1}
    if "realisasi_sd" not in row:  # nothing was reported, or it does not count yet
        return made
    target, done, counted = (sheet.cell(n, key) for key in ("target_sd", "realisasi_sd", "capaian"))
    live = {
        "capaian": formulas.write_direct_capaian(str(row["arah"]), target, done, referensi.capaian_cap),
        "skala": formulas.skala(counted, referensi.skala, formulas.status(target, done)),
    }
    return {**made, **{key: _make_live_formula(text, row[key]) for key, text in live.items()}}


# --- Belum Lapor


def build_not_reported_rows(content: RecapContent) -> list[SheetRow]:
    """Expected reporters without a counted return.

    `silent_jabatan` is 1 on the first row of a jabatan from which nobody has reported, else blank:
    its sum is the number of such jabatan.
    """
    people = content.reporters
    everyone = Counter(p.jabatan.id for p in people)
    done = Counter(p.jabatan.id for p in people if p.has_reported)
    counted = find_reporting_jabatan(content.returns)
    rows: list[SheetRow] = []
    first: set[str] = set()
    for person in (p for p in people if not p.has_reported):
        key = person.jabatan.id
        empty = key not in counted
        others = f"{done[key]} dari {everyone[key]} pegawai sudah melapor"
        rows.append(
            {
                "no": len(rows) + 1,
                **_describe_jabatan(content.katalog, person.jabatan),
                "nama": person.nama,
                "nip": person.nip,
                "indikator": len(content.katalog.list_indikator(key)),
                "jabatan_kosong": 1 if empty and key not in first else None,
                "keterangan": "" if empty else others,
            }
        )
        first.add(key)
    return rows


def find_reporting_jabatan(returns: pd.DataFrame) -> set[str]:
    """Ids of the jabatan of which any return counts, whoever sent it."""
    return set(returns.loc[returns["dihitung"].astype(bool), "id_jabatan"])


def build_without_indikator_rows(katalog: Katalog) -> list[SheetRow]:
    """Jabatan that the catalogue lists without any indikator."""
    empty = [j for j in katalog.jabatan if not katalog.list_indikator(j.id)]
    return [
        {"no": at, **_describe_jabatan(katalog, j), "keterangan": "belum mempunyai indikator"}
        for at, j in enumerate(empty, start=1)
    ]


def _describe_jabatan(katalog: Katalog, jabatan: Jabatan) -> SheetRow:
    return {"unit": katalog.unit(jabatan.id).nama, "jabatan": jabatan.nama, "id_jabatan": jabatan.id}


# --- Ringkasan


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit on the first page: rows received and the average of their capaian."""

    unit: Jabatan
    rows: int
    mean: MeanFigure


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """A row of *Rekap Indikator* that needs attention; `position` is its place there (from 1).

    `words` is the skala, or why there is no capaian.
    """

    position: int
    id_indikator: str
    nip: str
    nama: str
    capaian: float | None
    words: str
    kendala: str
    tindak_lanjut: str


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """The first page's figures; they must equal what its formulas give.

    `missing_indikator` counts the indikator of expected reporters without a return; `words` is
    how often each word (skala, "belum dinilai", "tidak dinilai") stands in *Rekap Indikator*;
    `bulan_means` is the office's average at each month 1..the month reported to; `attention` holds
    the rows that need attention most, the most urgent first, of `attention_count` that do.
    """

    jabatan: int
    silent_jabatan: int
    reporters: int
    not_reported: tuple[Reporter, ...]
    missing_indikator: int
    rows: int
    filled: int
    mean: MeanFigure
    words: Mapping[str, int]
    galat: int
    peringatan: int
    unit: tuple[UnitFigures, ...]
    bulan_means: tuple[float | None, ...]
    attention: tuple[AttentionItem, ...]
    attention_count: int


def summarize(content: RecapContent) -> OfficeFigures:
    """Count and average for the first page."""
    measured = content.capaian_per_bulan[content.bulan]
    people = reporters(content.katalog, content.returns)
    missing = tuple(p for p in people if not p.has_reported)
    words = measured["skala"].where(measured["status"] == ASSESSED, measured["status"])
    levels = Counter(t.level for t in content.temuan)
    done = find_reporting_jabatan(content.returns)
    expected = {p.jabatan.id for p in people}
    months = (content.capaian_per_bulan[b]["capaian"] for b in range(1, content.bulan + 1))
    urgent, needing = _find_attention_items(content)
    return OfficeFigures(
        jabatan=len(expected),
        silent_jabatan=len(expected - done),
        reporters=len(people),
        not_reported=missing,
        missing_indikator=sum(len(content.katalog.list_indikator(p.jabatan.id)) for p in missing),
        rows=len(measured),
        filled=int((measured["bulan_terisi"] > 0).sum()),
        mean=compute_mean(measured["capaian"]),
        words=Counter(words.tolist()),
        galat=levels[Level.GALAT],
        peringatan=levels[Level.PERINGATAN],
        unit=_summarize_units(content.katalog, measured),
        bulan_means=tuple(compute_mean(figures).value for figures in months),
        attention=urgent,
        attention_count=needing,
    )


def _summarize_units(katalog: Katalog, measured: pd.DataFrame) -> tuple[UnitFigures, ...]:
    units = {j.id: katalog.unit(j.id) for j in katalog.jabatan if katalog.list_indikator(j.id)}
    owner = measured["id_jabatan"].map({key: unit.id for key, unit in units.items()})
    groups = dict(list(measured.groupby(owner, sort=False)))
    nothing = measured.iloc[:0]
    found = []
    for unit in {u.id: u for u in units.values()}.values():
        rows = groups.get(unit.id, nothing)
        found.append(UnitFigures(unit, len(rows), compute_mean(rows["capaian"])))
    return tuple(found)


def _find_attention_items(content: RecapContent) -> tuple[tuple[AttentionItem, ...], int]:
    """The rows that need attention most, and how many do: lowest capaian first, then the unjudged."""
    order = _order_rows(content)
    best = content.katalog.referensi.skala[0].threshold if content.katalog.referensi.skala else math.inf
    columns = ["status", "capaian", "realisasi_sd", "bulan_terisi", "skala", "id_indikator", "nip"]
    measured = content.capaian_per_bulan[content.bulan].loc[content.rows.index, columns]
    rows = list(_walk_table_records(measured, order))
    keys = [(urgency, at) for at, row in enumerate(rows) if (urgency := _rank_urgency(row, best)) is not None]
    first = nsmallest(MOST_ATTENTION_ITEMS, keys)
    texts = _walk_table_records(
        content.rows[["nama", "kendala", "tindak_lanjut"]], [order[at] for _, at in first]
    )
    found = (
        AttentionItem(
            position=at + 1,
            id_indikator=str(rows[at]["id_indikator"]),
            nip=str(rows[at]["nip"] or ""),
            capaian=rows[at]["capaian"],
            words=rows[at]["skala"] if rows[at]["status"] == ASSESSED else rows[at]["status"],
            **{key: str(text or "") for key, text in typed.items()},
        )
        for (_, at), typed in zip(first, texts, strict=True)
    )
    return tuple(found), len(keys)


def _rank_urgency(row: TableRecord, best: float) -> tuple[float, float] | None:
    """Sort key of a row's urgency, the smallest first; None where nothing needs attention."""
    if row["status"] == ASSESSED:
        return (0, row["capaian"]) if row["capaian"] < best else None
    if row["status"] == NOT_ASSESSED:
        return (1, 0) if row["realisasi_sd"] > 0 else None
    return (2, 0) if row["bulan_terisi"] else (3, 0)
