"""Hostile and damaged files: each ends in one refusal with a reason, or in right values, fast and small."""

from __future__ import annotations

import io
import math
import re
import resource
import struct
import time
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from filled import make_katalog, make_templat
from packages import (
    MAIN,
    RELATIONSHIPS,
    ZipEntry,
    make_cell_sheet,
    make_ods_parts,
    make_parts,
    make_sheet,
    make_styles,
    make_xlsx,
    read_content,
    zip_by_hand,
    zip_parts,
)

from iki_xl.readers.book import Cell, Limits, UnreadableError
from iki_xl.readers.package import FileKind, open_package, recognise_file

_SECONDS = 2.0
_MIB = 200
PLAIN_CELL = '<c r="A1"><v>1</v></c>'


@pytest.fixture(autouse=True)
def _fast_and_small():
    """Every file here is dealt with within two seconds, and memory does not grow by more than 200 MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    yield
    assert time.process_time() - begun < _SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < _MIB


def assert_refused(content: bytes, reason: str, limits: Limits | None = None) -> None:
    """The file is refused for this reason, which can stand inside a sentence."""
    with pytest.raises(UnreadableError) as caught:
        read_content(content, limits)
    said = str(caught.value)
    assert reason in said
    assert not said.endswith(".")
    assert said == said.strip()


def read_only_cell(cell: str, **options: object) -> Cell:
    """Return the only cell of a sheet."""
    (found,) = read_content(make_xlsx(make_cell_sheet(cell), **options)).sheets[0].cells.values()
    return found


# What a file is


def ole(*streams: str) -> bytes:
    """Return the bytes of an OLE file's header and directory entries."""
    entries = b"".join(
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<H", 2 * len(name) + 2).ljust(64, b"\0")
        for name in ("Root Entry", *streams)
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileKind.EMPTY),
        (make_xlsx(make_cell_sheet(PLAIN_CELL)), FileKind.XLSX),
        (zip_parts(make_ods_parts('<table:table table:name="a"/>')), FileKind.ODS),
        (zip_parts({"mimetype": b"application/vnd.oasis.opendocument.text"}), FileKind.OTHER_ZIP),
        (zip_parts({"[Content_Types].xml": b"wordprocessingml.document.main+xml"}), FileKind.OTHER_ZIP),
        (zip_parts({"foto.jpg": b"x"}), FileKind.OTHER_ZIP),
        (zip_parts({}), FileKind.OTHER_ZIP),
        (ole("Workbook"), FileKind.XLS),
        (ole("Book"), FileKind.XLS),
        (ole("EncryptionInfo", "EncryptedPackage"), FileKind.ENCRYPTED),
        (ole("WordDocument"), FileKind.OTHER),
        (b"nip,nama\n1,Ani\n", FileKind.TEXT),
        ("nama\nAndré\n".encode("latin-1"), FileKind.TEXT),
        ("\ufeffnama\n".encode("utf-16"), FileKind.TEXT),
        (b"<html><table></table></html>", FileKind.TEXT),
        (b"%PDF-1.7\n\x00\x01\x02", FileKind.OTHER),
        (bytes(range(256)), FileKind.OTHER),
    ],
)
def test_a_file_is_known_by_its_bytes(content, kind):
    """Kind by content; what is no workbook has a reason, a workbook has none."""
    assert recognise_file(content) is kind
    assert bool(kind.reason) is (kind not in {FileKind.XLSX, FileKind.ODS, FileKind.XLS})


# The zip around it


def test_parts_are_read_without_regard_to_case_and_slashes():
    """As in Excel, names of parts are one in any case; a backslash is a slash."""
    package = open_package(zip_parts({"xl\\SharedStrings.xml": b"isi", "b": b""}), Limits())
    assert package.nama == ("xl/SharedStrings.xml", "b")
    assert package.read("XL/sharedstrings.xml") == b"isi"
    with pytest.raises(UnreadableError, match="tidak ada di dalamnya"):
        package.read("xl/lain.xml")


