"""No CSV file is run by a spreadsheet, whichever separator the computer's region says; nothing is spoilt."""

from __future__ import annotations

import csv
import io
import re
import time

import openpyxl
import pandas as pd
import pytest
from filled import NIP_ANI, enter_person, make_katalog, write_return
from hypothesis import example, given
from hypothesis import strategies as st

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.findings import Level, Temuan
from iki_xl.storage.archive import archive_files
from iki_xl.storage.facts import make_csv_rows, make_csv_table, make_csv_temuan, make_text_safe, restore_text
from iki_xl.tables import CAPAIAN_CSV_COLUMNS, REALISASI_CSV_COLUMNS

SIGNS = "=+-@＝＋－＠"
FORMULA = "x;=cmd|'/c calc'!A1"
HARD_TEXTS = [
    FORMULA,
    "=1+1",
    "\t=1",
    "\n=1",
    "\r@a",
    " =1",
    "\u00a0=1",
    "\u3000＝1",
    "\u200b=1",
    '";"=1',
    'a;"=1',
    'a;""=1',
    "a,b\n-1+1",
    "a\x85=1",
    "x\t+1",
    "'=1",
    "''=1",
    "-5",
    "-5,2",
    "-5;-5",
    "-",
    "+",
    "Rp 1.500.000,-",
    "＋62 812",
    "-1\n=1",
    ";",
    ",=",
    "x;",
    "x'",
]


def fields(content, separator, quoting):
    """Every field as a spreadsheet cuts the file that takes this separator, with or without quotes."""
    text = content.decode()
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)
    return [field for row in rows for field in row]


def is_formula(field):
    """White space, quotes and what nobody sees aside, it begins with a sign and is no number or dash."""
    seen = re.sub(r'^[\s"\u200b\ufeff\x00-\x1f]+', "", field)
    return seen[:1] in set(SIGNS) - {""} and not re.fullmatch(r'[+-][0-9.,]*(e[+-]?[0-9]+)?[\s"]*', seen)


def check(content):
    for separator in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            found = [field for field in fields(content, separator, quoting) if is_formula(field)]
            assert found == [], (separator, quoting, content)


hard_letters = st.text(
    st.sampled_from([*SIGNS, *",;\t\n\r \"'", "\u00a0", "\u200b", "\x85", "\x0b", "5", ".", "x"]), max_size=12
)
any_text = st.one_of(st.sampled_from(HARD_TEXTS), hard_letters)
any_number = st.one_of(st.just(-0.0), st.floats(allow_nan=True, allow_infinity=False), st.integers(1, 12))
CSV_TEXT_COLUMNS = [name for name in REALISASI_CSV_COLUMNS if name not in {"bulan", "realisasi", "target"}]


@given(any_text)
@example("-5")
def test_the_guard_is_taken_away_again(text):
    """Whatever was typed comes back, and only apostrophes were added."""
    safe = make_text_safe(text)
    assert restore_text(safe) == text
    assert len(safe) - safe.count("'") == len(text) - text.count("'")
    assert safe.count("'") <= text.count("'") + sum(map(text.count, SIGNS))


@given(
    st.lists(st.tuples(*[any_text] * len(CSV_TEXT_COLUMNS), any_number, any_number), min_size=1, max_size=4)
)
def test_no_reader_of_realisasi_finds_a_formula(rows):
    """Any text in any column, ids and lists too, between any numbers."""
    frame = pd.DataFrame(rows, columns=[*CSV_TEXT_COLUMNS, "realisasi", "target"]).assign(bulan=1)
    content = make_csv_table(frame, REALISASI_CSV_COLUMNS)
    check(content)
    read = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [[restore_text(row[name]) for name in CSV_TEXT_COLUMNS] for row in read] == [
        list(row[:-2]) for row in rows
    ]


@given(
    st.lists(
        st.tuples(any_text, any_text, any_text, any_number, any_number, any_number, any_number, any_text),
        min_size=1,
        max_size=4,
    )
)
def test_no_reader_of_capaian_finds_a_formula(rows):
    """The skala's words are the office's own; a raw capaian may be negative."""
    frame = pd.DataFrame([(*row, 1) for row in rows], columns=list(CAPAIAN_CSV_COLUMNS))
    check(make_csv_table(frame, CAPAIAN_CSV_COLUMNS))


@given(st.lists(st.tuples(*[any_text] * 9), min_size=1, max_size=4))
def test_no_reader_of_temuan_finds_a_formula(rows):
    """What was typed, and names of files and sheets, wherever they are quoted."""
    check(make_csv_temuan(Temuan(code, Level.GALAT, *rest) for code, *rest in rows))


def test_numbers_and_dashes_are_not_spoilt():
    """Numbers, negative ones and lone dashes stand as they are; -0 is 0; nothing is nothing."""
    row = ["J01", -5, -5.5, "-5", "-", "- ", "-1.250,5", "+62812", "J03-02", "a - b", "2026-07-01", -0.0]
    assert make_csv_rows([row]) == b'J01,-5,-5.5,-5,-,- ,"-1.250,5",+62812,J03-02,a - b,2026-07-01,0.0\n'
    assert make_csv_rows([["x", None, float("nan"), ""]]) == b"x,,,\n"


