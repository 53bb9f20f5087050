"""The sheet *Rekap Indikator*: a row for every counted indikator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.catalog import BULAN, RincianTarget
from iki_xl.measures import ASSESSED
from iki_xl.recap.content import (
    CellMark,
    RecapContent,
    RemarkWord,
    SheetRow,
    TableRecord,
    make_live_formula,
    walk_table_records,
)
from iki_xl.recap.figure_remarks import (
    is_target_invalid,
    list_figure_remarks,
    list_tipe_remarks,
    name_used_targets,
)
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet
from iki_xl.tables import (
    BULAN_NUMBERS,
    CELL_COLUMNS,
    FILE_COLUMNS,
    REALISASI_COLUMNS,
    SHEET_COLUMNS,
    name_period_target_column,
    name_realisasi_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def rekap_sheet(rincian: RincianTarget, bulan: int) -> RecapSheet:
    """*Rekap Indikator*: one row per counted return and indikator, everything the office reported.

    `rincian` adds the columns of sub-period targets; months after `bulan` are marked `dimmed`.
    """
    period_word = "Tw" if rincian is RincianTarget.TRIWULAN else "Bln"
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 20),
        RecapColumn("nama", "Nama", 16),
        RecapColumn("indikator", "Indikator", 34),
        RecapColumn("satuan", "Satuan", 11, CellLook.CENTRED, 1),
        RecapColumn("tipe_perhitungan", "Tipe perhitungan", 11, CellLook.CENTRED, 1),
        RecapColumn("arah", "Arah", 9, CellLook.CENTRED, 1),
        RecapColumn("target", "Target tahunan", 9, CellLook.NUMBER, 1),
        *(
            RecapColumn(name_period_target_column(p), f"Target {period_word} {p}", 8, CellLook.NUMBER, 2)
            for p in range(1, rincian.period_count + 1)
        ),
        *(
            RecapColumn(name_realisasi_column(b), BULAN[b - 1][:3], 6.5, CellLook.NUMBER, 3, dimmed=b > bulan)
            for b in BULAN_NUMBERS
        ),
        RecapColumn("target_sd", "Target s.d.", 9, CellLook.NUMBER, 4),
        RecapColumn("realisasi_sd", "Realisasi s.d.", 9, CellLook.NUMBER, 4),
        RecapColumn("bulan_terisi", "Bulan terisi", 8, CellLook.FILLED, 4),
        RecapColumn("posisi", "Posisi bulan", 10, CellLook.CENTRED, 4),
        RecapColumn("capaian_mentah", "Capaian mentah (%)", 9, CellLook.PERCENT, 4),
        RecapColumn("capaian", "Capaian (%)", 9, CellLook.PERCENT, 4),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA, 4),
        RecapColumn("kendala", "Kendala", 34, group=5),
        RecapColumn("tindak_lanjut", "Tindak lanjut", 32, group=5),
        RecapColumn("bukti_dukung", "Bukti dukung", 22, group=5),
        RecapColumn("keterangan", "Keterangan", 26, group=5),
        RecapColumn("unit", "Unit", 21, group=6),
        RecapColumn("nip", "NIP", 20, group=6),
        RecapColumn("sasaran", "Sasaran", 40, group=6),
        RecapColumn("berkas", "Berkas", 22, group=6),
        RecapColumn("lembar", "Lembar", 16, group=6),
        RecapColumn("sel", "Sel Januari", 8, CellLook.CENTRED, 6),
        RecapColumn("id_indikator", "Id indikator", 10, CellLook.CENTRED, 6),
        RecapColumn("id_unit", "Id unit", 8, CellLook.CENTRED, 6),
        RecapColumn("no_unit", "No unit", 6, CellLook.WHOLE, 6),
        RecapColumn("no_pelapor", "No pelapor", 8, CellLook.WHOLE, 6),
    )
    none, where, rest = "Belum ada laporan yang dihitung.", "jabatan", "ada di realisasi.csv dan capaian.csv"
    title = "Rekap Indikator"
    return RecapSheet(
        title, title, columns, empty_note=none, empty_note_column=where, fixed_columns=4, rest_note=rest
    )


def build_rekap_rows(content: RecapContent, sheet: RecapSheet) -> list[SheetRow]:
    """Rows of *Rekap Indikator*; `sheet` gives the addresses in the formulas."""
    measured = content.capaian_per_bulan[content.bulan].loc[content.rows.index]
    pairs = zip(content.records, walk_table_records(measured, content.order), strict=True)
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
    file, sheet, cell = row[FILE_COLUMNS[0]], row[SHEET_COLUMNS[0]], row[CELL_COLUMNS[0]]
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
    yield from list_tipe_remarks(row)
    invalid = is_target_invalid(content.katalog, row, figures, content.bulan)
    sebaran = content.katalog.find_sebaran(row["id_indikator"], row["cara_hitung"])
    yield from list_figure_remarks(row, figures, sebaran, invalid_target=invalid)


def _build_rekap_formulas(
    content: RecapContent, sheet: RecapSheet, n: int, row: TableRecord, figures: TableRecord
) -> SheetRow:
    cara_hitung, arah, referensi = str(row["cara_hitung"]), str(row["arah"]), content.katalog.referensi
    months = sheet.find_range(n, REALISASI_COLUMNS[0], name_realisasi_column(content.bulan))
    used = name_used_targets(content.katalog.kantor.rincian_target, cara_hitung, content.bulan)
    target, done, raw, counted = (
        sheet.cell(n, key) for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian")
    )
    sebaran = content.katalog.find_sebaran(row["id_indikator"], cara_hitung)
    status = formulas.write_status(target, done, sebaran, content.bulan)
    live = {
        "bulan_terisi": f"COUNT({months})",
        "capaian_mentah": formulas.write_raw_capaian(arah, target, done),
        "capaian": formulas.write_capaian(raw, referensi.capaian_cap),
        "skala": formulas.write_skala(counted, referensi.skala, status),
    }
    if cara_hitung:
        live["target_sd"] = (
            formulas.write_spread_target(sebaran, sheet.cell(n, "target"), content.bulan)
            if sebaran
            else formulas.write_target_sd(sheet.find_range(n, used[0], used[-1]), len(used))
        )
        live["realisasi_sd"] = formulas.write_realisasi_sd(
            cara_hitung, months, sheet.cell(n, REALISASI_COLUMNS[0])
        )
    cached = {**figures, "skala": figures["skala"] if figures["status"] == ASSESSED else figures["status"]}
    return {key: make_live_formula(f"={text}", cached[key]) for key, text in live.items()}
