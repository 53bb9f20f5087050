"""From a document's paragraphs and tables to the forms of its jabatan, in the document's order.

Known furniture is passed over: the form's title, page numbers, column titles and their numbering. Everything
else without a place in a form (letterhead, decree number, signature, a row not understood) is a leftover.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from iki_xl.importer.forms import heads
from iki_xl.importer.forms.cells import collapse_blanks
from iki_xl.importer.forms.items import read_items
from iki_xl.importer.forms.records import FormLeftover, IkiForm, IkiRow
from iki_xl.importer.forms.rows import ColumnNames, TableContent, find_table_head
from iki_xl.importer.read.document import Document, DocumentTable, Paragraph

__all__ = ["FormLeftover", "IkiForm", "IkiRow", "read_iki_forms"]

_LABEL = re.compile(r"[A-Z][\w ./]{2,30}?\s*:")
_ITEM_MARK = re.compile(r"\s*(?:[:•-]|\(?(?:[A-Za-z]|[ivxIVX]{1,4}|\d{1,3})\s*[.)]{0,2})\s*")


def read_iki_forms(document: Document) -> tuple[tuple[IkiForm, ...], tuple[FormLeftover, ...]]:
    """Return the forms of a document and what had no place in them, both in the document's order."""
    reader = _FormReader()
    for part in document.parts:
        if isinstance(part, DocumentTable):
            reader.read_table(part)
        else:
            reader.read_paragraph(part)
    outside = (
        FormLeftover(0, f"di luar isi dokumen (kepala, kaki atau catatan): {text}")
        for text in document.outside
    )
    return tuple(f.finish() for f in reader.forms), (*reader.leftovers, *outside)


