"""Places in a sheet as formulas, links and people write them: H12, $H$12, B2:F7, 'Rekap Unit'!A1, and back.

Rows and columns are numbers from 0. No library is behind this: the form, which knows none, and the readers'
workers, which load none, ask here too.
"""

from __future__ import annotations

from functools import lru_cache

_ALPHABET_SIZE = 26


@lru_cache(maxsize=1_024)
def spell_letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, _ALPHABET_SIZE)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=16_384)
def write_address(row: int, column: int, *, fixed: str = "") -> str:
    """Return `H12`; `$` stands before what `fixed` names: "column", "row" or "column row"."""
    letters, number = spell_letters(column), row + 1
    return f"{'$' if 'column' in fixed else ''}{letters}{'$' if 'row' in fixed else ''}{number}"


def write_range(first: tuple[int, int], last: tuple[int, int], *, fixed: str = "") -> str:
    """Return `B2:F7`, from the cell above and to the left to the one below and to the right."""
    return f"{write_address(*first, fixed=fixed)}:{write_address(*last, fixed=fixed)}"


def write_whole_column(column: int) -> str:
    """Return `$H:$H`."""
    letters = spell_letters(column)
    return f"${letters}:${letters}"


def write_reference(sheet: str, cells: str, *, quoted: bool = True) -> str:
    """Return `'Rekap Unit'!H12`; only a plain word, which stays one, goes without its quotes."""
    name = "'" + sheet.replace("'", "''") + "'" if quoted else sheet
    return f"{name}!{cells}"


def split_address(address: str) -> tuple[str, int]:
    """Return letters and number of an address without `$`: "H12" gives ("H", 12), "" gives ("", 0)."""
    letters = address.rstrip("0123456789")
    return letters, int(address[len(letters) :] or 0)
