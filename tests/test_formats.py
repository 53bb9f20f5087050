"""A number is read as its number format shows it, however that is written and whatever file holds it."""

from __future__ import annotations

import struct
from datetime import datetime, time, timedelta

import biff
import libreoffice
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import make_cell_sheet, make_sheet, make_styles, make_xlsx
from test_runs import cells_of, ods_row, ods_with, text_style

from iki_xl.readers.book import Cell
from iki_xl.readers.formats import number_format

PERCENT, PLAIN = True, False
# format code, stored number, whether it is shown times 100 with %
SHOWN = (
    ("0%", 0.85, PERCENT),
    ("0.00 %", 0.85, PERCENT),
    ("%0", 0.85, PERCENT),
    ("[Red]0%", 0.85, PERCENT),
    ('"sekitar "0%', 0.85, PERCENT),
    ("0\\%%", 0.85, PERCENT),
    ('0"%"', 85.0, PLAIN),
    ("0\\%", 85.0, PLAIN),
    ('0" %"', 85.0, PLAIN),
    ('0"persen %', 85.0, PLAIN),
    ('General"%"', 85.0, PLAIN),
    ("0_%", 85.0, PLAIN),
    ("0*%", 85.0, PLAIN),
    ("[$%-421]0", 85.0, PLAIN),
    ('0"\\"\\%', 85.0, PLAIN),
    # sections: positive, negative, zero; a text's section is for no number
    ("0%;-0%;0", 0.85, PERCENT),
    ("0%;-0%;0", 0.0, PLAIN),
    ("0;-0%", 0.85, PLAIN),
    ("0;-0%", -0.85, PERCENT),
    ("0%;-0", 0.0, PERCENT),
    ('0"%";-0"%"', 85.0, PLAIN),
    ('0;-0;0;@"%"', 85.0, PLAIN),
    ("0%;@", -0.85, PERCENT),
    # sections by condition
    ('[<=1]0%;0"%"', 0.85, PERCENT),
    ('[<=1]0%;0"%"', 85.0, PLAIN),
    ("[>1]0;[>0]0%;0", 85.0, PLAIN),
    ("[>1]0;[>0]0%;0", 0.85, PERCENT),
    ("[>1]0;[>0]0%;0", -3.0, PLAIN),
    ("[=0]0;0%", 0.85, PERCENT),
    ("[<>0]0%;0", 0.0, PLAIN),
)


def xlsx_cell(code, value, style=0):
    return cells_of(
        make_xlsx(make_cell_sheet(f'<c r="A1" s="{style}"><v>{value!r}</v></c>'), styles=make_styles(code))
    )[0, 0]


def xls_cell(code, value):
    """The format and a cell format of its own stand before those that biff makes."""
    letters = code.encode("utf-16-le")
    extra = biff.record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 8, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
    extra += biff.record(0x41E, struct.pack("<HHB", 200, len(code), 1) + letters)
    extra += biff.record(0xE0, struct.pack("<HHHBBBBIIH", 0, 200, 1, 0, 0, 0, 0, 0, 0, 0))
    return cells_of(biff.xls({"a": biff.number(0, 0, value)}, extra))[0, 0]


@pytest.mark.parametrize("cell", [xlsx_cell, xls_cell])
@pytest.mark.parametrize(("code", "value", "percent"), SHOWN)
def test_a_percentage_is_told_from_a_sign(cell, code, value, percent):
    """85 shown as "85%" by a literal sign stays 85; 0.85 shown times 100 is a percentage."""
    assert cell(code, value) == Cell(value, percent=percent)


@given(
    text=st.text(st.characters(exclude_characters='"', exclude_categories=("Cs", "Cc")), max_size=12),
    how=st.sampled_from(('"{}"0', '0"{}"', '0;-0"{}"', '"{}"0;@')),
)
def test_quoted_text_says_nothing_of_the_number(text, how):
    """Whatever stands between quotes in a format, a number is shown as it is."""
    assert number_format(200, how.format(text)) == number_format(0, None)


@given(letters=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8))
def test_escaped_text_says_nothing_of_the_number(letters):
    """Escaped, as padding, as a fill: no letter of them changes what a number is."""
    for mark in "\\_*":
        assert number_format(200, "0" + "".join(mark + letter for letter in letters)) == number_format(
            0, None
        )


MOMENTS = (
    ("dd/mm/yyyy", 46204.0, datetime(2026, 7, 1), "01/07/2026"),  # noqa: DTZ001 - as a workbook has it
    ("dd/mm/yyyy hh:mm", 46204.5, datetime(2026, 7, 1, 12), "01/07/2026 12:00"),  # noqa: DTZ001 - the same
    ("hh:mm", 0.6041666666666666, time(14, 30), "14:30"),
    ("h.mm", 46204.5, time(12), "12:00"),
    ("h:mm:ss AM/PM", 0.25, time(6), "06:00"),
    ("[h]:mm", 12.5, timedelta(hours=300), "300:00"),
    ("[h]:mm:ss", 12.500347222222222, timedelta(hours=300, seconds=30), "300:00:30"),
    ("[hh]:mm", 0.375, timedelta(hours=9), "9:00"),
    ("[mm]:ss", 0.375, timedelta(hours=9), "9:00"),
    ("[h]:mm", -0.0625, timedelta(hours=-1.5), "-1:30"),
    ('"[h]"0', 12.5, 12.5, "12,5"),
    ('0" hari"', 12.5, 12.5, "12,5"),
)


