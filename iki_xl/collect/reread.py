"""A return that was put together of several sheets, read and checked like a sheet that came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.collect.crosschecks import periksa_silang
from iki_xl.collect.rows import susun_baris
from iki_xl.collect.schema import MISSING, periksa_isian
from iki_xl.collect.table import susun_isian
from iki_xl.form.jabatan import SEL_KEPALA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from iki_xl.catalog import Referensi
    from iki_xl.collect.rows import Baris
    from iki_xl.collect.table import Isian, Nilai
    from iki_xl.collect.together import Together
    from iki_xl.findings import Tempat, Temuan
    from iki_xl.form.jabatan import JabatanForm, Sel
    from iki_xl.readers.book import Isi


@dataclass(frozen=True)
class Cast:
    """A return that was put together, after casting."""

    together: Together

    @cached_property
    def isian(self) -> Isian:
        """What its cells were read as: as one sheet, because what one says decides how another is read."""
        return susun_isian(self.together.sheet)

    @property
    def form(self) -> JabatanForm:
        """The form of its sheets."""
        return self.together.form

    @property
    def isi(self) -> Mapping[Sel, Isi]:
        """The filled cells that count."""
        return self.together.sheet.isi

    @cached_property
    def tuang(self) -> tuple[list[int], list[str], list[Nilai]]:
        """What pandera is to check."""
        at = {sel: number for number, sel in enumerate(self.form.sel_isian)}
        pour = self.isian.tuang
        return [at[sel] for sel in pour.sel], pour.kolom, pour.nilai

    def tempat(self, baris: str, kolom: str) -> Tempat:
        """Where a cell stands in what was returned."""
        return self.together.sheet.tempat(baris, kolom)


@dataclass(frozen=True, slots=True)
class Reread:
    """Such a return: its rows, the name of who reports, and what is said across its cells."""

    together: Together
    nama: str
    baris: tuple[Baris, ...]
    silang: tuple[Temuan, ...]


def reread(
    joined: Sequence[Together], referensi: Referensi, bulan: int | None
) -> tuple[list[Reread], tuple[Temuan, ...]]:
    """Read each of these returns as if it had come back as one sheet, and validate them all at once.

    `bulan` is the month reported to, None when it was not given.

    Returns: the returns in the same order, and what is said of their cells.
    """
    casts = [Cast(together) for together in joined]
    checked, faults = periksa_isian(casts, referensi) if casts else ((), {})
    said = [t for cast in casts for t in cast.isian.temuan]
    # of what is missing everywhere each of the sheets has said so
    said += [t for t in checked if t.kode not in MISSING]
    found = [_read(cast, faults.get(at, frozenset()), bulan) for at, cast in enumerate(casts)]
    return found, tuple(said)


def answered(said: Iterable[Temuan], joined: Sequence[Together]) -> Iterator[Temuan]:
    """Leave out what was said of cells that were read again, or are blank and filled in on another sheet."""
    if not joined:
        yield from said
        return
    again, filled = set(), set()
    for together in joined:
        again |= {_place(together.sheet.tempat(*sel)) for sel in together.taken}
        filled |= {
            _place(report.lembar.tempat(*sel))
            for report, content in zip(together.sources, together.contents, strict=True)
            for sel in together.cells.keys() - content.keys()
        }
    for t in said:
        place = _place(t)
        if not (place in again and t.kode[0] in "NL") and not (place in filled and t.kode in MISSING):
            yield t


def _place(at: Tempat | Temuan) -> tuple[str, str, str]:
    return at.berkas, at.lembar, at.sel


def _read(cast: Cast, faults: Collection[Sel], bulan: int | None) -> Reread:
    together, isian = cast.together, cast.isian
    invalid = {*isian.tidak_sah, *faults, *together.waiting}
    rows = susun_baris(cast.form, isian.nilai, invalid)
    crossed = tuple(t for row in rows for t in periksa_silang(row, together.sheet, bulan))
    return Reread(together, str(isian.nilai.get(SEL_KEPALA[0], "")), rows, crossed)
