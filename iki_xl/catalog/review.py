"""What the workbook shows beside the catalogue after an import; its reader knows none of it."""

from __future__ import annotations

from dataclasses import replace

from iki_xl.catalog.parts import Column, ColumnKind, Form, Table

IMPORT_PETUNJUK = (
    "Sel kuning bercetak miring berisi tebakan dari dokumen: periksa, dan perbaiki bila perlu.",
    "Alasannya ada di catatan sel dan di kolom Perlu diperiksa. Kolom itu boleh dikosongkan atau dihapus.",
    "Bila ada lembar Sisa dokumen: teks di sana belum mendapat tempat. Lembar itu boleh dihapus.",
)
"""Sentences before those of the first sheet, where an import made the catalogue."""

_REVIEW_COLUMN = Column("periksa", "Perlu diperiksa", 52, ColumnKind.REVIEW)

LEFTOVERS = Table(
    name="sisa",
    sheet="Sisa dokumen",
    frozen=1,
    columns=(
        Column("dokumen", "Dokumen", 34, ColumnKind.LONG_TEXT),
        Column("halaman", "Halaman", 11, ColumnKind.NUMBER),
        Column("teks", "Teks yang belum mendapat tempat di katalog", 120, ColumnKind.LONG_TEXT),
    ),
)
"""What an import could not place. Nothing in it counts."""


def add_review_column(part: Form | Table) -> Form | Table:
    """Return a form or table with the column that says what to check in each row.

    The reader is not told of it: a column that it does not know may be emptied or deleted.
    """
    if isinstance(part, Form):
        return replace(part, review_column=_REVIEW_COLUMN)
    columns = (*part.columns[: part.frozen], _REVIEW_COLUMN, *part.columns[part.frozen :])
    return replace(part, columns=columns)
