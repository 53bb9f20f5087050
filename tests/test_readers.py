"""The readers agree, cell by cell, with openpyxl and python-calamine; where they do not, it is said why.

Every difference has a name below and each test says which ones it meets: a new one fails.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import libreoffice
import openpyxl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Protection
from openpyxl.worksheet.formula import ArrayFormula
from packages import (
    MAIN,
    make_cell_sheet,
    make_ods_parts,
    make_parts,
    make_sheet,
    make_styles,
    make_xlsx,
    read_content,
    zip_parts,
)

from iki_xl.catalog.samples import OFFICES, read_office
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.readers.book import Cell
from iki_xl.sample.filling import fill_sample_templates
from iki_xl.sample.people import add_sample_pegawai
from iki_xl.template.variants import Per, plan_template_files
from iki_xl.template.writer import make_blank_sheets, make_filled_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from iki_xl.readers.book import BookCells

_LITERAL = re.compile(r'"[^"]*"|\\.')
CellAddress = tuple[str, int, int]

# What openpyxl does otherwise, and why ours is meant.
O_EMPTY_TEXT = "openpyxl keeps a text of no letters as a value; nobody sees anything in such a cell"
O_EMPTY_RESULT = "openpyxl gives None for a formula whose result is an empty text; it has a result"
O_ESCAPE = "openpyxl leaves _xHHHH_ as it is; Excel shows the character"
O_ARRAY = "openpyxl sees the formula of an array in its first cell alone; the others are results too"
O_CALENDAR = "openpyxl makes #VALUE! of a number beyond the calendar; the number was typed"
O_MERGED = "openpyxl drops what stands under a merged area; it was typed"
O_DATA_TABLE = "openpyxl gives the formula of a data table as an empty one"

# What python-calamine does otherwise.
C_ERROR = "calamine gives '' for an error cell"
C_NO_RESULT = "calamine gives '' for a formula without a stored result"
C_DATE = "calamine gives a date without a time for a whole day"


def make_moment(*parts: int) -> datetime:
    """Return a moment as a workbook has it."""
    return datetime(*parts)  # noqa: DTZ001 - a workbook's moments have no time zone


def list_our_cells(book: BookCells) -> dict[CellAddress, Cell]:
    """Return every cell of our reading by (sheet, row, column)."""
    return {(sheet.nama, *at): cell for sheet in book.sheets for at, cell in sheet.cells.items()}


def is_same_value(one: object, two: object) -> bool:
    """Values are the same in kind and size; NaN is NaN."""
    if isinstance(one, float) and isinstance(two, float) and math.isnan(one):
        return math.isnan(two)
    return type(one) is type(two) and one == two


def convert_value(value: object) -> object:
    """Return a library's value in our kinds: whole numbers are floats, days are moments."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


# openpyxl


def list_openpyxl_cells(content: bytes) -> dict[CellAddress, tuple[Cell, str]]:
    """Return every cell as openpyxl sees it in two readings, with its kind in the first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                shown = values[sheet.title].cell(cell.row, cell.column)
                if cell.value is None and shown.value is None:
                    continue
                formula = str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else ""
                if cell.data_type == "f" and getattr(cell.value, "t", "") == "dataTable":
                    formula = "="
                percent = "%" in _LITERAL.sub("", cell.number_format)
                value = convert_value(shown.value)
                seen = Cell(value, shown.data_type == "e", formula, percent and isinstance(value, float))
                found[sheet.title, cell.row - 1, cell.column - 1] = seen, cell.data_type
    return found


def name_openpyxl_difference(ours: Cell | None, theirs: Cell | None) -> str:
    """Return "" where both agree, else the name of the difference."""
    if ours is None:
        assert theirs is not None
        assert theirs.value == ""
        return O_EMPTY_TEXT
    if theirs is None:
        return O_MERGED
    known = {
        "": is_same_cell(ours, theirs),
        O_EMPTY_RESULT: ours.value == "" and ours.formula == theirs.formula and theirs.value is None,
        O_ARRAY: ours.formula and not theirs.formula and is_same_value(ours.value, theirs.value),
        O_DATA_TABLE: theirs.formula == "=" and ours.formula == "=TABLE()",
        O_ESCAPE: isinstance(theirs.value, str) and "_x" in theirs.value and ours.value != theirs.value,
        O_CALENDAR: theirs.value == "#VALUE!" and isinstance(ours.value, float),
    }
    found = [name for name, holds in known.items() if holds]
    assert found, (ours, theirs)
    return found[0]


def is_same_cell(one: Cell, two: Cell) -> bool:
    """Everything seen of a cell is the same."""
    same = (one.is_error, one.formula, one.percent) == (two.is_error, two.formula, two.percent)
    return same and is_same_value(one.value, two.value)


def compare_with_openpyxl(content: bytes) -> Counter[str]:
    """Compare every cell with openpyxl; return how often each named difference occurs."""
    ours, theirs = list_our_cells(read_content(content)), list_openpyxl_cells(content)
    found: Counter[str] = Counter()
    for at in ours.keys() | theirs.keys():
        found[name_openpyxl_difference(ours.get(at), theirs[at][0] if at in theirs else None)] += 1
    assert found[""] or not ours
    del found[""]
    return found


# python-calamine


def list_calamine_cells(content: bytes) -> dict[CellAddress, object]:
    """Return every filled cell's value as python-calamine sees it."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = {}
    for name in book.sheet_names:
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            for column, value in enumerate(values):
                if value != "":
                    found[name, row, column] = value
    return found


