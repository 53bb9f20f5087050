"""How a cell of a month's sheet shows that it is missing, late, stale or invalid, and never like a 0.

The look follows the words of Keterangan in the same row, also after sorting; each can be told from
the others in grey: missing is grey and empty, late bold and underlined, stale italic. What is
invalid is a word in the cell itself (`content.CellMark`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.formulas import quote_text
from iki_xl.palette import BLANK_SHADE, LATE_SHADE, RECAP_ATTENTION_SHADE
from iki_xl.recap.content import RemarkWord
from iki_xl.tables import NOT_REPORTED

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from iki_xl.recap.layout import RecapSheet
    from iki_xl.recap.styles import FormatProperties, RecapStyles

MARKS_EXPLAINED = (
    "Abu-abu kosong: belum diisi atau belum lapor, bukan 0. Tebal bergaris bawah: terlambat. Miring: basi "
    "(posisi bulan sebelumnya). “Tidak sah”: tidak dihitung."
)
_BLANK_LOOK: FormatProperties = BLANK_SHADE.to_properties()
_LATE_LOOK: FormatProperties = {**LATE_SHADE.to_properties(), "bold": True, "underline": 1}
_STALE_LOOK: FormatProperties = {**RECAP_ATTENTION_SHADE.to_properties(), "italic": True}
# column -> words of Keterangan -> look
_MARK_LOOKS: tuple[tuple[str, tuple[str, ...], FormatProperties], ...] = (
    ("realisasi", (RemarkWord.NOT_FILLED, NOT_REPORTED), _BLANK_LOOK),
    ("realisasi", (RemarkWord.LATE,), _LATE_LOOK),
    ("realisasi_sd", (RemarkWord.STALE,), _STALE_LOOK),
    ("target_sd", (RemarkWord.TARGET_INCOMPLETE,), _BLANK_LOOK),
)


def colour_marks(sheet: Worksheet, styles: RecapStyles, table_sheet: RecapSheet, count: int) -> None:
    """Add the looks to a month's sheet of `count` rows."""
    first, last = table_sheet.find_row(0), table_sheet.find_row(max(count, 1) - 1)
    said = f"${table_sheet.cell(0, 'keterangan')}"
    for key, words, look in _MARK_LOOKS:
        column = table_sheet.find_column(key)
        found = ",".join(f"ISNUMBER(SEARCH({quote_text(word)},{said}))" for word in words)
        rule = {"type": "formula", "criteria": f"=OR({found})", "format": styles.mark(look)}
        sheet.conditional_format(first, column, last, column, rule)