def test_a_line_never_begins_with_a_formula_where_commas_are_no_separators():
    """In the first column even a number is guarded: with ";" the field goes on behind it."""
    assert make_csv_rows([["-5", "cmd|' /C calc'!A0"]]) == b"'-5,cmd|' /C calc'!A0\n"


@pytest.mark.parametrize("text", ["\n" * 40_000, "'" * 40_000, "=" * 40_000, "\n=" * 20_000, " '=" * 20_000])
def test_long_texts_take_no_time(text):
    """Every cell of 32,767 letters, whatever they are, is looked through once."""
    start = time.monotonic()
    assert restore_text(make_text_safe(text)) == text
    assert time.monotonic() - start < 2


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """The outputs of a real collection whose names, ids and texts all carry formulas."""
    folder = tmp_path_factory.mktemp("kerja")
    (folder / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    entries = {
        ("J03-01", "satuan"): "x;=1",
        ("J03-01", "realisasi_01"): FORMULA,
        ("J03-02", "realisasi_01"): 5.0,
    }
    entries |= {("J03-02", "kendala"): "a;\t@b"}

    def rename(book):
        book.worksheets[1].title = "x;=lembar,+1"

    for name in ("x;=cmd|'+calc'!A1.xlsx", "a,\t=b.xlsx", "\n=c.xlsx", "-1.xlsx"):
        head = enter_person(f"+Ani {name}".strip(), NIP_ANI if name == "-1.xlsx" else "-")
        write_return(folder / "workbooks" / name, make_katalog(), {"J03": head | entries}, change=rename)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(iki_xl, ["kumpul"]) == 1
    return folder


def test_no_file_of_a_real_collection_holds_a_formula(outputs):
    """Every CSV file that a collection leaves, the archive's list too, with every separator."""
    files = sorted(outputs.rglob("*.csv"))
    outputs_named = {"realisasi.csv", "capaian.csv", "temuan.csv", "pengingat.csv"}
    assert {path.name for path in files} == {*outputs_named, "daftar.csv", "rekap-2026-01.csv"}
    for path in files:
        assert path.read_bytes().count(b"\n") > 1
        check(path.read_bytes())
    assert b"x;'=lembar,'+1" in (outputs / "reports" / "temuan.csv").read_bytes()
    read = pd.read_csv(outputs / "reports" / "realisasi.csv")
    assert [restore_text(name) for name in read["berkas"]] == ["-1.xlsx"]


def test_the_archives_list_knows_its_names_again(tmp_path):
    """Guarded names are compared as they are: nothing is listed twice."""
    path = tmp_path / "x;=a.xlsx"
    path.write_bytes(b"isi")
    from hashlib import sha256

    item = (sha256(b"isi").hexdigest(), path, path.name)
    for _ in range(2):
        archive_files(tmp_path, [item])
    rows = list(csv.reader((tmp_path / "arsip" / "daftar.csv").open(encoding="utf-8", newline="")))
    assert [row[1] for row in rows[1:]] == ["x;'=a.xlsx"]


def test_minus_zero_is_zero_everywhere(tmp_path, monkeypatch):
    """Typed as a number and as a text, and in the catalogue: 0 in every output and in what is said of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    book = openpyxl.load_workbook("katalog.xlsx")
    sheet = book["Indikator"]
    titles = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == "J02-03":
            row[titles.index("Target tahunan")].value = -0.0
    book.save("katalog.xlsx")
    entries = {
        ("J02-01", "realisasi_01"): -0.0,
        ("J02-02", "realisasi_01"): "-0",
        ("J02-03", "realisasi_01"): "-0,0",
    }
    write_return(
        tmp_path / "workbooks" / "ani.xlsx", make_katalog(), {"J02": enter_person("Ani", NIP_ANI) | entries}
    )
    run(iki_xl, ["kumpul"])
    reports = tmp_path / "reports"
    assert b"-0" not in b"".join(
        (reports / f"{n}.csv").read_bytes().replace(b"J02-0", b"") for n in ("realisasi", "capaian")
    )
    rows = list(csv.DictReader((reports / "realisasi.csv").open(encoding="utf-8")))
    assert [row["realisasi"] for row in rows] == ["0.0"] * 3
    read = pd.read_parquet(reports / "realisasi.parquet")
    assert not any(str(value).startswith("-") for value in read["realisasi"])
    said = [
        row
        for row in csv.DictReader((reports / "temuan.csv").open(encoding="utf-8"))
        if row["kode"][0] == "N"
    ]
    assert [row["pesan"].count("dibaca 0") for row in said] == [1] * len(said)
    assert len(said) == 2
    recap = openpyxl.load_workbook(next(reports.glob("rekap-*.xlsx")), data_only=True)
    shown = [cell for page in recap for row in page.iter_rows(values_only=True) for cell in row]
    assert not any(isinstance(cell, float) and str(cell) == "-0.0" for cell in shown)
