"""What is different since the recap of an earlier month (spec section 8).

Each recap of a month leaves its figures behind, in the program's own folder among the outputs; the next one
is compared with the last of an earlier month, so that making one month's recap again changes nothing here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.storage.facts import make_csv_table, restore_text
from iki_xl.storage.output import OWN_FOLDER
from iki_xl.tables import REALISASI_CSV_COLUMNS, SINCE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

_NAME = re.compile(r"rekap-(\d{4})-(\d{2})\.csv")
_KEYS = ("id_jabatan", "id_indikator", "nip", "bulan")
_Key = tuple[str, str, str, int]
_NOTHING: tuple[float | None, str] = (None, "")


@dataclass(frozen=True, slots=True)
class LeftFigures:
    """What a recap left behind: its month, and by return, indikator and month the figure and its file."""

    bulan: int
    figures: Mapping[_Key, tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the recap of `bulan`: the table `since` (tables.SINCE_COLUMNS)."""

    bulan: int
    table: pd.DataFrame = field(compare=False)

    def tell(self) -> str:
        """Say so in one sentence."""
        name = BULAN[self.bulan - 1]
        if self.table.empty:
            return f"Sejak rekap {name} tidak ada angka bulan yang sudah direkap yang berubah."
        kinds = Counter(map(_name_kind, self.table["lama"], self.table["baru"]))
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        return f"Sejak rekap {name}, angka bulan yang sudah direkap: {counts} (lembar Perubahan)."


def _name_kind(old: str, new: str) -> str:
    return "diubah" if old and new else "dikosongkan" if old else "baru masuk"


def name_left_file(tahun: int, bulan: int) -> str:
    """Return where a recap leaves its figures, below the folder of outputs."""
    return f"{OWN_FOLDER}/rekap-{tahun}-{bulan:02d}.csv"


def make_left_file(realisasi: pd.DataFrame) -> bytes:
    """Return the figures that a recap leaves behind."""
    return make_csv_table(realisasi, REALISASI_CSV_COLUMNS)


def read_left_figures(folder: Path, tahun: int, bulan: int) -> LeftFigures | None:
    """Return what the last recap of an earlier month of the year left; None where none can be read."""
    names = (path.name for path in (folder / OWN_FOLDER).glob("rekap-*.csv"))
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    months = sorted((int(m[2]) for m in found if int(m[1]) == tahun and int(m[2]) < bulan), reverse=True)
    for month in months:
        figures = _read_figures(folder / name_left_file(tahun, month))
        if figures is not None:
            return LeftFigures(month, figures)
    return None


def _read_figures(path: Path) -> dict[_Key, tuple[float, str]] | None:
    try:
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        return {_read_key(row): (float(row["realisasi"]), restore_text(row["berkas"])) for row in rows}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return None


def _read_key(row: Mapping[str, str]) -> _Key:
    id_jabatan, id_indikator, nip = (restore_text(row[name]) for name in _KEYS[:-1])
    return id_jabatan, id_indikator, nip, int(row[_KEYS[-1]])


def compare_since(left: LeftFigures | None, realisasi: pd.DataFrame) -> Since | None:
    """Return which figures of months already reported are different now; None without an earlier recap.

    Args:
        left: what the recap of an earlier month left.
        realisasi: the table `realisasi` now.
    """
    import pandas as pd

    if left is None:
        return None
    columns = (realisasi[name].tolist() for name in (*_KEYS, "realisasi", "berkas"))
    now = {(j, i, n, b): (value, file) for j, i, n, b, value, file in zip(*columns, strict=True)}
    keys = sorted(key for key in {*left.figures, *now} if key[3] <= left.bulan)
    records = [
        (*key, _write_figure(old), _write_figure(new), old[1], new[1])
        for key in keys
        if (old := left.figures.get(key, _NOTHING))[0] != (new := now.get(key, _NOTHING))[0]
    ]
    return Since(left.bulan, pd.DataFrame.from_records(records, columns=list(SINCE_COLUMNS)))


def _write_figure(found: tuple[float | None, str]) -> str:
    return "" if found[0] is None else f"{found[0]:.15g}".replace(".", ",")