def name_calamine_difference(ours: Cell | None, theirs: object) -> str:
    """Return "" where both agree, else the name of the difference."""
    assert ours is not None, theirs
    if theirs is None:
        if ours.is_error:
            return C_ERROR
        assert ours.formula
        return "" if ours.value == "" else C_NO_RESULT
    if is_same_value(ours.value, theirs) or is_same_value(
        ours.value, float(theirs) if type(theirs) is int else theirs
    ):
        return ""
    if type(theirs) is date and ours.value == convert_value(theirs):
        return C_DATE
    raise AssertionError((ours, theirs))


def compare_with_calamine(content: bytes) -> Counter[str]:
    """Compare every cell with python-calamine; return how often each named difference occurs."""
    ours, theirs = list_our_cells(read_content(content)), list_calamine_cells(content)
    found: Counter[str] = Counter()
    for at in ours.keys() | theirs.keys():
        found[name_calamine_difference(ours.get(at), theirs.get(at))] += 1
    assert found[""] or not ours
    del found[""]
    return found


# The product's own workbooks


def make_kantor_templates(name: str) -> Iterator[bytes]:
    """Yield an office's template as one workbook, and one prefilled."""
    katalog = read_office(name)
    forms = jabatan_forms(katalog)
    yield templat_xlsx(katalog, make_blank_sheets(forms))
    filled = []
    for number, form in enumerate(forms):
        values = {
            (row, "realisasi_01"): float(number) if n % 2 else "sembilan"
            for n, row in enumerate(i.id for i in form.indikator)
        }
        filled.append((form, values, {}))
    yield templat_xlsx(katalog, make_filled_sheets(filled), password="rahasia")


def make_returned_contents(name: str) -> list[bytes]:
    """Return what comes back from an office: its templates opened in openpyxl, filled, some of it wrong."""
    random = Random(5)
    katalog = add_sample_pegawai(read_office(name), random)
    templates = [
        (item.nama, templat_xlsx(katalog, make_blank_sheets(item.forms)), item.forms[0])
        for item in plan_template_files(katalog, Per.PEGAWAI)
    ]
    returned, _ = fill_sample_templates(templates, random)
    return [item.content for item in returned]


@pytest.mark.lambat
@pytest.mark.parametrize("name", OFFICES)
def test_templates_agree(name):
    """Every cell of the product's templates, empty and prefilled, is seen as both libraries see it."""
    for content in make_kantor_templates(name):
        assert not compare_with_openpyxl(content)
        assert set(compare_with_calamine(content)) == {C_NO_RESULT}
        assert all(sheet.protected for sheet in read_content(content).sheets)


