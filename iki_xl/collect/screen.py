"""What a worker hands on: sheets that can be IKI in full, of others only enough to say what they are.

A foreign workbook may hold millions of cells, or texts of millions of letters; neither may reach the
process that merges everything.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.book import TidakTerbacaError
from iki_xl.form.identity import LEMBAR_IDENTITAS, baca_identitas
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP
from iki_xl.form.layout import form_fields

if TYPE_CHECKING:
    from iki_xl.collect.book import BukuSel, LembarSel
    from iki_xl.form.reading import Isi

# Excel's own cells hold at most 32,767 letters.
HURUF_PALING_BANYAK = 100_000
_JUDUL = {sama(field.title) for field in form_fields(0) if not field.hidden}
_TANDA = {BARIS_NAMA, BARIS_NIP}
# A form that is plainly there shows most of its titles; a few of them may be gone.
_CUKUP_JUDUL = 8
_CONTOH_SEL = 50


def saring(book: BukuSel) -> BukuSel:
    """Return the workbook without the bulk of sheets that cannot be IKI.

    Raises:
        TidakTerbacaError: a cell holds a text that no spreadsheet program would have taken.
    """
    return replace(book, lembar=tuple(_saring_lembar(sheet) for sheet in book.lembar))


def _saring_lembar(sheet: LembarSel) -> LembarSel:
    titles = set()
    for isi in sheet.sel.values():
        if not isinstance(isi.nilai, str):
            continue
        if len(isi.nilai) > HURUF_PALING_BANYAK:
            raise TidakTerbacaError(f"ada sel di lembar “{sheet.nama}” berisi lebih dari 100.000 huruf")
        if _tanda(isi):
            return sheet
        if len(isi.nilai) < 40 and sama(isi.nilai) in _JUDUL:  # noqa: PLR2004 - no title is longer
            titles.add(sama(isi.nilai))
    if len(titles) >= _CUKUP_JUDUL or sheet.nama == LEMBAR_IDENTITAS:
        return sheet
    return replace(sheet, sel=dict(islice(sheet.sel.items(), _CONTOH_SEL)))


def _tanda(isi: Isi) -> bool:
    text = str(isi.nilai).strip()
    return text in _TANDA or baca_identitas(text) is not None
