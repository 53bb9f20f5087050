"""A formula's stored result in .xls counts only where it must be the one that was computed."""

from __future__ import annotations

import random
import struct

import biff
import jobs
import libreoffice
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import make_parts, make_sheet, zip_parts
from test_runs import cells_of

from iki_xl.readers.book import UNREADABLE_FORMULA, Cell, Limits
from iki_xl.readers.workers import Failure, read_in_workers
from iki_xl.readers.xls_formula import gives_a_number

F = UNREADABLE_FORMULA
UNKNOWN = Cell(None, formula=F)
ZERO = Cell(0.0, formula=F)

# Tokens of formulas, as [MS-XLS] has them.


def integer(value):
    return struct.pack("<BH", 0x1E, value)


def text(value):
    return struct.pack("<BBB", 0x17, len(value), 0) + value.encode("latin-1")


def reference(row=9, column=9):
    return struct.pack("<BHH", 0x44, row, 0xC000 | column)


def area():
    return struct.pack("<BHHHH", 0x25, 0, 5, 0xC000, 0xC001)


def fixed(number):
    return struct.pack("<BH", 0x41, number)


def variable(count, number):
    return struct.pack("<BBH", 0x42, count, number)


NEGATE, PERCENT, PLUS_SIGN, PAREN = b"\x13", b"\x14", b"\x12", b"\x15"
ADD, CONCATENATE, LESS = b"\x03", b"\x08", b"\x09"
SUM, IF, LEFT, CHOOSE = 4, 1, 115, 100
ROUND, TEXT, TODAY = 27, 48, 221
SUM_OF_ONE = struct.pack("<BBH", 0x19, 0x10, 0)
SPACE = struct.pack("<BBH", 0x19, 0x40, 0x0100)
VOLATILE = struct.pack("<BBH", 0x19, 0x01, 0)
SKIP = struct.pack("<BBH", 0x19, 0x08, 7)


def formula(row, tokens, result=bytes(8)):
    """A FORMULA record in column A; its result is a 0 unless another is given."""
    return biff.record(
        biff.FORMULA,
        struct.pack("<HHH", row, 0, 0) + result + struct.pack("<HIH", 0, 0, len(tokens)) + tokens,
    )


def summary(application):
    """A SummaryInformation stream that names the program."""
    name = application.encode() + b"\0"
    section = struct.pack("<II", 18, 16) + struct.pack("<II", 0x1E, len(name)) + name
    return (
        struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, bytes(16), 1, bytes(16), 48)
        + struct.pack("<II", 8 + len(section), 1)
        + section
    )


def book(records, application=None):
    streams = {} if application is None else {"\x05SummaryInformation": summary(application)}
    return biff.ole(Workbook=biff.stream({"a": records}), **streams)


ALWAYS_NUMBERS = {
    "5-5": integer(5) + integer(5) + b"\x04",
    "J10+0": reference() + integer(0) + ADD,
    "-J10": reference() + NEGATE,
    "J10%": reference() + PERCENT,
    "SUM(A1:B6)": area() + SUM_OF_ONE,
    "SUM(A1:B6,J10)": area() + reference() + variable(2, SUM),
    "(ROUND(J10,0))": reference() + integer(0) + fixed(ROUND) + PAREN,
    "TODAY()-TODAY()": VOLATILE + fixed(TODAY) + fixed(TODAY) + b"\x04",
    "IF(J10<1,0,5)": reference()
    + integer(1)
    + LESS
    + SKIP
    + integer(0)
    + SKIP
    + integer(5)
    + SKIP
    + variable(3, IF),
    "0.0": struct.pack("<Bd", 0x1F, 0.0),
    "+ 0": SPACE + integer(0) + PLUS_SIGN,
}
MAY_BE_TEXTS = {
    "J10": reference(),
    "+J10": reference() + PLUS_SIGN,
    "(J10)": reference() + PAREN,
    '"a"&J10': text("a") + reference() + CONCATENATE,
    "LEFT(J10)": reference() + variable(1, LEFT),
    "TEXT(4,J10)": integer(4) + reference() + fixed(TEXT),
    'IF(J10<1,"",0)': reference() + integer(1) + LESS + text("") + integer(0) + variable(3, IF),
    "IF(J10<1,0)": reference() + integer(1) + LESS + integer(0) + variable(2, IF),
    "J10<1": reference() + integer(1) + LESS,
    "IFERROR(J10,0)": b"\x23" + struct.pack("<I", 1) + reference() + integer(0) + variable(3, 255),
    "an unknown token": b"\x18" + bytes(6),
    "nothing": b"",
    "cut off": integer(0)[:1],
    "two results": integer(0) + integer(0),
    "too few operands": ADD,
    "an unknown function": reference() + fixed(9999),
}


