"""The formulas of one sheet of an .xlsx: its own, shared ones moved along, and those of an array."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.readers.book import UnreadableError
from iki_xl.readers.shifted import ArrayFormula, parse_column, shift_formula
from iki_xl.readers.xml_pass import ODD_STRUCTURE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.xlsx_shared import Allowance

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


class _ColumnNumbers(dict[str, int]):
    """{letters: column from 0}, filled as columns are met; there are 16,384 at most."""

    def __missing__(self, letters: str) -> int:
        number = parse_column(letters)
        if not number:
            raise UnreadableError(ODD_STRUCTURE)
        self[letters] = number - 1
        return number - 1


COLUMN_NUMBERS = _ColumnNumbers()


class SheetFormulas:
    """The formulas met so far; `arrays` are those that fill more than the cell they stand in."""

    __slots__ = ("_allowance", "_shared", "arrays")

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._shared: dict[str, tuple[str, int, int]] = {}
        self.arrays: list[ArrayFormula] = []

    def take(self, row: int, column: int, text: str, attributes: Mapping[str, str]) -> str:
        """Return the formula, with its "=", of the cell at (row, column), both from 0.

        `text` and `attributes` are those of its element; a shared formula has a text in its first cell only.

        Raises:
            UnreadableError: formulas that are moved along grow too long, or an array leaves the sheet.

        Source: ECMA-376 part 1, 18.3.1.40.
        """
        kind = attributes.get("t")
        if kind == "shared":
            index = attributes.get("si", "")
            if text:
                self._shared[index] = (text, row, column)
            elif index in self._shared:
                master, first_row, first_column = self._shared[index]
                self._allowance.take_letters(len(master))
                text = shift_formula(master, row - first_row, column - first_column)
        elif kind in ("array", "dataTable"):
            text = text or ("TABLE()" if kind == "dataTable" else "")
            found = _parse_array_range(attributes.get("ref", ""), "=" + text)
            if found is not None:
                self.arrays.append(found)
        return "=" + text


def _parse_array_range(ref: str, formula: str) -> ArrayFormula | None:
    """Return the range of an array formula; None for one cell alone."""
    found = _RANGE.fullmatch(ref)
    if found is None:
        return None
    return ArrayFormula(
        formula, int(found[2]) - 1, COLUMN_NUMBERS[found[1]], int(found[4]) - 1, COLUMN_NUMBERS[found[3]]
    )