def test_a_package_of_64_bit_sizes_is_read():
    """Some writers use the 64-bit records whatever the size."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a", "w", force_zip64=True) as part:
        part.write(b"isi")
    assert open_package(target.getvalue(), Limits()).read("a") == b"isi"
    extra = struct.pack("<2H3Q", 1, 24, 3, 3, 0)
    crc = zlib.crc32(b"isi")
    body = struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 0, 0, 33, crc, 3, 3, 1, 0) + b"aisi"
    full = 0xFFFFFFFF
    head = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 0, 0, 33, crc, full, full, 1, 28, 0, 0, 0, 0, full
    )
    directory = head + b"a" + extra
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), len(body))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, full, full, 0)
    assert open_package(body + directory + record + locator + end, Limits()).read("a") == b"isi"


def read_all_parts(content: bytes) -> None:
    """Read every part of a package."""
    package = open_package(content, Limits())
    for name in package.nama:
        package.read(name)


def make_bomb(size: int) -> ZipEntry:
    return ZipEntry("xl/worksheets/sheet1.xml", b"\0" * size)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([make_bomb(2_000_000)], "dimampatkan secara tidak wajar"),
        ([ZipEntry("a", b"x", size=200 << 20)], "lebih dari 128 MB"),
        ([ZipEntry(f"a{n}", b"x", size=100 << 20, compressed=1 << 20) for n in range(3)], "terpotong"),
        ([ZipEntry("a", b"x" * 5000, size=10)], "tidak seperti yang tercatat"),
        ([ZipEntry("a", b"x", size=5000)], "tidak seperti yang tercatat"),
        ([ZipEntry("a", b"x"), ZipEntry("b", b"y", offset=0, own_name="a")], "terpotong"),
        ([ZipEntry("a", b"x"), ZipEntry("a", b"y")], "dua kali"),
        ([ZipEntry("a", b"x"), ZipEntry("A", b"y")], "dua kali"),
        ([ZipEntry("a/b", b"x"), ZipEntry("a\\b", b"y")], "dua kali"),
        ([ZipEntry(f"{n}", b"") for n in range(10_000)], "lebih dari 2000 bagian"),
        ([ZipEntry("a", b"x", flags=1)], "kata sandi"),
        ([ZipEntry("a", b"x", flags=0x2000)], "kata sandi"),
        ([ZipEntry("a", b"x", method=12)], "pemampatan"),
        ([ZipEntry("a", b"x" * 99, method=0, compressed=9)], "terpotong"),
        ([ZipEntry("a", b"x", compressed=500)], "terpotong"),
        ([ZipEntry("b", b""), ZipEntry("a", b"x", offset=10_000)], "terpotong"),
        ([ZipEntry("a", b"x", own_name="b")], "terpotong"),
    ],
)
def test_a_zip_that_lies_is_refused(entries, reason):
    """Bombs, false sizes, parts twice or over one another, encryption, unknown compression."""
    content = zip_by_hand(entries)
    with pytest.raises(UnreadableError, match=reason):
        read_all_parts(content)


def test_overlapping_parts_are_refused():
    """A part whose bytes hold another part makes a small file large."""
    inner = zip_by_hand([ZipEntry("b", b"y" * 100, method=0)])
    outer = zip_by_hand([ZipEntry("a", inner, method=0), ZipEntry("b", b"y" * 100, method=0, offset=31)])
    with pytest.raises(UnreadableError, match="bertumpuk"):
        open_package(outer, Limits())


def test_the_sum_of_all_parts_has_a_limit():
    """Parts that are each small enough are refused together, by the directory and again while reading."""
    parts = [ZipEntry(f"a{n}", b"x" * 900_000) for n in range(4)]
    with pytest.raises(UnreadableError, match="lebih dari 3 MB"):
        open_package(zip_by_hand(parts), Limits(total_mb=3))
    package = open_package(zip_by_hand(parts[:3]), Limits(total_mb=3))
    for _ in range(3):
        package.read("a0")
    with pytest.raises(UnreadableError, match="lebih dari 3 MB"):
        package.read("a0")


def test_a_file_has_a_largest_size():
    """The file itself has a limit."""
    with pytest.raises(UnreadableError, match="lebih besar dari 1 MB"):
        open_package(b"PK\3\4" + b"\0" * 1_100_000, Limits(file_mb=1))


def test_a_file_cut_anywhere_is_refused():
    """A workbook that ends early is damaged, wherever it was cut; so is one with a byte of a part changed."""
    content = make_templat(make_katalog(), ("J03",))
    starts = [info.header_offset for info in zipfile.ZipFile(io.BytesIO(content)).infolist()]
    for cut in {*starts, *(s + 40 for s in starts), *range(1, len(content), 97), len(content) - 1}:
        with pytest.raises(UnreadableError):
            read_content(content[:cut] or b"")
    changed = bytearray(content)
    changed[starts[3] + 90] ^= 0x55
    with pytest.raises(UnreadableError):
        read_all_parts(bytes(changed))


def test_a_zip_in_a_zip_is_not_opened():
    """A nested zip is bytes like any other."""
    inner = zip_parts({"b": b"\0" * 1_000_000})
    assert recognise_file(zip_parts({"a.zip": inner})) is FileKind.OTHER_ZIP


def test_an_encrypted_ods_is_refused():
    """LibreOffice's password leaves a readable list of parts behind."""
    content = zip_parts(make_ods_parts('<table:table table:name="a"/>', manifest="<encryption-data/>"))
    assert_refused(content, "kata sandi")


