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
from filled import katalog, templat
from packages import (
    HUBUNGAN,
    UTAMA,
    Entri,
    baca,
    bagian,
    buku,
    gaya,
    lembar,
    ods,
    sel,
    zip_biasa,
    zip_sendiri,
)

from iki_xl.readers.book import Batas, Isi, TidakTerbacaError
from iki_xl.readers.package import Jenis, buka, jenis

_DETIK = 2.0
_MIB = 200
SEL_BIASA = '<c r="A1"><v>1</v></c>'


@pytest.fixture(autouse=True)
def _cepat_dan_kecil():
    """Every file here is dealt with within two seconds, and memory does not grow by more than 200 MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    yield
    assert time.process_time() - begun < _DETIK
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < _MIB


def ditolak(content: bytes, reason: str, batas: Batas | None = None) -> None:
    """The file is refused for this reason, which can stand inside a sentence."""
    with pytest.raises(TidakTerbacaError) as caught:
        baca(content, batas)
    said = str(caught.value)
    assert reason in said
    assert not said.endswith(".")
    assert said == said.strip()


def satu(cell: str, **options: object) -> Isi:
    """Return the only cell of a sheet."""
    (found,) = baca(buku(sel(cell), **options)).lembar[0].sel.values()
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
        (b"", Jenis.KOSONG),
        (buku(sel(SEL_BIASA)), Jenis.XLSX),
        (zip_biasa(ods('<table:table table:name="a"/>')), Jenis.ODS),
        (zip_biasa({"mimetype": b"application/vnd.oasis.opendocument.text"}), Jenis.ZIP_LAIN),
        (zip_biasa({"[Content_Types].xml": b"wordprocessingml.document.main+xml"}), Jenis.ZIP_LAIN),
        (zip_biasa({"foto.jpg": b"x"}), Jenis.ZIP_LAIN),
        (zip_biasa({}), Jenis.ZIP_LAIN),
        (ole("Workbook"), Jenis.XLS),
        (ole("Book"), Jenis.XLS),
        (ole("EncryptionInfo", "EncryptedPackage"), Jenis.TERSANDI),
        (ole("WordDocument"), Jenis.LAIN),
        (b"nip,nama\n1,Ani\n", Jenis.TEKS),
        ("nama\nAndré\n".encode("latin-1"), Jenis.TEKS),
        ("\ufeffnama\n".encode("utf-16"), Jenis.TEKS),
        (b"<html><table></table></html>", Jenis.TEKS),
        (b"%PDF-1.7\n\x00\x01\x02", Jenis.LAIN),
        (bytes(range(256)), Jenis.LAIN),
    ],
)
def test_a_file_is_known_by_its_bytes(content, kind):
    """Kind by content; what is no workbook has a reason, a workbook has none."""
    assert jenis(content) is kind
    assert bool(kind.sebab) is (kind not in {Jenis.XLSX, Jenis.ODS, Jenis.XLS})


# The zip around it


def test_parts_are_read_without_regard_to_case_and_slashes():
    """As in Excel, names of parts are one in any case; a backslash is a slash."""
    package = buka(zip_biasa({"xl\\SharedStrings.xml": b"isi", "b": b""}), Batas())
    assert package.nama == ("xl/SharedStrings.xml", "b")
    assert package.baca("XL/sharedstrings.xml") == b"isi"
    with pytest.raises(TidakTerbacaError, match="tidak ada di dalamnya"):
        package.baca("xl/lain.xml")


def test_a_package_of_64_bit_sizes_is_read():
    """Some writers use the 64-bit records whatever the size."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a", "w", force_zip64=True) as part:
        part.write(b"isi")
    assert buka(target.getvalue(), Batas()).baca("a") == b"isi"
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
    assert buka(body + directory + record + locator + end, Batas()).baca("a") == b"isi"


def baca_bagian(content: bytes) -> None:
    """Read every part of a package."""
    package = buka(content, Batas())
    for name in package.nama:
        package.baca(name)


