"""Blank rows of a large sheet are cut out before the parser, and nothing else is."""

from __future__ import annotations

import struct

import biff
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import MAIN, make_ods_parts, make_parts, read_content, zip_parts

from iki_xl.readers import xlsx_blank
from iki_xl.readers.book import Limits
from iki_xl.readers.workbook import read_workbook
from iki_xl.readers.xlsx_blank import without_blank_rows

_BLANK = (
    '<{p}c r="{a}"/>',
    '<{p}c r="{a}" s="3"/>',
    '<{p}c r="{a}" s="3" t="s"></{p}c>',
    '<{p}c s="1" r="{a}" />',
)
_FILLED = (
    '<{p}c r="{a}"><{p}v>7</{p}v></{p}c>',
    '<{p}c r="{a}" s="2"><{p}f>1+1</{p}f></{p}c>',
    "<{p}c><{p}v>5</{p}v></{p}c>",
)
_CELLS = st.one_of(st.sampled_from(_BLANK), st.sampled_from(_BLANK), st.sampled_from(_FILLED))
_ATTRIBUTES = ("", ' s="1" customFormat="1"', ' ht="20" customHeight="1"', ' spans="1:3"')


@st.composite
def sheets(draw):
    """Return a sheet of blank and filled rows and cells, in the shapes of many programs."""
    prefix = draw(st.sampled_from(["", "x:"]))
    gap = draw(st.sampled_from(["", "\n  "]))
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 12))):
        says_where = draw(st.integers(0, 9)) > 0
        number += draw(st.integers(1, 3)) if says_where else 1
        cells = [draw(_CELLS).format(p=prefix, a=f"{c}{number}") for c in "ABC"[: draw(st.integers(0, 3))]]
        address = f' r="{number}"' if says_where else ""
        start = f"<{prefix}row{address}{draw(st.sampled_from(_ATTRIBUTES))}"
        closed = not cells and draw(st.booleans())
        rows.append(f"{start}/>" if closed else f"{start}>{gap.join(['', *cells, ''])}</{prefix}row>")
    space = f"xmlns:x='{MAIN}'" if prefix else f"xmlns='{MAIN}'"
    extra = draw(st.sampled_from(["", "<!-- <row r='1'/> -->", "<![CDATA[ ]]>"]))
    data = f"<{prefix}sheetData>{gap.join(rows)}</{prefix}sheetData>"
    return f"<{prefix}worksheet {space}>{data}{extra}</{prefix}worksheet>"


@given(sheets())
def test_a_sheet_reads_the_same_without_its_blank_rows(sheet):
    """Whatever the shape: prefixes, rows that do not say where they stand, comments, breaks between cells."""
    content = zip_parts(make_parts(sheet))
    expected = read_content(content).sheets
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx_blank, "_LARGE", 0)
        assert read_content(content).sheets == expected


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("cells", ["", _BLANK[1], _BLANK[2]])
def test_nothing_of_blank_rows_reaches_the_parser(prefix, cells):
    """20,000 of them take no more bytes than none."""
    head = f"<{prefix}worksheet><{prefix}sheetData>"
    tail = f"</{prefix}sheetData></{prefix}worksheet>"
    rows = "".join(
        f'<{prefix}row r="{r}" s="3" ht="15">{cells.format(p=prefix, a=f"A{r}")}</{prefix}row>'
        for r in range(1, 20_001)
    )
    assert without_blank_rows(f"{head}{rows}{tail}".encode()) == f"{head}{tail}".encode()


def test_blank_cells_of_an_xls_are_no_cells():
    """65,536 rows of 24 formatted cells: within limits that 1,000 filled ones would pass."""
    blank = b"".join(
        biff.record(0x00BE, struct.pack("<HH", row, 0) + struct.pack("<H", 0) * 24 + struct.pack("<H", 23))
        for row in range(1, 65_536)
    )
    content = biff.ole(
        Workbook=biff.stream({"L": biff.text(0, 0, "ID") + blank + biff.number(65_535, 3, 7.0)})
    )
    (sheet,) = read_workbook(content, ".xls", Limits(cells=66_000)).sheets
    assert {at: cell.value for at, cell in sheet.cells.items()} == {(0, 0): "ID", (65_535, 3): 7.0}


@pytest.mark.parametrize("meta", ["<dc:date>kemarin</dc:date>", "<a", "</office:meta>"])
def test_odd_properties_of_an_ods_do_not_matter(meta):
    """A date that is none, or properties that are no XML: the sheets are read, without a time."""
    table = '<table:table table:name="L"><table:table-row><table:table-cell/></table:table-row></table:table>'
    book = read_workbook(zip_parts(make_ods_parts(table, meta=meta)), ".ods", Limits())
    assert (len(book.sheets), book.saved) == (1, None)
