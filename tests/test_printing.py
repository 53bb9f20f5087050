"""Nothing that a file, a sheet or an option is called steers the terminal."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest
from filled import NIP_ANI, isi, katalog, orang
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli import iki_xl
from iki_xl.command import jalankan
from iki_xl.printing import as_text, escaped_json, visible

PACKAGE = Path(__file__).parent.parent / "iki_xl"
# Colour, a title for the window, a bell, backspaces, C1 controls, marks of direction, line ends.
JAHAT = "\x1b[31m\x1b]0;judul\x07\x08\x08\x9b2J\u202e\u2066\r\nBerkas 9, diterima 9"


def tenang(text):
    """Only what is printed, and line feeds."""
    return all(line.isprintable() for line in text.split("\n"))


@pytest.fixture
def kerja(tmp_path, monkeypatch):
    """A working folder whose returns, folders and sheets are called by what steers a terminal."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(katalog()))

    def rename(book):
        book.worksheets[1].title = "lembar\u202e\u200f"

    entries = {
        ("J03-02", "realisasi_01"): f"x{JAHAT.replace(chr(27), '')}".replace("\x07", "").replace("\x08", "")
    }
    isi(tmp_path / "b.xlsx", katalog(), {"J03": orang("A\u202eni", NIP_ANI) | entries}, ubah=rename)
    folder = tmp_path / "workbooks" / f"map{JAHAT}"
    folder.mkdir(parents=True)
    (tmp_path / "b.xlsx").rename(folder / f"ani{JAHAT}.xlsx")
    (folder / f"surat{JAHAT}.txt").write_text("teks")
    (folder / f"rusak{JAHAT}.xlsx").write_text("teks")
    if os.name != "nt":
        (tmp_path / "workbooks" / os.fsdecode(b"bukan teks \xff.xlsx")).write_text("teks")
    return tmp_path


PERINTAH = [
    ["kumpul"],
    ["kumpul", "--ke", f"hasil{JAHAT}"],
    ["kumpul", f"tidak ada{JAHAT}"],
    ["kumpul", "--katalog", f"tidak ada{JAHAT}.xlsx"],
    ["kumpul", f"--ke{JAHAT}"],
    ["kumpul", "--bulan", JAHAT],
    ["kumpul", "--batas", f"{JAHAT}=1"],
    [f"perintah{JAHAT}"],
    ["periksa", f"workbooks/map{JAHAT}/ani{JAHAT}.xlsx"],
    ["periksa", f"tidak ada{JAHAT}"],
    ["templat", "--ke", f"templat{JAHAT}"],
    ["mulai", f"kerja{JAHAT}"],
    ["impor", f"workbooks/map{JAHAT}/surat{JAHAT}.txt", "--ke", f"k{JAHAT}.xlsx"],
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    "command", PERINTAH, ids=lambda c: " ".join(c)[:20].encode("ascii", "replace").decode()
)
@pytest.mark.usefixtures("kerja")
def test_no_command_prints_what_steers_a_terminal(capsys, command):
    """On both streams, in results and in errors; each name stays on its own line."""
    jalankan(iki_xl, command)
    told = capsys.readouterr()
    assert told.out + told.err
    for text in (told.out, told.err):
        assert tenang(text)
        assert not any(line.startswith("Berkas 9") for line in text.split("\n"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.usefixtures("kerja")
def test_json_says_the_true_names_in_escapes(capsys):
    """What a program reads is unchanged, and what a terminal sees is harmless."""
    jalankan(iki_xl, ["kumpul", "--json"])
    out = capsys.readouterr().out
    assert tenang(out)
    assert any(JAHAT in t["berkas"] for t in json.loads(out)["temuan"])


@given(st.text())
def test_json_means_the_same(text):
    """Whatever the text, lone surrogates too."""
    for content in (text, text + "\udcff\U000e0001"):
        safe = escaped_json(json.dumps([content], ensure_ascii=False))
        assert json.loads(safe) == [content]
        assert tenang(safe)


@given(st.lists(st.text(), min_size=1))
def test_each_line_stays_one_line(lines):
    """No line ends inside, nothing that is not printed; what is printed stays."""
    text = as_text(lines)
    assert tenang(text)
    assert text.count("\n") == len(lines) - 1
    assert all(visible(line) == line for line in lines if line.isprintable())


def test_everything_printed_takes_the_one_way():
    """No other module prints."""
    calls = {
        path.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
    }
    assert calls == {"printing.py"}
