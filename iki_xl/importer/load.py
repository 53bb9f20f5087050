"""A document's forms, whatever its format: what it is, is judged by its bytes, not by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.importer.guess.katalog import DocumentContent
from iki_xl.importer.read.kinds import DocumentKind, recognise_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from iki_xl.importer.read.document import Document

    Progress = Callable[[int, int], None]


def read_document(path: Path, progress: Progress) -> DocumentContent:
    """Read a document and find the forms in it; `progress` hears how many pages of a PDF are done.

    Raises:
        DocumentError: the document cannot be read, in one sentence that says what to do.
    """
    from iki_xl.importer.forms.forms import read_iki_forms

    forms, left = read_iki_forms(_read_by_kind(path, progress))
    return DocumentContent(path.name, forms, left)


def _read_by_kind(path: Path, progress: Progress) -> Document:
    kind = recognise_document(path)
    if kind is DocumentKind.DOCX:
        from iki_xl.importer.read.docx import read_docx

        return read_docx(path)
    if kind is DocumentKind.PDF:
        from iki_xl.importer.read.pdf import read_pdf

        return read_pdf(path, progress)
    from iki_xl.importer.read.text import read_text

    return read_text(path)
