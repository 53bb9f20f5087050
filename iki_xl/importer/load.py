"""A document's forms, whatever its format: what it is, is judged by its bytes, not by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.importer.guess import IsiDokumen
from iki_xl.importer.kinds import Jenis, jenis

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from iki_xl.importer.document import Dokumen

    Maju = Callable[[int, int], None]


def baca_isi(path: Path, maju: Maju) -> IsiDokumen:
    """Read a document and find the forms in it; `maju` hears how many pages of a PDF are done.

    Raises:
        DocumentError: the document cannot be read, in one sentence that says what to do.
    """
    from iki_xl.importer.forms import baca_formulir

    forms, left = baca_formulir(_baca(path, maju))
    return IsiDokumen(path.name, forms, left)


def _baca(path: Path, maju: Maju) -> Dokumen:
    kind = jenis(path)
    if kind is Jenis.DOCX:
        from iki_xl.importer.read_docx import baca_docx

        return baca_docx(path)
    if kind is Jenis.PDF:
        from iki_xl.importer.read_pdf import baca_pdf

        return baca_pdf(path, maju)
    from iki_xl.importer.read_text import baca_teks

    return baca_teks(path)
