"""Whether the result that an .xls stores for a formula is the one that was computed.

LibreOffice writes 0 for every formula that it has not computed itself since it opened the workbook and
whose result is a text; Excel writes what it shows. So a stored 0 is believed where Excel wrote the file, and
where the formula can give nothing but a number. Source of the tokens: Microsoft, [MS-XLS], 2.5.198.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from xlrd.formula import func_defs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iki_xl.readers.book import CellAt

# Functions that give a number or an error, never a text or a truth value.
_NUMERIC = {
    "ABS", "ACOS", "ASIN", "ATAN", "ATAN2", "AVEDEV", "AVERAGE", "AVERAGEA", "CEILING", "CODE",
    "COLUMN", "COLUMNS", "COMBIN", "COS", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "DATE",
    "DATEVALUE", "DAVERAGE", "DAY", "DAYS360", "DCOUNT", "DCOUNTA", "DEGREES", "DMAX", "DMIN",
    "DPRODUCT", "DSUM", "EVEN", "EXP", "FACT", "FIND", "FLOOR", "FV", "GEOMEAN", "HARMEAN", "HOUR",
    "INT", "IRR", "LARGE", "LEN", "LN", "LOG", "LOG10", "MATCH", "MAX", "MAXA", "MEDIAN", "MIN", "MINA",
    "MINUTE", "MOD", "MODE", "MONTH", "N", "NOW", "NPER", "NPV", "ODD", "PERCENTILE", "PERCENTRANK",
    "PI", "PMT", "POWER", "PRODUCT", "PV", "QUARTILE", "RADIANS", "RAND", "RANK", "RATE", "ROUND",
    "ROUNDDOWN", "ROUNDUP", "ROW", "ROWS", "SEARCH", "SECOND", "SIGN", "SIN", "SMALL", "SQRT", "STDEV",
    "STDEVA", "STDEVP", "SUBTOTAL", "SUM", "SUMIF", "SUMPRODUCT", "SUMSQ", "TAN", "TIME", "TIMEVALUE",
    "TODAY", "TRUNC", "VALUE", "VAR", "VARA", "VARP", "WEEKDAY", "YEAR",
}  # fmt: skip
_IF, _CHOOSE = "IF", "CHOOSE"
# Tokens in their value class; 0x40 and 0x60 stand for the same in other classes.
_EXP, _STRING, _ATTR, _INT, _NUM, _FUNC, _FUNC_VAR = 0x01, 0x17, 0x19, 0x1E, 0x1F, 0x21, 0x22
_ARITHMETIC, _OTHER_BINARY = range(0x03, 0x08), range(0x08, 0x12)
_NEGATIVE_OR_PERCENT, _UNCHANGED = (0x13, 0x14), (0x12, 0x15)
_ATTR_CHOOSE, _ATTR_SUM = 0x04, 0x10
_CLASSES, _BASE = 0x40, 0x20
# Operands that may be anything, with the length of what follows the token.
_OPERANDS = {
    0x16: 0, 0x1C: 1, 0x1D: 1, 0x20: 7, 0x23: 4, 0x24: 4, 0x25: 8, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8,
    0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6, 0x3D: 10,
}  # fmt: skip
# Notes for a calculator, which stand before the operand that they are about.
_NOTES = {0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2}


class _UnknownTokenError(Exception):
    """A token whose length or meaning is not known here."""


def gives_a_number(tokens: bytes, shared: Mapping[CellAt, bytes]) -> bool:
    """Return whether a formula (BIFF8) can give nothing but a number or an error.

    `shared` holds the tokens of shared and array formulas by the cell that carries them. False where it is
    not certain.
    """
    if tokens[:1] == bytes([_EXP]) and len(tokens) >= 5:  # noqa: PLR2004 - the token and where its formula stands
        tokens = shared.get(struct.unpack_from("<HH", tokens, 1), b"")
    try:
        kinds = _Tokens(tokens).kinds()
    except (_UnknownTokenError, IndexError, struct.error):
        return False
    return len(kinds) == 1 and kinds[0]


class _Tokens:
    """A formula in reverse Polish notation; each operand is True where it is a number for certain."""

    def __init__(self, tokens: bytes) -> None:
        self._tokens = tokens
        self._at = 0
        self._kinds: list[bool] = []

    def kinds(self) -> list[bool]:
        """Return what the formula leaves on its stack."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            self._take(token % _BASE + _BASE if token >= _CLASSES else token)
        if self._at > len(self._tokens):
            raise _UnknownTokenError
        return self._kinds

    def _take(self, token: int) -> None:
        if token in _ARITHMETIC or token in _OTHER_BINARY:
            self._result(2, number=token in _ARITHMETIC)
        elif token in _NEGATIVE_OR_PERCENT:
            self._result(1, number=True)
        elif token in (_INT, _NUM):
            self._at += 2 if token == _INT else 8
            self._kinds.append(True)
        elif token in _OPERANDS:
            self._at += _OPERANDS[token]
            self._kinds.append(False)
        elif token in _NOTES:
            self._at += _NOTES[token]
        elif token == _STRING:
            length, wide = struct.unpack_from("<BB", self._tokens, self._at)
            self._at += 2 + length * (1 + (wide & 1))
            self._kinds.append(False)
        elif token not in _UNCHANGED:
            self._take_call(token)

    def _take_call(self, token: int) -> None:
        if token == _ATTR:
            self._take_attribute()
        elif token == _FUNC:
            (number,) = struct.unpack_from("<H", self._tokens, self._at)
            self._at += 2
            name, least, most, *_ = func_defs.get(number, ("", 0, 1))
            if least != most:
                raise _UnknownTokenError
            self._call(name, least)
        elif token == _FUNC_VAR:
            count, number = struct.unpack_from("<BH", self._tokens, self._at)
            self._at += 3
            self._call(func_defs.get(number, ("",))[0], count & 0x7F)
        else:
            raise _UnknownTokenError

    def _take_attribute(self) -> None:
        kind, data = struct.unpack_from("<BH", self._tokens, self._at)
        self._at += 3
        if kind & _ATTR_CHOOSE:
            self._at += 2 * (data + 1)
        elif kind & _ATTR_SUM:
            self._result(1, number=True)

    def _call(self, name: str, count: int) -> None:
        arguments = self._kinds[len(self._kinds) - count :]
        # without its third argument IF may give FALSE
        choices = arguments[1:] if name == _CHOOSE or (name == _IF and count > 2) else [False]  # noqa: PLR2004
        self._result(count, number=name in _NUMERIC or all(choices))

    def _result(self, count: int, *, number: bool) -> None:
        if len(self._kinds) < count:
            raise _UnknownTokenError
        self._kinds[len(self._kinds) - count :] = [number]


