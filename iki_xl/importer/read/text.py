"""Plain text as it comes out of a Word or PDF document when copied: decoded, its tables put back together.

Tables come out in three shapes: a row per line with tabs between cells, a cell per line behind a tab with
blank lines between rows, and the wrapped lines of cells one after another.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING

from iki_xl.comparable import visible
from iki_xl.errors import DocumentError, explain_system_error
from iki_xl.importer.forms import heads
from iki_xl.importer.forms.titles import NO, SUMBER_DATA, find_title_column, is_table_head, read_title_run
from iki_xl.importer.read.document import Document, DocumentTable, Paragraph
from iki_xl.importer.read.words import TextLine, keep_letters_and_digits
from iki_xl.importer.read.wrapped import ComposedRow, compose_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CONTROL_LETTER = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BINARY_MARKS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
_MOST_CONTROL_SHARE = 0.001
_MOST_HEAD_LINES = 24
_MOST_COLUMNS = 12


def read_text(path: Path) -> Document:
    """Read a plain text; pages are told by form feeds and counted from 1.

    Raises:
        DocumentError: the file cannot be opened, is empty, or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"Dokumen {path.name} tidak dapat dibaca: {explain_system_error(error)}."
        raise DocumentError(message) from error
    text = visible(_decode_text(data, path))
    if not text.strip():
        raise DocumentError(f"Dokumen {path.name} kosong: tidak ada teks di dalamnya.")
    pages = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").split("\f")
    lines = [
        TextLine(b, number) for number, content in enumerate(pages, start=1) for b in content.split("\n")
    ]
    return Document(path.name, tuple(_TextArranger(lines).arrange()))


def _decode_text(data: bytes, path: Path) -> str:
    """Decode UTF-8, UTF-16 or cp1252, told by the byte order mark or by what the bytes allow."""
    text = _decode_as(data, _recognise_encoding(data))
    control_count = len(_CONTROL_LETTER.findall(text))
    if data.startswith(_BINARY_MARKS) or control_count > max(2, len(text) * _MOST_CONTROL_SHARE):
        raise DocumentError(
            f"Dokumen {path.name} bukan teks biasa; simpan sebagai .docx, .pdf atau .txt, lalu coba lagi."
        )
    return text


def _recognise_encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = data[:4096]
    if first.count(0) > len(first) // 4:
        return "utf-16-le" if first[1::2].count(0) > first[::2].count(0) else "utf-16-be"
    return "utf-8-sig"


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