# The XML inside

OUTSIDE_TYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}{"&" + chr(97 + n) + ";"}">' for n in range(20)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "declaration", [OUTSIDE_TYPE, BILLION_LAUGHS, '<!DOCTYPE x SYSTEM "http://a.invalid/x.dtd">']
)
def test_declarations_are_refused_in_every_part(declaration):
    """No entity bomb, no external entity: what declares anything is refused."""
    good = make_parts(make_cell_sheet(PLAIN_CELL), text=f'<sst xmlns="{MAIN}"/>', styles=make_styles(0))
    good["docProps/core.xml"] = b"<a/>"
    for name, part in good.items():
        if name != "[Content_Types].xml":
            assert_refused(zip_parts({**good, name: declaration.encode() + part}), "deklarasi XML")
    plain = make_ods_parts('<table:table table:name="a"/>')
    for name in ("content.xml", "meta.xml"):
        assert_refused(zip_parts({**plain, name: declaration.encode() + plain[name]}), "deklarasi XML")


@pytest.mark.parametrize(
    "sheet",
    [
        make_cell_sheet('<c r="A1" t="str"><v>&amb;</v></c>'),
        make_cell_sheet(PLAIN_CELL)[:-3],
        make_cell_sheet('<c r="A1"><v>1</c></v>'),
        make_cell_sheet('<c r="A1" r="A1"><v>1</v></c>'),
        make_cell_sheet('<c r="A1" t="str"><v>\x01</v></c>'),
        "",
        "teks biasa",
        make_cell_sheet(PLAIN_CELL) + make_cell_sheet(PLAIN_CELL),
        "<a:worksheet/>",
        make_cell_sheet('<c r="A1" t="str"><v>&#1;</v></c>'),
        b"\xff\xfe\xfd",
    ],
)
def test_what_is_not_well_formed_is_refused(sheet):
    """Undefined entities, cut or crossed tags, control characters, an empty part."""
    assert_refused(make_xlsx(sheet), "bukan XML yang sah")


