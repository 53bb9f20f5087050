"""A jabatan's sheet as it came back: its cells by the form's own words, wherever they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.findings import Tempat
from iki_xl.form.jabatan import SEL_KEPALA
from iki_xl.form.layout import alamat
from iki_xl.readers.book import Isi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.form.identity import Identitas
    from iki_xl.form.jabatan import JabatanForm, Sel
    from iki_xl.readers.book import LembarSel

KOSONG = Isi()


@dataclass(frozen=True, slots=True)
class Jangkar:
    """Where the hidden key row and id column stand, and which sheet this is."""

    baris: int
    kolom: int
    identitas: Identitas


@dataclass(frozen=True, slots=True)
class Letak:
    """Where rows and columns went: id or key -> the first one; and those that repeat one of them."""

    baris: Mapping[str, int]
    kolom: Mapping[str, int]
    baris_ulang: tuple[tuple[str, int], ...] = ()
    kolom_ulang: tuple[tuple[str, int], ...] = ()

    def sel(self, baris: str, kolom: str) -> tuple[int, int] | None:
        """Return where a cell of the form stands now (from 0); None where its row or column is gone."""
        row, column = self.baris.get(baris), self.kolom.get(kolom)
        return None if row is None or column is None else (row, column)


@dataclass(frozen=True)
class Lembar:
    """One jabatan's returned sheet: file and sheet name, its template's fingerprint, its form, its places."""

    berkas: str
    nama: str
    sidik: str
    form: JabatanForm
    letak: Letak

    def alamat(self, baris: str, kolom: str) -> str:
        """Cell address such as "H12"; "" where the row or column is gone."""
        found = self.letak.sel(baris, kolom)
        return alamat(*found) if found else ""

    def tempat(self, baris: str, kolom: str) -> Tempat:
        """Where a cell stands in the returned workbook."""
        id_indikator = "" if baris.startswith("#") else baris
        return Tempat(self.berkas, self.nama, self.alamat(baris, kolom), self.form.jabatan.id, id_indikator)

    @property
    def usang(self) -> bool:
        """True for a sheet whose template was made from an older catalogue."""
        return self.sidik != self.form.katalog.sidik


@dataclass(frozen=True)
class LembarKembali(Lembar):
    """A sheet with every filled cell of the form, input or not, by (row id, field key)."""

    isi: Mapping[Sel, Isi]

    def masukan(self) -> Iterator[tuple[Sel, Isi]]:
        """The filled cells that staff fill in, in the form's order; who reports is always among them."""
        yield from ((sel, self.isi[sel]) for sel in self.form.sel_isian if sel in self.isi)

    def tertulis(self, sel: Sel) -> str:
        """What stands in a cell, "" when it is blank or holds only spaces."""
        return self.isi.get(sel, KOSONG).terlihat().strip()

    @property
    def terisi(self) -> bool:
        """True when anything was entered below the head: only such a sheet is a return."""
        return any(isi.terlihat().strip() for sel, isi in self.masukan() if sel not in SEL_KEPALA)


def isi_menurut_form(sheet: LembarSel, form: JabatanForm, places: Letak) -> dict[Sel, Isi]:
    """Return the form's filled cells by (row id, field key)."""
    cells = sheet.sel
    columns = [(key, places.kolom[key]) for key in form.kunci_kolom if key in places.kolom]
    found = {}
    for sel in SEL_KEPALA:
        at = places.sel(*sel)
        if at and at in cells:
            found[sel] = cells[at]
    for item in form.indikator:
        row = places.baris.get(item.id)
        if row is not None:
            for key, column in columns:
                isi = cells.get((row, column))
                if isi is not None:
                    found[item.id, key] = isi
    return found
