"""An .xlsx or .xlsm package as a `BukuSel`: one streaming pass a part, no library, nothing executed."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from iki_xl.readers.book import BukuSel, Isi, TidakTerbacaError
from iki_xl.readers.formats import EPOK_1900, EPOK_1904
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.relations import EXTRA_KINDS, Relation, read_relations, relations_part, target_of
from iki_xl.readers.runs import INHERITED, Run, text_as_seen
from iki_xl.readers.xlsx_quick import BukanPolosError, belah_teks, teks_bersama
from iki_xl.readers.xlsx_shared import Bersama, Jatah
from iki_xl.readers.xlsx_sheet import UTAMA, baca_lembar
from iki_xl.readers.xlsx_styles import RUN_TAGS, Styles, joined, read_styles, run_face
from iki_xl.readers.xml_pass import (
    MalformedError,
    jalankan,
    nama_xml,
    pengurai,
    polos,
    saat_utc,
    teks_unsur,
    telusuri,
    terlalu_dalam,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from iki_xl.readers.book import Batas
    from iki_xl.readers.formats import NumberFormat
    from iki_xl.readers.package import Paket
    from iki_xl.readers.xlsx_around import SheetPart

_INTI = nama_xml(("http://purl.org/dc/terms/",), ("modified",))
_BENAR = ("1", "true")
_TANPA_LEMBAR = "di dalamnya tidak ada lembar kerja"


def baca_xlsx(paket: Paket, batas: Batas) -> BukuSel:
    """Read every filled cell of every worksheet, and what the workbook says of itself.

    Returns: sheets in the order of their tabs (chart sheets left out), `disimpan` from the core
        properties.

    Raises:
        TidakTerbacaError: a part is missing, damaged, hostile or over a limit.

    Source: ECMA-376 part 1 (transitional and strict) and part 2.
    """
    root = _relations(paket, "", batas)
    book = target_of(root, "officeDocument", "xl/workbook.xml")
    related = _relations(paket, book, batas)
    names, epok = _buku(paket.baca(book), batas)
    sheets = []
    for name, relation in names:
        target = related.get(relation)
        if target is None or target.external:
            raise TidakTerbacaError(f"lembar “{name[:31]}” tidak ada di dalamnya")
        if target.kind == "worksheet":
            sheets.append((name, target.target))
    if not sheets:
        raise TidakTerbacaError(_TANPA_LEMBAR)
    texts = target_of(related, "sharedStrings")
    styles = target_of(related, "styles")
    shown = _teks_bersama(paket.baca(texts), batas) if paket.ada(texts) else NO_TEXTS
    looks = _styles(paket, styles, batas)
    shared = Bersama(shown.seen, looks.formats, epok, shown.runs, looks.faces)
    jatah = Jatah.dari(batas)
    read = [(baca_lembar(name, paket.baca(part), shared, batas, jatah), part) for name, part in sheets]
    saved = _disimpan(paket, target_of(root, "core-properties", "docProps/core.xml"), batas)
    lost = isinstance(shared.tampilan, LostFormats) and shared.tampilan.missed
    if _alone(paket, related, read):
        return BukuSel(tuple(sheet.sheet for sheet, _ in read), saved, formats_known=not lost)
    from iki_xl.readers.xlsx_beside import complete  # most returned workbooks have nothing beside their cells

    done, extras = complete(paket, related, read, batas)
    return BukuSel(done, saved, extras, formats_known=not lost)


def _alone(paket: Paket, related: Mapping[str, Relation], sheets: Iterable[tuple[SheetPart, str]]) -> bool:
    """Return whether neither the workbook nor a sheet points to a part that says more than the cells do."""
    if any(relation.kind in EXTRA_KINDS for relation in related.values()):
        return False
    return not any(sheet.rich or paket.ada(relations_part(part)) for sheet, part in sheets)


def _relations(paket: Paket, part: str, batas: Batas) -> Mapping[str, Relation]:
    """Return the relationships of a part ("" for the package's own) by their ids."""
    source = relations_part(part)
    return read_relations(paket.baca(source), part, batas.kedalaman) if paket.ada(source) else {}


@lru_cache(maxsize=256)
def _buku(content: bytes, batas: Batas) -> tuple[list[tuple[str, str]], datetime]:
    """Return (name, relationship id) of every sheet in order, and the moment that serials count from."""
    names: list[tuple[str, str]] = []
    epok = EPOK_1900

    def properties(attributes: dict[str, str]) -> None:
        nonlocal epok
        if attributes.get("date1904", "").strip().lower() in _BENAR:
            epok = EPOK_1904

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
        # Excel leaves the id of a sheet of old macros empty
        if relation:
            names.append((attributes.get("name", ""), relation))
        if len(names) > batas.lembar:
            raise TidakTerbacaError(f"lembarnya lebih dari {batas.lembar}", limit="lembar")

    telusuri(content, batas.kedalaman, _per_nama({"workbookPr": properties, "sheet": sheet}))
    return names, epok


class Texts(NamedTuple):
    """The shared texts by their index as cells write it.

    `seen` is each in a cell of plain letters, None for one of no letters; `runs` are those of several faces.
    """

    seen: Mapping[str, Isi | None]
    runs: Mapping[str, tuple[Run, ...]]


NO_TEXTS = Texts({}, {})


def _teks_bersama(content: bytes, batas: Batas) -> Texts:
    cut = belah_teks(content) if polos(content, UTAMA) else None
    if cut is None:
        return _Teks(content, batas).texts()
    try:
        texts = [teks_bersama(piece) for piece in cut.potongan[1:]]
    except BukanPolosError:
        return _Teks(content, batas).texts()
    if _banyak_teks(cut.luar, batas):
        # some have another shape and would shift the others
        return _Teks(content, batas).texts()
    return Texts(dict(zip(map(str, range(len(texts))), texts, strict=True)), {})


@lru_cache(maxsize=256)
def _banyak_teks(around: bytes, batas: Batas) -> int:
    """How many texts stand around those that were cut out; refuses what is wrong there."""
    return len(_Teks(around, batas).every)


class _Teks:
    """The pass over the shared texts: runs of one text are put together, its reading aid is left out."""

    __slots__ = ("_batas", "_buka", "_face", "_fonetik", "_nama", "_terakhir", "_utuh", "every")

    def __init__(self, content: bytes, batas: Batas) -> None:
        self._batas = batas
        self._buka = 0
        self._fonetik = False
        self._face = INHERITED
        self._terakhir: list[str] = []
        self._utuh: list[Run] = []
        self.every: list[str | tuple[Run, ...]] = []
        plain = polos(content, UTAMA)
        self._nama = nama_xml(() if plain else UTAMA, ("si", "t", "rPh", *RUN_TAGS))
        parser = pengurai(self._terakhir.append, polos=plain)
        parser.StartElementHandler = self._mulai
        parser.EndElementHandler = self._selesai
        jalankan(parser, content)

    def texts(self) -> Texts:
        """Return what was read."""
        every = dict(zip(map(str, range(len(self.every))), self.every, strict=True))
        rich = {index: text for index, text in every.items() if not isinstance(text, str)}
        return Texts({index: _seen(text) for index, text in every.items()}, rich)

    def _mulai(self, name: str, attributes: dict[str, str]) -> None:
        self._buka += 1
        if self._buka > self._batas.kedalaman:
            raise terlalu_dalam()
        tag = self._nama.get(name)
        if tag == "t":
            self._terakhir.clear()
        elif tag == "si":
            self._utuh.clear()
        elif tag == "rPh":
            self._fonetik = True
        elif tag in RUN_TAGS:
            self._face = run_face(self._face, tag, attributes)

    def _selesai(self, name: str) -> None:
        self._buka -= 1
        tag = self._nama.get(name)
        if tag == "t":
            if not self._fonetik:
                self._utuh.append(Run("".join(self._terakhir), self._face))
        elif tag == "si":
            runs = joined(self._utuh)
            plain = len(runs) == 1 and runs[0].face == INHERITED
            self.every.append(runs[0].text if plain else runs or "")
            if len(self.every) > self._batas.sel:
                raise TidakTerbacaError("teksnya terlalu banyak", limit="sel")
        elif tag == "rPh":
            self._fonetik = False
        elif tag == "r":
            self._face = INHERITED


def _seen(text: str | tuple[Run, ...]) -> Isi | None:
    if isinstance(text, str):
        return as_seen(Isi(text)) if text else None
    seen = text_as_seen(text)
    return as_seen(seen) if seen else None


class LostFormats(dict[str, "NumberFormat"]):
    """The number formats of a workbook that lost them: all are plain; `missed`: a number asked for one."""

    missed = False

    def __contains__(self, style: object) -> bool:
        """Say yes, so that every cell asks."""
        return True

    def get(self, style: str, default: Any = None) -> Any:  # noqa: ANN401 # as a dict has it
        """Return the default; the first format of a workbook is the plain one."""
        self.missed = self.missed or style not in ("", "0")
        return default


def _styles(paket: Paket, part: str, batas: Batas) -> Styles:
    """Return how each cell format shows what it holds; nothing else of the styles matters."""
    if not paket.ada(part):
        return Styles(LostFormats(), {})
    try:
        return read_styles(paket.baca(part), batas, UTAMA)
    except MalformedError:
        return Styles(LostFormats(), {})


def _per_nama(
    wanted: dict[str, Callable[[dict[str, str]], None]],
) -> dict[str, Callable[[dict[str, str]], None]]:
    return {f"{space} {name}": done for space in UTAMA for name, done in wanted.items()}


def _disimpan(paket: Paket, part: str, batas: Batas) -> datetime | None:
    """Return the "last modified" moment in UTC, without a zone; None where there is none that can be read."""
    if not paket.ada(part):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "modified" if element in _INTI else None

    with contextlib.suppress(MalformedError):  # what a workbook says of itself is no reason to refuse it
        found = teks_unsur(paket.baca(part), batas.kedalaman, key)
        return saat_utc(found["modified"]) if found else None
    return None
