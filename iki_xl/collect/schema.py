"""One pandera schema, from the form and the catalogue; one lazy validation of one table."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from iki_xl.collect.table import name_head_entry
from iki_xl.comparable import comparable
from iki_xl.findings import Level, Temuan, temuan
from iki_xl.frames import find_failures
from iki_xl.typed import LARGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    import pandera.pandas as pa

    from iki_xl.catalog import Referensi
    from iki_xl.collect.table import EntryValue
    from iki_xl.findings import Place
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Cell

NUMBER_COLUMNS = ("angka", "persen", "ada_tipe", "ada_satuan", "ada_identitas_wajib", "ada_identitas")
TEXT_COLUMNS = ("satuan", "tipe")
# What is said of a blank cell that must be filled in.
MISSING = frozenset({"L03", "L04", "L05", "L06"})


class Checkable(Protocol):
    """A sheet after casting; `check_columns` are numbers of cells in its form, columns, and values."""

    @property
    def form(self) -> JabatanForm: ...
    @property
    def check_columns(self) -> tuple[list[int], list[str], list[EntryValue]]: ...
    @property
    def content(self) -> Mapping[CellKey, Cell]: ...
    def place(self, rows: str, column: str) -> Place: ...


def build_schema(referensi: Referensi) -> pa.DataFrameSchema:
    """Return the schema of `build_check_table`; every check fails with its finding's code."""
    import pandera.pandas as pa

    def column(*checks: pa.Check, dtype: str | None = "float64") -> pa.Column:
        return pa.Column(dtype, checks=list(checks), nullable=True)

    def filled(code: str) -> pa.Column:
        return column(pa.Check.eq(1.0, error=code))

    tipe = [t.nama for t in referensi.tipe]
    return pa.DataFrameSchema(
        {
            "angka": column(
                pa.Check.ge(0, error="N11"),
                pa.Check.in_range(-LARGEST_NUMBER, LARGEST_NUMBER, error="N12"),
            ),
            "persen": column(pa.Check.le(100, error="N10")),
            "satuan": column(pa.Check.isin(referensi.satuan, error="L01"), dtype=None),
            "tipe": column(pa.Check.isin(tipe, error="L02"), dtype=None),
            "ada_tipe": filled("L03"),
            "ada_satuan": filled("L04"),
            "ada_identitas_wajib": filled("L05"),
            "ada_identitas": filled("L06"),
        }
    )


def check_entries(
    sheets: Sequence[Checkable], referensi: Referensi
) -> tuple[tuple[Temuan, ...], dict[int, frozenset[CellKey]]]:
    """Validate what all sheets hold at once.

    Returns: a finding for every failed check, at its cell; and by the sheet's index the cells in galat, which
        are left out of the figures (spec section 6.5).
    """
    frame = build_check_table(sheets)
    said: list[Temuan] = []
    invalid: dict[int, set[CellKey]] = {}
    sheet_of, cell_of = frame["lembar"].to_numpy(), frame["sel"].to_numpy()
    for failure in find_failures(frame, build_schema(referensi)):
        position = frame.index.get_loc(failure.rows)
        number, at = int(sheet_of[position]), int(cell_of[position])
        cell = sheets[number].form.entry_cells[at]
        found = _make_check_temuan(failure.check, sheets[number], cell, referensi)
        said.append(found)
        if found.level is Level.GALAT:
            invalid.setdefault(number, set()).add(cell)
    return tuple(said), {number: frozenset(cells) for number, cells in invalid.items()}


def build_check_table(sheets: Sequence[Checkable]) -> pd.DataFrame:
    """Lay what is to be checked in one table, one row a check.

    Columns: `lembar` (index into `sheets`), `cell` (number in the form's `entry_cells`), and the schema's, of
    which each row fills the one that the check is about.
    """
    import numpy as np
    import pandas as pd

    cells = list(chain.from_iterable(sheet.check_columns[0] for sheet in sheets))
    columns = list(chain.from_iterable(sheet.check_columns[1] for sheet in sheets))
    values = list(chain.from_iterable(sheet.check_columns[2] for sheet in sheets))
    frame = pd.DataFrame(
        {
            "lembar": np.repeat(np.arange(len(sheets)), [len(sheet.check_columns[0]) for sheet in sheets]),
            "sel": np.array(cells, dtype="int64"),
        }
    )
    number = {name: at for at, name in enumerate((*NUMBER_COLUMNS, *TEXT_COLUMNS))}
    filled, contents = np.array([number[name] for name in columns]), pd.Series(values, dtype=object)
    for name in NUMBER_COLUMNS:
        frame[name] = contents.where(filled == number[name]).astype("float64")
    for name in TEXT_COLUMNS:
        frame[name] = contents.where(filled == number[name], None)
    return frame


def _make_check_temuan(code: str, sheet: Checkable, cell: CellKey, referensi: Referensi) -> Temuan:
    content = sheet.content.get(cell)
    shown = content.render_text() if content else ""
    choices = {"L01": referensi.satuan, "L02": tuple(t.nama for t in referensi.tipe)}.get(code, ())
    near, name = suggest_nearest(shown, choices), name_head_entry(cell[0])
    return temuan(code, sheet.place(*cell), shown, dekat=near, nama=name)


def suggest_nearest(text: str, choices: Iterable[str]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" when none is near."""
    by_form = {comparable(choice): choice for choice in choices}
    near = get_close_matches(comparable(text), by_form, n=1, cutoff=0.6)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""
