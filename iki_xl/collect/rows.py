"""The rows of returns: what counts in each once its cells are validated, and where its months stand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from iki_xl.a1 import spell_letters
from iki_xl.tables import (
    BULAN_NUMBERS,
    CELL_COLUMNS,
    EXPLANATIONS,
    FILE_COLUMNS,
    REALISASI_COLUMNS,
    SHEET_COLUMNS,
    join_columns,
    list_row_columns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.collect.entries import EntryTable
    from iki_xl.collect.returned import ReturnedSheetBase

_T = TypeVar("_T")


def build_row_table(
    entries: EntryTable, about: pd.DataFrame, places: pd.DataFrame, katalog: Katalog
) -> pd.DataFrame:
    """Return the table `rows` (tables.list_row_columns) of returns.

    Args:
        entries: what counts on their sheets, invalid cells left out.
        about: `id_laporan`, `id_jabatan`, `nip` and `nama`, one row a sheet.
        places: `berkas`, `lembar` and where the months stand, one row a row of `entries`.
        katalog: the office.
    """
    import pandas as pd

    referensi = katalog.referensi
    tipe = _map_each(entries.list_texts("tipe_perhitungan"), referensi.find_tipe)
    arah = {item.id: item.arah.value for item in katalog.indikator}
    numbers = zip(entries.number_fields, entries.numbers.T, strict=True)
    columns = {
        "id_indikator": entries.row_ids,
        "satuan": [text or "" for text in _map_each(entries.list_texts("satuan"), referensi.find_satuan)],
        "tipe_perhitungan": [item.nama if item else "" for item in tipe],
        "cara_hitung": [item.cara_hitung.value if item else "" for item in tipe],
        "arah": [arah[row_id] for row_id in entries.row_ids.tolist()],
        **dict(numbers),
        **{key: [text or "" for text in entries.list_texts(key).tolist()] for key in EXPLANATIONS},
        "tidak_sah": _name_invalid(entries),
    }
    sheets = about.iloc[entries.sheet_of].reset_index(drop=True)
    table = pd.concat([sheets, pd.DataFrame(columns), places], axis=1)
    names = list_row_columns(katalog.kantor.rincian_target.period_count)
    # without rows nothing says that a column holds texts
    texts = [name for name in names if name not in entries.number_fields and name != "id_laporan"]
    return table[list(names)].astype(dict.fromkeys(texts, "str"))


def _map_each(texts: np.ndarray, find: Callable[[str], _T | None]) -> list[_T | None]:
    """What is found for each text, looked for once for equal ones; None for none."""
    every = texts.tolist()
    found = {text: find(text) if text else None for text in set(every)}
    return [found[text] for text in every]


def _name_invalid(entries: EntryTable) -> list[str]:
    names = [""] * len(entries.row_ids)
    for row in sorted(set(entries.invalid.nonzero()[0].tolist())):
        names[row] = join_columns(sorted(entries.fields[at] for at in entries.invalid[row].nonzero()[0]))
    return names


def locate_rows(entries: EntryTable, sheets: Sequence[ReturnedSheetBase]) -> pd.DataFrame:
    """Return the columns of places for rows that stand each on one sheet; `sheets` are those of `entries`."""
    import numpy as np
    import pandas as pd

    files, names = ([sheet.file for sheet in sheets], [sheet.nama for sheet in sheets])
    file, name = (np.array(texts, dtype=object)[entries.sheet_of] for texts in (files, names))
    letters = [_find_bulan_letters(sheet) for sheet in sheets]
    rows = [
        (letters[number], sheets[number].placement.rows.get(row_id))
        for number, row_id in zip(entries.sheet_of.tolist(), entries.row_ids.tolist(), strict=True)
    ]
    columns = {"berkas": file, "lembar": name}
    columns |= dict.fromkeys(FILE_COLUMNS, file) | dict.fromkeys(SHEET_COLUMNS, name)
    for key, bulan in zip(CELL_COLUMNS, BULAN_NUMBERS, strict=True):
        columns[key] = [_write_cell(found[bulan - 1], at) for found, at in rows]
    return pd.DataFrame(columns)


def _write_cell(letters: str, row: int | None) -> str:
    return f"{letters}{row + 1}" if letters and row is not None else ""


def _find_bulan_letters(sheet: ReturnedSheetBase) -> tuple[str, ...]:
    places = sheet.placement.column
    return _spell_columns(tuple([places.get(key) for key in REALISASI_COLUMNS]))


@lru_cache(maxsize=1_024)
def _spell_columns(columns: tuple[int | None, ...]) -> tuple[str, ...]:
    return tuple("" if at is None else spell_letters(at) for at in columns)