def bom(size: int) -> Entri:
    return Entri("xl/worksheets/sheet1.xml", b"\0" * size)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([bom(2_000_000)], "dimampatkan secara tidak wajar"),
        ([Entri("a", b"x", ukuran=200 << 20)], "lebih dari 128 MB"),
        ([Entri(f"a{n}", b"x", ukuran=100 << 20, mampat=1 << 20) for n in range(3)], "terpotong"),
        ([Entri("a", b"x" * 5000, ukuran=10)], "tidak seperti yang tercatat"),
        ([Entri("a", b"x", ukuran=5000)], "tidak seperti yang tercatat"),
        ([Entri("a", b"x"), Entri("b", b"y", letak=0, nama_sendiri="a")], "terpotong"),
        ([Entri("a", b"x"), Entri("a", b"y")], "dua kali"),
        ([Entri("a", b"x"), Entri("A", b"y")], "dua kali"),
        ([Entri("a/b", b"x"), Entri("a\\b", b"y")], "dua kali"),
        ([Entri(f"{n}", b"") for n in range(10_000)], "lebih dari 2000 bagian"),
        ([Entri("a", b"x", tanda=1)], "kata sandi"),
        ([Entri("a", b"x", tanda=0x2000)], "kata sandi"),
        ([Entri("a", b"x", cara=12)], "pemampatan"),
        ([Entri("a", b"x" * 99, cara=0, mampat=9)], "terpotong"),
        ([Entri("a", b"x", mampat=500)], "terpotong"),
        ([Entri("b", b""), Entri("a", b"x", letak=10_000)], "terpotong"),
        ([Entri("a", b"x", nama_sendiri="b")], "terpotong"),
    ],
)
def test_a_zip_that_lies_is_refused(entries, reason):
    """Bombs, false sizes, parts twice or over one another, encryption, unknown compression."""
    content = zip_sendiri(entries)
    with pytest.raises(TidakTerbacaError, match=reason):
        baca_bagian(content)


def test_overlapping_parts_are_refused():
    """A part whose bytes hold another part makes a small file large."""
    inner = zip_sendiri([Entri("b", b"y" * 100, cara=0)])
    outer = zip_sendiri([Entri("a", inner, cara=0), Entri("b", b"y" * 100, cara=0, letak=31)])
    with pytest.raises(TidakTerbacaError, match="bertumpuk"):
        buka(outer, Batas())


def test_the_sum_of_all_parts_has_a_limit():
    """Parts that are each small enough are refused together, by the directory and again while reading."""
    parts = [Entri(f"a{n}", b"x" * 900_000) for n in range(4)]
    with pytest.raises(TidakTerbacaError, match="lebih dari 3 MB"):
        buka(zip_sendiri(parts), Batas(total_mb=3))
    package = buka(zip_sendiri(parts[:3]), Batas(total_mb=3))
    for _ in range(3):
        package.baca("a0")
    with pytest.raises(TidakTerbacaError, match="lebih dari 3 MB"):
        package.baca("a0")


def test_a_file_has_a_largest_size():
    """The file itself has a limit."""
    with pytest.raises(TidakTerbacaError, match="lebih besar dari 1 MB"):
        buka(b"PK\3\4" + b"\0" * 1_100_000, Batas(ukuran_mb=1))


def test_a_file_cut_anywhere_is_refused():
    """A workbook that ends early is damaged, wherever it was cut; so is one with a byte of a part changed."""
    content = templat(katalog(), ("J03",))
    starts = [info.header_offset for info in zipfile.ZipFile(io.BytesIO(content)).infolist()]
    for cut in {*starts, *(s + 40 for s in starts), *range(1, len(content), 97), len(content) - 1}:
        with pytest.raises(TidakTerbacaError):
            baca(content[:cut] or b"")
    changed = bytearray(content)
    changed[starts[3] + 90] ^= 0x55
    with pytest.raises(TidakTerbacaError):
        baca_bagian(bytes(changed))


def test_a_zip_in_a_zip_is_not_opened():
    """A nested zip is bytes like any other."""
    inner = zip_biasa({"b": b"\0" * 1_000_000})
    assert jenis(zip_biasa({"a.zip": inner})) is Jenis.ZIP_LAIN


def test_an_encrypted_ods_is_refused():
    """LibreOffice's password leaves a readable list of parts behind."""
    content = zip_biasa(ods('<table:table table:name="a"/>', manifest="<encryption-data/>"))
    ditolak(content, "kata sandi")


# The XML inside

TIPE_LUAR = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TERTAWA = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}{"&" + chr(97 + n) + ";"}">' for n in range(20)
    )
    + "]>"
)


@pytest.mark.parametrize("declaration", [TIPE_LUAR, TERTAWA, '<!DOCTYPE x SYSTEM "http://a.invalid/x.dtd">'])
def test_declarations_are_refused_in_every_part(declaration):
    """No entity bomb, no external entity: what declares anything is refused."""
    good = bagian(sel(SEL_BIASA), teks=f'<sst xmlns="{UTAMA}"/>', gaya=gaya(0))
    good["docProps/core.xml"] = b"<a/>"
    for name, part in good.items():
        if name != "[Content_Types].xml":
            ditolak(zip_biasa({**good, name: declaration.encode() + part}), "deklarasi XML")
    plain = ods('<table:table table:name="a"/>')
    for name in ("content.xml", "meta.xml"):
        ditolak(zip_biasa({**plain, name: declaration.encode() + plain[name]}), "deklarasi XML")