@pytest.mark.parametrize("tokens", ALWAYS_NUMBERS.values(), ids=ALWAYS_NUMBERS)
def test_a_stored_zero_that_can_be_nothing_else_counts(tokens):
    """A formula that gives numbers alone: its 0 is a 0, whoever wrote it."""
    assert cells_of(book(formula(0, tokens))) == {(0, 0): ZERO}


@pytest.mark.parametrize("tokens", MAY_BE_TEXTS.values(), ids=MAY_BE_TEXTS)
def test_a_stored_zero_that_may_be_a_text_is_not_known(tokens):
    """It counts where Excel wrote the file, which stores texts as texts."""
    assert cells_of(book(formula(0, tokens))) == {(0, 0): UNKNOWN}
    for application in ("Microsoft Excel", "Microsoft Macintosh Excel"):
        assert cells_of(book(formula(0, tokens), application)) == {(0, 0): ZERO}
    for application in ("LibreOffice", "", "Microsoft Word"):
        assert cells_of(book(formula(0, tokens), application)) == {(0, 0): UNKNOWN}


def test_other_results_are_what_they_are():
    """Numbers that are not 0, texts, truth values, errors and empty texts count as stored."""
    records = b"".join(
        biff.formula(row, 0, result)
        for row, result in enumerate((12.0, -0.5, "hasil", (1, 1), (1, 0), (2, 7), (3, 0)))
    )
    assert [cell.value for cell in cells_of(book(records)).values()] == [
        12.0, -0.5, "hasil", True, False, "#DIV/0!", "",
    ]  # fmt: skip


def test_shared_and_array_formulas_are_found_where_they_stand():
    """Cells that only point to a formula are judged by it, also those in front of the others."""
    points_to = struct.pack("<BHH", 0x01, 0, 0)
    number, words = integer(1) + integer(1) + b"\x04", text("") + text("") + CONCATENATE
    shared = {
        tokens: biff.record(0x04BC, struct.pack("<HHBBBBH", 0, 1, 0, 0, 0, 2, len(tokens)) + tokens)
        for tokens in (number, words)
    }
    array = biff.record(0x0221, struct.pack("<HHBBHIH", 0, 1, 0, 0, 0, 0, len(number)) + number)
    for follows, seen in ((shared[number], ZERO), (shared[words], UNKNOWN), (array, ZERO), (b"", UNKNOWN)):
        records = formula(0, points_to) + follows + formula(1, points_to)
        assert cells_of(book(records)) == {(0, 0): seen, (1, 0): seen}


def test_a_result_whose_text_is_missing_is_not_known():
    """A text announced that never comes costs that one cell, whoever wrote the file."""
    announced = bytes(6) + b"\xff\xff"
    alone = formula(0, text("a"), announced) + biff.number(1, 0, 5.0)
    last = formula(2, text("a"), announced)
    for application in (None, "Microsoft Excel"):
        assert cells_of(book(alone + last, application)) == {
            (0, 0): UNKNOWN,
            (1, 0): Cell(5.0),
            (2, 0): UNKNOWN,
        }


# Any formula


LEAVES = st.sampled_from(
    (
        (integer(0), True),
        (struct.pack("<Bd", 0x1F, 2.5), True),
        (reference(), False),
        (area(), False),
        (text("x"), False),
    )
)


def grown(inner):
    def binary(operator, *, number):
        return st.tuples(inner, inner).map(lambda pair: (pair[0][0] + pair[1][0] + operator, number))

    def same(mark):
        return inner.map(lambda one: (one[0] + mark, one[1]))

    def called(number, *, gives):
        return st.lists(inner, min_size=1, max_size=3).map(
            lambda many: (b"".join(one[0] for one in many) + variable(len(many), number), gives)
        )

    def choice(function):
        return st.tuples(inner, inner, inner).map(
            lambda three: (
                b"".join(one[0] for one in three) + variable(3, function),
                three[1][1] and three[2][1],
            )
        )

    return st.one_of(
        binary(ADD, number=True),
        binary(CONCATENATE, number=False),
        binary(LESS, number=False),
        same(PLUS_SIGN),
        same(PAREN),
        inner.map(lambda one: (one[0] + NEGATE, True)),
        called(SUM, gives=True),
        called(36, gives=False),
        choice(IF),
        choice(CHOOSE),
    )


