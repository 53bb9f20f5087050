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
from iki_xl.collect.files import read_all_files
from iki_xl.collect.merge import merge_returns
from iki_xl.findings import sort_temuan
from iki_xl.form.jabatan import NAMA_ROW, NIP_ROW, jabatan_forms
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.template.writer import make_blank_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.collect.merge import Collected
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import JabatanForm

CellKey = tuple[str, str]
NAMA: CellKey = (NAMA_ROW, HEAD_ENTRY_COLUMN)
NIP: CellKey = (NIP_ROW, HEAD_ENTRY_COLUMN)
NIP_HEAD = "196801011990031001"
NIP_ANI = "198502022010012002"
NIP_BUDI = "199003032024211003"
NIP_OTHER = "197704042005011004"
MOMENT = datetime(2026, 7, 5, 9, 0)  # noqa: DTZ001 - as a workbook has it
_KANTOR = {"nama": "Dinas Uji", "pemda": "Kabupaten Uji", "tahun": 2026}
REFERENSI = Referensi(
    tipe=(
        TipePerhitungan("Kumulatif", CaraHitung.TOTAL),
        TipePerhitungan("Non Kumulatif", CaraHitung.LAST),
        TipePerhitungan("Rata-rata", CaraHitung.MEAN),
    )
)


@dataclass(frozen=True)
class TypedFormula:
    """A formula with the result that the program which saved it had computed."""

    text: str
    result: float | str

    @property
    def is_error(self) -> bool:
        return isinstance(self.result, str) and self.result.startswith("#")


