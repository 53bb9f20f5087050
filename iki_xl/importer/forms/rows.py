"""The rows of an IKI table: its head found, its columns mapped, merged cells filled downwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from iki_xl.importer.forms.cells import collapse_blanks, tidy_cell, tidy_formulasi, tidy_list_cell
from iki_xl.importer.forms.records import IkiRow
from iki_xl.importer.forms.titles import (
    FORMULASI,
    INDIKATOR,
    NO,
    OTHER,
    SASARAN,
    SATUAN,
    SUMBER_DATA,
    TIPE,
    find_title_column,
    is_table_head,
)
from iki_xl.importer.read.weights import MEASURE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

ColumnNames = tuple[str | None, ...]
_ROW_NUMBER = re.compile(r"\s*\(?\d{0,3}\s*[.)]?\s*")
_MOST_HEAD_ROWS = 3
_FEWEST_COLUMN_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table's head: its columns, the rows it takes, and titles that name none of the known columns."""

    columns: ColumnNames
    row_count: int
    unknown_titles: tuple[str, ...]


def find_table_head(rows: Sequence[Sequence[str]], start: int) -> TableHead | None:
    """Return the head that starts at a row, or None.

    A head may be broken over rows (SASARAN/ KINERJA above UTAMA) and be followed by a row of column numbers.
    """
    for count in range(_MOST_HEAD_ROWS, 0, -1):
        head_rows = rows[start : start + count]
        if len(head_rows) < count or len({len(b) for b in head_rows}) > 1:
            continue
        titles = [" ".join(cells) for cells in zip(*head_rows, strict=True)]
        columns = _name_columns_once([find_title_column(j) for j in titles])
        unknown = tuple(j for k, j in zip(columns, titles, strict=True) if k is None and j.strip())
        if is_table_head(columns) and (not unknown or count == 1):
            after = start + count
            has_numbers = after < len(rows) and _is_numbering_row(rows[after])
            named = tuple(
                OTHER if k is None and j.strip() else k for k, j in zip(columns, titles, strict=True)
            )
            return TableHead(named, count + has_numbers, unknown)
    return None


def _name_columns_once(columns: Sequence[str | None]) -> ColumnNames:
    """Return the columns with each named once: a second column of the same name is an unknown one."""
    return tuple(None if k != OTHER and k in columns[:n] else k for n, k in enumerate(columns))


def _is_numbering_row(cells: Sequence[str]) -> bool:
    content = [s for s in cells if s.strip()]
    return len(content) >= _FEWEST_COLUMN_NUMBERS and all(_ROW_NUMBER.fullmatch(s) for s in content)


