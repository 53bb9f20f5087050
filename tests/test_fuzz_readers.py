"""Thousands of damaged workbooks: each is read, or refused with a reason; nothing else ever comes out.

Every run tries the same cases (they follow from the test's name); a failing one is printed with its seed.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from functools import cache

import pytest
from filled import NAMA, NIP, enter_person, find_form, make_katalog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import (
    MAIN,
    make_damaged_copies,
    make_ods_parts,
    make_parts,
    make_sheet,
    make_styles,
    read_content,
    zip_parts,
)

from iki_xl.readers.book import Cell, Limits, UnreadableError
from iki_xl.readers.package import open_package, recognise_file
from iki_xl.template.writer import make_filled_sheets, templat_xlsx

# Together 4,700 cases; the fast part, 1,200 of them, runs every time.
FEW_CASES, MANY_CASES = 300, 500
# Small limits, so that whatever a case asks for ends soon.
LIMITS = Limits(file_mb=5, part_mb=8, total_mb=16, cells=100_000)


def make_settings(count: int) -> settings:
    """Return settings for so many cases, the same each time."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=count, derandomize=True, deadline=None, print_blob=True, suppress_health_check=slow
    )


@cache
def make_original(kind: str) -> bytes:
    """Return a returned workbook: the .xlsx of the product's own form, filled, or an .ods of all kinds."""
    if kind == "xlsx":
        form = find_form(make_katalog(), "J03")
        values = {**enter_person("Ani", "198502022010012002"), ("J03-01", "realisasi_01"): 3.5}
        assert {NAMA, NIP} <= values.keys()
        return templat_xlsx(make_katalog(), make_filled_sheets([(form, values, {})]))
    number, text = 'office:value-type="float" office:value="1.5"', 'office:value-type="string"'
    cells = (
        (f'{number} table:number-columns-repeated="2"', ""),
        ('office:value-type="percentage" office:value="0.5"', "<text:p>50%</text:p>"),
        (text, '<text:p>a<text:s text:c="3"/><text:span>b</text:span><text:tab/></text:p>'),
        (f'table:formula="of:=SUM([.A1:.B2];1)" table:number-matrix-rows-spanned="2" {number}', ""),
        ('office:value-type="date" office:date-value="2024-02-29"', ""),
        ('office:value-type="time" office:time-value="PT08H30M00S"', ""),
        ('table:formula="of:=1/0" calcext:value-type="error"', "<text:p>#DIV/0!</text:p>"),
    )
    row = "".join(f"<table:table-cell {how}>{what}</table:table-cell>" for how, what in cells)
    rows = f'<table:table-row table:number-rows-repeated="3">{row}</table:table-row>'
    meta = '<dc:date>2026-07-05T09:00:00</dc:date><meta:user-defined meta:name="a">b</meta:user-defined>'
    return zip_parts(
        make_ods_parts(
            f'<table:table table:name="a" table:protected="true">{rows}</table:table>' * 2, meta=meta
        )
    )


@cache
def split_original(kind: str) -> dict[str, bytes]:
    """Return the parts of a returned workbook."""
    with zipfile.ZipFile(io.BytesIO(make_original(kind))) as package:
        return {name: package.read(name) for name in package.namelist() if "theme" not in name}


def try_reading(content: bytes) -> bool:
    """Read a file; return whether it could be. Whatever is read can be shown and encoded."""
    try:
        recognise_file(content)
        book = read_content(content, LIMITS)
    except UnreadableError:
        return False
    for sheet in book.sheets:
        sheet.nama.encode()
        for (row, column), cell in sheet.cells.items():
            assert 0 <= row < 1_048_576
            assert 0 <= column < 16_384
            assert isinstance(cell, Cell)
            assert cell.value is not None or cell.formula or cell.struck
            cell.render_text().encode()
            assert not cell.formula or cell.formula.startswith("=")
    return True


