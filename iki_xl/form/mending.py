"""When something found in a cell of a copy to mend is still open, as a formula on that cell.

The functions are those of Excel 2010, which LibreOffice and WPS have as well. What cannot be worked out is
open, never mended.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from iki_xl.form.layout import FieldKind
from iki_xl.formulas import quote_text, write_number
from iki_xl.typed import LARGEST_NUMBER

if TYPE_CHECKING:
    from iki_xl.form.jabatan import CellValue

# What was only typed oddly: the copy holds the figure that was read, or the rest of what was struck out.
_TYPED_ODDLY = frozenset({"N01", "N02", "N04", "N05", "N06", "N08", "N17"})
_STRUCK_CODE = "N24"
# Percent over 100: the number itself has to change.
_OVER_100_CODE, _FULL_PERCENT = "N10", 100.0
# Letters of a text that are compared, and letters of one literal (Excel takes 255).
_COMPARED, _LITERAL = 80, 200
_LAST_OF_PLANE = "\uffff"


def build_open_condition(kind: FieldKind, code: str, value: CellValue, at: str) -> str:
    """Return the formula, without "=", that is true while a finding is open; "" where the copy mended it.

    Args:
        kind: kind of the cell.
        code: the finding's code.
        value: what the copy holds in the cell.
        at: the cell's address.
    """
    if code == _STRUCK_CODE or (code in _TYPED_ODDLY and isinstance(value, float)):
        return ""
    if value is None or value == "":
        test = f"LEN(TRIM({at}))=0"
    elif isinstance(value, float):
        test = f"AND(ISNUMBER({at}),{at}={_spell_number(value)})"
    elif kind is FieldKind.NUMBER:
        most = _spell_number(_FULL_PERCENT if code == _OVER_100_CODE else LARGEST_NUMBER)
        test = f"AND(LEN({at})>0,OR(NOT(ISNUMBER({at})),N({at})<0,N({at})>{most}))"
    else:
        test = _compare_text(at, value)
    return f"IFERROR({test},TRUE)"


def _spell_number(value: float) -> str:
    """A number as Excel itself writes it in a formula, also a very large one: 1E+15."""
    return write_number(value).upper()


def _compare_text(at: str, text: str) -> str:
    """The text stands there as it did, or, of a long or unusual one, its beginning does."""
    # programs count letters beyond the first plane, and keep control characters, in different ways
    plain = "".join(takewhile(_is_plain, text[:_COMPARED]))
    if plain == text:
        return f"EXACT({at},{write_literal(text)})"
    if not plain:
        return f"LEN({at})>0"
    return f"AND(LEN({at})>{len(plain)},EXACT(LEFT({at},{len(plain)}),{write_literal(plain)}))"


def _is_plain(letter: str) -> bool:
    return " " <= letter <= _LAST_OF_PLANE and not "\ud800" <= letter <= "\udfff"


def write_literal(text: str) -> str:
    """A text of any length as it stands in a formula, in pieces that Excel takes."""
    pieces = (text[at : at + _LITERAL] for at in range(0, len(text), _LITERAL))
    # "_x0041_" would be read as an escape
    return "&".join(quote_text(piece).replace("_x", '_"&"x') for piece in pieces) or '""'


def join_open_notes(notes: list[tuple[str, str]], between: str = "CHAR(10)") -> str:
    """Return the expression that joins the texts whose condition is true, "" where none is.

    Args:
        notes: pairs (condition, text).
        between: expression of the one letter between two texts, a line feed unless told otherwise.
    """
    parts = "".join(f'&IF({condition},{between}&{write_literal(text)},"")' for condition, text in notes)
    return f'MID(""{parts},2,9999)'
