"""One jabatan's sheet before it is written: what stands in it, how wide it is, what is marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable
from iki_xl.tables import REALISASI_COLUMNS
from iki_xl.xlsx import fit_row_height

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey, CellValue, JabatanForm

# A row is kept low enough to be scrolled on a small screen while its column may still grow for that,
# and below Excel's highest row in any case.
_SCREEN_HEIGHT, _SCREEN_WIDTH = 165.0, 45.0
_LARGEST_HEIGHT, _LARGEST_WIDTH = 400.0, 120.0
_RUPIAH, _RUPIAH_WIDTH = "rupiah", 13.0
FORM_FONT_SIZE = 10
# What an indent of one takes of a column's width, in characters.
INDENT_WIDTH = 2.0


@dataclass(frozen=True)
class FormSheet:
    """One sheet to write: its form, its name, values put in beforehand, and findings to mark.

    `temuan` are findings by cell, `sheet_temuan` those of the sheet as a whole. `value` may also hold
    results for formula fields: they become the formulas' cached values. `accepted` are the cells that hold
    what was accepted before, `issued_from` stands for the returns that it was taken from (form/identity.py).
    """

    form: JabatanForm
    nama: str
    value: Mapping[CellKey, CellValue] = field(default_factory=dict)
    temuan: Mapping[CellKey, tuple[Temuan, ...]] = field(default_factory=dict)
    sheet_temuan: tuple[Temuan, ...] = ()
    accepted: frozenset[CellKey] = frozenset()
    issued_from: tuple[str, ...] = ()

    @cached_property
    def column_widths(self) -> dict[str, float]:
        """Column widths: the form's, widened where a text would not fit Excel's highest row."""
        return {f.key: self._fit_column_width(f.key, f.width) for f in self.form.layout.fields}

    def _fit_column_width(self, key: str, width: float) -> float:
        if key in REALISASI_COLUMNS:
            return max(width, self._number_width)
        texts = [str(v) for (_, k), v in self.form.fixed_values.items() if k == key and isinstance(v, str)]
        longest = max(texts, key=len, default="")
        # a sasaran mostly spreads over the rows of several indikator
        while (
            key != "sasaran"
            and width < _SCREEN_WIDTH
            and measure_cell_height(longest, width) > _SCREEN_HEIGHT
        ):
            width *= 1.15
        while width < _LARGEST_WIDTH and measure_cell_height(longest, width) > _LARGEST_HEIGHT:
            width *= 1.25
        return width

    @cached_property
    def _number_width(self) -> float:
        """Room for the longest number entered, and for Rupiah wherever that is the satuan."""
        keys = {k for _, k in self.value} & set(REALISASI_COLUMNS)
        entered = [
            len(str(v)) + 2.0 for (_, k), v in self.value.items() if k in keys and not isinstance(v, str)
        ]
        rupiah = any(comparable(i.satuan) == _RUPIAH for i in self.form.indikator)
        return max([*entered, _RUPIAH_WIDTH if rupiah else 0.0])

    def cell_value(self, cell: CellKey) -> CellValue:
        """Value of a cell: the catalogue's, else what was put in beforehand."""
        return self.form.fixed_values.get(cell, self.value.get(cell))


def measure_cell_height(text: str, width: float) -> float:
    """Height in points of an indented text in a column `width` characters wide."""
    return fit_row_height([(text, width - INDENT_WIDTH)], size=FORM_FONT_SIZE)
