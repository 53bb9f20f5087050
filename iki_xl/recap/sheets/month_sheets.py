"""The sheets of the months: what was reported, late, stale, invalid or missing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.catalog import BULAN, RincianTarget, Sebaran
from iki_xl.formulas import SEBARAN_WORDS
from iki_xl.measures import ASSESSED, make_decimal, spread_target, target_sd
from iki_xl.recap.content import (
    CellContent,
    CellMark,
    RecapContent,
    RemarkWord,
    SheetRow,
    TableRecord,
    make_live_formula,
    walk_table_records,
)
from iki_xl.recap.figure_remarks import is_target_invalid, list_figure_remarks, list_tipe_remarks
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet, build_period_target_column
from iki_xl.recap.moments import find_reporting_deadline, format_date
from iki_xl.tables import (
    NOT_REPORTED,
    name_cell_column,
    name_file_column,
    name_period_target_column,
    name_realisasi_column,
    name_reported_column,
    name_sheet_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Indikator, Katalog, Referensi


def bulan_sheet(bulan: int, rincian: RincianTarget = RincianTarget.YEARLY) -> RecapSheet:
    """*Januari* .. *Desember*: one row per expected return and indikator."""
    nama = BULAN[bulan - 1]
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 24),
        RecapColumn("nama", "Nama", 18),
        RecapColumn("indikator", "Indikator", 40),
        RecapColumn("satuan", "Satuan", 11, CellLook.CENTRED),
        *build_period_target_column(bulan, rincian),
        RecapColumn("target_sd", f"Target s.d. {nama}", 10, CellLook.NUMBER),
        RecapColumn("realisasi", f"Realisasi {nama}", 10, CellLook.NUMBER),
        RecapColumn("realisasi_sd", f"Realisasi s.d. {nama}", 10, CellLook.NUMBER),
        RecapColumn("capaian", "Capaian s.d. (%)", 9, CellLook.PERCENT),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA),
        RecapColumn("keterangan", "Keterangan", 29),
        RecapColumn("berkas", "Berkas", 18),
        RecapColumn("sel", "Sel", 7, CellLook.CENTRED),
        RecapColumn("id_indikator", "Id indikator", 9, CellLook.CENTRED),
        RecapColumn("no_unit", "No unit", 6, CellLook.WHOLE),
        RecapColumn("no_pelapor", "No pelapor", 8, CellLook.WHOLE),
    )
    return RecapSheet(
        nama,
        f"Bulan {nama}",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="jabatan",
        fixed_columns=4,
        rest_note="ada di realisasi.csv dan capaian.csv",
    )


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
    for row, figures in zip(content.records, walk_table_records(table, content.order), strict=True):
        said = late.get(row["id_laporan"], "")
        made = (
            _build_reported_row(content.katalog, row, figures, bulan, said)
            if running
            else _build_later_row(row, bulan)
        )
        by_jabatan[str(row["id_jabatan"])].append(_add_row_names(content.katalog, row, made))
    for person in content.reporters:
        if not person.has_return:
            for item in content.katalog.list_indikator(person.jabatan.id):
                made = _build_awaited_row(content.katalog, item, bulan, running=running)
                names = {"id_indikator": item.id, "nama": person.nama, "satuan": item.satuan}
                by_jabatan[person.jabatan.id].append(_add_row_names(content.katalog, names, made))
    rows = [row for jabatan in content.katalog.jabatan for row in by_jabatan[jabatan.id]]
    sheet = bulan_sheet(bulan, content.katalog.kantor.rincian_target)
    referensi = content.katalog.referensi
    return [_add_bulan_formulas(referensi, sheet, n, row, bulan) for n, row in enumerate(rows)]


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
    names = "id_laporan", "dihitung", name_reported_column(bulan)
    columns = (content.returns[name].tolist() for name in names)
    for key, counted, moment in zip(*columns, strict=True):
        saved = content.time_zone.convert_to_local(moment) if counted else None
        if saved is not None and saved.date() > last:
            found[key] = (
                f"{RemarkWord.LATE}: disimpan {format_date(saved.date())}, batas lapor {format_date(last)}"
            )
    return found


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
    invalid_target = is_target_invalid(katalog, row, figures, bulan)
    notes = [*_list_entry_remarks(row, bulan), *list_tipe_remarks(row)]
    sebaran = katalog.find_sebaran(row["id_indikator"], row["cara_hitung"])
    notes += list_figure_remarks(row, figures, sebaran, invalid_target=invalid_target)
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
        "sebaran": sebaran.value,
    }


def _list_entry_remarks(row: TableRecord, bulan: int) -> Iterator[str]:
    month = name_realisasi_column(bulan)
    if month in row["tidak_sah"]:
        yield "isian bulan ini tidak sah"
    elif row[month] is None:
        yield RemarkWord.NOT_FILLED


def _build_later_row(row: TableRecord, bulan: int) -> SheetRow:
    month = name_realisasi_column(bulan)
    typed = month in row["tidak_sah"] or row[month] is not None
    note = "setelah bulan laporan: disimpan, tidak dihitung" if typed else "setelah bulan laporan"
    value = CellMark.INVALID if month in row["tidak_sah"] else row[month]
    return {**_describe_figure_origin(row, bulan), "realisasi": value, "keterangan": note}


def _describe_figure_origin(row: TableRecord, bulan: int) -> SheetRow:
    """Where the month's figure stands in what came back; with its sheet, where the row is of several."""
    names = name_file_column(bulan), name_sheet_column(bulan), name_cell_column(bulan)
    file, sheet, cell = (row[name] for name in names)
    alone = sheet == row["lembar"] or not cell
    return {"berkas": file, "sel": cell if alone else f"{sheet}!{cell}"}


def _build_awaited_row(katalog: Katalog, item: Indikator, bulan: int, *, running: bool) -> SheetRow:
    if not running:
        return {"keterangan": "setelah bulan laporan"}
    tipe = katalog.referensi.find_tipe(item.tipe_perhitungan)
    cara_hitung = tipe.cara_hitung if tipe else ""
    sebaran = katalog.find_sebaran(item.id, cara_hitung)
    target = target_sd(
        cara_hitung,
        katalog.kantor.rincian_target,
        spread_target(sebaran, make_decimal(item.target), bulan),
        tuple(map(make_decimal, item.period_targets)) or (None,) * 12,
        bulan,
    )
    return {
        "target_sd": None if target is None else float(target),
        "skala": NOT_REPORTED,
        "keterangan": "; ".join([NOT_REPORTED, *([SEBARAN_WORDS[sebaran]] if sebaran else [])]),
    }


def _add_bulan_formulas(
    referensi: Referensi, sheet: RecapSheet, n: int, row: SheetRow, bulan: int
) -> SheetRow:
    made: SheetRow = {**row, "no": n + 1}
    if "realisasi_sd" not in row:  # nothing was reported, or it does not count yet
        return made
    target, done, counted = (sheet.cell(n, key) for key in ("target_sd", "realisasi_sd", "capaian"))
    status = formulas.write_status(target, done, Sebaran(str(row["sebaran"])), bulan)
    live = {
        "capaian": formulas.write_direct_capaian(str(row["arah"]), target, done, referensi.capaian_cap),
        "skala": formulas.write_skala(counted, referensi.skala, status),
    }
    return {**made, **{key: make_live_formula(f"={text}", row[key]) for key, text in live.items()}}
