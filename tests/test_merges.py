"""Merged areas as the three readers see them."""

from __future__ import annotations

import struct

import biff
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import make_cell_sheet, make_ods_parts, make_sheet, make_xlsx, read_content, zip_parts

from iki_xl.readers.book import Limits, UnreadableError
from iki_xl.readers.merges import AT_MOST
from iki_xl.readers.xls import read_xls

ODF_ROW = "<table:table-row>{}</table:table-row>"


def letters(column):
    text = ""
    while column >= 0:
        column, rest = column // 26 - 1, column % 26
        text = chr(65 + rest) + text
    return text


def merge_cells(*areas):
    """Return the part of a worksheet that names merged areas."""
    refs = "".join(
        f'<mergeCell ref="{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"/>'
        for top, left, bottom, right in areas
    )
    return f'<mergeCells count="{len(areas)}">{refs}</mergeCells>'


def as_xlsx(areas, *, plain=True):
    """Return an .xlsx whose sheet has merged areas, in the plain shape or with a prefix."""
    part = make_sheet('<row r="1"><c r="A1"><v>1</v></c></row>', merge_cells(*areas))
    if not plain:
        part = part.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    return make_xlsx(part)


def as_ods(areas):
    """Return an .ods with merged areas that do not overlap, each row written out."""
    starts = {area[:2]: area for area in areas}
    rows = max(area[2] for area in areas) + 1
    columns = max(area[3] for area in areas) + 1
    return zip_parts(
        make_ods_parts(
            '<table:table table:name="L1">'
            + "".join(
                ODF_ROW.format("".join(_ods_cell(starts.get((r, c))) for c in range(columns)))
                for r in range(rows)
            )
            + "</table:table>"
        )
    )


def _ods_cell(area):
    if area is None:
        return "<table:covered-table-cell/>"
    top, left, bottom, right = area
    spans = (
        f'table:number-rows-spanned="{bottom - top + 1}" table:number-columns-spanned="{right - left + 1}"'
    )
    return f"<table:table-cell {spans}/>"


def as_xls(areas):
    """Return an .xls with merged areas."""
    data = b"".join(struct.pack("<4H", top, bottom, left, right) for top, left, bottom, right in areas)
    merged = biff.record(0x00E5, struct.pack("<H", len(areas)) + data)
    return biff.xls({"L1": biff.number(0, 0, 1.0) + merged})


@st.composite
def tiles(draw):
    """Areas of more than one cell that do not overlap: one in each field of a coarse grid."""
    found = []
    for row, column in draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1)):
        height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
        if (height, width) != (1, 1):
            top, left = row * 5, column * 5
            found.append((top, left, top + height - 1, left + width - 1))
    return tuple(sorted(found)) or ((0, 0, 0, 1),)


@given(tiles())
def test_every_format_gives_the_same_merges(areas):
    """Whatever is merged: .xlsx in both ways of reading, .ods and .xls name the same areas."""
    books = [
        read_content(as_xlsx(areas)),
        read_content(as_xlsx(areas, plain=False)),
        read_content(as_ods(areas)),
        read_xls(as_xls(areas), Limits()),
    ]
    assert [tuple(sorted(book.sheets[0].merges)) for book in books] == [areas] * 4


def test_what_is_no_merge():
    """One cell alone, a whole column, a place beyond the sheet, and no reference at all."""
    refs = ("B2", "B2:B2", "A:C", "A1:XFE1", "A1:A1048577", "", "b2:c3", "C3:B2", "$D$4:$E$4")
    part = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    found = read_content(make_xlsx(make_sheet("", f"<mergeCells>{part}</mergeCells>"))).sheets[0].merges
    assert found == ((1, 1, 2, 2), (3, 3, 3, 4))


def test_a_damaged_record_of_merges_costs_nothing():
    """A record of an .xls that says it holds more merges than it has gives those that it has."""
    short = biff.record(0x00E5, struct.pack("<H4H", 900, 0, 1, 2, 3) + b"\x01")
    book = read_xls(biff.xls({"L1": biff.record(0x00E5, b"\x01") + short}), Limits())
    assert book.sheets[0].merges == ((0, 2, 1, 3),)


def test_merges_without_number_are_refused():
    """More merges than any person makes: the file is refused, its memory never taken."""
    areas = [(n, 0, n, 1) for n in range(AT_MOST + 1)]
    with pytest.raises(UnreadableError, match="gabungan"):
        read_content(as_xlsx(areas))
    assert len(read_content(as_xlsx(areas[:-1])).sheets[0].merges) == AT_MOST


def test_repeated_rows_of_an_ods():
    """A spanning cell in rows that repeat is a merge in each; not in a million blank ones at the end."""
    span = '<table:table-cell table:number-columns-spanned="2"/>'
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="{n}">{span}</table:table-row>' for n in (3, 1_048_573)
    )
    book = read_content(zip_parts(make_ods_parts(f'<table:table table:name="L1">{rows}</table:table>')))
    assert book.sheets[0].merges == tuple((row, 0, row, 1) for row in range(4))


def test_a_plain_sheet_has_none():
    """Nothing is merged where nothing says so."""
    assert read_content(make_xlsx(make_cell_sheet('<c r="A1"><v>1</v></c>'))).sheets[0].merges == ()
