"""A Word document as paragraphs and tables in the order in which they are read.

python-docx opens the package; the body is walked here, because text stands in more places than its paragraphs
and tables tell: content controls, text boxes, equations, tables within tables, and between what was tracked.
Headers, footers, comments, footnotes and hidden text are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.importer.document import Alinea, Dokumen, Tabel
from iki_xl.importer.kinds import Jenis, pastikan, rusak
from iki_xl.importer.numbering import Penomoran, W, baku, nilai
from iki_xl.importer.word_package import RUSAK, salin, teks_luar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO
    from pathlib import Path

    from docx.oxml.xmlchemy import BaseOxmlElement

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DIHAPUS = {W + "del", W + "moveFrom"}
_BUKAN_ISI = {
    W + "pPr",
    W + "rPr",
    W + "tblPr",
    W + "tblGrid",
    W + "trPr",
    W + "tcPr",
    W + "sectPr",
    W + "sdtPr",
}
_LEWATI = _DIHAPUS | _BUKAN_ISI | {_MC + "Fallback"}
_KOTAK_TEKS = W + "txbxContent"
_MATI = {"0", "false", "off"}
_HURUF_BIASA = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
_KOLOM_TERBANYAK = 1000
_ANGKA_SIMBOL = 4


def baca_docx(path: Path) -> Dokumen:
    """Read a .docx, whatever its name. A .docx knows no pages, so every `halaman` is 0.

    Raises:
        DocumentError: the file cannot be read, is not a .docx, is damaged or too large.
    """
    pastikan(path, Jenis.DOCX)
    package = salin(path)
    try:
        return Dokumen(path.name, tuple(_pembaca(package).semua()), teks_luar(path))
    # lxml's syntax error is a SyntaxError; the others are what python-docx gives on parts that miss or clash.
    except (*RUSAK, SyntaxError, AttributeError, TypeError, LookupError) as exc:
        raise rusak(path) from exc


def _pembaca(package: BytesIO) -> _Pembaca:
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = Document(package)
    links = document.part.rels.values()
    has_numbering = any(link.reltype == RELATIONSHIP_TYPE.NUMBERING for link in links)
    numbering = document.part.numbering_part.element if has_numbering else None
    styles = document.styles.element
    body = document.element.body
    return _Pembaca(body, Penomoran(styles, numbering))


@dataclass(slots=True)
class _Baris:
    """A paragraph as it is being put together, and the text boxes that are anchored in it."""

    teks: list[str] = field(default_factory=list)
    kotak: list[BaseOxmlElement] = field(default_factory=list)

    def isi(self, number: str) -> Iterator[Alinea]:
        lines = [line.strip(" ") for line in baku("".join(self.teks)).split("\n") if line.strip()]
        if number and lines:
            lines[0] = f"{number} {lines[0].lstrip()}"
        yield from (Alinea(line) for line in lines)


class _Pembaca:
    """Walks a body once, from beginning to end; keeps the text that waits for its paragraph."""

    def __init__(self, body: BaseOxmlElement, penomoran: Penomoran) -> None:
        self._body = body
        self._penomoran = penomoran
        self._tertunda: _Baris | None = None

    def semua(self) -> Iterator[Alinea | Tabel]:
        yield from self._bagian(self._body)
        if self._tertunda is not None:
            yield from self._tertunda.isi("")

    def _bagian(self, container: BaseOxmlElement) -> Iterator[Alinea | Tabel]:
        for child in _anak(container):
            if child.tag == W + "p":
                yield from self._alinea(child)
            elif child.tag == W + "tbl":
                yield from self._tabel(child)
            else:
                yield from self._bagian(child)

    def _alinea(self, paragraph: BaseOxmlElement) -> Iterator[Alinea | Tabel]:
        line = self._tertunda or _Baris()
        self._tertunda = None
        for child in _anak(paragraph):
            self._tulis(child, line)
        mark = paragraph.find(f"{W}pPr/{W}rPr/{W}del")
        following = paragraph.getnext()
        if mark is not None and following is not None and following.tag == W + "p":
            self._tertunda = line  # this paragraph's end was deleted: the next one goes on in its line
            return
        number = "" if mark is not None else self._penomoran.tanda(paragraph)
        yield from line.isi(number)
        for box in line.kotak:
            yield from self._bagian(box)

    def _tulis(self, element: BaseOxmlElement, line: _Baris) -> None:
        """Add what an element inside a paragraph shows."""
        tag = element.tag
        if tag == W + "t" or tag == _M + "t":
            line.teks.append(element.text or "")
        elif tag in _HURUF_BIASA:
            line.teks.append(_HURUF_BIASA[tag])
        elif tag == W + "sym":
            line.teks.append(_simbol(element))
        elif tag == _KOTAK_TEKS:
            line.kotak.append(element)
        elif tag == _M + "f":
            self._pecahan(element, line)
        elif not (tag == W + "r" and _tersembunyi(element)):
            for child in _anak(element):
                self._tulis(child, line)

    def _pecahan(self, element: BaseOxmlElement, line: _Baris) -> None:
        """A fraction of an equation, on one line."""
        parts = [part for part in _anak(element) if part.tag in {_M + "num", _M + "den"}]
        for at, part in enumerate(parts):
            line.teks.append(" / " if at else "")
            for child in _anak(part):
                self._tulis(child, line)

    def _tabel(self, table: BaseOxmlElement) -> Iterator[Alinea | Tabel]:
        """The rows of a table; a row that only frames another table is opened."""
        rows: list[list[str]] = []
        for row in _turunan(table, W + "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            cells = list(_turunan(row, W + "tc"))
            if _bingkai(cells):
                yield from _tabel_jadi(rows)
                for cell in cells:
                    yield from self._bagian(cell)
                rows = []
            else:
                rows.append(self._baris(properties, cells))
        yield from _tabel_jadi(rows)

    def _baris(self, properties: BaseOxmlElement | None, cells: list[BaseOxmlElement]) -> list[str]:
        """The texts of a row, one for each column of the grid."""
        texts = [""] * _hitungan(nilai(properties, "gridBefore"), 0)
        for cell in cells:
            lines = list(self._bagian(cell))
            texts.append("" if _lanjutan(cell) else "\n".join(_sebagai_teks(lines)))
            texts += [""] * (_hitungan(nilai(cell, "tcPr", "gridSpan"), 1) - 1)
        return texts


def _anak(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Children that hold text that counts; comments of the XML have no name."""
    return (child for child in element if isinstance(child.tag, str) and child.tag not in _LEWATI)


