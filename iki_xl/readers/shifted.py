"""One formula for many cells: shared ones, moved along; and the results of an array, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.readers.book import UnreadableError

if TYPE_CHECKING:
    from iki_xl.readers.book import Cell

_ROWS, _COLUMNS = 1_048_576, 16_384
_BEFORE_A = ord("A") - 1
_ALPHABET_SIZE = 26
# Text, quoted sheet names and bracketed names stand as they are; then A1, A:A and 1:1.
_REFERENCE = re.compile(
    r"""(?P<tetap>"(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\])
    |(?<![\w.$])(?:
        (?P<dk>\$?)(?P<k>[A-Za-z]{1,3})(?P<db>\$?)(?P<b>[1-9][0-9]{0,6})(?![\w(.!])
        |(?P<dk1>\$?)(?P<k1>[A-Za-z]{1,3}):(?P<dk2>\$?)(?P<k2>[A-Za-z]{1,3})(?![\w(.!$])
        |(?P<db1>\$?)(?P<b1>[1-9][0-9]{0,6}):(?P<db2>\$?)(?P<b2>[1-9][0-9]{0,6})(?![\w(.!])
    )""",
    re.VERBOSE,
)
_OFF_SHEET = "#REF!"


def parse_column(letters: str) -> int:
    """Return a column's number from 1: A is 1, XFD is 16384; 0 for what is no column."""
    number = 0
    for letter in letters:
        number = number * _ALPHABET_SIZE + ord(letter) - _BEFORE_A
    valid = letters.isascii() and letters.isalpha() and letters.isupper() and number <= _COLUMNS
    return number if valid else 0


def spell_column(number: int) -> str:
    """Return the letters of a column's number from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _ALPHABET_SIZE)
        letters = chr(rest + ord("A")) + letters
    return letters


def shift_formula(formula: str, rows: int, columns: int) -> str:
    """Move the relative references of a formula; what leaves the sheet becomes #REF!.

    Source: ECMA-376 part 1, 18.3.1.40 (shared formulas).
    """

    def moved(found: re.Match[str]) -> str:
        if found["tetap"] is not None:
            return found["tetap"]
        if found["k"] is not None:
            column, row = (
                _shift_column(found["dk"], found["k"], columns),
                _shift_row(found["db"], found["b"], rows),
            )
            return column + row if column and row else _OFF_SHEET
        if found["k1"] is not None:
            pair = (
                _shift_column(found["dk1"], found["k1"], columns),
                _shift_column(found["dk2"], found["k2"], columns),
            )
        else:
            pair = _shift_row(found["db1"], found["b1"], rows), _shift_row(found["db2"], found["b2"], rows)
        return ":".join(pair) if all(pair) else _OFF_SHEET

    return _REFERENCE.sub(moved, formula)


def _shift_column(fixed: str, letters: str, by: int) -> str:
    number = parse_column(letters.upper())
    if fixed or not number:
        return fixed + letters
    return spell_column(number + by) if 1 <= number + by <= _COLUMNS else ""


def _shift_row(fixed: str, digits: str, by: int) -> str:
    number = int(digits)
    if fixed or number > _ROWS:
        return fixed + digits
    return str(number + by) if 1 <= number + by <= _ROWS else ""


@dataclass(frozen=True, slots=True)
class ArrayFormula:
    """An array formula and the cells of its results: rows and columns from 0, the ends included."""

    formula: str
    top: int
    left: int
    bottom: int
    right: int

    def find_filled(self, cells: dict[tuple[int, int], Cell]) -> list[tuple[int, int]]:
        """Return the filled cells of the range."""
        if self.cell_count <= len(cells):
            columns = range(self.left, self.right + 1)
            every = ((row, column) for row in range(self.top, self.bottom + 1) for column in columns)
            return [at for at in every if at in cells]
        return [
            (row, column)
            for row, column in cells
            if self.top <= row <= self.bottom and self.left <= column <= self.right
        ]

    @property
    def cell_count(self) -> int:
        """How many cells the range has."""
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)


def spread_arrays(cells: dict[tuple[int, int], Cell], arrays: list[ArrayFormula], most: int) -> None:
    """Give every filled cell of an array's range the formula that only its first cell carries in the file.

    Raises:
        UnreadableError: that would mean looking at more than `most` cells.
    """
    for each in arrays:
        most -= min(each.cell_count, len(cells))
        if most < 0:
            raise UnreadableError("selnya terlalu banyak", limit="cells")
        for at in each.find_filled(cells):
            seen = cells[at]
            if not seen.formula:
                cells[at] = replace(seen, formula=each.formula)