@pytest.mark.parametrize(
    "sheet",
    [
        sel('<c r="A1" t="str"><v>&amb;</v></c>'),
        sel(SEL_BIASA)[:-3],
        sel('<c r="A1"><v>1</c></v>'),
        sel('<c r="A1" r="A1"><v>1</v></c>'),
        sel('<c r="A1" t="str"><v>\x01</v></c>'),
        "",
        "teks biasa",
        sel(SEL_BIASA) + sel(SEL_BIASA),
        "<a:worksheet/>",
        sel('<c r="A1" t="str"><v>&#1;</v></c>'),
        b"\xff\xfe\xfd",
    ],
)
def test_what_is_not_well_formed_is_refused(sheet):
    """Undefined entities, cut or crossed tags, control characters, an empty part."""
    ditolak(buku(sheet), "bukan XML yang sah")


def test_unusual_encodings():
    """UTF-16 is read; an encoding that needs Python's codecs is refused."""
    text = '<?xml version="1.0" encoding="UTF-16"?>' + sel('<c r="A1" t="str"><v>é</v></c>')
    assert baca(buku(text.encode("utf-16"))).lembar[0].sel[0, 0].nilai == "é"
    for name in ("cp1252", "utf-7", "hex", "tidak-ada", "big5"):
        ditolak(buku(f'<?xml version="1.0" encoding="{name}"?>' + sel(SEL_BIASA)), "deklarasi XML")


def test_nesting_has_an_end():
    """10,000 elements inside one another are refused, in every part and wherever they stand."""
    deep = "<v>" * 10_000 + "</v>" * 10_000
    for sheet in (lembar("", after=deep), lembar(deep), sel(f'<c r="A1">{deep}</c>')):
        ditolak(buku(sheet), "terlalu dalam")
    ditolak(buku(sel(SEL_BIASA), teks=f'<sst xmlns="{UTAMA}">{deep}</sst>'), "terlalu dalam")
    ditolak(buku(sel(SEL_BIASA), gaya=f'<styleSheet xmlns="{UTAMA}">{deep}</styleSheet>'), "terlalu dalam")
    ditolak(buku(sel(SEL_BIASA), lain={"docProps/core.xml": deep}), "terlalu dalam")
    ditolak(zip_biasa(ods(deep.replace("v>", "table:table>"))), "terlalu dalam")
    spans = "<text:span>" * 10_000 + "</text:span>" * 10_000
    row = f"<table:table-row><table:table-cell><text:p>{spans}</text:p></table:table-cell></table:table-row>"
    ditolak(zip_biasa(ods(f'<table:table table:name="a">{row}</table:table>')), "terlalu dalam")


def test_one_endless_tag_is_refused():
    """An attribute of many megabytes would be read over and over."""
    noise = Random(7).randbytes(3 << 20).hex()
    ditolak(buku(f'<worksheet xmlns="{UTAMA}" a="{noise}"/>'), "bukan XML yang sah")


# Sheets and cells


def test_ten_thousand_sheets():
    """The workbook's list of sheets has a limit, whether their parts exist or not."""
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r1"/>' for n in range(10_000))
    parts = bagian(sel(SEL_BIASA))
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{UTAMA}" xmlns:r="{HUBUNGAN}"><sheets>{listed}</sheets></workbook>'.encode()
    )
    ditolak(zip_biasa(parts), "lembarnya lebih dari 1024")
    ditolak(zip_biasa(ods('<table:table table:name="a"/>' * 10_000)), "lembarnya lebih dari 1024")


def test_one_large_part_for_many_sheets_is_read_within_the_limits():
    """Sheets that share one part count each time."""
    row = '<row r="{}"><c><v>1</v></c></row>'
    parts = bagian(lembar("".join(row.format(n) for n in range(1, 5_000))), *[sel(SEL_BIASA)] * 999)
    source = parts["xl/_rels/workbook.xml.rels"].decode()
    shared = re.sub(r"sheet[0-9]+\.xml", "sheet1.xml", source).encode()
    content = zip_biasa({**parts, "xl/_rels/workbook.xml.rels": shared})
    ditolak(content, "lebih dari 2 MB", Batas(total_mb=2))
    ditolak(content, "terlalu banyak", Batas(sel=20_000))


