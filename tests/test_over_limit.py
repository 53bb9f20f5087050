"""A file over a limit: what to do about that very limit, for the staff and for whoever runs the program."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import biff
import pytest
from filled import make_katalog
from packages import ZipEntry, make_cell_sheet, make_ods_parts, make_sheet, make_xlsx, zip_by_hand, zip_parts

from iki_xl.collect.advice import LIMIT_NAMES, advice
from iki_xl.collect.files import ReadingOptions, read_all_files
from iki_xl.readers.book import Limits, Refusal, RefusalKind, UnreadableError

CELLS = [f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 101)]
TABLES = "".join(f'<table:table table:name="{n}"/>' for n in range(5))
DEEP = make_sheet(f"<row><c><is>{'<r>' * 30}{'</r>' * 30}</is></c></row>")
NOISE = os.urandom(1_500_000).hex().encode()

# limit, its value, a file that is over it, what the staff are told, whether the proposed value is enough
OVER = [
    ("ukuran_mb", 1, make_xlsx(make_cell_sheet(""), other={"xl/media/a.png": NOISE}), "Kompres Gambar", True),
    ("isi_zip", 20, zip_by_hand([ZipEntry(f"{n}", b"") for n in range(30)]), "gambar", True),
    ("bagian_mb", 2, make_xlsx(make_cell_sheet(""), other={"xl/media/a.png": NOISE}), "baris kosong", True),
    ("total_mb", 2, make_xlsx(make_cell_sheet(""), other={"xl/media/a.png": NOISE}), "gambar", True),
    (
        "rasio",
        250,
        make_xlsx(make_cell_sheet(""), other={"xl/worksheets/x.xml": bytes(2_000_000)}),
        "baris kosong",
        True,
    ),
    ("kedalaman", 20, make_xlsx(DEEP), "templat baru", True),
    ("lembar", 3, make_xlsx(*[make_cell_sheet("")] * 5), "lembar yang bukan formulir IKI", True),
    ("lembar", 3, zip_parts(make_ods_parts(TABLES)), "lembar yang bukan formulir IKI", True),
    ("lembar", 3, biff.xls({f"{n}": b"" for n in range(5)}), "lembar yang bukan formulir IKI", True),
    ("sel", 60, make_xlsx(make_sheet("".join(CELLS))), "baris kosong di bawah formulir", True),
    ("sel", 150, biff.xls({"a": b"".join(biff.number(n, 0, 1.0) for n in range(100))}), "baris kosong", True),
    ("sel", 5, make_xlsx(make_sheet("".join(CELLS))), "baris kosong", False),
]


def said(path, limits):
    (found,) = read_all_files([path], None, make_katalog(), ReadingOptions(limits))[1] or (None,)
    return found


@pytest.mark.parametrize(("limit", "value", "content", "what", "enough"), OVER)
def test_the_limit_is_named_and_the_proposed_number_lets_the_file_through(
    tmp_path, limit, value, content, what, enough
):
    """A real file over each limit: a sentence for the staff, and `--batas` with its name and more."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    os.utime(path, (1, 1))
    limits = replace(Limits(), **{LIMIT_NAMES[limit]: value})
    found = said(path, limits)
    assert (found.code, found.level) == ("B01", "galat")
    assert what in found.remedy
    assert "simpan ulang" not in found.remedy.lower()
    (number,) = re.findall(rf"--batas {limit}=(\d+)", found.remedy)
    assert int(number) > value
    again = said(path, replace(limits, **{LIMIT_NAMES[limit]: int(number)}))
    assert (again is None or f"--batas {limit}" not in again.remedy) is enough


@pytest.mark.parametrize("limit", list(LIMIT_NAMES))
def test_every_limit_has_words_of_its_own(limit):
    """Also time and memory, and a limit of nothing."""
    field = LIMIT_NAMES[limit]
    for limits in (Limits(), replace(Limits(), **{field: 0})):
        now = getattr(limits, field)
        for enough in (0, now + 1, 10 * now + 3):
            words = advice(Refusal("", RefusalKind.LIMIT, field, enough), limits)
            (number,) = re.findall(rf"--batas {limit}=(\d+)", words)
            assert int(number) >= max(now + 1, enough)
            assert "simpan" not in words.replace("menyimpan", "").lower()


def test_saving_again_is_proposed_only_where_it_can_help():
    """Text and what no program writes; never for a file that is empty, cut off, locked or something else."""
    kinds = [kind for kind in RefusalKind if kind is not RefusalKind.LIMIT]
    helped = {kind for kind in kinds if "menyimpan ulang" in advice(Refusal("", kind), Limits())}
    assert helped == {RefusalKind.ODD, RefusalKind.TEXT, RefusalKind.CRASH}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "sekali lagi"),
        (make_xlsx(make_cell_sheet("<c><v>1</v></c>"))[:300], "sekali lagi"),
        (biff.ole(EncryptedPackage=b"x" * 600), "kata sandi"),
        (b"%PDF-1.7\0\1\2", "templat IKI"),
        (zip_parts({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x"}), "templat IKI"),
        (b"Januari;5\n", "menyimpan ulang sebagai .xlsx"),
        (zip_parts({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "templat IKI"),
    ],
)
def test_what_to_do_is_by_what_stands_in_the_way(tmp_path, content, words):
    """Empty, cut off, locked, a print, a document, a text file: each has its own next step."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    os.utime(path, (1, 1))
    assert words in said(path, Limits()).remedy


def test_a_refusal_keeps_what_it_is():
    """The record of a limit crosses processes with its number."""
    error = UnreadableError("terlalu besar", limit="file_mb", enough=73)
    assert error.refusal == Refusal("terlalu besar", RefusalKind.LIMIT, "file_mb", 73)
    assert "--batas ukuran_mb=80" in advice(error.refusal, Limits())