def test_unusual_encodings():
    """UTF-16 is read; an encoding that needs Python's codecs is refused."""
    text = '<?xml version="1.0" encoding="UTF-16"?>' + make_cell_sheet('<c r="A1" t="str"><v>é</v></c>')
    assert read_content(make_xlsx(text.encode("utf-16"))).sheets[0].cells[0, 0].value == "é"
    for name in ("cp1252", "utf-7", "hex", "tidak-ada", "big5"):
        assert_refused(
            make_xlsx(f'<?xml version="1.0" encoding="{name}"?>' + make_cell_sheet(PLAIN_CELL)),
            "deklarasi XML",
        )


def test_nesting_has_an_end():
    """10,000 elements inside one another are refused, in every part and wherever they stand."""
    deep = "<v>" * 10_000 + "</v>" * 10_000
    for sheet in (make_sheet("", after=deep), make_sheet(deep), make_cell_sheet(f'<c r="A1">{deep}</c>')):
        assert_refused(make_xlsx(sheet), "terlalu dalam")
    assert_refused(
        make_xlsx(make_cell_sheet(PLAIN_CELL), text=f'<sst xmlns="{MAIN}">{deep}</sst>'), "terlalu dalam"
    )
    assert_refused(
        make_xlsx(make_cell_sheet(PLAIN_CELL), styles=f'<styleSheet xmlns="{MAIN}">{deep}</styleSheet>'),
        "terlalu dalam",
    )
    assert_refused(make_xlsx(make_cell_sheet(PLAIN_CELL), other={"docProps/core.xml": deep}), "terlalu dalam")
    assert_refused(zip_parts(make_ods_parts(deep.replace("v>", "table:table>"))), "terlalu dalam")
    spans = "<text:span>" * 10_000 + "</text:span>" * 10_000
    row = f"<table:table-row><table:table-cell><text:p>{spans}</text:p></table:table-cell></table:table-row>"
    assert_refused(
        zip_parts(make_ods_parts(f'<table:table table:name="a">{row}</table:table>')), "terlalu dalam"
    )


def test_one_endless_tag_is_refused():
    """An attribute of many megabytes would be read over and over."""
    noise = Random(7).randbytes(3 << 20).hex()
    assert_refused(make_xlsx(f'<worksheet xmlns="{MAIN}" a="{noise}"/>'), "bukan XML yang sah")


# Sheets and cells


def test_ten_thousand_sheets():
    """The workbook's list of sheets has a limit, whether their parts exist or not."""
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r1"/>' for n in range(10_000))
    parts = make_parts(make_cell_sheet(PLAIN_CELL))
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>{listed}</sheets></workbook>'.encode()
    )
    assert_refused(zip_parts(parts), "lembarnya lebih dari 1024")
    assert_refused(
        zip_parts(make_ods_parts('<table:table table:name="a"/>' * 10_000)), "lembarnya lebih dari 1024"
    )


def test_one_large_part_for_many_sheets_is_read_within_the_limits():
    """Sheets that share one part count each time."""
    row = '<row r="{}"><c><v>1</v></c></row>'
    parts = make_parts(
        make_sheet("".join(row.format(n) for n in range(1, 5_000))), *[make_cell_sheet(PLAIN_CELL)] * 999
    )
    source = parts["xl/_rels/workbook.xml.rels"].decode()
    shared = re.sub(r"sheet[0-9]+\.xml", "sheet1.xml", source).encode()
    content = zip_parts({**parts, "xl/_rels/workbook.xml.rels": shared})
    assert_refused(content, "lebih dari 2 MB", Limits(total_mb=2))
    assert_refused(content, "terlalu banyak", Limits(cells=20_000))


def test_a_cell_in_the_far_corner():
    """The last cell of a sheet is one cell."""
    sheet = make_sheet('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')
    assert read_content(make_xlsx(sheet)).sheets[0].cells == {(1_048_575, 16_383): Cell(7.0)}
    rows = (
        '<table:table-row table:number-rows-repeated="1048575"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
    )
    content = zip_parts(make_ods_parts(f'<table:table table:name="a">{rows}</table:table>'))
    assert read_content(content).sheets[0].cells == {(1_048_575, 16_383): Cell(7.0)}


