"""The sheet *Rekap Jabatan*: a row for every expected reporter, in the line of atasan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.recap import counting
from iki_xl.recap.cell_refs import (
    EXTRA,
    LOOK_TEXT,
    MOST_LINKS,
    NOT_YET,
    REPORTED,
    CellRefs,
    build_bulan_means,
    count_awaited,
    make_skala_formula,
)
from iki_xl.recap.content import LiveFormula, SheetLink
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet, build_mean_columns
from iki_xl.recap.senders import DEPTH, GroupFigures, Sender, compute_figures
from iki_xl.tables import NOT_REPORTED, NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iki_xl.recap.content import CellContent, SheetRow


def jabatan_sheet(bulan: int) -> RecapSheet:
    """*Rekap Jabatan*: one row per expected reporter, along the line of atasan.

    `no` is the number by which other sheets name a reporter (`no_pelapor`).
    """
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("jabatan", "Jabatan", 36, indent=True),
        RecapColumn("nama", "Nama", 20),
        RecapColumn("nip", "NIP", 19, group=1),
        RecapColumn("atasan", "Atasan", 28, group=1),
        RecapColumn("unit", "Unit", 26, group=1),
        RecapColumn("indikator", "Indikator", 9, CellLook.WHOLE, 2),
        RecapColumn("terisi", "Indikator terisi", 10, CellLook.CENTRED, 2),
        RecapColumn("belum", "Belum terisi", 8, CellLook.WHOLE, 2),
        RecapColumn("dinilai", "Dinilai (n)", 8, CellLook.WHOLE, 2),
        RecapColumn("rata", "Rata-rata capaian (%)", 10, CellLook.PERCENT, 2),
        RecapColumn("skala", "Skala capaian", 13, CellLook.SKALA, 2),
        *build_mean_columns(bulan, 3),
        RecapColumn("bulan_terakhir", "Bulan terakhir terisi", 10, CellLook.CENTRED, 4),
        RecapColumn("melapor", "Melapor", 9, CellLook.CENTRED, 4),
        RecapColumn("keterangan", "Keterangan", 24, group=4),
        RecapColumn("tautan", "Rincian", 7, CellLook.CENTRED, 4),
        RecapColumn("id_jabatan", "Id jabatan", 7, CellLook.CENTRED, 4),
        RecapColumn("no_unit", "No unit", 5, CellLook.WHOLE, 4),
    )
    return RecapSheet(
        "Rekap Jabatan",
        "Rekap per Jabatan",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="jabatan",
        fixed_columns=3,
    )


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
            **build_bulan_means(cell_refs, len(split.senders), sheet.cell(n, "no"), "no_pelapor", figures),
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
        yield row.person.told
    elif figures.last_bulan < bulan:
        yield "isian bulan laporan belum sah"
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
    total = figures.indikator if reported else count_awaited(content, row)
    filled = counting.count_by_key(key, number, cell_refs.rekap("bulan_terisi"), ">0")
    judged = f"={counting.count_by_key(key, number, capaian, '>=0')}"
    share = f"{figures.filled} dari {total}"
    average = "" if figures.mean is None else figures.mean
    return {
        "indikator": LiveFormula(f"={counting.count_by_key(key, number)}", total) if reported else total,
        "terisi": LiveFormula(f'=({counted}-{left})&" dari "&{counted}', share),
        "belum": LiveFormula(f"={counted}-{filled}", total - figures.filled),
        "dinilai": LiveFormula(judged, figures.assessed),
        "rata": LiveFormula(f"={counting.average_by_key(key, number, capaian)}", average),
        "skala": make_skala_formula(
            content, mean, figures.mean, NOT_YET_ASSESSED if reported else NOT_REPORTED
        ),
    }