@st.composite
def draw_changed_bytes(draw: st.DrawFn, kind: str) -> bytes:
    """A workbook's bytes with some flipped, cut out, inserted or repeated."""
    content = bytearray(make_original(kind))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        change = draw(st.sampled_from(("balik", "potong", "sisip", "ulang", "akhiri")))
        if change == "balik" and content:
            content[at] ^= draw(st.integers(1, 255))
        elif change == "potong":
            del content[at : at + draw(st.integers(1, 200))]
        elif change == "sisip":
            content[at:at] = draw(st.binary(min_size=1, max_size=20))
        elif change == "ulang":
            content[at:at] = content[at : at + draw(st.integers(1, 200))]
        else:
            del content[at:]
    return bytes(content)


_PIECE = re.compile(rb"<[^>]*>|[^<]+")
_VALUES = (
    *(
        b"",
        b"0",
        b"-1",
        b"1",
        b"4294967295",
        b"9" * 5000,
        b"NaN",
        b"INF",
        b"1e999",
        "\u0661".encode(),
        b"true",
    ),
    *(b"A1", b"XFD1048576", b"XFE1", b"1048577", b"A1:XFD1048576", b"16384", b"2000000000", b"../../x"),
    *(b"s", b"str", b"inlineStr", b"d", b"e", b"b", b"shared", b"array", b"percentage", b"0%", b"[h]"),
    *(b"=1+1", b"of:=[", b"_xD800_", b"2024-02-29", b"PT1H", b"P9999999D"),
    *(b"&#x0;", b"&a;", b"\xff", b"]]>", b"<!--"),
)


@st.composite
def draw_changed_xml(draw: st.DrawFn, kind: str) -> bytes:
    """A workbook with one part whose tags, attributes or texts are changed, zipped again."""
    parts = dict(split_original(kind))
    name = draw(st.sampled_from(sorted(n for n in parts if n != "mimetype")))
    pieces = _PIECE.findall(parts[name])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(pieces) - 1)))
        change = draw(st.sampled_from(("nilai", "nilai", "nilai", "buang", "ulang", "tukar", "teks", "nama")))
        if not pieces:
            break
        if change == "nilai":
            value = draw(st.sampled_from(_VALUES))
            found = list(re.finditer(rb'"[^"]*"', pieces[at]))
            if found:
                chosen = draw(st.sampled_from(found))
                pieces[at] = pieces[at][: chosen.start() + 1] + value + pieces[at][chosen.end() - 1 :]
            elif not pieces[at].startswith(b"<"):
                pieces[at] = value
        elif change == "buang":
            del pieces[at]
        elif change == "ulang":
            pieces[at:at] = pieces[at : at + draw(st.integers(1, 12))]
        elif change == "tukar":
            other = draw(st.integers(0, len(pieces) - 1))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif change == "teks":
            pieces.insert(at, draw(st.sampled_from(_VALUES)))
        else:
            pieces[at] = pieces[at].replace(b"<", b"<x", 1)
    parts[name] = b"".join(pieces)
    return zip_parts(parts)


_ATTRIBUTE = st.sampled_from(
    (
        'r="A1"',
        'r="B1"',
        'r="C3"',
        't="s"',
        't="str"',
        't="e"',
        't="b"',
        't="d"',
        't="inlineStr"',
        's="1"',
        's="9"',
    )
)
_TEXT = st.sampled_from(
    (
        "0",
        "1",
        "-1",
        "1.5",
        "1e400",
        "NaN",
        "2024-02-29",
        "teks",
        "#REF!",
        "true",
        "45000",
        "1e9",
        " ",
        "_x0000_",
    )
)
_INSIDE = st.one_of(
    _TEXT.map("<v>{}</v>".format),
    _TEXT.map("<f>{}</f>".format),
    _TEXT.map("<is><t>{}</t><rPh><t>x</t></rPh></is>".format),
    _TEXT.map("<is><r><rPr><strike/></rPr><t>{}</t></r><r><t>5</t></r></is>".format),
    st.sampled_from(("<f/>", '<f t="shared" si="0">A1+$B2</f>', '<f t="shared" si="0"/>')),
    st.sampled_from(
        ('<f t="array" ref="A1:C9">1</f>', '<f t="dataTable" ref="A1:XFD1048576"/>', "<v/>", "<x/>")
    ),
)
_CELL = st.tuples(st.sets(_ATTRIBUTE, max_size=3), st.lists(_INSIDE, max_size=3)).map(
    lambda cell: f"<c {' '.join(sorted(cell[0]))}>{''.join(cell[1])}</c>"
)
_ROW = st.tuples(st.sampled_from(("", ' r="1"', ' r="3"', ' r="1048576"')), st.lists(_CELL, max_size=4)).map(
    lambda row: f"<row{row[0]}>{''.join(row[1])}</row>"
)


