"""Walking the tables that the recap is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from iki_xl.catalog import Katalog


def make_empty_table(columns: Sequence[str]) -> pd.DataFrame:
    """A table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(columns))


def find_jabatan_name(katalog: Katalog, id_jabatan: str) -> str:
    found = katalog.jabatan_by_id.get(id_jabatan)
    return found.nama if found else ""


def walk_table_rows(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in zip(*(table[name].tolist() for name in columns), strict=True):
        yield dict(zip(columns, row, strict=True))
