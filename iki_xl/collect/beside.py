"""What lies over a returned sheet or beside its workbook's sheets: quoted or named, never an entry."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from iki_xl.a1 import write_address
from iki_xl.findings import Place, temuan
from iki_xl.form.notes import without_own_notes
from iki_xl.readers.book import CellAt, Extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iki_xl.collect.returned import ReturnedSheet
    from iki_xl.findings import Temuan
    from iki_xl.readers.book import BookCells, SheetCells

# So many of each kind are quoted; of the others the first few addresses. Quoted texts are cut.
_QUOTED, _ADDRESSES, _LETTERS = 5, 5, 2_000
# So many notes and pictures are looked at closely.
_SEARCHED = 2_000
_NOT_TEXT = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_EXTRAS = {
    Extra.MACROS: "makro",
    Extra.EXTERNAL_LINKS: "tautan ke berkas atau sumber data lain",
    Extra.DDE: "tautan ke program lain (DDE)",
    Extra.UNREAD: "bagian yang rusak atau terlalu besar (catatan, kotak teks, atau tautan)",
}
Item = tuple[CellAt | None, str]


def say_beside(sheet: SheetCells, returned: ReturnedSheet | None = None) -> Iterator[Temuan]:
    """Quote notes and boxes of a sheet, and name pictures over its entries.

    `returned` is the sheet as it was recognised, None for one of the template's own others.
    """
    if not (sheet.notes or sheet.boxes or sheet.pictures):
        return
    place = Place("", sheet.nama, "", returned.form.jabatan.id if returned else "")
    ids = {row: row_id for row_id, row in returned.placement.rows.items()} if returned else {}
    boxes = [(box.at, text) for box in sheet.boxes if (text := _shown(box.text))]
    pictures = _over_entries(sheet, returned) if returned else []
    for code, one, kind, items in (
        ("B32", "catatan di sel ini", "catatan", _notes(sheet)),
        ("B33", "kotak teks", "kotak teks", boxes),
        ("B33", "gambar di atas sel ini", "gambar di atas sel isian", pictures),
    ):
        for at, text in items[:_QUOTED]:
            yield temuan(code, _at(place, at, ids), text, apa=f"{one}: “{text}”" if text else one)
        rest = items[_QUOTED:]
        if rest:
            texts = "; ".join(text for _, text in rest if text)[:_LETTERS]
            yield temuan(
                code, _at(place, rest[0][0], ids), texts, apa=f"{len(rest)} {kind} lain{_where(rest)}"
            )


def say_extras(book: BookCells) -> Iterator[Temuan]:
    """Name what a workbook holds that is never followed or run."""
    for extra in Extra:
        if extra in book.extras:
            yield temuan("B34", Place(), _EXTRAS[extra], apa=_EXTRAS[extra])


def _notes(sheet: SheetCells) -> list[Item]:
    """Return the notes in the order of the sheet, without what this program wrote into them."""
    found: list[Item] = []
    for number, (at, text) in enumerate(sorted(sheet.notes.items())):
        left = _shown(without_own_notes(text) if number < _SEARCHED else text)
        if left:
            found.append((at, left))
    return found


def _shown(text: str) -> str:
    return _NOT_TEXT.sub(" ", text).strip()[:_LETTERS]


def _over_entries(sheet: SheetCells, returned: ReturnedSheet) -> list[Item]:
    """Return the first entry under each picture that lies over any."""
    places = returned.placement
    entries = sorted(at for cell in returned.form.entry_cells if (at := places.cell(*cell)))
    found: dict[CellAt, None] = {}
    for top, left, bottom, right in sheet.pictures[:_SEARCHED]:
        under = (at for at in entries if top <= at[0] <= bottom and left <= at[1] <= right)
        found.update(dict.fromkeys(islice(under, 1)))
    return [(at, "") for at in sorted(found)]


def _where(items: Sequence[Item]) -> str:
    addresses = [write_address(*at) for at, _ in items[:_ADDRESSES] if at]
    more = ", …" if len(items) > _ADDRESSES else ""
    return f" ({', '.join(addresses)}{more})" if addresses else ""


def _at(place: Place, at: CellAt | None, ids: Mapping[int, str]) -> Place:
    """Return a cell's place; the ids of rows that are no indikator begin with a mark."""
    if at is None:
        return place
    row_id = ids.get(at[0], "")
    return replace(place, cell=write_address(*at), id_indikator="" if row_id.startswith("#") else row_id)
