"""One formula for many cells: shared ones, moved along; and the results of an array, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.readers.book import TidakTerbacaError

if TYPE_CHECKING:
    from iki_xl.readers.book import Isi

_BARIS, _KOLOM = 1_048_576, 16_384
_A_SEBELUM = ord("A") - 1
_HURUF = 26
# Text, quoted sheet names and bracketed names stand as they are; then A1, A:A and 1:1.
_RUJUKAN = re.compile(
    r"""(?P<tetap>"(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\])
    |(?<![\w.$])(?:
        (?P<dk>\$?)(?P<k>[A-Za-z]{1,3})(?P<db>\$?)(?P<b>[1-9][0-9]{0,6})(?![\w(.!])
        |(?P<dk1>\$?)(?P<k1>[A-Za-z]{1,3}):(?P<dk2>\$?)(?P<k2>[A-Za-z]{1,3})(?![\w(.!$])
        |(?P<db1>\$?)(?P<b1>[1-9][0-9]{0,6}):(?P<db2>\$?)(?P<b2>[1-9][0-9]{0,6})(?![\w(.!])
    )""",
    re.VERBOSE,
)
_LEPAS = "#REF!"


def nomor_kolom(letters: str) -> int:
    """Return a column's number from 1: A is 1, XFD is 16384; 0 for what is no column."""
    number = 0
    for letter in letters:
        number = number * _HURUF + ord(letter) - _A_SEBELUM
    valid = letters.isascii() and letters.isalpha() and letters.isupper() and number <= _KOLOM
    return number if valid else 0


def huruf_kolom(number: int) -> str:
    """Return the letters of a column's number from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _HURUF)
        letters = chr(rest + ord("A")) + letters
    return letters


def geser(formula: str, rows: int, columns: int) -> str:
    """Move the relative references of a formula; what leaves the sheet becomes #REF!.

    Source: ECMA-376 part 1, 18.3.1.40 (shared formulas).
    """

    def moved(found: re.Match[str]) -> str:
        if found["tetap"] is not None:
            return found["tetap"]
        if found["k"] is not None:
            column, row = _kolom(found["dk"], found["k"], columns), _baris(found["db"], found["b"], rows)
            return column + row if column and row else _LEPAS
        if found["k1"] is not None:
            pair = _kolom(found["dk1"], found["k1"], columns), _kolom(found["dk2"], found["k2"], columns)
        else:
            pair = _baris(found["db1"], found["b1"], rows), _baris(found["db2"], found["b2"], rows)
        return ":".join(pair) if all(pair) else _LEPAS

    return _RUJUKAN.sub(moved, formula)


def _kolom(fixed: str, letters: str, by: int) -> str:
    number = nomor_kolom(letters.upper())
    if fixed or not number:
        return fixed + letters
    return huruf_kolom(number + by) if 1 <= number + by <= _KOLOM else ""


def _baris(fixed: str, digits: str, by: int) -> str:
    number = int(digits)
    if fixed or number > _BARIS:
        return fixed + digits
    return str(number + by) if 1 <= number + by <= _BARIS else ""


@dataclass(frozen=True, slots=True)
class Larik:
    """An array formula and the cells of its results: rows and columns from 0, the ends included."""

    rumus: str
    atas: int
    kiri: int
    bawah: int
    kanan: int

    def dalam(self, sel: dict[tuple[int, int], Isi]) -> list[tuple[int, int]]:
        """Return the filled cells of the range."""
        if self.luas <= len(sel):
            columns = range(self.kiri, self.kanan + 1)
            every = ((row, column) for row in range(self.atas, self.bawah + 1) for column in columns)
            return [at for at in every if at in sel]
        return [
            (row, column)
            for row, column in sel
            if self.atas <= row <= self.bawah and self.kiri <= column <= self.kanan
        ]

    @property
    def luas(self) -> int:
        """How many cells the range has."""
        return max(0, self.bawah - self.atas + 1) * max(0, self.kanan - self.kiri + 1)


def sebarkan(sel: dict[tuple[int, int], Isi], larik: list[Larik], terbanyak: int) -> None:
    """Give every filled cell of an array's range the formula that only its first cell carries in the file.

    Raises:
        TidakTerbacaError: that would mean looking at more than `terbanyak` cells.
    """
    for each in larik:
        terbanyak -= min(each.luas, len(sel))
        if terbanyak < 0:
            raise TidakTerbacaError("selnya terlalu banyak", limit="sel")
        for at in each.dalam(sel):
            seen = sel[at]
            if not seen.rumus:
                sel[at] = replace(seen, rumus=each.rumus)