def test_a_cell_in_the_far_corner():
    """The last cell of a sheet is one cell."""
    sheet = lembar('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')
    assert baca(buku(sheet)).lembar[0].sel == {(1_048_575, 16_383): Isi(7.0)}
    rows = (
        '<table:table-row table:number-rows-repeated="1048575"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
    )
    content = zip_biasa(ods(f'<table:table table:name="a">{rows}</table:table>'))
    assert baca(content).lembar[0].sel == {(1_048_575, 16_383): Isi(7.0)}


@pytest.mark.parametrize("what", ["rows", "columns"])
def test_a_filled_cell_repeated_counts_as_often(what):
    """A repeat of a filled cell counts against the limit before anything is made of it."""
    cell = '<table:table-cell office:value-type="float" office:value="7"{}/>'
    many = ' table:number-{}-repeated="16384"'
    row = f"<table:table-row{{}}>{cell}</table:table-row>"
    rows = row.format(many.format("rows"), many.format("columns"))
    ditolak(zip_biasa(ods(f'<table:table table:name="a">{rows}</table:table>')), "selnya terlalu banyak")
    over = ' table:number-{}-repeated="{}"'.format(what, 2_000_000 if what == "rows" else 16_385)
    rows = row.format(over if what == "rows" else "", over if what == "columns" else "")
    ditolak(zip_biasa(ods(f'<table:table table:name="a">{rows}</table:table>')), "tidak wajar")


def test_empty_repeats_are_free():
    """LibreOffice ends every sheet with a million empty rows."""
    rows = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="1"/>'
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert baca(zip_biasa(ods(f'<table:table table:name="a">{rows}</table:table>'))).lembar[0].sel == {
        (0, 0): Isi(1.0)
    }


def test_spaces_by_number_have_a_limit():
    """A count of spaces is no way to a large text."""
    spaces = '<text:s text:c="32767"/>' * 5_000
    row = f"<table:table-row><table:table-cell><text:p>{spaces}</text:p></table:table-cell></table:table-row>"
    content = zip_biasa(ods(f'<table:table table:name="a">{row}</table:table>'))
    ditolak(content, "terlalu panjang", Batas(bagian_mb=2))
    ditolak(
        zip_biasa(ods(f'<table:table table:name="a">{row.replace("32767", "4294967295")}</table:table>')),
        "tidak wajar",
    )


def test_counts_that_lie_are_not_believed():
    """Counts and dimensions are hints: nothing is allocated by them."""
    texts = f'<sst xmlns="{UTAMA}" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'
    sheet = sel('<c r="A1" t="s"><v>0</v></c>').replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    assert baca(buku(sheet, teks=texts)).lembar[0].sel == {(0, 0): Isi("a")}


@pytest.mark.parametrize("index", ["1", "-1", "0.0", "a", "", "1_0", "99999999999999999999", "٠"])
def test_a_shared_text_that_is_not_there_is_refused(index):
    """A bad index is not text 0."""
    ditolak(
        buku(
            sel(f'<c r="A1" t="s"><v>{index}</v></c>'), teks=f'<sst xmlns="{UTAMA}"><si><t>a</t></si></sst>'
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
    ditolak(buku(lembar(rows)), "tidak wajar")


def test_too_many_cells_are_refused():
    """Empty ones count too: each costs time."""
    rows = "".join(f'<row r="{n}"><c/><c/></row>' for n in range(1, 101))
    assert baca(buku(lembar(rows)), Batas(sel=200)).lembar[0].sel == {}
    ditolak(buku(lembar(rows)), "selnya terlalu banyak", Batas(sel=199))


def test_missing_addresses_are_counted_on():
    """A row or a cell without an address follows the one before it."""
    rows = (
        '<row><c><v>1</v></c></row><row r="5"><c r="C5"><v>2</v></c><c><v>3</v></c></row>'
        "<row><c><v>4</v></c></row>"
    )
    found = baca(buku(lembar(rows))).lembar[0].sel
    assert {key: cell.nilai for key, cell in found.items()} == {(0, 0): 1, (4, 2): 2, (4, 3): 3, (5, 0): 4}


def test_a_sheet_without_its_part_is_refused():
    """A listed sheet that is missing is damage, not an empty sheet."""
    parts = bagian(sel(SEL_BIASA), sel(SEL_BIASA))
    del parts["xl/worksheets/sheet2.xml"]
    ditolak(zip_biasa(parts), "tidak ada di dalamnya")
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b'"r2"', b'"r9"')
    ditolak(zip_biasa(parts), "lembar “L2” tidak ada di dalamnya")
    ditolak(buku(), "tidak ada lembar kerja")


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
    assert satu(f'<c r="A1"><v>{text}</v></c>') == Isi(value)
    assert satu(f'<c r="A1" s="0"><v>{text}</v></c>', gaya=gaya(0)) == Isi(value)


@pytest.mark.parametrize("text", ["NaN", "nan"])
@pytest.mark.parametrize("form", [0, 9, 14, 46])
def test_nan_is_nan_in_every_format(text, form):
    """Also where the format would make it a moment."""
    found = satu(f'<c r="A1" s="0"><v>{text}</v></c>', gaya=gaya(form))
    assert math.isnan(found.nilai)
    assert found.persen is (form == 9)


@pytest.mark.parametrize("text", ["1e308", "INF", "-1", "2958466", "-INF", "1e15"])
@pytest.mark.parametrize("form", [14, 22])
def test_a_number_beyond_the_calendar_stays_a_number(text, form):
    """Where Excel shows only hashes, the number that was typed is kept."""
    assert satu(f'<c r="A1" s="0"><v>{text}</v></c>', gaya=gaya(form)).nilai == float(text)


def test_lengths_of_time_beyond_measure_stay_numbers():
    """The same with a format of elapsed hours."""
    for text in ("1e308", "INF", "-INF"):
        assert satu(f'<c r="A1" s="0"><v>{text}</v></c>', gaya=gaya("[h]:mm")).nilai == float(text)
    assert satu('<c r="A1" s="0"><v>-0.5</v></c>', gaya=gaya(46)).nilai == timedelta(hours=-12)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "'=1"])
