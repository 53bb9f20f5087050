"""A PDF as lines of text and ruled tables, page by page, in reading order.

pdfplumber finds the tables by their rules and the words by where their letters stand. A PDF knows neither
paragraphs nor what goes on on the next page, so a line is an `Alinea` and a page's part of a table a `Tabel`;
only a row that a page break cut in two is put together.
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

from iki_xl.importer.document import Alinea, Dokumen
from iki_xl.importer.kinds import Jenis, bersandi, pastikan, pindaian, rusak, tidak_terbaca
from iki_xl.importer.numbering import BULATAN, baku
from iki_xl.importer.split_rows import Sel, TabelHalaman, sambung

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pdfplumber.page import Page
    from pdfplumber.pdf import PDF
    from pdfplumber.table import Table

    from iki_xl.importer.document import Tabel

Objek = dict[str, Any]
Kotak = tuple[float, float, float, float]

_ATUR_KATA: dict[str, Any] = {
    "x_tolerance_ratio": 0.2
}  # a gap of a fifth of the letter's size parts two words
_SEBARIS = 3  # points
_SPASI = 0.5  # of the letter's height: a wide space
_GAMBAR_HALAMAN = 0.5  # a picture over half a page is a scan of it
_CAP_PEMINDAI = 100  # letters that scanning programs stamp on a picture; a page of text has more
_TEPI = 0.1
_CID = re.compile(r"\(cid:\d+\)")
_NOMOR_HALAMAN = re.compile(
    r"[\W_]*(?:hal(?:aman)?\b\.?|page)?[\W_]*(\d{1,4})(?:\s*(?:/|dari|of)\s*\d{1,4})?[\W_]*", re.IGNORECASE
)
# What pdfminer gives on damaged objects besides its own exceptions.
_RUSAK = (
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


def baca_pdf(path: Path, maju: Callable[[int, int], None] | None = None) -> Dokumen:
    """Read a PDF, whatever its name; `maju(done, total)` is told after each page.

    One page is held in memory at a time. Page numbers that stand by themselves at the edge are left out.

    Raises:
        DocumentError: the file cannot be read, is not a PDF, is damaged, wants a password or holds no text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    pastikan(path, Jenis.PDF)
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its warnings are English and help nobody
    try:
        with path.open("rb") as stream, pdfplumber.open(stream) as pdf:
            pages = list(_halaman_terbaca(pdf, maju))
    except PdfminerException as exc:
        locked = exc.args and isinstance(exc.args[0], (PDFPasswordIncorrect, PDFEncryptionError))
        raise (bersandi(path) if locked else rusak(path)) from exc
    except OSError as exc:
        raise tidak_terbaca(path, exc) from exc
    except (PSException, MalformedPDFException, *_RUSAK) as exc:
        raise rusak(path) from exc
    if not pages:
        raise rusak(path)
    if not any(page.terbaca for page in pages):
        raise pindaian(path)
    shift = _nomor_halaman(pages)
    contents = [page.isi(shift) for page in pages]
    # From the end, so that a row over three pages is whole when its first part is reached.
    for before, after in reversed(list(pairwise(contents))):
        _sambung(before, after)
    return Dokumen(path.name, tuple(_jadi(part) for content in contents for part in content))


@dataclass(frozen=True, slots=True)
class _Halaman:
    """What one page gave; `nomor` are the indices in `bagian` of lines that may be its page number."""

    ke: int
    terbaca: bool
    bagian: tuple[Alinea | TabelHalaman, ...]
    nomor: dict[int, int]

    def isi(self, shift: int | None) -> list[Alinea | TabelHalaman]:
        """The page without its number, which is what lags behind the page by `shift`."""
        numbers = {at for at, number in self.nomor.items() if shift is not None and number == self.ke - shift}
        return [part for at, part in enumerate(self.bagian) if at not in numbers]


def _sambung(before: list[Alinea | TabelHalaman], after: list[Alinea | TabelHalaman]) -> None:
    if before and after:
        first, second = before[-1], after[0]
        if isinstance(first, TabelHalaman) and isinstance(second, TabelHalaman):
            before[-1], after[0] = sambung(first, second)


def _jadi(part: Alinea | TabelHalaman) -> Alinea | Tabel:
    return part.tabel if isinstance(part, TabelHalaman) else part


def _halaman_terbaca(pdf: PDF, maju: Callable[[int, int], None] | None) -> Iterator[_Halaman]:
    total = len(pdf.pages)
    for done, page in enumerate(pdf.pages, start=1):
        yield _halaman(page)
        page.close()
        if maju is not None:
            maju(done, total)


