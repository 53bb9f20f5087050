"""Texts and cells with letters struck out or raised are read as a person sees them, in every format."""

from __future__ import annotations

import re
import struct
from random import Random

import biff
import libreoffice
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import MAIN, make_cell_sheet, make_ods_parts, make_parts, make_xlsx, read_content, zip_parts
from test_incremental import assert_same_as_parser

from iki_xl.readers.book import Cell, Limits
from iki_xl.readers.workbook import read_workbook
from iki_xl.typed import read_number

PLAIN, STRUCK, SUPER, SUB = "plain", "struck", "super", "sub"
LOOKS = (PLAIN, STRUCK, SUPER, SUB)
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Each writer makes a workbook whose A1 is a text of such runs: [(text, look)], in a cell of some look.


def rpr(look):
    inside = {
        PLAIN: "<b/>",
        STRUCK: '<b/><strike val="1"/>',
        SUPER: '<vertAlign val="superscript"/>',
        SUB: '<vertAlign val="subscript"/>',
    }[look]
    return f'<rPr>{inside}<sz val="11"/></rPr>'


def rich(runs):
    """The first plain run says nothing of its letters, as Excel writes it."""
    pieces = []
    for number, (text, look) in enumerate(runs):
        own = "" if number == 0 and look == PLAIN else rpr(look)
        pieces.append(f'<r>{own}<t xml:space="preserve">{escaped(text)}</t></r>')
    return "".join(pieces)


def styles(*fonts):
    """A styles part with one cell format for each font."""
    made = "".join(f"<font>{font}</font>" for font in fonts)
    used = "".join(f'<xf numFmtId="0" fontId="{n}" xfId="0"/>' for n in range(len(fonts)))
    return (
        f'<styleSheet xmlns="{MAIN}"><fonts>{made}</fonts><fills/>'
        f'<cellStyleXfs><xf numFmtId="0" fontId="0"/></cellStyleXfs><cellXfs>{used}</cellXfs>'
        "<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"
    )


def xlsx_shared(runs):
    texts = f'<sst xmlns="{MAIN}"><si><t>lain</t></si><si>{rich(runs)}</si></sst>'
    return make_xlsx(make_cell_sheet('<c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c>'), text=texts)


def xlsx_inline(runs):
    return make_xlsx(make_cell_sheet(f'<c r="A1" t="inlineStr"><is>{rich(runs)}</is></c>'))


SPAN = {
    PLAIN: "",
    STRUCK: 'style:text-line-through-style="solid" style:text-line-through-type="single"',
    SUPER: 'style:text-position="33% 58%"',
    SUB: 'style:text-position="sub 58%"',
}


def ods_with(automatic, cells, named=""):
    """An .ods of one row with these styles, and `named` ones in styles.xml."""
    spaces = f'xmlns:style="{_STYLE}" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    table = f'<table:table table:name="a">{cells}</table:table>'
    parts = make_ods_parts(table)
    head = f"<office:automatic-styles {spaces}>{automatic}</office:automatic-styles><office:body>".encode()
    parts["content.xml"] = parts["content.xml"].replace(b"<office:body>", head)
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    parts["styles.xml"] = (
        f"<office:document-styles {office} {spaces}><office:styles>{named}</office:styles>"
        "</office:document-styles>"
    ).encode()
    return zip_parts(parts)


def text_style(name, family, properties, *, parent="", data=""):
    more = f' style:parent-style-name="{parent}"' if parent else ""
    more += f' style:data-style-name="{data}"' if data else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}"{more}>'
        f"<style:text-properties {properties}/></style:style>"
    )


def ods_row(*cells):
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_text(inside, style=""):
    at = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{at} office:value-type="string"><text:p>{inside}</text:p></table:table-cell>'


def ods_runs(runs):
    spans = "".join(
        f'<text:span text:style-name="{look}">{spaced(escaped(text))}</text:span>' for text, look in runs
    )
    automatic = "".join(text_style(look, "text", SPAN[look]) for look in LOOKS)
    return ods_with(automatic, ods_row(ods_text(spans)))