@given(made=st.recursive(LEAVES, grown, max_leaves=12))
def test_what_a_formula_gives(made):
    """Sums are numbers, joined texts are none, a choice is a number where all it chooses from are."""
    tokens, number = made
    assert gives_a_number(tokens, {}) is number


@given(tokens=st.binary(max_size=40))
def test_any_bytes_are_judged(tokens):
    """Nonsense is never taken for a number with certainty by an error, and ends."""
    assert gives_a_number(tokens, {}) in (True, False)


@pytest.mark.parametrize("seed", range(2))
def test_damaged_results_are_read_or_refused(seed):
    """300 damaged copies each of a file full of formulas: nothing but a refusal comes out."""
    records = b"".join(
        formula(n, tokens) for n, tokens in enumerate((*ALWAYS_NUMBERS.values(), *MAY_BE_TEXTS.values()))
    )
    records += biff.formula(90, 0, "teks") + biff.formula(91, 0, 3.0)
    content, rng, damaged = book(records, "Microsoft Excel"), random.Random(seed), []
    for _ in range(300):
        copy = bytearray(content)
        for _ in range(rng.choice((1, 2, 8))):
            copy[rng.randrange(512, len(copy))] = rng.randrange(256)
        damaged.append(bytes(copy))
    results = list(read_in_workers(jobs.count_xls_sheets, damaged, Limits(seconds=10)))
    assert {r.reason for r in results if isinstance(r, Failure)} <= {
        "berkasnya rusak",
        "isinya bukan buku kerja Excel",
        "berkasnya memakai kata sandi",
    }


# What LibreOffice makes of results that Excel stored


STORED = (
    ('IF(1=1,"","x")', "str", ""),
    ('IF(1=1,"nihil","x")', "str", "nihil"),
    ('"a"&"b"', "str", "ab"),
    ('TEXT(4,"0")', "str", "4"),
    ("5>3", "b", "1"),
    ("1/0", "e", "#DIV/0!"),
    ("5-5", "n", "0"),
    ("7-5", "n", "2"),
    ("SUM(H1:H3)", "n", "0"),
    ("ROUND(0.2,0)", "n", "0"),
    ("IF(1=1,0,1)", "n", "0"),
    ('IF(1=1,0,"")', "n", "0"),
    ("VLOOKUP(1,H1:I2,2)", "str", "abc"),
    ("H9", "n", "0"),
)
# Formulas whose result may be a text: LibreOffice's 0 for them says nothing.
NOT_KNOWN = {1, 2, 3, 11, 12, 13}


def stored_by_excel():
    """An .xlsx that says Excel wrote it, with a stored result for each formula."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="{kind}"><f>{escaped(said)}</f><v>{result}</v></c></row>'
        for n, (said, kind, result) in enumerate(STORED, 1)
    )
    space = "http://schemas.openxmlformats.org/officeDocument/2006"
    application = (
        f'<Properties xmlns="{space}/extended-properties"><Application>Microsoft Excel</Application>'
        "<AppVersion>16.0300</AppVersion></Properties>"
    )
    parts = make_parts(make_sheet(rows), other={"docProps/app.xml": application})
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="app" Type="{space}/relationships/extended-properties" '
        'Target="docProps/app.xml"/></Relationships>'.encode(),
    )
    return zip_parts(parts)


def escaped(said):
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@pytest.mark.lambat
def test_results_that_libreoffice_did_not_compute(tmp_path):
    """Saved as .xls without computing anew, each result is right or not known; other formats hold all."""
    libreoffice.require()
    path = tmp_path / "asal.xlsx"
    path.write_bytes(stored_by_excel())
    right = {at: cell.value for at, cell in cells_of(path.read_bytes()).items()}
    kept = cells_of(libreoffice.convert(path, "xls", tmp_path / "kept", recalculated=False).read_bytes())
    assert {at[0] for at, cell in kept.items() if cell.value is None} == NOT_KNOWN
    assert all(cell.value in (right[at], None) for at, cell in kept.items())
    for fmt in ("xlsx", "ods"):
        other = cells_of(libreoffice.convert(path, fmt, tmp_path / fmt, recalculated=False).read_bytes())
        assert {at: cell.value for at, cell in other.items()} == right
