"""Shared formulas: one text for many cells, its relative references moved along."""

from __future__ import annotations

import re

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