@pytest.mark.parametrize("what", ["rows", "columns"])
def test_a_filled_cell_repeated_counts_as_often(what):
    """A repeat of a filled cell counts against the limit before anything is made of it."""
    cell = '<table:table-cell office:value-type="float" office:value="7"{}/>'
    many = ' table:number-{}-repeated="16384"'
    row = f"<table:table-row{{}}>{cell}</table:table-row>"
    rows = row.format(many.format("rows"), many.format("columns"))
    assert_refused(
        zip_parts(make_ods_parts(f'<table:table table:name="a">{rows}</table:table>')),
        "selnya terlalu banyak",
    )
    over = ' table:number-{}-repeated="{}"'.format(what, 2_000_000 if what == "rows" else 16_385)
    rows = row.format(over if what == "rows" else "", over if what == "columns" else "")
    assert_refused(
        zip_parts(make_ods_parts(f'<table:table table:name="a">{rows}</table:table>')), "tidak wajar"
    )


def test_empty_repeats_are_free():
    """LibreOffice ends every sheet with a million empty rows."""
    rows = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="1"/>'
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert read_content(
        zip_parts(make_ods_parts(f'<table:table table:name="a">{rows}</table:table>'))
    ).sheets[0].cells == {(0, 0): Cell(1.0)}


def test_spaces_by_number_have_a_limit():
    """A count of spaces is no way to a large text."""
    spaces = '<text:s text:c="32767"/>' * 5_000
    row = f"<table:table-row><table:table-cell><text:p>{spaces}</text:p></table:table-cell></table:table-row>"
    content = zip_parts(make_ods_parts(f'<table:table table:name="a">{row}</table:table>'))
    assert_refused(content, "terlalu panjang", Limits(part_mb=2))
    assert_refused(
        zip_parts(
            make_ods_parts(f'<table:table table:name="a">{row.replace("32767", "4294967295")}</table:table>')
        ),
        "tidak wajar",
    )


def test_counts_that_lie_are_not_believed():
    """Counts and dimensions are hints: nothing is allocated by them."""
    texts = f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'
    sheet = make_cell_sheet('<c r="A1" t="s"><v>0</v></c>').replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    assert read_content(make_xlsx(sheet, text=texts)).sheets[0].cells == {(0, 0): Cell("a")}


@pytest.mark.parametrize("index", ["1", "-1", "0.0", "a", "", "1_0", "99999999999999999999", "٠"])
def test_a_shared_text_that_is_not_there_is_refused(index):
    """A bad index is not text 0."""
    assert_refused(
        make_xlsx(
            make_cell_sheet(f'<c r="A1" t="s"><v>{index}</v></c>'),
            text=f'<sst xmlns="{MAIN}"><si><t>a</t></si></sst>',
        ),
        "tidak wajar",
    )


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="a"/>',
        f'<row r="{"9" * 5000}"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="B1"/><c r="B1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="AAAA1"/></row>',
        '<row r="1"><c r="1"/></row>',
        '<row r="1"><c r=""/></row>',
        '<row r="1"><c r="a1"/></row>',
        '<row r="1"><c r="XFD1"/><c/></row>',
        '<row r="1"><row r="2"/></row>',
        '<row r="1"><c r="A1"><c r="B1"/></c></row>',
        '<c r="A1"><v>1</v></c>',
        "<c><v>1</v></c>",
        '<row r="1"><c r="A1"><v>teks</v></c></row>',
        '<row r="1"><c r="A1"><v>1_0</v></c></row>',
        '<row r="1"><c r="A1"><v>١</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="?"><v>2</v></c></row>',
    ],
)
def test_cells_out_of_order_or_out_of_the_sheet_are_refused(rows):
    """Rows and cells ascend, none stands twice, and each address is one of the sheet."""
    assert_refused(make_xlsx(make_sheet(rows)), "tidak wajar")