def _halaman(page: Page) -> _Halaman:
    visible = page.filter(_tampak)
    letters = [char for char in visible.chars if not char["text"].isspace()]
    unreadable = sum(1 for char in letters if _CID.fullmatch(char["text"]))
    scan = any(_luas(image) > _GAMBAR_HALAMAN * page.width * page.height for image in page.images)
    readable = len(letters) > 2 * unreadable and not (scan and len(letters) < _CAP_PEMINDAI)
    tables = [table for table in visible.find_tables() if len(table.cells) > 1]
    tables = [table for table in tables if not _di_dalam_lain(table, tables)]
    boxes = [table.bbox for table in tables]
    places: list[tuple[float, Alinea | TabelHalaman]] = [
        (line["top"], Alinea(_rapikan(line["text"]), page.page_number)) for line in _baris(visible, boxes)
    ]
    for table in tables:
        found = _tabel(table, visible.chars, page.page_number)
        places += [(table.bbox[1], found)] if found else []
    places.sort(key=lambda place: place[0])
    numbers = _calon_nomor(places, page.height)
    return _Halaman(page.page_number, readable, tuple(part for _, part in places), numbers)


def _tampak(item: Objek) -> bool:
    """Leave out white areas, which writing programs lay behind text and which would count as rules."""
    filled_only = item["object_type"] in {"rect", "curve"} and item.get("fill") and not item.get("stroke")
    return not (filled_only and _putih(item.get("non_stroking_color")))


def _putih(colour: object) -> bool:
    if isinstance(colour, (int, float)):
        colour = (colour,)
    if not isinstance(colour, (tuple, list)) or not all(isinstance(c, (int, float)) for c in colour):
        return False
    blank = 0 if len(colour) == len("CMYK") else 1
    return bool(colour) and all(c == blank for c in colour)


def _luas(item: Objek) -> float:
    return abs(float(item["width"]) * float(item["height"]))


def _di_dalam(item: Objek, box: Kotak) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _di_dalam_lain(table: Table, tables: list[Table]) -> bool:
    """Whether a table stands within a cell of another one, which has its text already."""
    x0, top, x1, bottom = table.bbox
    outer = (cell for other in tables if other is not table for cell in other.cells)
    return any(a <= x0 and b <= top and x1 <= c and bottom <= d for a, b, c, d in outer)


def _baris(page: Page, boxes: list[Kotak]) -> list[Objek]:
    """The lines of text outside the tables."""
    outside = page.filter(lambda item: not any(_di_dalam(item, box) for box in boxes))
    lines = outside.extract_text_lines(strip=True, return_chars=False, **_ATUR_KATA)
    return [line for line in lines if line["text"].strip()]


def _tabel(table: Table, letters: list[Objek], page: int) -> TabelHalaman | None:
    inside = [char for char in letters if _di_dalam(char, table.bbox)]
    rows = []
    for row in table.rows:
        beside = [char for char in inside if _di_dalam(char, row.bbox)]
        rows.append(tuple(_sel(beside, cell) if cell else None for cell in row.cells))
    if not any(cell and cell.teks for row in rows for cell in row):
        return None
    return TabelHalaman(tuple(sorted({cell[0] for cell in table.cells})), tuple(rows), page)


def _sel(letters: list[Objek], box: Kotak) -> Sel:
    """The text of a cell, and how much room its lines have."""
    from pdfplumber.utils.clustering import cluster_objects
    from pdfplumber.utils.text import extract_words

    inside = [char for char in letters if _di_dalam(char, box)]
    words = extract_words(inside, **_ATUR_KATA)
    lines = [
        sorted(line, key=lambda word: word["x0"])
        for line in cluster_objects(words, lambda word: word["bottom"], _SEBARIS)
    ]
    text = _rapikan("\n".join(" ".join(word["text"] for word in line) for line in lines))
    if not lines:
        return Sel(text)
    edge = min(word["x0"] for word in words) - box[0]
    first, last = lines[0][0], lines[-1][-1]
    space = _SPASI * (first["bottom"] - first["top"])
    return Sel(text, ruang=box[2] - edge - last["x1"], kata=first["x1"] - first["x0"] + space)


def _rapikan(text: str) -> str:
    """Letters of fonts that do not tell their meaning are bullets, nearly always."""
    lines = (line.strip() for line in _CID.sub(BULATAN, baku(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _calon_nomor(places: list[tuple[float, Alinea | TabelHalaman]], height: float) -> dict[int, int]:
    """Lines by themselves at the upper or lower edge that could be the page's number."""
    found = {}
    for at in {0, len(places) - 1} if places else ():
        top, part = places[at]
        number = _NOMOR_HALAMAN.fullmatch(part.teks) if isinstance(part, Alinea) else None
        if number and not _TEPI * height < top < (1 - _TEPI) * height:
            found[at] = int(number[1])
    return found


def _nomor_halaman(pages: list[_Halaman]) -> int | None:
    """How far the printed page numbers lag behind the pages; None where no two of them agree."""
    shifts = Counter(page.ke - number for page in pages for number in page.nomor.values())
    (shift, count), *_ = shifts.most_common(1) or [(0, 0)]
    return shift if count > 1 else None