class _TextArranger:
    """Goes through the lines once, telling tables from paragraphs."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self.lines = lines
        self.parts: list[Paragraph | DocumentTable] = []
        self.unruled: list[
            tuple[int, tuple[str, ...], list[TextLine]]
        ] = []  # where a table without ruling belongs

    def arrange(self) -> list[Paragraph | DocumentTable]:
        """Return paragraphs and tables in reading order."""
        at = 0
        while at < len(self.lines):
            at = self._read_tabbed_table(at) or self._set_aside_unruled_table(at) or self._read_plain_line(at)
        return self._insert_unruled_tables()

    def _read_plain_line(self, at: int) -> int:
        line = self.lines[at]
        if line.text.strip():
            self.parts.append(Paragraph(line.text.strip(), line.page))
        return at + 1

    def _read_tabbed_table(self, at: int) -> int | None:
        """Take in a table whose cells stand behind tabs; returns the line after it, or None."""
        if "\t" not in self.lines[at].text:
            return None
        titles, end = self._read_tabbed_cells(at, _MOST_COLUMNS)
        if not is_table_head([find_title_column(j) for j in titles]):
            return None
        rows, page = [tuple(titles)], self.lines[at].page
        while (start := self._find_table_line(end)) is not None and self._is_table_line(start):
            if self.lines[start].page != page:
                self.parts.append(DocumentTable(tuple(rows), page))
                rows, page = [], self.lines[start].page
            cells, end = self._read_tabbed_cells(start)
            rows.extend(_cut_into_rows(cells, len(titles)))
        self.parts.append(DocumentTable(tuple(rows), page))
        return end

    def _read_tabbed_cells(self, at: int, most: int | None = None) -> tuple[list[str], int]:
        """Return a row's cells: of one line with tabs inside, or of the tabbed lines up to a blank one."""
        text = self.lines[at].text
        if "\t" in text.strip():
            return [s.strip() for s in text.rstrip("\n").split("\t")], at + 1
        cells = []
        end = len(self.lines) if most is None else min(len(self.lines), at + most)
        while at < end and self.lines[at].text.startswith("\t"):
            cells.append(self.lines[at].text.strip())
            at += 1
        return cells, at

    def _find_table_line(self, at: int) -> int | None:
        """Return the next line of a table: not empty, no page number; a lone tab is a blank cell."""
        for n in range(at, len(self.lines)):
            text = self.lines[n].text.strip(" ")
            if text and ("\t" in text or not heads.is_page_number(text)):
                return n
        return None

    def _is_table_line(self, at: int) -> bool:
        text = self.lines[at].text
        return "\t" in text and not _is_table_end(text.strip())

    def _set_aside_unruled_table(self, at: int) -> int | None:
        """Set a table without ruling aside for later; returns the line after it, or None."""
        found = self._find_unruled_head(at)
        if found is None:
            return None
        columns, at = found
        content: list[TextLine] = []
        while at < len(self.lines) and not _is_table_end(self.lines[at].text.strip()):
            if repeated := self._find_unruled_head(at):
                at = repeated[1]
                continue
            if not self._is_inner_page_number(at, columns):
                content.append(self.lines[at])
            at += 1
        self.unruled.append((len(self.parts), columns, content))
        return at

    def _find_unruled_head(self, at: int) -> tuple[tuple[str, ...], int] | None:
        """Return the columns of a head that begins at this line and the line after it, or None."""
        first = self.lines[at].text.split()
        if not first or not (
            find_title_column(first[0].strip("/")) or find_title_column(self.lines[at].text)
        ):
            return None
        words = [
            (k, n)
            for n, g in enumerate(self.lines[at : at + _MOST_HEAD_LINES], start=at)
            for k in g.text.split()
        ]
        columns, count = read_title_run([k for k, _ in words])
        if not count or (count < len(words) and words[count][1] == words[count - 1][1]):
            return None
        return columns, words[count - 1][1] + 1

    def _is_inner_page_number(self, at: int, columns: Sequence[str]) -> bool:
        """Say whether a line inside a table is a page number; with a number column only at a page's edge."""
        text = self.lines[at].text
        if not text.strip() or not heads.is_page_number(text):
            return False
        return NO not in columns or self._is_at_page_edge(at)

    def _is_at_page_edge(self, at: int) -> bool:
        page = self.lines[at].page
        for step in (-1, 1):
            neighbour = at + step
            while 0 <= neighbour < len(self.lines) and not self.lines[neighbour].text.strip():
                neighbour += step
            if 0 <= neighbour < len(self.lines) and self.lines[neighbour].page != page:
                return True
        return False

    def _insert_unruled_tables(self) -> list[Paragraph | DocumentTable]:
        """Put the tables without ruling together; sumber data that recur help with those read otherwise."""
        composed = [compose_rows(content, columns) for _, columns, content in self.unruled]
        sumber_data_by_table = [
            _list_sumber_data(rows, columns)
            for (_, columns, _), rows in zip(self.unruled, composed, strict=True)
        ]
        times = Counter(sumber_data for table in sumber_data_by_table for sumber_data in table)
        known = {sumber_data for sumber_data, count in times.items() if count > 1}
        result: list[Paragraph | DocumentTable] = []
        last_place = 0
        for (place, columns, content), rows, sumber_data in zip(
            self.unruled, composed, sumber_data_by_table, strict=True
        ):
            composed_again = rows if known.issuperset(sumber_data) else compose_rows(content, columns, known)
            result.extend(self.parts[last_place:place])
            result.extend(_build_page_tables(composed_again, columns, content[0].page if content else 1))
            last_place = place
        return [*result, *self.parts[last_place:]]


def _list_sumber_data(rows: Sequence[ComposedRow], columns: Sequence[str]) -> list[str]:
    if SUMBER_DATA not in columns:
        return []
    place = columns.index(SUMBER_DATA)
    filled = (keep_letters_and_digits(b.cells[place].split()) for b in rows if len(b.cells) == len(columns))
    return [text for text in filled if text]


def _is_table_end(text: str) -> bool:
    """Say whether a line ends a table: the next form's title or jabatan, a decree or a signature."""
    head = heads.find_head(text, heads.TABLE)
    jabatan = head is not None and head[0] == heads.JABATAN
    return jabatan or any(
        rule(text) for rule in (heads.is_form_title, heads.is_signature_start, heads.is_letterhead)
    )


def _cut_into_rows(cells: list[str], width: int) -> list[tuple[str, ...]]:
    """Cut cells that came without blank lines into rows of the table's width."""
    if len(cells) % width:
        return [tuple(cells)]
    return [tuple(cells[n : n + width]) for n in range(0, len(cells), width)]


def _build_page_tables(
    rows: Sequence[ComposedRow], columns: Sequence[str], page: int
) -> list[Paragraph | DocumentTable]:
    """Return rows as a table per page, the first with the head; text that fits no row stands between."""
    result: list[Paragraph | DocumentTable] = []
    collected = [tuple(_COLUMN_TITLES[k] for k in columns)]
    for b in rows:
        if len(b.cells) != len(columns) or b.page != page:
            if collected:
                result.append(DocumentTable(tuple(collected), page))
            page, collected = b.page, []
        if len(b.cells) == len(columns):
            collected.append(b.cells)
        else:
            result.append(Paragraph(b.cells[0], b.page))
    return [*result, DocumentTable(tuple(collected), page)] if collected else result


_COLUMN_TITLES = {
    "no": "NO",
    "sasaran": "SASARAN",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "satuan": "SATUAN",
    "tipe": "TIPE PERHITUNGAN",
    "formulasi": "FORMULASI PERHITUNGAN",
    "sumber": "SUMBER DATA",
    "lain": "KETERANGAN",
}
