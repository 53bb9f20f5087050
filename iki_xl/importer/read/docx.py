"""A Word document as paragraphs and tables in the order in which they are read.

python-docx opens the package; the body is walked here, because text stands in more places than its paragraphs
and tables tell: content controls, text boxes, equations, tables within tables, and between what was tracked.
Headers, footers, comments, footnotes and hidden text are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iki_xl.importer.read.document import Document, DocumentTable, Paragraph
from iki_xl.importer.read.kinds import DocumentKind, build_damage_error, ensure_kind
from iki_xl.importer.read.numbering import Numbering, W, read_val, replace_symbols
from iki_xl.importer.read.word_package import BROKEN_PACKAGE_ERRORS, copy_text_parts, read_outside_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO
    from pathlib import Path

    from docx.oxml.xmlchemy import BaseOxmlElement

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = {W + "del", W + "moveFrom"}
_NOT_CONTENT = {
    W + "pPr",
    W + "rPr",
    W + "tblPr",
    W + "tblGrid",
    W + "trPr",
    W + "tcPr",
    W + "sectPr",
    W + "sdtPr",
}
_PASSED_OVER = _DELETED | _NOT_CONTENT | {_MC + "Fallback"}
_TEXT_BOX = W + "txbxContent"
_OFF = {"0", "false", "off"}
_PLAIN_LETTERS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
_MOST_COLUMNS = 1000
_SYMBOL_DIGITS = 4


def read_docx(path: Path) -> Document:
    """Read a .docx, whatever its name. A .docx knows no pages, so every `page` is 0.

    Raises:
        DocumentError: the file cannot be read, is not a .docx, is damaged or too large.
    """
    ensure_kind(path, DocumentKind.DOCX)
    package = copy_text_parts(path)
    try:
        return Document(path.name, tuple(_open_body(package).walk_body()), read_outside_texts(path))
    # lxml's syntax error is a SyntaxError; the others are what python-docx gives on parts that miss or clash.
    except (*BROKEN_PACKAGE_ERRORS, SyntaxError, AttributeError, TypeError, LookupError) as exc:
        raise build_damage_error(path) from exc


def _open_body(package: BytesIO) -> _BodyReader:
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = Document(package)
    links = document.part.rels.values()
    has_numbering = any(link.reltype == RELATIONSHIP_TYPE.NUMBERING for link in links)
    numbering = document.part.numbering_part.element if has_numbering else None
    styles = document.styles.element
    body = document.element.body
    return _BodyReader(body, Numbering(styles, numbering))


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph as it is being put together, and the text boxes that are anchored in it."""

    text: list[str] = field(default_factory=list)
    boxes: list[BaseOxmlElement] = field(default_factory=list)

    def build_paragraphs(self, number: str) -> Iterator[Paragraph]:
        lines = [line.strip(" ") for line in replace_symbols("".join(self.text)).split("\n") if line.strip()]
        if number and lines:
            lines[0] = f"{number} {lines[0].lstrip()}"
        yield from (Paragraph(line) for line in lines)