@dataclass(slots=True)
class _OpenForm:
    """A form being read: the lines of its parts, and its table."""

    page: int
    wrapped: bool
    text: dict[str, list[str]] = field(default_factory=dict)
    content: TableContent = field(init=False)
    has_table: bool = False
    leftovers_before: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether the jabatan is named and nothing else."""
        return set(self.text) == {heads.JABATAN} and not self.content.columns and not self.has_table

    def __post_init__(self) -> None:
        self.content = TableContent(wrapped=self.wrapped)

    def finish(self) -> IkiForm:
        tugas_items, fungsi_items = (
            read_items(self.text.get(part, ()), wrapped=self.wrapped) for part in (heads.TUGAS, heads.FUNGSI)
        )
        return IkiForm(
            jabatan=collapse_blanks(" ".join(self.text.get(heads.JABATAN, ()))),
            tugas="\n".join(tugas_items),
            fungsi=tuple(fungsi_items),
            rows=tuple(self.content.rows),
            sasaran_without_indikator=self.content.sasaran_without_indikator,
            page=self.page,
        )


class _FormReader:
    """Goes through a document once; `parts` is the part of the form that the next line belongs to."""

    def __init__(self) -> None:
        self.forms: list[_OpenForm] = []
        self.leftovers: list[FormLeftover] = []
        self.part = heads.START
        self.is_interrupted = False  # a line without a place stands between the form's title and what follows
        self.is_table_foreign = (
            False  # the table being read has a row that is neither a head nor an item of a list
        )

    def read_paragraph(self, paragraph: Paragraph) -> None:
        for line in paragraph.text.splitlines():
            if line.strip():
                self._read_form_line(line.strip(), paragraph.page)

    def _read_form_line(self, line: str, page: int) -> None:
        if heads.is_form_title(line):
            self.part, self.is_interrupted = heads.START, False
        elif head := heads.find_head(line, self.part):
            self._begin_part(*head, page)
        elif page > 0 and heads.is_page_number(line):
            return
        elif heads.is_signature_start(line):
            self.part = heads.CLOSING
            self._leave_over(line, page)
        elif heads.is_letterhead(line) or not self._is_line_taken(line):
            self._leave_over(line, page)
        else:
            self.forms[-1].text[self.part].append(line.removeprefix(":").strip())

    def _begin_part(self, kind: str, content: str, page: int) -> None:
        """Begin a form, or the next part of one; a part without its jabatan has no place."""
        if kind == heads.JABATAN:
            self._drop_blank_form()
            self.forms.append(_OpenForm(page, wrapped=page > 0, leftovers_before=len(self.leftovers)))
            self.is_interrupted = False
        elif not self.forms or self.part == heads.CLOSING:
            self._leave_over(f"{kind.upper()} : {content}", page)
            return
        self.part = kind
        self.forms[-1].text.setdefault(kind, []).extend(filter(None, [content]))

    def _drop_blank_form(self) -> None:
        """A jabatan that is only named before the next form is a line of the text around the forms."""
        if self.forms and self.forms[-1].is_blank:
            form = self.forms.pop()
            text = collapse_blanks(f"JABATAN : {form.finish().jabatan}")
            self.leftovers.insert(form.leftovers_before, FormLeftover(form.page, text))

    def _is_line_taken(self, line: str) -> bool:
        """Say whether the open part takes a line that is no head."""
        if self.part == heads.JABATAN:
            form = self.forms[-1]
            nama = form.text[heads.JABATAN]
            return not _LABEL.match(line) and (form.wrapped or not nama)
        return self.part in (heads.TUGAS, heads.FUNGSI)

    def read_table(self, table: DocumentTable) -> None:
        """Read a table: an IKI table or its continuation, or heads set out in cells."""
        at, columns, first = 0, self._find_continued_columns(table), True
        self.is_table_foreign = False
        while at < len(table.rows):
            cells = table.rows[at]
            if found := find_table_head(table.rows, at):
                columns = found.columns
                self._open_table(columns)
                for title in found.unknown_titles:
                    self._leave_over(title, table.page)
                at += found.row_count
                continue
            if columns is None or self._has_jabatan_head(cells):
                columns = None
                self._read_loose_row(cells, table.page)
            elif any(s.strip() for s in cells):
                self._read_table_row(cells, table.page, first=first)
                first = False
            at += 1
        if self.is_table_foreign and self.part == heads.FUNGSI:
            self.part = heads.TABLE  # what follows the table is no fungsi either

    def _find_continued_columns(self, table: DocumentTable) -> ColumnNames | None:
        """Return the columns of the open table where this one continues it without a head."""
        if self.part != heads.TABLE or not table.rows:
            return None
        columns = self.forms[-1].content.columns
        return columns if columns and len(table.rows[0]) in (len(columns), len(columns) + 1) else None

    def _open_table(self, columns: ColumnNames) -> None:
        belongs_to_form = self.forms and self.part != heads.CLOSING and not self.is_interrupted
        if belongs_to_form:
            self.forms[-1].content.columns = columns
        self.part = heads.TABLE if belongs_to_form else heads.WITHOUT_JABATAN

    def _has_jabatan_head(self, cells: tuple[str, ...]) -> bool:
        head = heads.find_head(_join_cells(cells), heads.TABLE)
        return head is not None and head[0] == heads.JABATAN

    def _read_loose_row(self, cells: tuple[str, ...], page: int) -> None:
        """Take a row outside an IKI table as lines of text, its cells side by side.

        A table whose head nobody knows is left over row by row: it is no part of a tugas or fungsi.
        """
        text = _join_cells(cells)
        if self._has_head(text):
            self.is_table_foreign = False
        elif self.part == heads.TABLE or self._is_foreign_row(cells):
            self._leave_over(" | ".join(collapse_blanks(s) for s in cells if s.strip()), page)
            return
        self.read_paragraph(Paragraph(text, page))

    def _has_head(self, text: str) -> bool:
        if self.part == heads.TABLE:
            return heads.find_head(text, self.part) is not None
        furniture = (heads.is_form_title, heads.is_signature_start, heads.is_letterhead)
        return heads.find_head(text, self.part) is not None or any(
            is_furniture(text) for is_furniture in furniture
        )

    def _is_foreign_row(self, cells: tuple[str, ...]) -> bool:
        """Say whether a row under a head belongs to a foreign table, and remember it for the rows below."""
        content = [s for s in cells if s.strip()]
        if self.part not in (heads.JABATAN, heads.TUGAS, heads.FUNGSI) or not content:
            return False
        if len(content) > 1 and not _is_item_in_cells(content):
            self.is_table_foreign = self.forms[-1].has_table = True
        return self.is_table_foreign

    def _read_table_row(self, cells: tuple[str, ...], page: int, *, first: bool) -> None:
        if self.part == heads.WITHOUT_JABATAN:
            self._leave_over(" | ".join(collapse_blanks(s) for s in cells if s.strip()), page)
            return
        content = self.forms[-1].content
        continues = first and bool(content.rows) and content.rows[-1].page < page
        for text in content.add(cells, page, continues=continues):
            self._leave_over(text, page)

    def _leave_over(self, text: str, page: int) -> None:
        self.is_interrupted = self.is_interrupted or self.part == heads.START
        if text.strip():
            self.leftovers.append(FormLeftover(page, collapse_blanks(text)))


def _join_cells(cells: tuple[str, ...]) -> str:
    return " ".join(s.strip() for s in cells if s.strip())


def _is_item_in_cells(content: list[str]) -> bool:
    """Say whether filled cells are one item of a list: its mark in cells of its own, then its text."""
    *mark, text = content
    return all(_ITEM_MARK.fullmatch(t) for t in mark) and not _ITEM_MARK.fullmatch(text)