def spaced(text):
    return text.replace(" ", "<text:s/>")


FONTS = (PLAIN, STRUCK, SUPER, SUB)


def font(look):
    flags = 8 if look == STRUCK else 0
    level = {SUPER: 1, SUB: 2}.get(look, 0)
    return biff.record(0x31, struct.pack("<HHHHHBBBBBB", 200, flags, 8, 400, level, 0, 0, 0, 0, 1, 0) + b"A")


def xf(number):
    return biff.record(0xE0, struct.pack("<HHHBBBBIIH", number, 0, 1, 0, 0, 0, 0, 0, 0, 0))


def sst(runs):
    """One shared text with its runs; letters are counted in UTF-16, and plain letters in front need none."""
    text = "".join(text for text, _ in runs)
    letters, starts, at = text.encode("utf-16-le"), b"", 0
    for number, (part, look) in enumerate(runs):
        if number or look != PLAIN:
            starts += struct.pack("<HH", at, FONTS.index(look))
        at += len(part.encode("utf-16-le")) // 2
    head = struct.pack("<HBH", len(letters) // 2, 0x01 | 0x08, len(starts) // 4)
    return biff.record(0xFC, struct.pack("<II", 1, 1) + head + letters + starts)


def xls_book(cells, runs=((("x"), PLAIN),)):
    """An .xls whose first four cell formats have each of the fonts; text 0 has these runs."""
    looks = b"".join(map(font, FONTS)) + b"".join(map(xf, range(len(FONTS)))) + sst(runs)
    return biff.xls({"a": cells}, looks)


def shared_text(row, column, style=0):
    return biff.record(0xFD, struct.pack("<HHHI", row, column, style, 0))


def xls_runs(runs):
    return xls_book(shared_text(0, 0), runs)


WRITERS = {"shared": xlsx_shared, "inline": xlsx_inline, "ods": ods_runs, "xls": xls_runs}


def cells_of(content):
    (sheet, *_) = read_workbook(content, "", Limits()).sheets
    return sheet.cells


_LETTERS = st.text(st.sampled_from("0123456789.,aé😀&<_x"), min_size=1, max_size=4)
RUNS = st.lists(st.tuples(_LETTERS, st.sampled_from(LOOKS)), min_size=1, max_size=5)


def visible(runs):
    return "".join(text for text, look in runs if look != STRUCK)


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=40)
@given(runs=RUNS)
def test_what_is_struck_out_is_left_out_and_named(kind, runs):
    """Any mix of runs: the rest is the value, all that is struck out is kept apart, and raised is said."""
    found = cells_of(WRITERS[kind](runs)).get((0, 0))
    assert found is not None
    assert (found.value or "") == visible(runs)
    assert found.render_text() == visible(runs)
    struck = [text for text, look in runs if look == STRUCK]
    assert re.sub(" … ", "", found.struck) == "".join(struck)
    levels = {look for _, look in runs if look != STRUCK}
    assert bool(found.raised) is (len(levels) > 1)


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=40)
@given(runs=RUNS)
def test_a_number_is_what_is_seen_or_none(kind, runs):
    """What is struck out never joins a number, and a number of which a part is raised is none."""
    found = cells_of(WRITERS[kind](runs))[0, 0]
    read = read_number(found, "")
    if found.raised:
        assert read.value is None
        assert [note.code for note in read.notes] == ["N25"]
    else:
        assert read == read_number(Cell(visible(runs) or None), "")


@settings(max_examples=40)
@given(runs=RUNS)
def test_all_formats_agree(runs):
    """The same text is the same cell, whatever holds it."""
    found = [cells_of(write(runs)).get((0, 0)) for write in WRITERS.values()]
    assert found == found[:1] * len(found)


