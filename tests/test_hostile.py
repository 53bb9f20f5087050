"""A folder with whatever may come back, through the command itself: the good count as if they were alone."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import libreoffice
import openpyxl
import pytest
from filled import NIP_OTHER, enter_person, find_address, make_katalog, write_return
from packages import ZipEntry, make_cell_sheet, make_ods_parts, make_sheet, make_xlsx, zip_by_hand, zip_parts

from iki_xl.catalog import katalog_xlsx

JAN, FEB = "realisasi_01", "realisasi_02"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Runs the command and prints the peak memory of its own process, in KiB, as the last line of stderr. (What
# getrusage tells on Linux counts the memory of whoever started the process as well.)
MEASURED = (
    "import re, sys; from iki_xl.cli.commands import iki_xl; from iki_xl.cli.indonesian import run; "
    "code = run(iki_xl, sys.argv[1:]); "
    "peak = re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read()); "
    "print(peak[1], file=sys.stderr); sys.exit(code)"
)


def kumpul(folder: Path, *args: str) -> tuple[dict, int]:
    """Collect a folder; return the JSON object and the parent's peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "kumpul", "--json", *args],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=400,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout), int(done.stderr.splitlines()[-1]) // 1024


def facts(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "reports" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def nip(number: int) -> str:
    return f"19850101201001{1 + number % 2}{number + 1:03d}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "workbooks").mkdir()
    return tmp_path


def good(folder: Path, count: int) -> None:
    """Returns of many people for one jabatan, each with figures of its own."""
    first = folder / "good-000.xlsx"
    for number in range(count):
        entries = {
            **enter_person(f"Orang {number}", nip(number)),
            ("J02-01", JAN): number,
            ("J02-01", FEB): 2,
            ("J02-02", JAN): 5,
        }
        write_return(folder / f"good-{number:03d}.xlsx", make_katalog(), {"J02": entries})
    assert first.exists()


def bad(returned: bytes) -> list[bytes]:
    """Contents that are no return, or a damaged or hostile one."""
    deep = "<a>" * 5_000 + "</a>" * 5_000
    entity = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return [
        b"",
        b"ini teks",
        b"Januari;5\r\n",
        returned[: len(returned) // 2],
        returned[:200],
        returned[100:],
        OLE + bytes(2_000),
        zip_parts({"a.txt": b"bukan buku kerja"}),
        zip_parts({"xl/bom.bin": bytes(40_000_000)}),
        make_xlsx(make_sheet(make_cell_sheet('<c r="XFD1048576"><v>1</v></c>'))),
        make_xlsx(entity.encode() + make_sheet("").encode()),
        make_xlsx(deep.encode()),
        zip_by_hand([ZipEntry("xl/workbook.xml", b"<workbook/>", size=10)]),
        zip_by_hand([ZipEntry("xl/workbook.xml", b"<workbook/>", flags=1)]),
        zip_parts(make_ods_parts("")),
        b"%PDF-1.7 bukan buku kerja",
        b"<html><body>masuk dulu</body></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        zip_parts({f"bagian-{n}.xml": b"x" for n in range(2_500)}),
        returned.replace(b"xl/worksheets", b"xl/workshits"),
    ]


@pytest.mark.lambat
def test_a_hundred_good_and_a_hundred_bad_files(folder):
    """The good give to the last digit what they give alone; every bad file is named in a finding."""
    good(folder / "workbooks", 100)
    alone, _ = kumpul(folder)
    expected = {name: facts(folder, name) for name in ("realisasi.csv", "capaian.csv")}
    assert alone["diterima"] == 100
    assert len(expected["realisasi.csv"]) == 300
    contents = bad((folder / "workbooks" / "good-000.xlsx").read_bytes())
    for number in range(100):
        # every file is different, so that none is only a copy of another
        content = contents[number % len(contents)]
        extra = b"" if number < len(contents) else f"<!-- {number} -->".encode()
        (folder / "workbooks" / f"bad-{number:03d}.xlsx").write_bytes(content + extra)
    both, memory = kumpul(folder)
    assert {name: facts(folder, name) for name in expected} == expected
    assert (both["berkas"], both["diterima"]) == (200, 100)
    named = {t["berkas"] for t in both["temuan"] if t["tingkat"] == "galat"}
    assert named == {f"bad-{n:03d}.xlsx" for n in range(100)}
    assert memory < 300


@pytest.mark.lambat
def test_dangerous_texts_stay_texts(folder):
    """What begins with = + - @ arrives as text in recap and copies, and never as a formula."""
    texts = [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "+62811",
        "-x",
        "@SUM(1)",
        "http://contoh.go.id",
        "a\x07b",
        "<r>x</r>",
    ]
    form = {**enter_person("Ani", NIP_OTHER), ("J02-01", JAN): -1, ("J02-02", JAN): 3, ("J02-03", JAN): 1}
    for number, text in enumerate(texts):
        entries = form | {("J02-01", "kendala"): text.replace("\x07", "")}

        def change(book, text=text):
            cell = book.worksheets[1][find_address(make_katalog(), "J02-01", "kendala")]
            cell.value = text.replace("\x07", "")
            cell.data_type = "s"

        write_return(folder / "workbooks" / f"{number}.xlsx", make_katalog(), {"J02": entries}, change=change)
        kumpul(folder)
        for path in [
            *(folder / "reports").glob("rekap-*.xlsx"),
            *(folder / "reports" / "perbaikan").glob("*"),
        ]:
            book = openpyxl.load_workbook(path)
            shown = [
                c
                for sheet in book
                for row in sheet.iter_rows()
                for c in row
                if c.value == text.replace("\x07", "")
            ]
            assert shown, (path.name, text)
            assert all(c.data_type == "s" and c.hyperlink is None for c in shown)
        shutil.rmtree(folder / "reports")
        (folder / "workbooks" / f"{number}.xlsx").unlink()


def test_not_a_number_and_beyond_measure(folder):
    """NaN, infinity, 1e308 and 1e16 in input cells are galat at their cells; the rest of the row counts."""
    entries = {
        **enter_person("Ani", NIP_OTHER),
        ("J02-01", JAN): 111,
        ("J02-01", FEB): 2,
        ("J02-02", JAN): 222,
    }
    path = write_return(folder / "workbooks" / "a.xlsx", make_katalog(), {"J02": entries})
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name, part.replace(b"<v>111</v>", b"<v>NaN</v>").replace(b"<v>222</v>", b"<v>1E308</v>")
            )
    path.write_bytes(target.getvalue())
    answer, _ = kumpul(folder)
    galat = {t["sel"] for t in answer["temuan"] if t["tingkat"] == "galat"}
    assert galat == {find_address(make_katalog(), "J02-01", JAN), find_address(make_katalog(), "J02-02", JAN)}
    assert [(r["id_indikator"], r["bulan"], r["realisasi"]) for r in facts(folder, "realisasi.csv")] == [
        ("J02-01", "2", "2.0")
    ]


def test_a_fifo_a_link_and_a_file_that_vanishes(folder):
    """Nothing hangs on a named pipe, follows a link, or stops at a file that cannot be opened."""
    good(folder / "workbooks", 1)
    os.mkfifo(folder / "workbooks" / "pipa.xlsx")
    (folder / "workbooks" / "tautan.xlsx").symlink_to("good-000.xlsx")
    (folder / "workbooks" / "~$good-000.xlsx").write_bytes(b"x")
    (folder / "workbooks" / "folder.xlsx").mkdir()
    answer, _ = kumpul(folder)
    assert answer["diterima"] == 1
    assert {t["berkas"] for t in answer["temuan"]} >= {"pipa.xlsx", "tautan.xlsx", "~$good-000.xlsx"}


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["xlsx", "ods", "xls"])
def test_the_loop_of_mending_through_libreoffice(folder, fmt):
    """A galat, its marked copy mended and saved by LibreOffice, collected again: no galat is left."""
    libreoffice.require()
    entries = {
        **enter_person("Ani", NIP_OTHER),
        ("J02-01", JAN): "belum tahu",
        ("J02-01", FEB): 4,
        ("J02-02", JAN): -3,
    }
    write_return(folder / "workbooks" / "a.xlsx", make_katalog(), {"J02": entries})
    first, _ = kumpul(folder)
    assert first["galat"] == 2
    copy = folder / "reports" / "perbaikan" / "a.xlsx"
    book = openpyxl.load_workbook(copy)
    sheet = book["02 Sekretaris"]
    sheet[find_address(make_katalog(), "J02-01", JAN)] = 5
    sheet[find_address(make_katalog(), "J02-02", JAN)] = 3
    mended = folder / "diisi" / "a.xlsx"
    mended.parent.mkdir()
    book.save(mended)
    (folder / "workbooks" / "a.xlsx").unlink()
    shutil.copy(libreoffice.convert(mended, fmt, folder / "lo"), folder / "workbooks" / f"a.{fmt}")
    second, _ = kumpul(folder)
    assert second["galat"] == 0, second["temuan"]
    assert {(r["id_indikator"], r["bulan"], r["realisasi"]) for r in facts(folder, "realisasi.csv")} == {
        ("J02-01", "1", "5.0"), ("J02-01", "2", "4.0"), ("J02-02", "1", "3.0"),
    }  # fmt: skip


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["xlsx", "ods", "xls"])
def test_a_return_saved_by_libreoffice_is_read_like_its_original(folder, fmt):
    """Figures, cells and findings are the same after LibreOffice saved the workbook in each format."""
    libreoffice.require()
    entries = {
        **enter_person("Ani", NIP_OTHER),
        ("J02-01", JAN): 5,
        ("J02-01", FEB): "1.250,5",
        ("J02-02", JAN): "=2+3",
        ("J02-03", JAN): "=1/0",
        ("J02-01", "kendala"): "menunggu data",
    }
    path = write_return(folder / "workbooks" / "a.xlsx", make_katalog(), {"J02": entries})
    saved = libreoffice.convert(path, fmt, folder / "lo")
    path.unlink()
    shutil.copy(saved, folder / "workbooks" / f"a.{fmt}")
    answer, _ = kumpul(folder)
    rows = facts(folder, "realisasi.csv")
    assert {(r["id_indikator"], r["bulan"], r["realisasi"], r["sel"]) for r in rows} == {
        ("J02-01", "1", "5.0", "L8"), ("J02-01", "2", "1250.5", "M8"), ("J02-02", "1", "5.0", "L9"),
    }  # fmt: skip
    said = {(t["kode"], t["sel"]) for t in answer["temuan"] if t["tingkat"] != "info"}
    assert {("N02", "M8"), ("N17", "L9"), ("N16", "L10")} <= said
    assert {code for code, _ in said} <= {"N02", "N17", "N16", "S02", "S06"}