@pytest.mark.lambat
@pytest.mark.parametrize("name", OFFICES)
def test_returned_workbooks_agree(name):
    """Every cell of filled workbooks, people's mistakes included, is seen as both libraries see it."""
    contents = make_returned_contents(name)
    assert len(contents) > 5
    ours, theirs = Counter(), Counter()
    for content in contents:
        ours += compare_with_openpyxl(content)
        theirs += compare_with_calamine(content)
    assert not ours
    assert {C_NO_RESULT} <= set(theirs) <= {C_NO_RESULT, C_DATE, C_ERROR}


# Other programs' workbooks


def make_openpyxl_book() -> bytes:
    """Return a workbook of all kinds of values, written by openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Isi & rupa"
    values = [
        1, 1.5, -0.0, 1e300, True, False, "teks", "  dua  spasi ", "baris\nlain", "tab\tx", "é😀", "_x0041_",
        make_moment(2024, 1, 2, 3, 4, 5), date(2024, 5, 6), make_moment(1900, 1, 5), time(8, 30),
        timedelta(hours=30),
        "=1/0", "=A1+1", "#N/A", '="a;b"&"c"', "=SUM(A1:A2,A1)", "='Isi & rupa'!A1", "=SQRT(-1)", "#DIV/0!",
        "=NA()", "=FOO(1)", "=1=1", '=""',
    ]  # fmt: skip
    for row, value in enumerate(values, 3):
        sheet.cell(row, 2).value = value
    formats = {
        "0%": 0.85, "0.00%": 1.25, '0"%"': 85, r"0\%": 85, "[Red]0%;[Blue]-0%": -0.5, "dd/mm/yyyy": 45000,
        "[$-421]dd mmmm yyyy": 45000.5, "h:mm": 0.25, "[h]:mm": 1.25, '"hari" 0': 3, "#,##0.00": 1e6,
        '_-"Rp"* #,##0_-': 1500000, "General": 7, "@": 12, "0.00E+00": 1e9, "mm:ss": 0.001, "yyyy": 45000,
    }  # fmt: skip
    for row, (code, value) in enumerate(formats.items(), 3):
        cell = sheet.cell(row, 5, value)
        cell.number_format = code
    sheet["H3"] = 2_958_466
    sheet["H3"].number_format = "dd/mm/yyyy"
    sheet["H4"] = 0.5
    sheet["H4"].comment = Comment("bukan isi", "penulis")
    sheet["H4"].protection = Protection(locked=False)
    sheet["H5"] = ArrayFormula("H5:H6", "=B3:B4*2")
    sheet.merge_cells("J3:K4")
    sheet["J3"] = "gabung"
    sheet.protection.sheet = True
    other = book.create_sheet("Kosong")
    other.sheet_state = "veryHidden"
    book.custom_doc_props.append(StringProperty(name="iki", value="nilai & lain"))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def make_xlsxwriter_book(**options: object) -> bytes:
    """Return a workbook of all kinds of values, written by xlsxwriter."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "nan_inf_to_errors": True, **options})
    sheet = book.add_worksheet("Lembar")
    percent, day, moment, plain = (
        book.add_format({"num_format": code}) for code in ("0.0%", "dd/mm/yyyy", 22, '0 "%"')
    )
    sheet.write_row(2, 1, [1, 2.5, "teks", "\x01kendali", "", "_x000D_", "=bukan"], plain)
    sheet.write_row(3, 1, [0.5, 1.1], percent)
    sheet.write_datetime(4, 1, make_moment(2024, 2, 29), day)
    sheet.write_datetime(4, 2, make_moment(2024, 2, 29, 13, 30), moment)
    sheet.write_number(4, 3, 0.75, day)
    sheet.write_boolean(5, 1, True)
    sheet.write_rich_string(5, 2, "a ", percent, "tebal", plain, " b")
    sheet.write_number(5, 3, math.nan)
    sheet.write_number(5, 4, math.inf)
    sheet.write_formula(6, 1, "=B3*2", None, 2)
    sheet.write_formula(6, 2, '=IF(1,"","a")', None, "")
    sheet.write_formula(6, 3, "=1/0", None, "#DIV/0!")
    sheet.write_formula(6, 4, '="a"', None, "a")
    sheet.write_formula(6, 5, "=1=1", None, True)
    sheet.write_formula(6, 6, "=B4", percent, 0.5)
    sheet.write_formula(6, 7, "=B5", day, 45351)
    sheet.write_array_formula("B9:C9", "{=B3:C3*2}", None, 2)
    sheet.write_dynamic_array_formula("B11", "=SEQUENCE(1)", None, 1)
    sheet.write_blank(12, 1, None, percent)
    sheet.write_url("B14", "https://contoh.invalid", string="tautan")
    sheet.merge_range("B15:C15", "gabung")
    sheet.write_comment("B16", "bukan isi")
    sheet.protect("rahasia")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Lembar!$B$3:$C$3"})
    book.add_chartsheet("Grafik").set_chart(chart)
    book.add_worksheet("Kosong")
    book.close()
    return target.getvalue()