def make_invented_workbook(rows: list[str]) -> bytes:
    """Return a workbook of invented rows, with texts and formats to point at."""
    texts = f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><r><rPr><strike/></rPr><t>b</t></r></si></sst>'
    return zip_parts(
        make_parts(make_sheet("".join(rows)), text=texts, styles=make_styles(0, "0%", "dd/mm/yyyy", "[h]:mm"))
    )


def test_the_originals_are_read():
    """What is changed below is whole to begin with."""
    assert all(try_reading(make_original(kind)) for kind in ("xlsx", "ods"))


@make_settings(FEW_CASES)
@given(content=draw_changed_bytes("xlsx") | draw_changed_bytes("ods"))
def test_changed_bytes(content):
    """A few bytes of a workbook changed."""
    try_reading(content)


@make_settings(FEW_CASES)
@given(content=draw_changed_xml("xlsx") | draw_changed_xml("ods"))
def test_changed_xml(content):
    """A part's XML changed, in a whole zip."""
    try_reading(content)


@make_settings(FEW_CASES)
@given(rows=st.lists(_ROW, max_size=4))
def test_invented_rows(rows):
    """Rows and cells of the right names in any combination."""
    try_reading(make_invented_workbook(rows))


@make_settings(FEW_CASES)
@given(content=st.binary(max_size=300) | st.binary(max_size=300).map(b"PK\3\4".__add__))
def test_any_bytes(content):
    """Anything at all."""
    assert not try_reading(content)


@pytest.mark.lambat
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
class TestSlow:
    """More of the same, for each kind of workbook."""

    @make_settings(MANY_CASES)
    @given(data=st.data())
    def test_many_changed_bytes(self, kind, data):
        """A few bytes of a workbook changed."""
        try_reading(data.draw(draw_changed_bytes(kind)))

    @make_settings(MANY_CASES * 2)
    @given(data=st.data())
    def test_much_changed_xml(self, kind, data):
        """A part's XML changed, in a whole zip."""
        try_reading(data.draw(draw_changed_xml(kind)))


@pytest.mark.lambat
@make_settings(MANY_CASES)
@given(rows=st.lists(_ROW, max_size=4))
def test_many_invented_rows(rows):
    """Rows and cells of the right names in any combination, many more of them."""
    try_reading(make_invented_workbook(rows))


@pytest.mark.lambat
@pytest.mark.parametrize("part", ["anywhere", "directory"])
def test_4000_damaged_zips_are_read_or_refused(part):
    """2,000 each: the whole file, and its list of parts; what zipfile reads too is the same."""
    original = make_original("xlsx")
    start = original.find(b"PK\1\2") if part == "directory" else 0
    read = 0
    for content in make_damaged_copies(original, 2000, 13, start):
        try:
            package = open_package(content, LIMITS)
            parts = {name: package.read(name) for name in package.nama}
        except UnreadableError:
            continue
        read += 1
        with (
            contextlib.suppress(zipfile.BadZipFile, NotImplementedError),
            zipfile.ZipFile(io.BytesIO(content)) as archive,
        ):
            assert list(parts.values()) == [archive.read(info) for info in archive.infolist()]
    assert 0 < read < 2000
