"""A PDF as lines of text and ruled tables, page by page, in reading order.

pdfplumber finds the tables by their rules and the words by where their letters stand. A PDF knows neither
paragraphs nor what goes on on the next page, so a line is an `Paragraph` and a page's part of a table a
`DocumentTable`; only a row that a page break cut in two is put together.
"""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from iki_xl.importer.read.document import Document, Paragraph
from iki_xl.importer.read.kinds import (
    DocumentKind,
    build_damage_error,
    build_password_error,
    build_reading_error,
    build_scan_error,
    ensure_kind,
)
from iki_xl.importer.read.numbering import BULLET, replace_symbols
from iki_xl.importer.read.split_rows import PageCell, PageTable, join_page_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pdfplumber.page import Page
    from pdfplumber.pdf import PDF
    from pdfplumber.table import Table

    from iki_xl.importer.read.document import DocumentTable

PdfObject = dict[str, Any]
BoundingBox = tuple[float, float, float, float]

_WORD_SETTINGS: dict[str, Any] = {
    "x_tolerance_ratio": 0.2
}  # a gap of a fifth of the letter's size parts two words
_SAME_LINE = 3  # points
_WIDE_SPACE = 0.5  # of the letter's height: a wide space
_PAGE_PICTURE = 0.5  # a picture over half a page is a scan of it
_SCANNER_STAMP = 100  # letters that scanning programs stamp on a picture; a page of text has more
_EDGE = 0.1
_CID = re.compile(r"\(cid:\d+\)")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:hal(?:aman)?\b\.?|page)?[\W_]*(\d{1,4})(?:\s*(?:/|dari|of)\s*\d{1,4})?[\W_]*", re.IGNORECASE
)
# What pdfminer gives on damaged objects besides its own exceptions.
_PDF_DAMAGE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read_pdf(path: Path, progress: Callable[[int, int], None] | None = None) -> Document:
    """Read a PDF, whatever its name; `progress(done, total)` is told after each page.

    One page is held in memory at a time. Page numbers that stand by themselves at the edge are left out.

    Raises:
        DocumentError: the file cannot be read, is not a PDF, is damaged, wants a password or holds no text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    ensure_kind(path, DocumentKind.PDF)
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its warnings are English and help nobody
    try:
        with path.open("rb") as stream, pdfplumber.open(stream) as pdf:
            pages = list(_read_pages(pdf, progress))
    except PdfminerException as exc:
        locked = exc.args and isinstance(exc.args[0], (PDFPasswordIncorrect, PDFEncryptionError))
        raise (build_password_error(path) if locked else build_damage_error(path)) from exc
    except OSError as exc:
        raise build_reading_error(path, exc) from exc
    except (PSException, MalformedPDFException, *_PDF_DAMAGE_ERRORS) as exc:
        raise build_damage_error(path) from exc
    if not pages:
        raise build_damage_error(path)
    if not any(page.is_readable for page in pages):
        raise build_scan_error(path)
    shift = _find_page_shift(pages)
    contents = [page.drop_page_number(shift) for page in pages]
    # From the end, so that a row over three pages is whole when its first part is reached.
    for before, after in reversed(list(pairwise(contents))):
        _join_pages(before, after)
    return Document(path.name, tuple(_finish_part(part) for content in contents for part in content))


@dataclass(frozen=True, slots=True)
class _PdfPage:
    """What one page gave; `numbers` are the indices in `parts` of lines that may be its page number."""

    position: int
    is_readable: bool
    parts: tuple[Paragraph | PageTable, ...]
    numbers: dict[int, int]

    def drop_page_number(self, shift: int | None) -> list[Paragraph | PageTable]:
        """The page without its number, which is what lags behind the page by `shift`."""
        numbers = {
            at for at, number in self.numbers.items() if shift is not None and number == self.position - shift
        }
        return [part for at, part in enumerate(self.parts) if at not in numbers]


def _join_pages(before: list[Paragraph | PageTable], after: list[Paragraph | PageTable]) -> None:
    if before and after:
        first, second = before[-1], after[0]
        if isinstance(first, PageTable) and isinstance(second, PageTable):
            before[-1], after[0] = join_page_tables(first, second)


def _finish_part(part: Paragraph | PageTable) -> Paragraph | DocumentTable:
    return part.table if isinstance(part, PageTable) else part


def _read_pages(pdf: PDF, progress: Callable[[int, int], None] | None) -> Iterator[_PdfPage]:
    total = len(pdf.pages)
    for done, page in enumerate(pdf.pages, start=1):
        yield _read_page(page)
        page.close()
        if progress is not None:
            progress(done, total)


def _read_page(page: Page) -> _PdfPage:
    visible = page.filter(_is_visible_object)
    letters = [char for char in visible.chars if not char["text"].isspace()]
    unreadable = sum(1 for char in letters if _CID.fullmatch(char["text"]))
    scan = any(_measure_area(image) > _PAGE_PICTURE * page.width * page.height for image in page.images)
    readable = len(letters) > 2 * unreadable and not (scan and len(letters) < _SCANNER_STAMP)
    tables = [table for table in visible.find_tables() if len(table.cells) > 1]
    tables = [table for table in tables if not _is_inside_other(table, tables)]
    boxes = [table.bbox for table in tables]
    places: list[tuple[float, Paragraph | PageTable]] = [
        (line["top"], Paragraph(_tidy_pdf_text(line["text"]), page.page_number))
        for line in _extract_lines(visible, boxes)
    ]
    for table in tables:
        found = _build_page_table(table, visible.chars, page.page_number)
        places += [(table.bbox[1], found)] if found else []
    places.sort(key=lambda place: place[0])
    numbers = _find_number_candidates(places, page.height)
    return _PdfPage(page.page_number, readable, tuple(part for _, part in places), numbers)


def _is_visible_object(item: PdfObject) -> bool:
    """Leave out white areas, which writing programs lay behind text and which would count as rules."""
    filled_only = item["object_type"] in {"rect", "curve"} and item.get("fill") and not item.get("stroke")
    return not (filled_only and _is_white(item.get("non_stroking_color")))


def _is_white(colour: object) -> bool:
    if isinstance(colour, (int, float)):
        colour = (colour,)
    if not isinstance(colour, (tuple, list)) or not all(isinstance(c, (int, float)) for c in colour):
        return False
    blank = 0 if len(colour) == len("CMYK") else 1
    return bool(colour) and all(c == blank for c in colour)


def _measure_area(item: PdfObject) -> float:
    return abs(float(item["width"]) * float(item["height"]))


def _is_inside(item: PdfObject, box: BoundingBox) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _is_inside_other(table: Table, tables: list[Table]) -> bool:
    """Whether a table stands within a cell of another one, which has its text already."""
    x0, top, x1, bottom = table.bbox
    outer = (cell for other in tables if other is not table for cell in other.cells)
    return any(a <= x0 and b <= top and x1 <= c and bottom <= d for a, b, c, d in outer)


def _extract_lines(page: Page, boxes: list[BoundingBox]) -> list[PdfObject]:
    """The lines of text outside the tables."""
    outside = page.filter(lambda item: not any(_is_inside(item, box) for box in boxes))
    lines = outside.extract_text_lines(strip=True, return_chars=False, **_WORD_SETTINGS)
    return [line for line in lines if line["text"].strip()]


def _build_page_table(table: Table, letters: list[PdfObject], page: int) -> PageTable | None:
    inside = [char for char in letters if _is_inside(char, table.bbox)]
    rows = []
    for row in table.rows:
        beside = [char for char in inside if _is_inside(char, row.bbox)]
        rows.append(tuple(_build_page_cell(beside, cell) if cell else None for cell in row.cells))
    if not any(cell and cell.text for row in rows for cell in row):
        return None
    return PageTable(tuple(sorted({cell[0] for cell in table.cells})), tuple(rows), page)


def _build_page_cell(letters: list[PdfObject], box: BoundingBox) -> PageCell:
    """The text of a cell, and how much room its lines have."""
    from pdfplumber.utils.clustering import cluster_objects
    from pdfplumber.utils.text import extract_words

    inside = [char for char in letters if _is_inside(char, box)]
    words = extract_words(inside, **_WORD_SETTINGS)
    lines = [
        sorted(line, key=lambda word: word["x0"])
        for line in cluster_objects(words, lambda word: word["bottom"], _SAME_LINE)
    ]
    text = _tidy_pdf_text("\n".join(" ".join(word["text"] for word in line) for line in lines))
    if not lines:
        return PageCell(text)
    edge = min(word["x0"] for word in words) - box[0]
    first, last = lines[0][0], lines[-1][-1]
    space = _WIDE_SPACE * (first["bottom"] - first["top"])
    return PageCell(text, room=box[2] - edge - last["x1"], word_width=first["x1"] - first["x0"] + space)


def _tidy_pdf_text(text: str) -> str:
    """Letters of fonts that do not tell their meaning are bullets, nearly always."""
    lines = (line.strip() for line in _CID.sub(BULLET, replace_symbols(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _find_number_candidates(
    places: list[tuple[float, Paragraph | PageTable]], height: float
) -> dict[int, int]:
    """Lines by themselves at the upper or lower edge that could be the page's number."""
    found = {}
    for at in {0, len(places) - 1} if places else ():
        top, part = places[at]
        number = _PAGE_NUMBER.fullmatch(part.text) if isinstance(part, Paragraph) else None
        if number and not _EDGE * height < top < (1 - _EDGE) * height:
            found[at] = int(number[1])
    return found


def _find_page_shift(pages: list[_PdfPage]) -> int | None:
    """How far the printed page numbers lag behind the pages; None where no two of them agree."""
    shifts = Counter(page.position - number for page in pages for number in page.numbers.values())
    (shift, count), *_ = shifts.most_common(1) or [(0, 0)]
    return shift if count > 1 else None