def test_openpyxl_workbooks_agree():
    """All kinds of values, formats and sheets as openpyxl writes them."""
    content = make_openpyxl_book()
    assert set(compare_with_openpyxl(content)) == {O_ESCAPE, O_CALENDAR}
    assert set(compare_with_calamine(content)) == {C_ERROR, C_NO_RESULT, C_DATE}
    book = read_content(content)
    assert [(s.nama, s.protected) for s in book.sheets] == [("Isi & rupa", True), ("Kosong", False)]
    assert book.saved is not None


@pytest.mark.parametrize("options", [{}, {"default_date_format": "d mmm"}, {"date_1904": True}])
def test_xlsxwriter_workbooks_agree(options):
    """All kinds of values, formats and sheets as xlsxwriter writes them, in both date systems."""
    content = make_xlsxwriter_book(**options)
    assert set(compare_with_openpyxl(content)) == {O_ESCAPE, O_ARRAY}
    assert set(compare_with_calamine(content)) == {C_ERROR, C_NO_RESULT, C_DATE}
    book = read_content(content)
    assert [(s.nama, s.protected) for s in book.sheets] == [("Lembar", True), ("Kosong", False)]
    found = book.sheets[0].cells
    assert found[4, 1].value == make_moment(2024, 2, 29)
    assert found[4, 2].value == make_moment(2024, 2, 29, 13, 30)
    assert found[2, 4].value == "\x01kendali"


