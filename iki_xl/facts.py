"""The files for other programs (docs/perintah.md): CSV (UTF-8, comma, point as decimal sign) and Parquet."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

from iki_xl.findings import Temuan

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# Columns of the tables that are no text; a month is a whole number, whatever is missing.
_BULAT = frozenset({"bulan", "bulan_terisi"})
_PECAHAN = frozenset({"realisasi", "target", "target_sd", "realisasi_sd", "capaian_mentah", "capaian"})
# Columns whose text a person typed, as the name of a file; the others hold ids and the office's own lists.
_DITULIS_ORANG = frozenset({"berkas", "lembar"})
# A spreadsheet would run such a text as a formula; a plain number or a lone dash it does not.
_RUMUS = re.compile(r"[=@\t\r]|[+-](?![\d.,]*$)")


class _Baris(list[str]):
    """Rows as csv writes them, each ending in one line feed.

    Only with both line ends in its terminator does Python 3.11 quote a lone carriage return in a text.
    """

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def csv_baris(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV, every text as it is (see `teks_aman`)."""
    target = _Baris()
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return "".join(target).encode()


def teks_aman(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return "'" + text if _RUMUS.match(text) else text


def csv_tabel(table: pd.DataFrame, columns: Iterable[str]) -> bytes:
    """Return a table's columns as CSV; an absent value is an empty field, `berkas` and `lembar` are safe."""
    names = list(columns)
    values = [_nilai_csv(table[name]) for name in names]
    return csv_baris([names, *zip(*values, strict=True)])


def _nilai_csv(column: pd.Series[Any]) -> list[object]:
    if column.name in _DITULIS_ORANG:
        return [teks_aman(text) for text in column.tolist()]
    absent = column.isna().tolist()
    return ["" if no else value for value, no in zip(column.tolist(), absent, strict=True)]


def csv_temuan(found: Iterable[Temuan]) -> bytes:
    """Return temuan.csv; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    header = [field.name for field in fields(Temuan)]
    return csv_baris([header, *([teks_aman(str(value)) for value in astuple(item)] for item in found)])


def parquet_tabel(table: pd.DataFrame, columns: Iterable[str]) -> bytes | None:
    """Return a table's columns as Parquet, or None where pyarrow is not installed.

    Texts are strings as they are ("" when absent), months int64, other numbers double (null when absent).
    The same rows give the same bytes with the same pyarrow.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return None

    def typed(name: str) -> pa.Array:
        kind = pa.int64() if name in _BULAT else pa.float64() if name in _PECAHAN else pa.string()
        # a table without rows, or a column without any number, has lost what it holds
        return pa.array(table[name].tolist(), type=kind, from_pandas=True)

    names = list(columns)
    target = io.BytesIO()
    pq.write_table(pa.table([typed(name) for name in names], names=names), target)
    return target.getvalue()