_RESULT = slice(6, 14)
_ZERO = bytes(8)
# kind 0, a text, and the mark that it is no number
_IS_TEXT = re.compile(rb"\x00.{5}\xff\xff", re.DOTALL)
_TEXT = {0x0207, 0x0007}
_SHARED, _ARRAY = 0x04BC, 0x0221
_FORMULA = {0x0006, 0x0206, 0x0406}
FORMULA_RECORDS = {*_FORMULA, _SHARED, _ARRAY}
_CELL = struct.Struct("<HH")
# What may stand between a formula and the text that is its result.
_BETWEEN = {_SHARED, 0x00BC, _ARRAY, 0x0021, 0x0236, 0x0036, 0x0037}


class StoredResults:
    """The results of one sheet's formulas, as its records come by; `missing` are the cells without any.

    `waits`: the last formula's result is a text that has not come yet, so that the next record matters too.
    """

    def __init__(self) -> None:
        self._zero: dict[CellAt, bytes] = {}
        self._shared: dict[CellAt, bytes] = {}
        self._last: CellAt = -1, -1
        self._text_at = 0
        self.waits = False
        self.missing: set[CellAt] = set()

    def take(self, number: int, content: bytes, data: int) -> int | None:
        """Take a record, whose content begins at `data`.

        Returns: where the mark of a text stands that was announced and is missing, else None.
        """
        if number in (_SHARED, _ARRAY):
            self._shared[self._last] = _tokens(content, 8 if number == _SHARED else 12)
        missing = None
        if self.waits and number not in _BETWEEN:
            self.waits = False
            if number not in _TEXT:
                self.missing.add(self._last)
                missing = self._text_at
        if number in _FORMULA:
            self._formula(content, data)
        return missing

    def _formula(self, content: bytes, data: int) -> None:
        result = content[_RESULT]
        self._last = _CELL.unpack_from(content)
        self._text_at = data + _RESULT.start
        self.waits = _IS_TEXT.fullmatch(result) is not None
        if result == _ZERO:
            self._zero[self._last] = _tokens(content, 20)

    def doubtful(self) -> set[CellAt]:
        """Return the cells with a stored 0 that may stand for a text."""
        return {cell for cell, tokens in self._zero.items() if not gives_a_number(tokens, self._shared)}


def _tokens(data: bytes, at: int) -> bytes:
    """Return the tokens of a formula, whose length stands before them."""
    length = int.from_bytes(data[at : at + 2], "little")
    return data[at + 2 : at + 2 + length]
