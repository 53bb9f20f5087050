"""What the sheets of one .xlsx have in common: texts, formats, fonts, and what is left of its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.readers.book import TidakTerbacaError
from iki_xl.readers.runs import Run, text_as_seen
from iki_xl.readers.xml_pass import TIDAK_WAJAR, angka_utuh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iki_xl.readers.book import Batas, Isi
    from iki_xl.readers.formats import NumberFormat
    from iki_xl.readers.runs import Face


@dataclass(frozen=True, slots=True)
class Bersama:
    """What the sheets of one workbook share: texts by their index, the formats that matter, the epoch.

    `runs` are the shared texts that change their letters, `faces` the cell formats whose own font matters.
    """

    teks: Mapping[str, Isi | None]
    tampilan: Mapping[str, NumberFormat]
    epok: datetime
    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    faces: Mapping[str, Face] = field(default_factory=dict)

    def text(self, index: str, style: str) -> Isi | None:
        """Return a shared text as it is seen in a cell of some style; None for one of no letters.

        Raises:
            TidakTerbacaError: there is no such text.
        """
        if index not in self.teks:
            index = str(angka_utuh(index, len(self.teks)))
            if index not in self.teks:
                raise TidakTerbacaError(TIDAK_WAJAR)
        seen, face = self.teks[index], self.faces.get(style)
        if seen is None or seen.picture or face is None:
            return seen
        return text_as_seen(self.runs.get(index) or (Run(str(seen.nilai)),), face)


@dataclass(slots=True)
class Jatah:
    """What is left of the workbook's limits: cells, and characters of formulas that were moved along."""

    sel: int
    huruf: int

    @classmethod
    def dari(cls, batas: Batas) -> Jatah:
        """Return the whole allowance of one workbook."""
        return cls(batas.sel, batas.bagian)

    def pakai_sel(self, count: int) -> None:
        """Take cells off the allowance; past its end the workbook is refused."""
        self.sel -= count
        if self.sel < 0:
            raise TidakTerbacaError("selnya terlalu banyak", limit="sel")

    def pakai_huruf(self, count: int) -> None:
        """Take characters off the allowance; past its end the workbook is refused."""
        self.huruf -= count
        if self.huruf < 0:
            raise TidakTerbacaError("isinya terlalu panjang", limit="bagian_mb")