@dataclass(slots=True)
class TableContent:
    """What a jabatan's table gives, row by row, however many pages it takes.

    `wrapped`: lines in a cell are a page's wrapped lines, not the writer's own.
    """

    wrapped: bool
    rows: list[IkiRow] = field(default_factory=list)
    columns: ColumnNames = ()
    _without_indikator: list[str] = field(default_factory=list)
    _waiting: str = ""

    @property
    def sasaran_without_indikator(self) -> tuple[str, ...]:
        return (*self._without_indikator, *filter(None, [self._waiting]))

    def add(self, cells: Sequence[str], page: int, *, continues: bool = False) -> list[str]:
        """Take a row of cells in; returns the texts that found no column.

        `continues` marks the first row after a page break: it may be the rest of the last row.
        """
        content, leftovers = self._map_cells(cells)
        sasaran, indikator = content[SASARAN], content[INDIKATOR]
        other = {k: content[k] for k in (SATUAN, TIPE, FORMULASI, SUMBER_DATA) if content[k]}
        if continues and not content[NO]:
            sasaran, indikator = self._join_over_page_break(sasaran, indikator)
            content = {**content, INDIKATOR: indikator}
        if indikator:
            self._append_row(sasaran, content, page)
        elif sasaran:
            self._keep_sasaran_waiting(sasaran)
            leftovers.extend(other.values())
        elif other and self.rows:
            self.rows[-1] = _extend_iki_row(self.rows[-1], other)
        else:
            leftovers.extend(other.values())
        return leftovers

    def _append_row(self, sasaran: str, content: dict[str, str], page: int) -> None:
        above = self.rows[-1] if self.rows else IkiRow("", "")
        if sasaran:
            self._keep_sasaran_waiting("")
        sasaran = sasaran or self._waiting or above.sasaran
        self._waiting = ""
        sumber_data = content[SUMBER_DATA] or above.sumber_data
        self.rows.append(
            IkiRow(
                sasaran,
                content[INDIKATOR],
                content[SATUAN],
                content[TIPE],
                content[FORMULASI],
                sumber_data,
                page,
            )
        )

    def _keep_sasaran_waiting(self, sasaran: str) -> None:
        """Keep a sasaran until an indikator follows; the one kept before had none."""
        if self._waiting:
            self._without_indikator.append(self._waiting)
        self._waiting = sasaran

    def _join_over_page_break(self, sasaran: str, indikator: str) -> tuple[str, str]:
        """Add to the last row what a page break cut off it; returns what is left of the two cells."""
        if not self.rows:
            return sasaran, indikator
        last = self.rows[-1]
        if _is_cut_off_text(last.sasaran, sasaran):
            whole = f"{last.sasaran} {sasaran}"
            self.rows = [replace(b, sasaran=whole) if b.sasaran == last.sasaran else b for b in self.rows]
            sasaran = ""
        if not sasaran and _is_cut_off_text(last.indikator, indikator):
            self.rows[-1] = replace(self.rows[-1], indikator=f"{last.indikator} {indikator}")
            indikator = ""
        return sasaran, indikator

    def _map_cells(self, cells: Sequence[str]) -> tuple[dict[str, str], list[str]]:
        """Return the cleaned text of every column, and the texts without a column."""
        columns = self._find_columns_for(cells)
        raw = dict.fromkeys((NO, SASARAN, INDIKATOR, SATUAN, TIPE, FORMULASI, SUMBER_DATA), "")
        leftovers = []
        left = None
        for at, text in enumerate(cells):
            name = columns[at] if at < len(columns) else OTHER
            left = name or left or NO
            if not text.strip():
                continue
            if left == OTHER or (left == NO and not _ROW_NUMBER.fullmatch(text)):
                leftovers.append(collapse_blanks(text))
            else:
                raw[left] = "\n".join(filter(None, [raw[left], text]))
        return self._tidy_row_texts(raw), leftovers

    def _find_columns_for(self, cells: Sequence[str]) -> ColumnNames:
        """Return the columns; a head that lacks the title of the number column gets one."""
        lacks_number = (
            len(cells) == len(self.columns) + 1 and NO not in self.columns and self.columns[0] is not None
        )
        return (NO, *self.columns) if lacks_number and _ROW_NUMBER.fullmatch(cells[0]) else self.columns

    def _tidy_row_texts(self, raw: dict[str, str]) -> dict[str, str]:
        tidiers = {
            INDIKATOR: tidy_cell,
            FORMULASI: tidy_formulasi,
            SUMBER_DATA: tidy_list_cell,
            SASARAN: tidy_cell,
        }
        return {
            k: tidiers[k](text, wrapped=self.wrapped) if k in tidiers else collapse_blanks(text)
            for k, text in raw.items()
        }


def _is_cut_off_text(before: str, text: str) -> bool:
    """Say whether a text looks like the rest of the one before: no capital, and the one before not closed."""
    if not text or MEASURE_WORDS.fullmatch(text.partition(" ")[0]):
        return False
    return text[0].islower() and not before.endswith((".", ";")) and before[:1].isupper()


def _extend_iki_row(row: IkiRow, other: dict[str, str]) -> IkiRow:
    """Give a row the further lines of its cells; what it already says is not said twice."""
    texts = {SATUAN: row.satuan, TIPE: row.tipe_perhitungan, SUMBER_DATA: row.sumber_data}
    texts[FORMULASI] = row.formulasi
    for column, extra in other.items():
        if column == FORMULASI or extra not in texts[column].split("\n"):
            texts[column] = "\n".join(filter(None, [texts[column], extra]))
    return replace(
        row,
        satuan=texts[SATUAN],
        tipe_perhitungan=texts[TIPE],
        formulasi=texts[FORMULASI],
        sumber_data=texts[SUMBER_DATA],
    )