@pytest.mark.lambat
def test_one_file_with_far_too_much_never_stops_the_others(folder):
    """Long texts, absurd markers and tables pasted beside the form cost at most their own file."""
    good(folder / "workbooks", 1)
    form = make_katalog()
    long_text = {**enter_person("Ani", NIP_OTHER), ("J02-01", JAN): "x" * 32_760, ("J02-02", JAN): 3}
    write_return(folder / "workbooks" / "a-panjang.xlsx", form, {"J02": long_text})

    def paste(book):
        sheet = book.worksheets[1]
        for row in range(60, 1_060):
            for column in range(1, 11):
                sheet.cell(row, column, row * column)

    write_return(
        folder / "workbooks" / "b-tempelan.xlsx",
        form,
        {"J02": {**enter_person("Budi", nip(7)), ("J02-01", JAN): 1}},
        change=paste,
    )

    def marker(book):
        sheet = book.worksheets[1]
        sheet["A1"] = str(sheet["A1"].value).replace("form=1", "form=" + "1" * 5_000)

    write_return(
        folder / "workbooks" / "c-penanda.xlsx",
        form,
        {"J02": {**enter_person("Cici", nip(8)), ("J02-01", JAN): 1}},
        change=marker,
    )
    (folder / "workbooks" / "d-asing.xlsx").write_bytes(
        make_xlsx(
            make_sheet("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200_001)))
        )
    )
    (folder / "workbooks" / "e-kiriman.zip").write_bytes(zip_parts({"a.txt": b"x"}))
    answer, memory = kumpul(folder)
    assert {t["berkas"] for t in answer["temuan"]} >= {
        "a-panjang.xlsx",
        "b-tempelan.xlsx",
        "d-asing.xlsx",
        "e-kiriman.zip",
    }
    rows = facts(folder, "realisasi.csv")
    assert {r["berkas"] for r in rows} >= {"good-000.xlsx", "a-panjang.xlsx", "b-tempelan.xlsx"}
    pasted = [t for t in answer["temuan"] if t["berkas"] == "b-tempelan.xlsx"]
    assert len(pasted) < 300
    assert [t["kode"] for t in pasted if t["kode"] == "B25"] == ["B25"]
    full = next(
        t for t in facts(folder, "temuan.csv") if t["berkas"] == "a-panjang.xlsx" and t["kode"] == "N15"
    )
    assert full["nilai"] == "x" * 32_760
    assert memory < 300


def test_entries_of_another_jabatan_are_a_galat(folder):
    """A row with another jabatan's id is told as such, and its sheet is not called blank."""

    def change(book):
        sheet = book.worksheets[1]
        sheet["A8"] = "J03-01"
        sheet[find_address(make_katalog(), "J02-01", JAN)] = 7

    write_return(
        folder / "workbooks" / "a.xlsx",
        make_katalog(),
        {"J02": enter_person("Ani", NIP_OTHER)},
        change=change,
    )
    answer, _ = kumpul(folder)
    assert {t["kode"] for t in answer["temuan"]} == {"B10", "B26"}
    assert answer["galat"] == 1
