"""The files for other programs (docs/perintah.md): CSV (UTF-8, comma, point as decimal sign) and Parquet."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING, Any

from iki_xl.findings import TEMUAN_COLUMNS, Temuan, temuan_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd

# Columns of the tables that are no text; a month is a whole number, whatever is missing.
_WHOLE_NUMBER_COLUMNS = frozenset({"bulan", "bulan_terisi"})
_FRACTION_COLUMNS = frozenset(
    {"realisasi", "target", "target_sd", "realisasi_sd", "capaian_mentah", "capaian"}
)
# What a formula begins with; full-width and small forms of the signs as well.
_SIGN = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
# Where a field of a CSV file begins: behind the separator that the computer's region says, or in a new line.
_LINE_ENDS = frozenset("\t\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029")
_CUTS = _LINE_ENDS | {",", ";"}
# What is passed over between there and the sign: white space, quotes, letters that nobody sees.
_PASSED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Nearly no text has a sign in such a place.
_MAYBE = re.compile(rf"(?:^|{_PASSED.pattern}|[,;'])(?:{_SIGN.pattern})")
# A number is not run, nor is a lone dash.
_NUMBER = re.compile(r"[ \u00a0]*[+-][0-9.,]*[ \u00a0]*")


class _CsvLines(list[str]):
    """Rows as csv writes them, each ending in one line feed.

    Only with both line ends in its terminator does Python 3.11 quote a lone carriage return in a text.
    """

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def make_csv_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows of equal length as CSV in which nothing is run; None and NaN are empty fields, -0 is 0."""
    # where commas are no separators, a line begins with the first text and goes on behind it
    columns = [
        _column(values, make_text_safe if at else _guarded)
        for at, values in enumerate(zip(*rows, strict=True))
    ]
    target = _CsvLines()
    csv.writer(target, lineterminator="\r\n").writerows(zip(*columns, strict=True))
    return "".join(target).encode()


def _column(values: Sequence[object], safe: Callable[[str], str]) -> list[object]:
    """A column's fields; each text is looked at once, as most stand in many rows."""
    texts = {value: safe(value) for value in set(values) if isinstance(value, str)}
    return [texts[value] if isinstance(value, str) else _field(value) for value in values]


def _field(value: object) -> object:
    if isinstance(value, float):
        return "" if math.isnan(value) else value + 0.0
    return value


def make_text_safe(text: str) -> str:
    """Return a text with an apostrophe in front of every sign with which a spreadsheet might begin a formula.

    A number, also a negative one, and a lone dash stay as they are. `restore_text` takes the apostrophes
    away.
    """
    return text if _NUMBER.fullmatch(text) else _guarded(text)


def _guarded(text: str) -> str:
    if not _MAYBE.search(text):
        return text
    pieces, done = [], 0
    for sign, _ in _openings(text):
        pieces += [text[done:sign], "'"]
        done = sign
    return "".join([*pieces, text[done:]])


def restore_text(text: str) -> str:
    """Return the text of which `make_text_safe` made this one."""
    pieces, done = [], 0
    for sign, guarded in _openings(text):
        pieces.append(text[done : sign - guarded])
        done = sign
    return "".join([*pieces, text[done:]])


def _openings(text: str) -> Iterator[tuple[int, bool]]:
    """Yield where a sign stands that may open a formula, and whether an apostrophe is in front of it."""
    for found in _SIGN.finditer(text):
        sign = at = found.start()
        while at and text[at - 1] == "'":
            at -= 1
        guarded, cut = at < sign, False
        while at and _PASSED.match(text, at - 1):
            at -= 1
            cut = cut or text[at] in _LINE_ENDS
        if cut or not at or text[at - 1] in _CUTS:
            yield sign, guarded


def make_csv_table(table: pd.DataFrame, columns: Iterable[str]) -> bytes:
    """Return a table's columns as CSV; an absent value is an empty field."""
    names = list(columns)
    values = [_present(table[name]) for name in names]
    return make_csv_rows([names, *zip(*values, strict=True)])


def _present(column: pd.Series[Any]) -> list[object]:
    absent = column.isna().tolist()
    return [None if no else value for value, no in zip(column.tolist(), absent, strict=True)]


def make_csv_temuan(found: Iterable[Temuan]) -> bytes:
    """Return temuan.csv."""
    header = list(TEMUAN_COLUMNS.values())
    return make_csv_rows([header, *(list(temuan_record(item).values()) for item in found)])


def make_parquet_table(table: pd.DataFrame, columns: Iterable[str]) -> bytes | None:
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
        kind = (
            pa.int64()
            if name in _WHOLE_NUMBER_COLUMNS
            else pa.float64()
            if name in _FRACTION_COLUMNS
            else pa.string()
        )
        # a table without rows, or a column without any number, has lost what it holds
        values = [value + 0.0 if isinstance(value, float) else value for value in table[name].tolist()]
        return pa.array(values, type=kind, from_pandas=True)

    names = list(columns)
    target = io.BytesIO()
    pq.write_table(pa.table([typed(name) for name in names], names=names), target)
    return target.getvalue()