def test_too_many_cells_are_refused():
    """Empty ones count too: each costs time."""
    rows = "".join(f'<row r="{n}"><c/><c/></row>' for n in range(1, 101))
    assert read_content(make_xlsx(make_sheet(rows)), Limits(cells=200)).sheets[0].cells == {}
    assert_refused(make_xlsx(make_sheet(rows)), "selnya terlalu banyak", Limits(cells=199))


def test_missing_addresses_are_counted_on():
    """A row or a cell without an address follows the one before it."""
    rows = (
        '<row><c><v>1</v></c></row><row r="5"><c r="C5"><v>2</v></c><c><v>3</v></c></row>'
        "<row><c><v>4</v></c></row>"
    )
    found = read_content(make_xlsx(make_sheet(rows))).sheets[0].cells
    assert {key: cell.value for key, cell in found.items()} == {(0, 0): 1, (4, 2): 2, (4, 3): 3, (5, 0): 4}


def test_a_sheet_without_its_part_is_refused():
    """A listed sheet that is missing is damage, not an empty sheet."""
    parts = make_parts(make_cell_sheet(PLAIN_CELL), make_cell_sheet(PLAIN_CELL))
    del parts["xl/worksheets/sheet2.xml"]
    assert_refused(zip_parts(parts), "tidak ada di dalamnya")
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b'"r2"', b'"r9"')
    assert_refused(zip_parts(parts), "lembar “L2” tidak ada di dalamnya")
    assert_refused(make_xlsx(), "tidak ada lembar kerja")


# Values that are odd, and right


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e308", 1e308),
        ("-1E+308", -1e308),
        ("1e999", math.inf),
        ("INF", math.inf),
        ("-INF", -math.inf),
        (" 5 ", 5.0),
        ("0.1", 0.1),
        ("9" * 400, math.inf),
        ("4.9E-324", 5e-324),
    ],
)
def test_extreme_numbers_are_numbers(text, value):
    """What is no figure of an office is still read as it stands; the values' rules refuse it later."""
    assert read_only_cell(f'<c r="A1"><v>{text}</v></c>') == Cell(value)
    assert read_only_cell(f'<c r="A1" s="0"><v>{text}</v></c>', styles=make_styles(0)) == Cell(value)


@pytest.mark.parametrize("text", ["NaN", "nan"])
@pytest.mark.parametrize("form", [0, 9, 14, 46])
def test_nan_is_nan_in_every_format(text, form):
    """Also where the format would make it a moment."""
    found = read_only_cell(f'<c r="A1" s="0"><v>{text}</v></c>', styles=make_styles(form))
    assert math.isnan(found.value)
    assert found.percent is (form == 9)


@pytest.mark.parametrize("text", ["1e308", "INF", "-1", "2958466", "-INF", "1e15"])
@pytest.mark.parametrize("form", [14, 22])
def test_a_number_beyond_the_calendar_stays_a_number(text, form):
    """Where Excel shows only hashes, the number that was typed is kept."""
    assert read_only_cell(f'<c r="A1" s="0"><v>{text}</v></c>', styles=make_styles(form)).value == float(text)