@pytest.mark.parametrize("cell", [xlsx_cell, xls_cell])
@pytest.mark.parametrize(("code", "value", "meant", "seen"), MOMENTS)
def test_moments_and_lengths_of_time_as_they_look(cell, code, value, meant, seen):
    """Days, times of day and hours beyond a day are told as an office writes them."""
    found = cell(code, value)
    assert found == Cell(meant)
    assert found.render_text() == seen


# .ods: the number style decides, not what the value says of itself


def number_style(kind, inside="<number:number/><number:text>%</number:text>", name="N1", more=""):
    return f'<number:{kind} style:name="{name}"{more}>{inside}</number:{kind}>'


def ods_cell(style, value):
    automatic = style + text_style("ce1", "table-cell", "", data="N1")
    return cells_of(ods_with(automatic, ods_row(f'<table:table-cell table:style-name="ce1" {value}/>')))[0, 0]


FLOAT, PERCENTAGE = (f'office:value-type="{k}" office:value="0.85"' for k in ("float", "percentage"))
GENERAL = '<number:number number:min-integer-digits="1"/>'
MAPPED = number_style("percentage-style", "<number:number/>", "N1P0") + number_style(
    "number-style",
    '<number:number/><style:map style:condition="value()&lt;=1" style:apply-style-name="N1P0"/>',
)


@pytest.mark.parametrize(
    ("style", "value", "percent"),
    [
        (number_style("number-style"), FLOAT, PLAIN),
        (number_style("number-style"), PERCENTAGE, PLAIN),
        (number_style("percentage-style"), FLOAT, PERCENT),
        (number_style("percentage-style"), PERCENTAGE, PERCENT),
        ("", FLOAT, PLAIN),
        ("", PERCENTAGE, PERCENT),
        (number_style("text-style"), FLOAT, PLAIN),
        (number_style("number-style", GENERAL), PERCENTAGE, PERCENT),
        (number_style("number-style", GENERAL), FLOAT, PLAIN),
        (number_style("number-style", GENERAL + "<number:text>%</number:text>"), PERCENTAGE, PLAIN),
        (
            number_style("number-style", GENERAL.replace("/>", ' number:decimal-places="0"/>')),
            PERCENTAGE,
            PLAIN,
        ),
        (MAPPED, FLOAT, PERCENT),
        (MAPPED, FLOAT.replace("0.85", "85"), PLAIN),
        (MAPPED.replace("&lt;=1", "!=1"), FLOAT, PERCENT),
        (MAPPED.replace("value()", "content()"), FLOAT, PLAIN),
    ],
)
def test_number_styles_of_ods(style, value, percent):
    """A percentage style and a number style with the text "%" are told apart, by condition too."""
    found = ods_cell(style, value)
    assert (found.percent, found.value) == (percent, 85.0 if '"85"' in value else 0.85)


TIME = 'office:value-type="time" office:time-value="{}"'


@pytest.mark.parametrize(
    ("style", "value", "seen"),
    [
        (number_style("time-style", "<number:hours/>"), TIME.format("PT14H30M00S"), "14:30"),
        (number_style("time-style", "<number:hours/>"), TIME.format("PT300H00M00S"), "12:00"),
        (
            number_style("time-style", "<number:hours/>", more=' number:truncate-on-overflow="false"'),
            TIME.format("PT300H00M00S"),
            "300:00",
        ),
        (
            number_style("time-style", "<number:hours/>", more=' number:truncate-on-overflow="false"'),
            TIME.format("PT09H00M00S"),
            "9:00",
        ),
        (
            number_style("time-style", "<number:hours/>", more=' number:truncate-on-overflow="false"'),
            'office:value-type="float" office:value="12.5"',
            "300:00",
        ),
        ("", TIME.format("PT300H00M00S"), "300:00"),
        ("", TIME.format("PT09H00M00S"), "09:00"),
        (
            number_style("date-style", "<number:day/>"),
            'office:value-type="date" office:date-value="2026-07-01"',
            "01/07/2026",
        ),
        (
            number_style("time-style", "<number:hours/>"),
            'office:value-type="date" office:date-value="2026-07-01T14:30:00"',
            "14:30",
        ),
    ],
)
def test_moments_of_ods(style, value, seen):
    """Times of day, lengths of time and dates, as their style shows them."""
    assert ods_cell(style, value).render_text() == seen


@pytest.mark.lambat
def test_libreoffice_shows_the_same(tmp_path):
    """Every format above, saved by LibreOffice as .xlsx, .xls and .ods: the same cells in all three."""
    libreoffice.require()
    odd = {"0%;@", '0"persen %', '0"\\"\\%', "%0", '"[h]"0'}  # codes that LibreOffice writes otherwise
    cases = [(code, value) for code, value, *_ in (*SHOWN, *MOMENTS) if code not in odd]
    codes = list(dict.fromkeys(code for code, _ in cases))
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="{codes.index(code)}"><v>{value!r}</v></c></row>'
        for n, (code, value) in enumerate(cases, 1)
    )
    content = make_xlsx(make_sheet(rows), styles=make_styles(*codes))
    path = tmp_path / "formats.xlsx"
    path.write_bytes(content)
    ours = cells_of(content)
    assert len(ours) == len(cases)
    for fmt in ("xlsx", "xls", "ods"):
        saved = cells_of(libreoffice.convert(path, fmt, tmp_path / fmt).read_bytes())
        differ = {
            cases[at[0]]: (cell, saved.get(at))
            for at, cell in ours.items()
            if (cell.percent, cell.render_text()) != (saved[at].percent, saved[at].render_text())
        }
        assert not differ, fmt
