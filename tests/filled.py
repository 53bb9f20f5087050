"""Returned workbooks for tests: the real template of a small office, typed into by another program."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import openpyxl

from iki_xl.catalog import (
    Arah,
    CaraHitung,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    TipePerhitungan,
)
from iki_xl.collect.files import baca_semua
from iki_xl.collect.merge import kumpulkan
from iki_xl.findings import urutkan
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP, jabatan_forms
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.template.writer import lembar_kosong, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from iki_xl.collect.merge import Terkumpul
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import JabatanForm

Sel = tuple[str, str]
NAMA: Sel = (BARIS_NAMA, KOLOM_ISIAN_KEPALA)
NIP: Sel = (BARIS_NIP, KOLOM_ISIAN_KEPALA)
NIP_KEPALA = "196801011990031001"
NIP_ANI = "198502022010012002"
NIP_BUDI = "199003032024211003"
NIP_LAIN = "197704042005011004"
SAAT = datetime(2026, 7, 5, 9, 0)  # noqa: DTZ001 - as a workbook has it
_KANTOR = {"nama": "Dinas Uji", "pemda": "Kabupaten Uji", "tahun": 2026}
REFERENSI = Referensi(
    tipe=(
        TipePerhitungan("Kumulatif", CaraHitung.JUMLAH),
        TipePerhitungan("Non Kumulatif", CaraHitung.TERAKHIR),
        TipePerhitungan("Rata-rata", CaraHitung.RATA_RATA),
    )
)


@dataclass(frozen=True)
class Rumus:
    """A formula with the result that the program which saved it had computed."""

    teks: str
    hasil: float | str

    @property
    def galat(self) -> bool:
        return isinstance(self.hasil, str) and self.hasil.startswith("#")


@cache
def katalog(rincian: RincianTarget = RincianTarget.TAHUNAN, **kantor: object) -> Katalog:
    """Return an office of four jabatan.

    J01: one pegawai; J01-01 is all for staff to choose, J01-02 is given (Persentase, Non Kumulatif).
    J02: nobody; given, of each tipe and arah. J03: two pegawai; J03-01 open, J03-02 given in Desa.
    J04: no indikator.
    """
    periods = rincian.jumlah_periode

    def item(row_id: str, text: str, *given: object, arah: Arah = Arah.MAKSIMAL) -> Indikator:
        satuan, tipe, target = given or ("", "", None)
        parts = (
            tuple(target / periods if tipe == "Kumulatif" else target for _ in range(periods))
            if given
            else ()
        )
        return Indikator(
            row_id, row_id[:3], "Meningkatnya layanan", text, satuan, tipe, arah, target=target,
            target_periode=parts or (None,) * periods,
        )  # fmt: skip

    return Katalog(
        kantor=Kantor(**{**_KANTOR, **kantor, "rincian_target": rincian}),
        jabatan=(
            Jabatan("J01", "Kepala Dinas"),
            Jabatan("J02", "Sekretaris", "J01"),
            Jabatan("J03", "Pengelola Data", "J02", tugas="Mengelola data", fungsi=("mencatat", "melapor")),
            Jabatan("J04", "Pengemudi", "J02"),
        ),
        pegawai=(
            Pegawai(NIP_KEPALA, "Kartini", "J01"),
            Pegawai(NIP_ANI, "Ani", "J03"),
            Pegawai(NIP_BUDI, "Budi", "J03"),
        ),
        indikator=(
            item("J01-01", "Jumlah inovasi"),
            item("J01-02", "Persentase serapan", "Persentase", "Non Kumulatif", 90.0),
            item("J02-01", "Jumlah laporan", "Laporan", "Kumulatif", 24.0),
            item("J02-02", "Kehadiran rata-rata", "Orang", "Rata-rata", 10.0),
            item("J02-03", "Jumlah pelanggaran", "Kali", "Kumulatif", 4.0, arah=Arah.MINIMAL),
            item("J03-01", "Jumlah data"),
            item("J03-02", "Desa terdata", "Desa", "Non Kumulatif", 20.0),
        ),
        referensi=REFERENSI,
    )  # fmt: skip


def formulir(katalog: Katalog, id_jabatan: str) -> JabatanForm:
    """Return the form of one jabatan as the collector knows it."""
    return next(f for f in jabatan_forms(katalog) if f.jabatan.id == id_jabatan)


def alamat(katalog: Katalog, row_id: str, key: str, id_jabatan: str = "") -> str:
    """Return where a cell of the form stands in an untouched template."""
    return formulir(katalog, id_jabatan or row_id[:3]).layout.address(row_id, key)


def orang(nama: object = None, nip: object = None) -> dict[Sel, object]:
    """Return the head's entries: who reports."""
    return {NAMA: nama, NIP: nip}