class _BodyReader:
    """Walks a body once, from beginning to end; keeps the text that waits for its paragraph."""

    def __init__(self, body: BaseOxmlElement, numbering: Numbering) -> None:
        self._body = body
        self._numbering = numbering
        self._pending: _OpenParagraph | None = None

    def walk_body(self) -> Iterator[Paragraph | DocumentTable]:
        yield from self._read_parts(self._body)
        if self._pending is not None:
            yield from self._pending.build_paragraphs("")

    def _read_parts(self, container: BaseOxmlElement) -> Iterator[Paragraph | DocumentTable]:
        for child in _iterate_content(container):
            if child.tag == W + "p":
                yield from self._read_paragraph(child)
            elif child.tag == W + "tbl":
                yield from self._read_docx_table(child)
            else:
                yield from self._read_parts(child)

    def _read_paragraph(self, paragraph: BaseOxmlElement) -> Iterator[Paragraph | DocumentTable]:
        line = self._pending or _OpenParagraph()
        self._pending = None
        for child in _iterate_content(paragraph):
            self._add_shown_text(child, line)
        mark = paragraph.find(f"{W}pPr/{W}rPr/{W}del")
        following = paragraph.getnext()
        if mark is not None and following is not None and following.tag == W + "p":
            self._pending = line  # this paragraph's end was deleted: the next one goes on in its line
            return
        number = "" if mark is not None else self._numbering.number_paragraph(paragraph)
        yield from line.build_paragraphs(number)
        for box in line.boxes:
            yield from self._read_parts(box)

    def _add_shown_text(self, element: BaseOxmlElement, line: _OpenParagraph) -> None:
        """Add what an element inside a paragraph shows."""
        tag = element.tag
        if tag == W + "t" or tag == _M + "t":
            line.text.append(element.text or "")
        elif tag in _PLAIN_LETTERS:
            line.text.append(_PLAIN_LETTERS[tag])
        elif tag == W + "sym":
            line.text.append(_decode_symbol(element))
        elif tag == _TEXT_BOX:
            line.boxes.append(element)
        elif tag == _M + "f":
            self._add_fraction(element, line)
        elif not (tag == W + "r" and _is_hidden_run(element)):
            for child in _iterate_content(element):
                self._add_shown_text(child, line)

    def _add_fraction(self, element: BaseOxmlElement, line: _OpenParagraph) -> None:
        """A fraction of an equation, on one line."""
        parts = [part for part in _iterate_content(element) if part.tag in {_M + "num", _M + "den"}]
        for at, part in enumerate(parts):
            line.text.append(" / " if at else "")
            for child in _iterate_content(part):
                self._add_shown_text(child, line)

    def _read_docx_table(self, table: BaseOxmlElement) -> Iterator[Paragraph | DocumentTable]:
        """The rows of a table; a row that only frames another table is opened."""
        rows: list[list[str]] = []
        for row in _find_descendants(table, W + "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            cells = list(_find_descendants(row, W + "tc"))
            if _is_frame_row(cells):
                yield from _finish_table(rows)
                for cell in cells:
                    yield from self._read_parts(cell)
                rows = []
            else:
                rows.append(self._read_row_texts(properties, cells))
        yield from _finish_table(rows)

    def _read_row_texts(self, properties: BaseOxmlElement | None, cells: list[BaseOxmlElement]) -> list[str]:
        """The texts of a row, one for each column of the grid."""
        texts = [""] * _parse_span(read_val(properties, "gridBefore"), 0)
        for cell in cells:
            lines = list(self._read_parts(cell))
            texts.append("" if _is_merged_rest(cell) else "\n".join(_write_cell_lines(lines)))
            texts += [""] * (_parse_span(read_val(cell, "tcPr", "gridSpan"), 1) - 1)
        return texts


def _iterate_content(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Children that hold text that counts; comments of the XML have no name."""
    return (child for child in element if isinstance(child.tag, str) and child.tag not in _PASSED_OVER)


def _find_descendants(element: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for child in _iterate_content(element):
        if child.tag == tag:
            yield child
        elif child.tag not in {W + "tbl", W + "p"}:
            yield from _find_descendants(child, tag)


def _is_hidden_run(run: BaseOxmlElement) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(W + "val") not in _OFF


def _decode_symbol(element: BaseOxmlElement) -> str:
    """The character of a symbol font; Word writes it as four hexadecimal digits."""
    digits = element.get(W + "char") or ""
    return bytes.fromhex(digits).decode("utf-16-be", "ignore") if len(digits) == _SYMBOL_DIGITS else ""


def _parse_span(text: str | None, otherwise: int) -> int:
    return min(int(text), _MOST_COLUMNS) if text and text.isdecimal() else otherwise


def _is_merged_rest(cell: BaseOxmlElement) -> bool:
    """Whether a cell is merged with the one above or to the left of it."""
    merges = (cell.find(f"{W}tcPr/{W}{name}") for name in ("vMerge", "hMerge"))
    return any(merge is not None and merge.get(W + "val") != "restart" for merge in merges)


def _is_frame_row(cells: list[BaseOxmlElement]) -> bool:
    """Whether a row has one cell with text, and a table in it: a frame, not a row of data."""
    filled = [cell for cell in cells if next(cell.iter(W + "t"), None) is not None]
    return len(filled) == 1 and next(filled[0].iter(W + "tbl"), None) is not None


def _write_cell_lines(parts: list[Paragraph | DocumentTable]) -> Iterator[str]:
    """Lines of a cell; a table inside it gives a line for each of its rows."""
    for part in parts:
        if isinstance(part, Paragraph):
            yield part.text
        else:
            for row in part.rows:
                yield "\t".join(" ".join(text.split("\n")) for text in row if text)


def _finish_table(rows: list[list[str]]) -> Iterator[DocumentTable]:
    if any(text for row in rows for text in row):
        width = max(len(row) for row in rows)
        yield DocumentTable(tuple(tuple(row + [""] * (width - len(row))) for row in rows))
