"""A file over a limit: what to do about that very limit, for the staff and for whoever runs the program."""

from __future__ import annotations

import os
import re
from dataclasses import fields, replace

import biff
import pytest
from filled import katalog
from packages import Entri, buku, lembar, ods, sel, zip_biasa, zip_sendiri

from iki_xl.collect.advice import advice
from iki_xl.collect.files import CaraBaca, baca_semua
from iki_xl.readers.book import Batas, Refusal, RefusalKind, TidakTerbacaError

CELLS = [f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 101)]
TABLES = "".join(f'<table:table table:name="{n}"/>' for n in range(5))
DEEP = lembar(f"<row><c><is>{'<r>' * 30}{'</r>' * 30}</is></c></row>")
NOISE = os.urandom(1_500_000).hex().encode()

# limit, its value, a file that is over it, what the staff are told, whether the proposed value is enough
OVER = [
    ("ukuran_mb", 1, buku(sel(""), lain={"xl/media/a.png": NOISE}), "Kompres Gambar", True),
    ("isi_zip", 20, zip_sendiri([Entri(f"{n}", b"") for n in range(30)]), "gambar", True),
    ("bagian_mb", 2, buku(sel(""), lain={"xl/media/a.png": NOISE}), "baris kosong", True),
    ("total_mb", 2, buku(sel(""), lain={"xl/media/a.png": NOISE}), "gambar", True),
    ("rasio", 250, buku(sel(""), lain={"xl/worksheets/x.xml": bytes(2_000_000)}), "baris kosong", True),
    ("kedalaman", 20, buku(DEEP), "templat baru", True),
    ("lembar", 3, buku(*[sel("")] * 5), "lembar yang bukan formulir IKI", True),
    ("lembar", 3, zip_biasa(ods(TABLES)), "lembar yang bukan formulir IKI", True),
    ("lembar", 3, biff.xls({f"{n}": b"" for n in range(5)}), "lembar yang bukan formulir IKI", True),
    ("sel", 60, buku(lembar("".join(CELLS))), "baris kosong di bawah formulir", True),
    ("sel", 150, biff.xls({"a": b"".join(biff.number(n, 0, 1.0) for n in range(100))}), "baris kosong", True),
    ("sel", 5, buku(lembar("".join(CELLS))), "baris kosong", False),
]


def said(path, batas):
    (found,) = baca_semua([path], None, katalog(), CaraBaca(batas))[1] or (None,)
    return found


@pytest.mark.parametrize(("limit", "value", "content", "what", "enough"), OVER)
def test_the_limit_is_named_and_the_proposed_number_lets_the_file_through(
    tmp_path, limit, value, content, what, enough
):
    """A real file over each limit: a sentence for the staff, and `--batas` with its name and more."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    os.utime(path, (1, 1))
    batas = replace(Batas(), **{limit: value})
    found = said(path, batas)
    assert (found.kode, found.tingkat) == ("B01", "galat")
    assert what in found.perbaikan
    assert "simpan ulang" not in found.perbaikan.lower()
    (number,) = re.findall(rf"--batas {limit}=(\d+)", found.perbaikan)
    assert int(number) > value
    again = said(path, replace(batas, **{limit: int(number)}))
    assert (again is None or f"--batas {limit}" not in again.perbaikan) is enough


@pytest.mark.parametrize("limit", [field.name for field in fields(Batas)])
def test_every_limit_has_words_of_its_own(limit):
    """Also time and memory, and a limit of nothing."""
    for batas in (Batas(), replace(Batas(), **{limit: 0})):
        now = getattr(batas, limit)
        for enough in (0, now + 1, 10 * now + 3):
            words = advice(Refusal("", RefusalKind.LIMIT, limit, enough), batas)
            (number,) = re.findall(rf"--batas {limit}=(\d+)", words)
            assert int(number) >= max(now + 1, enough)
            assert "simpan" not in words.replace("menyimpan", "").lower()


def test_saving_again_is_proposed_only_where_it_can_help():
    """Text and what no program writes; never for a file that is empty, cut off, locked or something else."""
    kinds = [kind for kind in RefusalKind if kind is not RefusalKind.LIMIT]
    helped = {kind for kind in kinds if "menyimpan ulang" in advice(Refusal("", kind), Batas())}
    assert helped == {RefusalKind.ODD, RefusalKind.TEXT, RefusalKind.CRASH}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "sekali lagi"),
        (buku(sel("<c><v>1</v></c>"))[:300], "sekali lagi"),
        (biff.ole(EncryptedPackage=b"x" * 600), "kata sandi"),
        (b"%PDF-1.7\0\1\2", "templat IKI"),
        (zip_biasa({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x"}), "templat IKI"),
        (b"Januari;5\n", "menyimpan ulang sebagai .xlsx"),
        (zip_biasa({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "templat IKI"),
    ],
)
def test_what_to_do_is_by_what_stands_in_the_way(tmp_path, content, words):
    """Empty, cut off, locked, a print, a document, a text file: each has its own next step."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    os.utime(path, (1, 1))
    assert words in said(path, Batas()).perbaikan


def test_a_refusal_keeps_what_it_is():
    """The record of a limit crosses processes with its number."""
    error = TidakTerbacaError("terlalu besar", limit="ukuran_mb", enough=73)
    assert error.refusal == Refusal("terlalu besar", RefusalKind.LIMIT, "ukuran_mb", 73)
    assert "--batas ukuran_mb=80" in advice(error.refusal, Batas())
