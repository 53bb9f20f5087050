"""A document as every reader gives it: paragraphs and tables in reading order, whatever the format was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alinea:
    """One line or paragraph of text; `halaman` from 1, 0 where the format has no pages."""

    teks: str
    halaman: int = 0


@dataclass(frozen=True, slots=True)
class Tabel:
    """A ruled table: rows of cell texts, lines inside a cell joined by a line feed.

    A merged cell has its text in its first row and column, and "" in the others.
    """

    baris: tuple[tuple[str, ...], ...]
    halaman: int = 0


@dataclass(frozen=True, slots=True)
class Dokumen:
    """A document's name and what stands in it, in reading order.

    `luar` are texts outside the body: heads and feet of pages, notes, comments; each once.
    """

    nama: str
    bagian: tuple[Alinea | Tabel, ...]
    luar: tuple[str, ...] = ()