EXAMPLES = {
    "12 with a note mark": ([("12", PLAIN), ("1", SUPER)], Cell("121", raised="12¹")),
    "55 struck before 77": ([("55", STRUCK), ("77", PLAIN)], Cell("77", struck="55")),
    "a word struck out": ([("15 ", STRUCK), ("17", PLAIN)], Cell("17", struck="15")),
    "two places": (
        [("1", STRUCK), ("2", PLAIN), ("3", STRUCK)],
        Cell("2", struck="1 … 3"),
    ),
    "nothing left": ([("55", STRUCK)], Cell(struck="55")),
    "only space left": ([("55", STRUCK), (" ", PLAIN)], Cell(struck="55")),
    "a struck space": ([("a", PLAIN), (" ", STRUCK), ("b", PLAIN)], Cell("a b")),
    "all of it raised": ([("12", SUPER)], Cell("12")),
    "raised and lowered": ([("1", SUPER), ("2", SUB)], Cell("12", raised="¹₂")),
    "a raised word": ([("12", PLAIN), ("a b", SUPER)], Cell("12a b", raised="12^(a b)")),
    "a unit": ([("5 m", PLAIN), ("2", SUPER)], Cell("5 m2", raised="5 m²")),
    "raised, struck out": ([("12", PLAIN), ("1", STRUCK)], Cell("12", struck="1")),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_examples(kind, example):
    """What a person reads in such cells."""
    runs, seen = example
    assert cells_of(WRITERS[kind](runs))[0, 0] == seen


# Cells whose own font is struck out


STRUCK_CELLS = {
    (0, 0): Cell(struck="5"),
    (0, 1): Cell(struck="teks"),
    (0, 2): Cell(formula="=1+1", struck="2"),
    (0, 3): Cell(struck="TRUE"),
    (0, 4): Cell(5.0),
}


@pytest.mark.parametrize("style", ['s="1"', 's="2"'])
def test_struck_out_cells_of_xlsx(style):
    """A number, a text, a formula's result in a struck-out cell: nothing is left; what is beside it stays."""
    cells = (
        f'<c r="A1" {style}><v>5</v></c><c r="B1" {style} t="s"><v>0</v></c>'
        f'<c r="C1" {style}><f>1+1</f><v>2</v></c><c r="D1" {style} t="b"><v>1</v></c><c r="E1"><v>5</v></c>'
    )
    fonts = styles("<b/>", "<strike/>", '<b/><strike val="true"/>')
    content = make_xlsx(
        make_cell_sheet(cells), text=f'<sst xmlns="{MAIN}"><si><t>teks</t></si></sst>', styles=fonts
    )
    assert cells_of(content) == STRUCK_CELLS


@pytest.mark.parametrize("said", ['val="0"', 'val="false"'])
def test_a_font_that_says_it_is_not_struck_out(said):
    """`<strike val="0"/>` is no line, and neither is one in a conditional format."""
    content = make_xlsx(
        make_cell_sheet('<c r="A1" s="1"><v>5</v></c>'), styles=styles("", f"<strike {said}/>")
    )
    assert cells_of(content) == {(0, 0): Cell(5.0)}


def test_cells_without_a_format_have_the_first_one():
    """A workbook whose normal font is struck out shows all such cells struck out."""
    content = make_xlsx(
        make_cell_sheet('<c r="A1"><v>5</v></c><c r="B1" s="1"><v>6</v></c>'), styles=styles("<strike/>", "")
    )
    assert cells_of(content) == {(0, 0): Cell(struck="5"), (0, 1): Cell(6.0)}


def test_a_format_without_a_font_of_its_own_has_its_styles_font():
    """The named style's font counts where the cell's format names none, and only there."""
    look = (
        f'<styleSheet xmlns="{MAIN}"><fonts><font/><font><strike/></font></fonts>'
        '<cellStyleXfs><xf fontId="0"/><xf fontId="1"/></cellStyleXfs>'
        '<cellXfs><xf fontId="0" xfId="0"/><xf xfId="1"/><xf fontId="0" xfId="1"/></cellXfs></styleSheet>'
    )
    cells = "".join(f'<c r="{c}1" s="{n}"><v>5</v></c>' for n, c in enumerate("ABC"))
    assert cells_of(make_xlsx(make_cell_sheet(cells), styles=look)) == {
        (0, 0): Cell(5.0),
        (0, 1): Cell(struck="5"),
        (0, 2): Cell(5.0),
    }


def test_runs_that_say_nothing_look_as_their_cell():
    """In a struck-out cell the first run is struck out and one with letters of its own is not."""
    texts = f'<sst xmlns="{MAIN}"><si><r><t>5</t></r><r><rPr><b/></rPr><t>7</t></r></si></sst>'
    cells = (
        '<c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c>'
        '<c r="C1" s="1" t="inlineStr"><is><r><t>5</t></r><r><rPr/><t>7</t></r></is></c>'
        '<c r="D1" s="2" t="s"><v>0</v></c>'
    )
    look = styles("", "<strike/>", '<vertAlign val="superscript"/>')
    assert cells_of(make_xlsx(make_cell_sheet(cells), text=texts, styles=look)) == {
        (0, 0): Cell("7", struck="5"),
        (0, 1): Cell("57"),
        (0, 2): Cell("7", struck="5"),
        (0, 3): Cell("57", raised="⁵7"),
    }


def test_struck_out_cells_of_xls():
    """The font of the cell's format counts for numbers, texts and results; runs have fonts of their own."""
    numbers = b"".join(
        biff.record(biff.NUMBER, struct.pack("<HHHd", 0, n, n, 5.0)) for n in range(len(FONTS))
    )
    texts = biff.record(biff.TEXT, struct.pack("<HHHHB", 1, 0, 1, 1, 1) + "x".encode("utf-16-le"))
    texts += shared_text(1, 1, 1) + biff.formula(2, 0, 2.0, 1) + biff.boolean(2, 1, 1)
    found = cells_of(xls_book(numbers + texts, (("5", PLAIN), ("7", SUPER))))
    assert found[0, 0] == found[0, 2] == found[0, 3] == Cell(5.0)
    assert found[0, 1] == Cell(struck="5")
    assert found[1, 0] == Cell(struck="x")
    assert found[1, 1] == Cell("7", struck="5")
    assert found[2, 0].struck == "2"
    assert found[2, 0].is_blank
    assert found[2, 1] == Cell(True)


def test_struck_out_cells_of_ods():
    """By the cell's own style, its parent's, the row's, the column's; a span may take the line away again."""
    line = 'style:text-line-through-style="solid"'
    none = 'style:text-line-through-type="none"'
    automatic = (
        text_style("ce1", "table-cell", line)
        + text_style("ce2", "table-cell", "", parent="Coret")
        + text_style("ce3", "table-cell", none, parent="Coret")
        + text_style("T1", "text", none)
    )
    number = 'office:value-type="float" office:value="5"'
    cells = (
        '<table:table-column table:number-columns-repeated="6"/>'
        '<table:table-column table:default-cell-style-name="ce1"/>'
        + ods_row(
            *(f'<table:table-cell table:style-name="ce{n}" {number}/>' for n in (1, 2, 3)),
            ods_text("lama", "ce2"),
            ods_text('lama <text:span text:style-name="T1">baru</text:span>', "ce2"),
            f"<table:table-cell {number}/>" * 2,
        )
        + '<table:table-row table:default-cell-style-name="ce1">'
        + f"<table:table-cell {number}/></table:table-row>"
    )
    named = text_style("Coret", "table-cell", line) + text_style("Default", "table-cell", none)
    assert cells_of(ods_with(automatic, cells, named)) == {
        (0, 0): Cell(struck="5"),
        (0, 1): Cell(struck="5"),
        (0, 2): Cell(5.0),
        (0, 3): Cell(struck="lama"),
        (0, 4): Cell("baru", struck="lama"),
        (0, 5): Cell(5.0),
        (0, 6): Cell(struck="5"),
        (1, 0): Cell(struck="5"),
    }


def test_styles_that_lead_to_themselves_end():
    """A style that is its own parent says what it says."""
    automatic = text_style("ce1", "table-cell", 'style:text-line-through-type="single"', parent="ce1")
    number = '<table:table-cell table:style-name="ce1" office:value-type="float" office:value="5"/>'
    assert cells_of(ods_with(automatic, ods_row(number)))[0, 0] == Cell(struck="5")


# The quick path


_CELL = st.tuples(
    st.sampled_from(("", ' s="0"', ' s="1"', ' s="2"', ' s="3"')),
    st.sampled_from(
        (
            (' t="s"', "<v>0</v>"),
            (' t="s"', "<v>1</v>"),
            ("", "<v>5</v>"),
            ("", "<f>A1</f><v>5</v>"),
            (' t="str"', "<f>A1</f><v>x</v>"),
            (' t="inlineStr"', "<is><t>x</t></is>"),
            (' t="inlineStr"', "<is><r><rPr><strike/></rPr><t>x</t></r><r><t>y</t></r></is>"),
            (' t="b"', "<v>1</v>"),
            (' t="e"', "<v>#REF!</v>"),
            ("", ""),
        )
    ),
)


@pytest.fixture(scope="module")
def module_patch():
    """A patch that lives as long as the module: hypothesis takes no shorter one."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(cells=st.lists(_CELL, max_size=5), rich_text=st.booleans(), first=st.sampled_from(("", "<strike/>")))
def test_the_quick_path_sees_fonts_as_the_parser_does(module_patch, cells, rich_text, first):
    """Any cells in any fonts: read by pieces and by the parser alone they are the same."""
    made = "".join(
        f'<c r="{chr(65 + n)}1"{style}{kind}>{inside}</c>' for n, (style, (kind, inside)) in enumerate(cells)
    )
    other = f"<si>{rich([('5', PLAIN), ('7', STRUCK)])}</si>" if rich_text else "<si><t>7</t></si>"
    texts = f'<sst xmlns="{MAIN}"><si><t>5</t></si>{other}</sst>'
    fonts = styles(first, "<strike/>", '<vertAlign val="superscript"/>', "<b/>")
    assert_same_as_parser(
        zip_parts(make_parts(make_cell_sheet(made), text=texts, styles=fonts)), module_patch
    )


# What LibreOffice writes


def random_book(random, count):
    """An .xlsx of shared texts with runs, one a row; and the runs."""
    texts = []
    for _ in range(count):
        size = random.randint(1, 4)
        texts.append(
            [
                ("".join(random.choices("0123456789,ab", k=random.randint(1, 3))), random.choice(LOOKS))
                for _ in range(size)
            ]
        )
    strings = "".join(f"<si>{rich(runs)}</si>" for runs in texts)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, count + 1))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return make_xlsx(sheet, text=f'<sst xmlns="{MAIN}">{strings}</sst>', styles=styles("")), texts


@pytest.mark.lambat
def test_libreoffice_writes_what_is_read(tmp_path):
    """Two hundred texts with runs, saved by LibreOffice as .xls, .ods and .xlsx: the same cells in all."""
    libreoffice.require()
    content, texts = random_book(Random(11), 200)
    path = tmp_path / "runs.xlsx"
    path.write_bytes(content)
    seen = cells_of(content)
    assert len(seen) == len(texts) == 200
    assert sum(bool(cell.struck) for cell in seen.values()) > 50
    assert sum(bool(cell.raised) for cell in seen.values()) > 50
    for fmt in ("xls", "ods", "xlsx"):
        saved = libreoffice.convert(path, fmt, tmp_path / fmt).read_bytes()
        assert cells_of(saved) == seen, fmt
    assert read_content(content).sheets