@cache
def make_katalog(rincian: RincianTarget = RincianTarget.YEARLY, **kantor: object) -> Katalog:
    """Return an office of four jabatan.

    J01: one pegawai; J01-01 is all for staff to choose, J01-02 is given (Persentase, Non Kumulatif).
    J02: nobody; given, of each tipe and arah. J03: two pegawai; J03-01 open, J03-02 given in Desa.
    J04: no indikator.
    """
    periods = rincian.period_count

    def item(row_id: str, text: str, *given: object, arah: Arah = Arah.MAXIMAL) -> Indikator:
        satuan, tipe, target = given or ("", "", None)
        parts = (
            tuple(target / periods if tipe == "Kumulatif" else target for _ in range(periods))
            if given
            else ()
        )
        return Indikator(
            row_id, row_id[:3], "Meningkatnya layanan", text, satuan, tipe, arah, target=target,
            period_targets=parts or (None,) * periods,
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
            Pegawai(NIP_HEAD, "Kartini", "J01"),
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


def find_form(katalog: Katalog, id_jabatan: str) -> JabatanForm:
    """Return the form of one jabatan as the collector knows it."""
    return next(f for f in jabatan_forms(katalog) if f.jabatan.id == id_jabatan)


def find_address(katalog: Katalog, row_id: str, key: str, id_jabatan: str = "") -> str:
    """Return where a cell of the form stands in an untouched template."""
    return find_form(katalog, id_jabatan or row_id[:3]).layout.address(row_id, key)


def enter_person(nama: object = None, nip: object = None) -> dict[CellKey, object]:
    """Return the head's entries: who reports."""
    return {NAMA: nama, NIP: nip}


@cache
def make_templat(katalog: Katalog, ids: tuple[str, ...]) -> bytes:
    """Return the template of some jabatan; who holds J03 is left open."""
    return templat_xlsx(katalog, make_blank_sheets([find_form(katalog, i) for i in ids]))


def write_return(
    path: Path,
    katalog: Katalog,
    entries_by_jabatan: Mapping[str, Mapping[CellKey, object]],
    *,
    number_format: Mapping[CellKey, str] | None = None,
    saved: datetime | str | None = MOMENT,
    change: Callable[[Workbook], None] | None = None,
) -> Path:
    """Write a returned workbook: {id_jabatan: {(row id, field key): value}} typed into its template.

    None empties a cell, a `TypedFormula` has its result stored, any other text with "=" has none.
    `saved` is the workbook's own last-saved moment, "" for none; `change` changes the form itself.
    """
    book = openpyxl.load_workbook(io.BytesIO(make_templat(katalog, tuple(entries_by_jabatan))))
    formats = number_format or {}
    patches: dict[str, list[tuple[str, TypedFormula]]] = {}
    for id_jabatan, entries in entries_by_jabatan.items():
        form = find_form(katalog, id_jabatan)
        sheet = book[form.sheet_name]
        for field, value in entries.items():
            row, column = form.layout.cell(*field)
            cell = sheet.cell(row + 1, column + 1)
            cell.value = value.text if isinstance(value, TypedFormula) else value
            cell.number_format = formats.get(field, cell.number_format)
            if isinstance(value, TypedFormula):
                part = f"xl/worksheets/sheet{book.index(sheet) + 1}.xml"
                patches.setdefault(part, []).append((cell.coordinate, value))
    if change:
        change(book)
    save_workbook(path, book, saved, patches)
    return path


def save_workbook(
    path: Path,
    book: Workbook,
    saved: datetime | str | None = MOMENT,
    patches: Mapping[str, Sequence[tuple[str, TypedFormula]]] | None = None,
) -> None:
    """Save a workbook with a last-saved moment of our own and the results of its formulas."""
    target = io.BytesIO()
    book.save(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":
                text = _set_saved_moment(text.decode(), saved).encode()
            for address, formula in (patches or {}).get(name, ()):
                text = _store_result(text.decode(), address, formula).encode()
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def _set_saved_moment(core: str, saved: datetime | str | None) -> str:
    if isinstance(saved, datetime):
        saved = f"{saved:%Y-%m-%dT%H:%M:%SZ}"
    if not saved:
        return re.sub(r"<dcterms:modified.*?</dcterms:modified>", "", core)
    return re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{saved}", core)


def _store_result(xml: str, address: str, formula: TypedFormula) -> str:
    kind = ' t="e"' if formula.is_error else ' t="str"' if isinstance(formula.result, str) else ""
    pattern = rf'<c r="{address}"((?: s="\d+")?)[^>]*>(<f>.*?</f>)<v ?(?:/>|></v>)</c>'
    result, count = re.subn(
        pattern, rf'<c r="{address}"\g<1>{kind}>\g<2><v>{escape(str(formula.result))}</v></c>', xml
    )
    assert count == 1, address
    return result


def receive_returns(
    katalog: Katalog, *paths: Path, folder: Path | None = None, **options: object
) -> tuple[Collected, tuple[Temuan, ...]]:
    """Read and merge returned workbooks, named by what comes after `folder`; with all findings."""
    files, said = read_all_files(paths, folder or paths[0].parent, katalog)
    merged = merge_returns(files, katalog, **options)
    return merged, sort_temuan((*said, *merged.temuan))


def list_codes(found: Sequence[Temuan]) -> list[tuple[str, str]]:
    """Return what was said as (code, cell), in order."""
    return [(t.code, t.cell) for t in found]


def list_figures(merged: Collected) -> list[tuple[object, ...]]:
    """Return the accepted figures as (id_indikator, bulan, realisasi), in order."""
    table = merged.realisasi[["id_indikator", "bulan", "realisasi"]]
    return sorted(table.itertuples(index=False, name=None))


def drop_indikator(katalog: Katalog, *ids: str) -> Katalog:
    """Return the catalogue without some indikator: another fingerprint."""
    return replace(katalog, indikator=tuple(i for i in katalog.indikator if i.id not in ids))


def copied_notes(sheet: Worksheet, row: int) -> str:
    """Return the formula of a row's notes on a sheet of a copy to mend, its pieces joined; "" for none."""
    text = str(sheet.cell(row, sheet.max_column).value or "")
    return text.replace('"&"', "") if text.startswith("=MID(") else ""
