"""A document as every reader gives it: paragraphs and tables in reading order, whatever the format was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or paragraph of text; `page` from 1, 0 where the format has no pages."""

    text: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A ruled table: rows of cell texts, lines inside a cell joined by a line feed.

    A merged cell has its text in its first row and column, and "" in the others.
    """

    rows: tuple[tuple[str, ...], ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document's name and what stands in it, in reading order.

    `outside` are texts outside the body: heads and feet of pages, notes, comments; each once.
    """

    nama: str
    parts: tuple[Paragraph | DocumentTable, ...]
    outside: tuple[str, ...] = ()