def test_lengths_of_time_beyond_measure_stay_numbers():
    """The same with a format of elapsed hours."""
    for text in ("1e308", "INF", "-INF"):
        assert read_only_cell(
            f'<c r="A1" s="0"><v>{text}</v></c>', styles=make_styles("[h]:mm")
        ).value == float(text)
    assert read_only_cell('<c r="A1" s="0"><v>-0.5</v></c>', styles=make_styles(46)).value == timedelta(
        hours=-12
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "'=1"])
def test_texts_that_look_like_formulas_are_texts(text):
    """What a person typed as text is no formula, and keeps every character."""
    shared = f'<sst xmlns="{MAIN}"><si><t xml:space="preserve">{text}</t></si></sst>'
    assert read_only_cell('<c r="A1" t="s"><v>0</v></c>', text=shared) == Cell(text)
    assert read_only_cell(f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>') == Cell(text)
    row = (
        '<table:table-row><table:table-cell office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )
    found = (
        read_content(zip_parts(make_ods_parts(f'<table:table table:name="a">{row}</table:table>')))
        .sheets[0]
        .cells
    )
    assert found[0, 0] == Cell(text.strip())


def test_escaped_characters():
    """`_xHHHH_` stands for one character; half a surrogate pair and an escaped underscore are no trap."""
    cells = {
        "a_x000D_b": "a\rb",
        "_x005F_x000D_": "_x000D_",
        "_xD83D__xDE00_": "😀",
        "_xD83D_": "\ufffd",
        "_x0000_": "\0",
        "_x000d": "_x000d",
        "_X000D_": "_X000D_",
        "_x001B_[2J": "\x1b[2J",
    }
    for written, read in cells.items():
        found = read_only_cell(f'<c r="A1" t="inlineStr"><is><t>{written}</t></is></c>')
        assert found == Cell(read)
        found.value.encode()
        assert read_only_cell(f'<c r="A1" t="str"><v>{written}</v></c>') == Cell(read)


def test_formulas_that_would_fill_memory_are_refused():
    """A long shared formula for many cells has a limit; so have arrays over arrays."""
    long = "A1+" * 3000 + "1"
    rest = "".join(f'<row r="{n}"><c><f t="shared" si="0"/></c></row>' for n in range(2, 2000))
    first = f'<row r="1"><c><f t="shared" si="0" ref="A1:A2000">{long}</f></c></row>'
    assert_refused(make_xlsx(make_sheet(first + rest)), "terlalu panjang", Limits(part_mb=1))
    arrays = "".join(
        f'<row r="{n}"><c><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c></row>' for n in range(1, 500)
    )
    assert_refused(make_xlsx(make_sheet(arrays)), "selnya terlalu banyak", Limits(cells=10_000))


def test_relationships_cannot_leave_the_package():
    """A target is a name inside the package, whatever it looks like; links to elsewhere are passed over."""
    parts = make_parts(make_cell_sheet(PLAIN_CELL))
    source = parts["xl/_rels/workbook.xml.rels"]
    outside = source.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    assert_refused(
        zip_parts({**parts, "xl/_rels/workbook.xml.rels": outside}), "“etc/passwd” tidak ada di dalamnya"
    )
    linked = source.replace(b" Target", b' TargetMode="External" Target')
    assert_refused(zip_parts({**parts, "xl/_rels/workbook.xml.rels": linked}), "lembar “L1” tidak ada")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-05T09:00:00Z", "2026-07-05 09:00:00"),
        ("2026-07-05T09:00:00+07:00", "2026-07-05 02:00:00"),
        ("2026-07-05T09:00:00.1234567Z", "2026-07-05 09:00:00.123456"),
        ("2026-07-05T09:00:00", "2026-07-05 09:00:00"),
        ("0001-01-01T00:00:00+07:00", "None"),
        ("kemarin", "None"),
        ("", "None"),
    ],
)
def test_last_saved_is_read_as_utc_or_not_at_all(text, moment):
    """What cannot be read is not guessed."""
    core = (
        '<a:coreProperties xmlns:a="x" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dcterms:modified>{text}</dcterms:modified></a:coreProperties>"
    )
    assert (
        str(read_content(make_xlsx(make_cell_sheet(PLAIN_CELL), other={"docProps/core.xml": core})).saved)
        == moment
    )


def test_nothing_is_read_from_disk():
    """The readers work on bytes alone."""
    for name in ("package", "xml_pass", "formats", "shifted", "xlsx_sheet", "xlsx", "ods"):
        text = (Path(__file__).parent.parent / "iki_xl" / "readers" / f"{name}.py").read_text(
            encoding="utf-8"
        )
        assert not any(word in text for word in (" open(", "Path(", "import os", "subprocess", "eval("))
