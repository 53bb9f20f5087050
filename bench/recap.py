"""The recap of an office with 20,000 rows of indikator, against bare xlsxwriter writing the same cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from bench.replay import putar, rekam
from bench.returned import kantor_uji
from bench.timing import berpasangan
from iki_xl.collect.files import BerkasTerbaca
from iki_xl.collect.merge import kumpulkan
from iki_xl.collect.record import buka_catatan, catat
from iki_xl.form.jabatan import SEL_KEPALA, jabatan_forms
from iki_xl.form.layout import KOLOM_ID
from iki_xl.measures import ukur_per_bulan
from iki_xl.readers.book import BukuSel, Isi, LembarSel
from iki_xl.recap import IsiRekap, rekap_xlsx
from iki_xl.tables import KOLOM_REALISASI

if TYPE_CHECKING:
    from iki_xl.catalog import Katalog, Pegawai
    from iki_xl.form.jabatan import JabatanForm

BARIS = 20_000
JUDUL = f"Recap of {BARIS:,} indikator rows"
BATAS = 1.5
BULAN = 6
# A round takes minutes.
_RONDE = 3
_COBA = 500
_DISIMPAN = datetime(2026, 7, 5)  # noqa: DTZ001 - moments are naive UTC here


def jalankan() -> list[str]:
    """Return the lines of this measurement's part of the page."""
    isi = isi_besar(BARIS)
    script = rekam(lambda: rekap_xlsx(isi))
    # a fresh one each time: nothing that an earlier round worked out is reused
    ours = {"iki_xl": lambda: rekap_xlsx(replace(isi))}
    times = berpasangan({**ours, "xlsxwriter polos": lambda: putar(script)}, _RONDE)
    ratio = times["iki_xl"].median / times["xlsxwriter polos"].median
    table = ["| writer | median s | smallest | largest |", "|---|---|---|---|"]
    table += [f"| {n} | {t.median:.1f} | {t.terkecil:.1f} | {t.terbesar:.1f} |" for n, t in times.items()]
    verdict = "held" if ratio <= BATAS else "**missed**"
    return [
        f"Median of {_RONDE} rounds; {len(script):,} calls of xlsxwriter, replayed by themselves.",
        "Measuring the figures comes before and is not timed.",
        "",
        *table,
        "",
        f"The recap writer takes {ratio:.2f} x bare xlsxwriter (at most {BATAS}: {verdict}).",
    ]


def isi_besar(rows: int) -> IsiRekap:
    """Return what a recap shows of an office with at least so many rows, all of them reported."""
    some = kantor_uji(_COBA)
    katalog = kantor_uji(rows * _COBA // _baris(some))
    forms = {form.jabatan.id: form for form in jabatan_forms(katalog)}
    random = Random(20260630)  # noqa: S311 - figures that look like figures
    files = []
    for number, person in enumerate(katalog.pegawai):
        book = BukuSel((_lembar(forms[person.id_jabatan], person, random),), _DISIMPAN)
        name = f"{number:05d}.xlsx"
        read = buka_catatan(catat(book, katalog, forms), name, forms)
        files.append(BerkasTerbaca(name, read, (_DISIMPAN,), f"{number:064x}"))
    merged = kumpulkan(files, katalog, bulan=BULAN)
    measured = ukur_per_bulan(merged.baris, katalog, BULAN)
    return IsiRekap(katalog, BULAN, merged.baris, measured, merged.laporan, merged.temuan)


def _baris(katalog: Katalog) -> int:
    return sum(len(katalog.indikator_dari(p.id_jabatan)) for p in katalog.pegawai)


def _lembar(form: JabatanForm, person: Pegawai, random: Random) -> LembarSel:
    """A filled sheet as a reader would see it, every cell where the form puts it."""
    layout = form.layout
    cells = {layout.cell(row_id, KOLOM_ID): Isi(row_id) for row_id in layout.row_ids}
    cells |= {(0, layout.column(f.key)): Isi(f.key) for f in layout.fields}
    cells[0, 0] = Isi(form.identitas.tertulis())
    cells |= {layout.cell(*sel): Isi(None, rumus="=1") for sel in form.sel_rumus}
    cells |= {layout.cell(*sel): Isi(value) for sel, value in form.nilai_tetap.items()}
    nama, nip = SEL_KEPALA
    cells |= {layout.cell(*nama): Isi(person.nama), layout.cell(*nip): Isi(person.nip)}
    for item in form.indikator:
        entries = {"satuan": "Laporan", "tipe_perhitungan": "Kumulatif", "target": 12.0, **_isian(random)}
        for key, value in entries.items():
            if (item.id, key) in form.terbuka:
                cells[layout.cell(item.id, key)] = Isi(value)
    return LembarSel(form.nama_lembar, cells, dilindungi=True)


def _isian(random: Random) -> dict[str, float | str]:
    months = {KOLOM_REALISASI[n]: float(random.randint(0, 3)) for n in range(BULAN)}
    return {**months, "kendala": "Data dari desa terlambat masuk", "tindak_lanjut": "Menyurati kecamatan"}
