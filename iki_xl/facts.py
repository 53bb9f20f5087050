"""The comma-separated files for other programs (docs/perintah.md): UTF-8, comma, point as decimal sign."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

from iki_xl.findings import Temuan

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# A spreadsheet would run such a text as a formula; a plain number or a lone dash it does not.
_RUMUS = re.compile(r"[=@\t\r]|[+-](?![\d.,]*$)")


def csv_tabel(table: pd.DataFrame, columns: Iterable[str]) -> bytes:
    """Return a table's columns as CSV; an absent value is an empty field."""
    text: str = table[list(columns)].to_csv(index=False, lineterminator="\n")
    return text.encode()


def csv_temuan(found: Iterable[Temuan]) -> bytes:
    """Return temuan.csv; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(field.name for field in fields(Temuan))
    writer.writerows([_aman(str(value)) for value in astuple(item)] for item in found)
    return target.getvalue().encode()


def _aman(text: str) -> str:
    return "'" + text if _RUMUS.match(text) else text