def make_book_by_hand() -> bytes:
    """Return a workbook of what other programs may write, part by part."""
    texts = (
        f'<sst xmlns="{MAIN}"><si><t>biasa</t></si><si><r><t xml:space="preserve">dua </t></r>'
        "<r><rPr><b/></rPr><t>potong</t></r><rPh sb='0' eb='1'><t>BACAAN</t></rPh></si><si/><si><t/></si>"
        "<si>\n <t xml:space='preserve'> tepi </t>\n</si><si><t>a_x000A_b</t></si></sst>"
    )
    cells = (
        *(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCDEF")),
        '<c r="G1" t="str"><f>""</f><v></v></c>',
        '<c r="H1" t="str"><f>"a"</f><v>a_x0041_</v></c>',
        '<c r="I1" t="inlineStr"><is><r><t>sisip</t></r><r><t>an</t></r></is></c>',
        '<c r="J1" t="b"><v>1</v></c>',
        '<c r="K1" t="e"><v>#REF!</v></c>',
        '<c r="L1" t="d"><v>2024-02-29T10:00:00</v></c>',
        '<c r="M1" s="1"><v>0.25</v></c>',
        '<c r="N1"><f>A1</f></c>',
        '<c r="O1" s="3"><v>45000.75</v></c>',
        '<c r="P1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    )
    shared = (
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">'
        "B2*$C$1+SUM(D:D,2:2,\"B2\",'B2 x'!E5)</f><v>1</v></c>"
        '<c r="B2"><f t="array" ref="B2:B3">C2:C3</f><v>5</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>2</v></c><c r="B3"><v>6</v></c></row>'
        '<row r="4"><c r="A4"><f t="shared" si="0"/><v>3</v></c>'
        '<c r="C4"><f t="dataTable" ref="C4:C5" dt2D="0" dtr="0" r1="A1"/><v>7</v></c></row>'
        '<row r="5"><c r="C5"><v>8</v></c></row>'
    )
    sheet = make_sheet(f'<row r="1">{"".join(cells)}</row>{shared}', '<sheetProtection sheet="1"/>')
    return make_xlsx(sheet, text=texts, styles=make_styles(0, 9, "dd/mm/yyyy", "dd/mm/yyyy hh:mm"))


def test_what_other_programs_write():
    """Rich and phonetic texts, shared and array formulas, data tables, ISO dates: each as Excel shows it."""
    content = make_book_by_hand()
    (sheet,) = read_content(content).sheets
    assert sheet.protected
    tail = "SUM(D:D,{}:{},\"B2\",'B2 x'!E{})"
    assert sheet.cells == {
        (0, 0): Cell("biasa"),
        (0, 1): Cell("dua potong"),
        (0, 4): Cell(" tepi "),
        (0, 5): Cell("a\nb"),
        (0, 6): Cell("", formula='=""'),
        (0, 7): Cell("aA", formula='="a"'),
        (0, 8): Cell("sisipan"),
        (0, 9): Cell(True),
        (0, 10): Cell("#REF!", is_error=True),
        (0, 11): Cell(make_moment(2024, 2, 29, 10)),
        (0, 12): Cell(0.25, percent=True),
        (0, 13): Cell(formula="=A1"),
        (0, 14): Cell(make_moment(2023, 3, 15, 18)),
        (0, 15): Cell("#DIV/0!", is_error=True, formula="=1/0"),
        (1, 0): Cell(1.0, formula="=B2*$C$1+" + tail.format(2, 2, 5)),
        (1, 1): Cell(5.0, formula="=C2:C3"),
        (2, 0): Cell(2.0, formula="=B3*$C$1+" + tail.format(3, 3, 6)),
        (2, 1): Cell(6.0, formula="=C2:C3"),
        (3, 0): Cell(3.0, formula="=B4*$C$1+" + tail.format(4, 4, 7)),
        (3, 2): Cell(7.0, formula="=TABLE()"),
        (4, 2): Cell(8.0, formula="=TABLE()"),
    }
    assert set(compare_with_openpyxl(content)) == {
        O_EMPTY_RESULT,
        O_ESCAPE,
        O_ARRAY,
        O_DATA_TABLE,
        O_EMPTY_TEXT,
    }
    assert set(compare_with_calamine(content)) == {C_ERROR, C_NO_RESULT}


def test_openpyxl_drops_what_stands_under_a_merged_area():
    """What was typed before cells were merged is still in the file."""
    cells = '<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>'
    after = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    content = make_xlsx(make_sheet(f'<row r="1">{cells}</row>', after))
    assert compare_with_openpyxl(content) == Counter({O_MERGED: 1})
    assert not compare_with_calamine(content)


@pytest.mark.parametrize(
    ("change", "to"),
    [
        (MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        (b'Target="worksheets/', b'Target="/xl/worksheets/'),
        (b'Target="worksheets/', b'Target="../xl/./worksheets/'),
        (b'Target="worksheets/sheet', b'Target="worksheets\\\\%73heet'),
        (b'Target="sharedStrings.xml"', b'Target="SHAREDSTRINGS.XML"'),
        (b"><sheetData>", b">\r\n\t<sheetData>\n"),
        (b"</v></c>", b"</v>\n  </c>\n"),
        (b' r="', b' x="'),
        (b"<si>", b"<!-- catatan --><si>"),
    ],
)
def test_other_spellings_of_the_same_workbook(change, to):
    """Strict namespaces, targets from the root, layout between tags: the same cells."""
    parts = make_parts(
        make_sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="0"><v>0.5</v></c></row>'),
        text=f'<sst xmlns="{MAIN}"><si><t>biasa</t></si></sst>',
        styles=make_styles(9),
    )
    to = to.replace(b"\\\\", b"\\")
    assert any(change in part for part in parts.values())
    changed = {
        name: part if name == "[Content_Types].xml" else part.replace(change, to)
        for name, part in parts.items()
    }
    assert read_content(zip_parts(changed)).sheets[0].cells == {
        (0, 0): Cell("biasa"),
        (0, 1): Cell(0.5, percent=True),
    }


def test_prefixes_do_not_matter():
    """A writer may give every name a prefix, or declare the namespace again."""
    plain = make_cell_sheet('<c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>2</v></c>')
    prefixed = (
        plain.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:").replace("xmlns=", "xmlns:x=")
    )
    again = plain.replace("<c ", f'<c xmlns="{MAIN}" ')
    foreign = plain.replace("<row", '<row xmlns:q="q"').replace(
        "</row>", '<q:c r="C1"><q:v>3</q:v></q:c></row>'
    )
    for sheet in (plain, prefixed, again, foreign):
        assert read_content(make_xlsx(sheet)).sheets[0].cells == {(0, 0): Cell("a"), (0, 1): Cell(2.0)}


def test_dates_of_both_systems():
    """The same serial is four years and a day apart; what Excel shows in early 1900 is what is read."""
    cells = '<c r="A1" s="0"><v>45000</v></c><c r="B1" s="0"><v>1</v></c><c r="C1" s="0"><v>0.5</v></c>'
    style = make_styles("dd/mm/yyyy")
    values = [
        c.value
        for c in read_content(make_xlsx(make_cell_sheet(cells), styles=style)).sheets[0].cells.values()
    ]
    assert values == [make_moment(2023, 3, 15), make_moment(1900, 1, 1), time(12)]
    content = make_xlsx(make_cell_sheet(cells), styles=style, book='<workbookPr date1904="true"/>')
    values = [c.value for c in read_content(content).sheets[0].cells.values()]
    assert values == [make_moment(2027, 3, 16), make_moment(1904, 1, 2), time(12)]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (9, "%"), (10, "%"), ("0%", "%"), ("0.0 %", "%"), ("[Red]0%", "%"), ("0;-0%", ""), ("0%;-0", "%"),
        ('0"%"', ""), ("0\\%", ""), ("0_%", ""), ("0*%", ""), ('0" %', ""), ("[$%-421]0", ""),
        (14, "d"), (22, "d"), (31, "d"), (45, "t"), (46, "l"), (50, "d"), ("yyyy", "d"),
        ("[$-421]d mmm", "d"),
        ("h:mm AM/PM", "t"), ("[hh]:mm", "l"), ("[s]", "l"), ("MM/DD/YYYY;@", "d"),
        (0, ""), (1, ""), (49, ""), ("General", ""), ('"hari" 0', ""), ("\\d0", ""), ("[Red]0", ""),
        ("0;d", ""),
        ('_-"Rp"* #,##0_-', ""), ("0.00E+00", ""), ("", ""), ("@", ""), (99999999, ""),
    ],
)  # fmt: skip
def test_number_formats(code, kind):
    """Percent and moments are told from text that only looks like them."""
    found = (
        read_content(make_xlsx(make_cell_sheet('<c r="A1" s="0"><v>1.5</v></c>'), styles=make_styles(code)))
        .sheets[0]
        .cells[0, 0]
    )
    assert found.percent is (kind == "%")
    assert isinstance(found.value, {"d": datetime, "t": time, "l": timedelta}.get(kind, float))


# LibreOffice, and its own format


def make_ods_row(cells: str) -> bytes:
    """Return an .ods with one table whose first row holds some cells."""
    row = f"<table:table-row>{cells}</table:table-row>"
    return zip_parts(make_ods_parts(f'<table:table table:name="a">{row}</table:table>'))


def write_value_attributes(kind: str, value: object, name: str = "value") -> str:
    """Return the attributes of an .ods cell that holds a value."""
    return f'office:value-type="{kind}" office:{name}="{value}"'


TEXT_ATTRIBUTE = 'office:value-type="string"'
ERROR_ATTRIBUTES = f'{TEXT_ATTRIBUTE} office:string-value="" calcext:value-type="error"'
SPACES = (
    '<text:p><text:s text:c="2"/>a <text:s/>b<text:tab/>c<text:line-break/>'
    "<text:span>d</text:span>\n e</text:p>"
)
ANNOTATION = "<office:annotation><text:p>catatan</text:p></office:annotation>"
PICTURE_FRAME = "<draw:frame><draw:text-box><text:p>gambar</text:p></draw:text-box></draw:frame>"
RUBY = "<text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>c</text:ruby-text></text:ruby>"


def write_formula_attribute(formula: str) -> str:
    """Return the attribute of an .ods cell that holds a formula."""
    return f'table:formula="{escape(formula, {chr(34): "&quot;"})}" '


@pytest.mark.parametrize(
    ("attributes", "inside", "expected"),
    [
        (write_value_attributes("float", 1.5), "<text:p>1,5</text:p>", Cell(1.5)),
        (write_value_attributes("percentage", 0.85), "<text:p>85%</text:p>", Cell(0.85, percent=True)),
        (write_value_attributes("currency", 5), "<text:p>Rp5</text:p>", Cell(5.0)),
        (write_value_attributes("boolean", "false", "boolean-value"), "", Cell(False)),
        (write_value_attributes("date", "2024-02-29", "date-value"), "", Cell(make_moment(2024, 2, 29))),
        (write_value_attributes("date", "0000-00-00", "date-value"), "", Cell("0000-00-00")),
        (write_value_attributes("time", "PT08H30M00S", "time-value"), "", Cell(time(8, 30))),
        (
            write_value_attributes("time", "PT30H00M00.5S", "time-value"),
            "",
            Cell(timedelta(hours=30, milliseconds=500)),
        ),
        (write_value_attributes("time", "-PT1H", "time-value"), "", Cell(timedelta(hours=-1))),
        (write_value_attributes("time", "lama", "time-value"), "", Cell("lama")),
        (TEXT_ATTRIBUTE, "<text:p>a</text:p><text:p/><text:p>b</text:p>", Cell("a\n\nb")),
        (write_value_attributes("string", "x", "string-value"), "<text:p>y</text:p>", Cell("x")),
        (TEXT_ATTRIBUTE, SPACES, Cell("  a  b\tc\nd e")),
        (TEXT_ATTRIBUTE, f"{ANNOTATION}<text:p>a</text:p>{PICTURE_FRAME}", Cell("a")),
        (TEXT_ATTRIBUTE, f"<text:p>a{RUBY}{ANNOTATION}</text:p>", Cell("ab")),
        (TEXT_ATTRIBUTE, "<text:p>Err:502</text:p>", Cell("Err:502")),
        (
            write_formula_attribute("of:=SUM([.A1:.B2];[$'L b'.C3];\"a;[.b]\")")
            + write_value_attributes("float", 2),
            "",
            Cell(2.0, formula="=SUM(A1:B2,'L b'!C3,\"a;[.b]\")"),
        ),
        (
            write_formula_attribute("of:=[L.A1]") + write_value_attributes("float", 2),
            "",
            Cell(2.0, formula="=L!A1"),
        ),
        (write_formula_attribute('of:=""'), "<text:p/>", Cell("", formula='=""')),
        (write_formula_attribute("of:=A"), "", Cell(formula="=A")),
        (
            write_formula_attribute("of:=1/0") + ERROR_ATTRIBUTES,
            "<text:p>#DIV/0!</text:p>",
            Cell("#DIV/0!", is_error=True, formula="=1/0"),
        ),
        (
            write_formula_attribute("of:=SQRT(-1)") + write_value_attributes("float", 0),
            "<text:p>Err:502</text:p>",
            Cell("Err:502", is_error=True, formula="=SQRT(-1)"),
        ),
    ],
)
def test_cells_of_an_ods(attributes, inside, expected):
    """Each kind of value, white space, annotation, formula and error of ODF."""
    for kind in ("table-cell", "covered-table-cell"):
        found = (
            read_content(make_ods_row(f"<table:{kind} {attributes}>{inside}</table:{kind}>")).sheets[0].cells
        )
        assert list(found) == [(0, 0)]
        assert is_same_cell(found[0, 0], expected)


def test_blank_cells_of_an_ods_are_not_kept():
    """Formatted, annotated or empty text cells hold nothing."""
    assert (
        not read_content(
            make_ods_row(
                "<table:table-cell/><table:table-cell office:value-type='string'><text:p/></table:table-cell>"
            )
        )
        .sheets[0]
        .cells
    )


def test_repeats_groups_and_foreign_tables_of_an_ods():
    """Repeats are spelled out, groups are entered, copies of other files' sheets are left out."""
    one = f"<table:table-cell {write_value_attributes('float', 1)}/>"
    twice = one.replace("/>", ' table:number-columns-repeated="2"/>')
    row = (
        '<table:table-row table:number-rows-repeated="2">'
        f'<table:table-cell table:number-columns-repeated="3"/>{one}</table:table-row>'
    )
    content = zip_parts(
        make_ods_parts(
            '<table:table table:name="a" table:protected="true">'
            f"<table:table-header-rows>{row}</table:table-header-rows><table:table-row-group>"
            f"<table:table-row-group><table:table-row>{twice}</table:table-row></table:table-row-group>"
            "</table:table-row-group></table:table>"
            f"<table:table table:name=\"'file:///x.ods'#a\"><table:table-source/>{row}</table:table>"
            '<table:table table:name="b"/>',
            meta="<dc:date>2026-07-05T09:00:00.5</dc:date>"
            '<meta:user-defined meta:name="iki" meta:value-type="string">nilai</meta:user-defined>',
        )
    )
    book = read_content(content)
    assert [(s.nama, s.protected, sorted(s.cells)) for s in book.sheets] == [
        ("a", True, [(0, 3), (1, 3), (2, 0), (2, 1)]),
        ("b", False, []),
    ]
    assert book.saved == make_moment(2026, 7, 5, 9, 0, 0, 500_000)


L_ERROR_CODE = "LibreOffice writes Err:502 and the like into an .ods, #VALUE! into an .xlsx"
L_CONTROL = "LibreOffice leaves control characters out of an .ods, which has no escapes for them"
L_ESCAPE = "LibreOffice takes _xHHHH_ in an .xlsx for text, and does not escape it when it writes one"
L_CALENDAR = "a date after the year 9999 is a number in an .xlsx, a text in an .ods"
L_1900 = "LibreOffice knows no 29 February 1900, so a serial of Excel's below 60 is a day earlier"
L_KIND = "LibreOffice keeps the result of a comparison as a number in an .xlsx, as a truth in an .ods"


def name_ods_difference(one: Cell | None, two: Cell | None) -> str:
    """Return "" where the .xlsx and the .ods of one workbook agree, else the name of the difference."""
    assert one is not None, two
    assert two is not None, one
    first, second = one.value, two.value
    known = {
        "": is_same_cell(one, two),
        L_ERROR_CODE: one.is_error
        and two.is_error
        and one.formula == two.formula
        and str(second).startswith("Err:"),
        L_ESCAPE: isinstance(second, str) and "_x" in second,
        L_CONTROL: isinstance(first, str) and first.lstrip("\x01") == second,
        L_CALENDAR: isinstance(first, float) and first > 2_958_465 and isinstance(second, str),
        L_1900: isinstance(first, datetime) and first.year == 1900 and second == first - timedelta(days=1),
        L_KIND: isinstance(first, float) and isinstance(second, bool) and first == second,
    }
    found = [name for name, holds in known.items() if holds]
    assert found, (one, two)
    return found[0]


@pytest.mark.lambat
@pytest.mark.parametrize(
    "make_book", [make_openpyxl_book, make_xlsxwriter_book, lambda: make_returned_contents(OFFICES[1])[0]]
)
def test_libreoffice_saves_agree(make_book, tmp_path: Path):
    """What LibreOffice saves as .xlsx both libraries see as we do; its .ods holds the same cells."""
    libreoffice.require()
    content = make_book()
    source = tmp_path / "asal.xlsx"
    source.write_bytes(content)
    xlsx = libreoffice.convert(source, "xlsx", tmp_path / "x").read_bytes()
    sheet = libreoffice.convert(source, "ods", tmp_path / "o").read_bytes()
    assert set(compare_with_openpyxl(xlsx)) <= {O_EMPTY_RESULT, O_ESCAPE, O_CALENDAR, O_ARRAY, O_EMPTY_TEXT}
    assert set(compare_with_calamine(xlsx)) <= {C_ERROR, C_NO_RESULT, C_DATE}
    one, two = list_our_cells(read_content(xlsx)), list_our_cells(read_content(sheet))
    found = Counter(name_ods_difference(one.get(at), two.get(at)) for at in one.keys() | two.keys())
    assert found.pop("") > 20
    assert all(found)
    ours, written = read_content(content), read_content(sheet)
    assert [(s.nama, s.protected) for s in ours.sheets] == [
        (s.nama, s.protected) for s in written.sheets if s.nama != "Grafik"
    ]
