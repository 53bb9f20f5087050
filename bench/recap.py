"""The recap of an office with 20,000 rows of indikator, against bare xlsxwriter writing the same cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from bench.replay import record_calls, replay_calls
from bench.returned import make_bench_kantor
from bench.timing import time_paired
from iki_xl.collect.files import ReadFile
from iki_xl.collect.merge import merge_returns
from iki_xl.collect.record import make_record, open_record
from iki_xl.form.jabatan import HEAD_CELLS, jabatan_forms
from iki_xl.form.layout import ID_COLUMN
from iki_xl.measures import measure_each_bulan
from iki_xl.readers.book import BookCells, Cell, SheetCells
from iki_xl.recap import RecapContent, rekap_xlsx
from iki_xl.tables import REALISASI_COLUMNS

if TYPE_CHECKING:
    from iki_xl.catalog import Katalog, Pegawai
    from iki_xl.form.jabatan import JabatanForm

ROWS = 20_000
TITLE = f"Recap of {ROWS:,} indikator rows"
LIMIT = 1.5
BULAN = 6
# A round takes minutes.
_ROUNDS = 3
_SAMPLE_SIZE = 500
_SAVED = datetime(2026, 7, 5)  # noqa: DTZ001 - moments are naive UTC here


def run() -> list[str]:
    """Return the lines of this measurement's part of the page."""
    content = make_big_content(ROWS)
    script = record_calls(lambda: rekap_xlsx(content))
    # a fresh one each time: nothing that an earlier round worked out is reused
    ours = {"iki_xl": lambda: rekap_xlsx(replace(content))}
    times = time_paired({**ours, "xlsxwriter polos": lambda: replay_calls(script)}, _ROUNDS)
    ratio = times["iki_xl"].median / times["xlsxwriter polos"].median
    table = ["| writer | median s | smallest | largest |", "|---|---|---|---|"]
    table += [f"| {n} | {t.median:.1f} | {t.smallest:.1f} | {t.largest:.1f} |" for n, t in times.items()]
    verdict = "held" if ratio <= LIMIT else "**missed**"
    return [
        f"Median of {_ROUNDS} rounds; {len(script):,} calls of xlsxwriter, replayed by themselves.",
        "Measuring the figures comes before and is not timed.",
        "",
        *table,
        "",
        f"The recap writer takes {ratio:.2f} x bare xlsxwriter (at most {LIMIT}: {verdict}).",
    ]


def make_big_content(rows: int) -> RecapContent:
    """Return what a recap shows of an office with at least so many rows, all of them reported."""
    some = make_bench_kantor(_SAMPLE_SIZE)
    katalog = make_bench_kantor(rows * _SAMPLE_SIZE // _count_rows(some))
    forms = {form.jabatan.id: form for form in jabatan_forms(katalog)}
    random = Random(20260630)  # noqa: S311 - figures that look like figures
    files = []
    for number, person in enumerate(katalog.pegawai):
        book = BookCells((_fill_sheet(forms[person.id_jabatan], person, random),), _SAVED)
        name = f"{number:05d}.xlsx"
        read = open_record(make_record(book, katalog, forms), name, forms)
        files.append(ReadFile(name, read, (_SAVED,), f"{number:064x}"))
    merged = merge_returns(files, katalog, bulan=BULAN)
    measured = measure_each_bulan(merged.rows, katalog, BULAN)
    return RecapContent(katalog, BULAN, merged.rows, measured, merged.returns, merged.temuan)


def _count_rows(katalog: Katalog) -> int:
    return sum(len(katalog.list_indikator(p.id_jabatan)) for p in katalog.pegawai)


def _fill_sheet(form: JabatanForm, person: Pegawai, random: Random) -> SheetCells:
    """A filled sheet as a reader would see it, every cell where the form puts it."""
    layout = form.layout
    cells = {layout.cell(row_id, ID_COLUMN): Cell(row_id) for row_id in layout.row_ids}
    cells |= {(0, layout.column(f.key)): Cell(f.key) for f in layout.fields}
    cells[0, 0] = Cell(form.identity.to_marker_text())
    cells |= {layout.cell(*cell_key): Cell(None, formula="=1") for cell_key in form.formula_cells}
    cells |= {layout.cell(*cell_key): Cell(value) for cell_key, value in form.fixed_values.items()}
    nama, nip = HEAD_CELLS
    cells |= {layout.cell(*nama): Cell(person.nama), layout.cell(*nip): Cell(person.nip)}
    for item in form.indikator:
        entries = {
            "satuan": "Laporan",
            "tipe_perhitungan": "Kumulatif",
            "target": 12.0,
            **_fill_months(random),
        }
        for key, value in entries.items():
            if (item.id, key) in form.unlocked:
                cells[layout.cell(item.id, key)] = Cell(value)
    return SheetCells(form.sheet_name, cells, protected=True)


def _fill_months(random: Random) -> dict[str, float | str]:
    months = {REALISASI_COLUMNS[n]: float(random.randint(0, 3)) for n in range(BULAN)}
    return {**months, "kendala": "Data dari desa terlambat masuk", "tindak_lanjut": "Menyurati kecamatan"}