def test_texts_that_look_like_formulas_are_texts(text):
    """What a person typed as text is no formula, and keeps every character."""
    shared = f'<sst xmlns="{UTAMA}"><si><t xml:space="preserve">{text}</t></si></sst>'
    assert satu('<c r="A1" t="s"><v>0</v></c>', teks=shared) == Isi(text)
    assert satu(f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>') == Isi(text)
    row = (
        '<table:table-row><table:table-cell office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )
    found = baca(zip_biasa(ods(f'<table:table table:name="a">{row}</table:table>'))).lembar[0].sel
    assert found[0, 0] == Isi(text.strip())


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
        found = satu(f'<c r="A1" t="inlineStr"><is><t>{written}</t></is></c>')
        assert found == Isi(read)
        found.nilai.encode()
        assert satu(f'<c r="A1" t="str"><v>{written}</v></c>') == Isi(read)


def test_formulas_that_would_fill_memory_are_refused():
    """A long shared formula for many cells has a limit; so have arrays over arrays."""
    long = "A1+" * 3000 + "1"
    rest = "".join(f'<row r="{n}"><c><f t="shared" si="0"/></c></row>' for n in range(2, 2000))
    first = f'<row r="1"><c><f t="shared" si="0" ref="A1:A2000">{long}</f></c></row>'
    ditolak(buku(lembar(first + rest)), "terlalu panjang", Batas(bagian_mb=1))
    arrays = "".join(
        f'<row r="{n}"><c><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c></row>' for n in range(1, 500)
    )
    ditolak(buku(lembar(arrays)), "selnya terlalu banyak", Batas(sel=10_000))


def test_relationships_cannot_leave_the_package():
    """A target is a name inside the package, whatever it looks like; links to elsewhere are passed over."""
    parts = bagian(sel(SEL_BIASA))
    source = parts["xl/_rels/workbook.xml.rels"]
    outside = source.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    ditolak(zip_biasa({**parts, "xl/_rels/workbook.xml.rels": outside}), "“etc/passwd” tidak ada di dalamnya")
    linked = source.replace(b" Target", b' TargetMode="External" Target')
    ditolak(zip_biasa({**parts, "xl/_rels/workbook.xml.rels": linked}), "lembar “L1” tidak ada")


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
    assert str(baca(buku(sel(SEL_BIASA), lain={"docProps/core.xml": core})).disimpan) == moment


def test_nothing_is_read_from_disk():
    """The readers work on bytes alone."""
    for name in ("package", "xml_pass", "formats", "shifted", "xlsx_sheet", "xlsx", "ods"):
        text = (Path(__file__).parent.parent / "iki_xl" / "readers" / f"{name}.py").read_text(
            encoding="utf-8"
        )
        assert not any(word in text for word in (" open(", "Path(", "import os", "subprocess", "eval("))
