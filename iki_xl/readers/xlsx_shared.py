"""What the sheets of one .xlsx have in common: texts, formats, fonts, and what is left of its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.readers.book import UnreadableError
from iki_xl.readers.runs import Run, text_as_seen
from iki_xl.readers.xml_pass import ODD_STRUCTURE, parse_whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from iki_xl.readers.book import Cell, Limits
    from iki_xl.readers.formats import NumberFormat
    from iki_xl.readers.runs import Face


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What the sheets of one workbook share: texts by their index, the formats that matter, the epoch.

    `runs` are the shared texts that change their letters, `faces` the cell formats whose own font matters.
    """

    texts: Mapping[str, Cell | None]
    formats: Mapping[str, NumberFormat]
    epoch: datetime
    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    faces: Mapping[str, Face] = field(default_factory=dict)

    def text(self, index: str, style: str) -> Cell | None:
        """Return a shared text as it is seen in a cell of some style; None for one of no letters.

        Raises:
            UnreadableError: there is no such text.
        """
        if index not in self.texts:
            index = str(parse_whole_number(index, len(self.texts)))
            if index not in self.texts:
                raise UnreadableError(ODD_STRUCTURE)
        seen, face = self.texts[index], self.faces.get(style)
        if seen is None or seen.picture or face is None:
            return seen
        return text_as_seen(self.runs.get(index) or (Run(str(seen.value)),), face)


@dataclass(slots=True)
class Allowance:
    """What is left of the workbook's limits: cells, and characters of formulas that were moved along."""

    cell: int
    letters: int

    @classmethod
    def from_limits(cls, limits: Limits) -> Allowance:
        """Return the whole allowance of one workbook."""
        return cls(limits.cells, limits.part_size)

    def take_cells(self, count: int) -> None:
        """Take cells off the allowance; past its end the workbook is refused."""
        self.cell -= count
        if self.cell < 0:
            raise UnreadableError("selnya terlalu banyak", limit="cells")

    def take_letters(self, count: int) -> None:
        """Take characters off the allowance; past its end the workbook is refused."""
        self.letters -= count
        if self.letters < 0:
            raise UnreadableError("isinya terlalu panjang", limit="part_mb")
