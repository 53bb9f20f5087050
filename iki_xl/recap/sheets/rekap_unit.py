"""The sheet *Rekap Unit*: a row for every unit, and one for the whole office."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from iki_xl import formulas
from iki_xl.recap import counting, layout
from iki_xl.recap.cell_refs import (
    LOOK_TEXT,
    REPORTED,
    WHOLE_KANTOR,
    CellRefs,
    build_bulan_means,
    count_awaited,
    make_skala_formula,
)
from iki_xl.recap.content import LiveFormula, SheetLink
from iki_xl.recap.layout import CellLook, RecapColumn, RecapSheet, build_mean_columns
from iki_xl.recap.senders import GroupFigures, Sender, UnitSplit, compute_figures
from iki_xl.tables import NOT_YET_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iki_xl.recap.content import SheetRow


def unit_sheet(bulan: int) -> RecapSheet:
    """*Rekap Unit*: one row per unit in the catalogue's order, then one of the whole office.

    `no` is the number by which other sheets name a unit (`no_unit`).
    """
    columns = (
        RecapColumn("no", "No", 5, CellLook.WHOLE),
        RecapColumn("id_unit", "Id unit", 6, CellLook.CENTRED),
        RecapColumn("unit", "Unit", 30),
        RecapColumn("jabatan", "Jabatan ditunggu", 8, CellLook.WHOLE, 1),
        RecapColumn("melapor", "Pelapor yang melapor", 9, CellLook.CENTRED, 1),
        RecapColumn("indikator", "Indikator diterima", 8, CellLook.WHOLE, 1),
        RecapColumn("terisi", "Indikator terisi", 8, CellLook.WHOLE, 1),
        RecapColumn("belum", "Belum terisi atau belum lapor", 10, CellLook.WHOLE, 1),
        RecapColumn("dinilai", "Dinilai (n)", 7, CellLook.WHOLE, 1),
        RecapColumn("rata", "Rata-rata capaian (%)", 9, CellLook.PERCENT, 1),
        RecapColumn("skala", "Skala capaian", 12, CellLook.SKALA, 1),
        *build_mean_columns(bulan, 2),
        RecapColumn("tautan", "Rincian", 7, CellLook.CENTRED, 2),
    )
    return RecapSheet(
        "Rekap Unit",
        "Rekap per Unit",
        columns,
        empty_note="Katalog belum memuat indikator.",
        empty_note_column="unit",
        fixed_columns=3,
        total_rows=1,
    )


def build_unit_rows(cell_refs: CellRefs) -> list[SheetRow]:
    """Rows of *Rekap Unit*: every unit, then the whole office; none when nobody is expected."""
    content, split = cell_refs.content, cell_refs.split
    if not split.unit:
        return []
    sheet = unit_sheet(content.bulan)
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
    done = counting.count_by_key(of_unit, number, cell_refs.jabatan("melapor"), REPORTED)
    capaian = cell_refs.rekap("capaian")
    live = {
        "indikator": f"={counting.count_by_key(key, number)}",
        "terisi": f"={counting.count_by_key(key, number, cell_refs.rekap('bulan_terisi'), '>0')}",
        "belum": f"={counting.sum_by_key(of_unit, number, cell_refs.jabatan('belum'))}",
        "dinilai": f"={counting.count_by_key(key, number, capaian, '>=0')}",
        "rata": f"={counting.average_by_key(key, number, capaian)}",
    }
    return {
        "no": n + 1,
        **_build_unit_counts(cell_refs, rows, done, figures, live),
        "skala": make_skala_formula(cell_refs.content, sheet.cell(n, "rata"), figures.mean, NOT_YET_ASSESSED),
        **build_bulan_means(cell_refs, len(cell_refs.split.unit), number, "no_unit", figures),
        "tautan": SheetLink(LOOK_TEXT, cell_refs.jabatan_sheet.find_row_address(people[0])),
    }


def _build_kantor_row(cell_refs: CellRefs, sheet: RecapSheet, figures: GroupFigures) -> SheetRow:
    content, rows = cell_refs.content, cell_refs.split.senders
    done = counting.count_by_key(cell_refs.jabatan("melapor"), formulas.quote_text(REPORTED))
    capaian = cell_refs.rekap("capaian")
    live = {
        "indikator": f"=COUNT({cell_refs.rekap('no_unit')})",
        "terisi": f"={counting.count_by_key(cell_refs.rekap('bulan_terisi'), formulas.quote_text('>0'))}",
        "belum": f"=SUM({cell_refs.jabatan('belum')})",
        "dinilai": f"=COUNT({capaian})",
        "rata": f"={formulas.write_mean(capaian)}",
    }
    months = {
        layout.name_mean_column(b): LiveFormula(
            f"={formulas.write_mean(cell_refs.bulan(b, 'capaian'))}", mean
        )
        for b, mean in enumerate(figures.bulan, start=1)
        if mean is not None
    }
    n = len(cell_refs.split.unit)
    return {
        "unit": WHOLE_KANTOR,
        **_build_unit_counts(cell_refs, rows, done, figures, live),
        "skala": make_skala_formula(content, sheet.cell(n, "rata"), figures.mean, NOT_YET_ASSESSED),
        **months,
        "tautan": SheetLink(LOOK_TEXT, cell_refs.rekap_sheet.find_row_address(0)),
    }


def _build_unit_counts(
    cell_refs: CellRefs, rows: Sequence[Sender], done: str, figures: GroupFigures, formulas: Mapping[str, str]
) -> SheetRow:
    """Counts of a unit or the office; `done` is the expression for how many have reported."""
    expected = [row.person for row in rows if not row.extra]
    reported = sum(person.has_reported for person in expected)
    missing = sum(count_awaited(cell_refs.content, row) for row in rows)
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