def _turunan(element: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for child in _anak(element):
        if child.tag == tag:
            yield child
        elif child.tag not in {W + "tbl", W + "p"}:
            yield from _turunan(child, tag)


def _tersembunyi(run: BaseOxmlElement) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(W + "val") not in _MATI


def _simbol(element: BaseOxmlElement) -> str:
    """The character of a symbol font; Word writes it as four hexadecimal digits."""
    digits = element.get(W + "char") or ""
    return bytes.fromhex(digits).decode("utf-16-be", "ignore") if len(digits) == _ANGKA_SIMBOL else ""


def _hitungan(text: str | None, otherwise: int) -> int:
    return min(int(text), _KOLOM_TERBANYAK) if text and text.isdecimal() else otherwise


def _lanjutan(cell: BaseOxmlElement) -> bool:
    """Whether a cell is merged with the one above or to the left of it."""
    merges = (cell.find(f"{W}tcPr/{W}{name}") for name in ("vMerge", "hMerge"))
    return any(merge is not None and merge.get(W + "val") != "restart" for merge in merges)


def _bingkai(cells: list[BaseOxmlElement]) -> bool:
    """Whether a row has one cell with text, and a table in it: a frame, not a row of data."""
    filled = [cell for cell in cells if next(cell.iter(W + "t"), None) is not None]
    return len(filled) == 1 and next(filled[0].iter(W + "tbl"), None) is not None


def _sebagai_teks(parts: list[Alinea | Tabel]) -> Iterator[str]:
    """Lines of a cell; a table inside it gives a line for each of its rows."""
    for part in parts:
        if isinstance(part, Alinea):
            yield part.teks
        else:
            for row in part.baris:
                yield "\t".join(" ".join(text.split("\n")) for text in row if text)


def _tabel_jadi(rows: list[list[str]]) -> Iterator[Tabel]:
    if any(text for row in rows for text in row):
        width = max(len(row) for row in rows)
        yield Tabel(tuple(tuple(row + [""] * (width - len(row))) for row in rows))
