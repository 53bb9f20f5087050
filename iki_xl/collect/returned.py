"""A jabatan's sheet as it came back: its cells by the form's own words, wherever they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.findings import Tempat
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP
from iki_xl.form.layout import KOLOM_ID, KOLOM_ISIAN_KEPALA, alamat
from iki_xl.form.reading import Isi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.collect.book import LembarSel
    from iki_xl.form.identity import Identitas
    from iki_xl.form.jabatan import JabatanForm

Sel = tuple[str, str]
_KOSONG = Isi()
SEL_KEPALA: tuple[Sel, ...] = ((BARIS_NAMA, KOLOM_ISIAN_KEPALA), (BARIS_NIP, KOLOM_ISIAN_KEPALA))


@dataclass(frozen=True, slots=True)
class SelIsian:
    """One cell of the form as it came back: where it stands now, and what is in it."""

    baris: str
    kolom: str
    letak: tuple[int, int]
    isi: Isi

    @property
    def alamat(self) -> str:
        """Cell address such as "H12"."""
        return alamat(*self.letak)

    @property
    def tertulis(self) -> str:
        """What stands in the cell, "" when it is blank or holds only spaces."""
        return self.isi.terlihat().strip()


@dataclass(frozen=True, slots=True)
class LembarIsian:
    """One jabatan's sheet as it came back: every cell of the form, input or not, by (row id, field key)."""

    berkas: str
    nama: str
    identitas: Identitas
    form: JabatanForm
    sel: Mapping[Sel, SelIsian]

    def tempat(self, baris: str, kolom: str) -> Tempat:
        """Where a cell stands in the returned workbook."""
        id_indikator = "" if baris.startswith("#") else baris
        found = self.sel.get((baris, kolom))
        return Tempat(
            self.berkas, self.nama, found.alamat if found else "", self.form.jabatan.id, id_indikator
        )

    def masukan(self) -> Iterator[SelIsian]:
        """The cells that staff fill in, in the form's order; who reports is always read from the sheet."""
        keys = dict.fromkeys((*SEL_KEPALA, *self.form.masukan))
        yield from (self.sel[key] for key in keys if key in self.sel)

    @property
    def terisi(self) -> bool:
        """True when anything was entered below the head: only such a sheet is a return."""
        return any(c.tertulis for c in self.masukan() if not c.baris.startswith("#"))


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
    baris_ulang: tuple[tuple[str, int], ...]
    kolom_ulang: tuple[tuple[str, int], ...]


def sel_menurut_form(sheet: LembarSel, form: JabatanForm, places: Letak) -> dict[Sel, SelIsian]:
    """Return the form's cells, each with where it stands now."""
    rows, columns = places.baris, places.kolom
    wanted = list(SEL_KEPALA)
    keys = [f.key for f in form.layout.fields if f.key != KOLOM_ID]
    wanted += [(item.id, key) for item in form.indikator for key in keys]
    return {
        (row_id, key): SelIsian(
            row_id,
            key,
            place := (rows[row_id], columns[key]),
            sheet.sel.get(place, _KOSONG),
        )
        for row_id, key in wanted
        if row_id in rows and key in columns
    }