@cache
def templat(katalog: Katalog, ids: tuple[str, ...]) -> bytes:
    """Return the template of some jabatan; who holds J03 is left open."""
    return templat_xlsx(katalog, lembar_kosong([formulir(katalog, i) for i in ids]))


def isi(
    path: Path,
    katalog: Katalog,
    isian: Mapping[str, Mapping[Sel, object]],
    *,
    format_angka: Mapping[Sel, str] | None = None,
    disimpan: datetime | str | None = SAAT,
    ubah: Callable[[Workbook], None] | None = None,
) -> Path:
    """Write a returned workbook: {id_jabatan: {(row id, field key): value}} typed into its template.

    None empties a cell, a `Rumus` has its result stored, any other text with "=" has none.
    `disimpan` is the workbook's own last-saved moment, "" for none; `ubah` changes the form itself.
    """
    book = openpyxl.load_workbook(io.BytesIO(templat(katalog, tuple(isian))))
    formats = format_angka or {}
    patches: dict[str, list[tuple[str, Rumus]]] = {}
    for id_jabatan, entries in isian.items():
        form = formulir(katalog, id_jabatan)
        sheet = book[form.nama_lembar]
        for sel, value in entries.items():
            row, column = form.layout.cell(*sel)
            cell = sheet.cell(row + 1, column + 1)
            cell.value = value.teks if isinstance(value, Rumus) else value
            cell.number_format = formats.get(sel, cell.number_format)
            if isinstance(value, Rumus):
                part = f"xl/worksheets/sheet{book.index(sheet) + 1}.xml"
                patches.setdefault(part, []).append((cell.coordinate, value))
    if ubah:
        ubah(book)
    simpan(path, book, disimpan, patches)
    return path


def simpan(
    path: Path,
    book: Workbook,
    disimpan: datetime | str | None = SAAT,
    patches: Mapping[str, Sequence[tuple[str, Rumus]]] | None = None,
) -> None:
    """Save a workbook with a last-saved moment of our own and the results of its formulas."""
    target = io.BytesIO()
    book.save(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":
                text = _bertanggal(text.decode(), disimpan).encode()
            for address, formula in (patches or {}).get(name, ()):
                text = _dengan_hasil(text.decode(), address, formula).encode()
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def _bertanggal(core: str, disimpan: datetime | str | None) -> str:
    if isinstance(disimpan, datetime):
        disimpan = f"{disimpan:%Y-%m-%dT%H:%M:%SZ}"
    if not disimpan:
        return re.sub(r"<dcterms:modified.*?</dcterms:modified>", "", core)
    return re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{disimpan}", core)


def _dengan_hasil(xml: str, address: str, formula: Rumus) -> str:
    kind = ' t="e"' if formula.galat else ' t="str"' if isinstance(formula.hasil, str) else ""
    pattern = rf'<c r="{address}"((?: s="\d+")?)[^>]*>(<f>.*?</f>)<v ?(?:/>|></v>)</c>'
    result, count = re.subn(
        pattern, rf'<c r="{address}"\g<1>{kind}>\g<2><v>{escape(str(formula.hasil))}</v></c>', xml
    )
    assert count == 1, address
    return result


def terima(
    katalog: Katalog, *paths: Path, folder: Path | None = None, **options: object
) -> tuple[Terkumpul, tuple[Temuan, ...]]:
    """Read and merge returned workbooks, named by what comes after `folder`; with all findings."""
    files, said = baca_semua(paths, folder or paths[0].parent, katalog)
    merged = kumpulkan(files, katalog, **options)
    return merged, urutkan((*said, *merged.temuan))


def kode(found: Sequence[Temuan]) -> list[tuple[str, str]]:
    """Return what was said as (code, cell), in order."""
    return [(t.kode, t.sel) for t in found]


def fakta(merged: Terkumpul) -> list[tuple[object, ...]]:
    """Return the accepted figures as (id_indikator, bulan, realisasi), in order."""
    table = merged.realisasi[["id_indikator", "bulan", "realisasi"]]
    return sorted(table.itertuples(index=False, name=None))


def tanpa(katalog: Katalog, *ids: str) -> Katalog:
    """Return the catalogue without some indikator: another fingerprint."""
    return replace(katalog, indikator=tuple(i for i in katalog.indikator if i.id not in ids))
