"""How a sheet that is a table is declared: its columns side by side, each asked for by its key.

Here is what katalog.xlsx, the form and the template's own sheets say alike; each adds what it alone knows.
No spreadsheet library is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: its key, the title that people see, its width in characters."""

    key: str
    title: str
    width: float


def number_columns(columns: Iterable[SheetColumn], first: int = 0) -> dict[str, int]:
    """Column numbers (from 0) by key, for columns that stand side by side from column `first`."""
    return {column.key: at for at, column in enumerate(columns, start=first)}
