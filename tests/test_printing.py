"""Nothing that a file, a sheet or an option is called steers the terminal."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest
from filled import NIP_ANI, enter_person, make_katalog, write_return
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.cli.printing import as_text, escaped_json, make_printable

PACKAGE = Path(__file__).parent.parent / "iki_xl"
# Colour, a title for the window, a bell, backspaces, C1 controls, marks of direction, line ends.
HOSTILE = "\x1b[31m\x1b]0;judul\x07\x08\x08\x9b2J\u202e\u2066\r\nBerkas 9, diterima 9"


def is_calm(text):
    """Only what is printed, and line feeds."""
    return all(line.isprintable() for line in text.split("\n"))


@pytest.fixture
def work_folder(tmp_path, monkeypatch):
    """A working folder whose returns, folders and sheets are called by what steers a terminal."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))

    def rename(book):
        book.worksheets[1].title = "lembar\u202e\u200f"

    entries = {
        ("J03-02", "realisasi_01"): f"x{HOSTILE.replace(chr(27), '')}".replace("\x07", "").replace("\x08", "")
    }
    write_return(
        tmp_path / "b.xlsx",
        make_katalog(),
        {"J03": enter_person("A\u202eni", NIP_ANI) | entries},
        change=rename,
    )
    folder = tmp_path / "workbooks" / f"map{HOSTILE}"
    folder.mkdir(parents=True)
    (tmp_path / "b.xlsx").rename(folder / f"ani{HOSTILE}.xlsx")
    (folder / f"surat{HOSTILE}.txt").write_text("teks")
    (folder / f"rusak{HOSTILE}.xlsx").write_text("teks")
    if os.name != "nt":
        (tmp_path / "workbooks" / os.fsdecode(b"bukan teks \xff.xlsx")).write_text("teks")
    return tmp_path


COMMANDS = [
    ["kumpul"],
    ["kumpul", "--ke", f"hasil{HOSTILE}"],
    ["kumpul", f"tidak ada{HOSTILE}"],
    ["kumpul", "--katalog", f"tidak ada{HOSTILE}.xlsx"],
    ["kumpul", f"--ke{HOSTILE}"],
    ["kumpul", "--bulan", HOSTILE],
    ["kumpul", "--batas", f"{HOSTILE}=1"],
    [f"perintah{HOSTILE}"],
    ["periksa", f"workbooks/map{HOSTILE}/ani{HOSTILE}.xlsx"],
    ["periksa", f"tidak ada{HOSTILE}"],
    ["templat", "--ke", f"templat{HOSTILE}"],
    ["mulai", f"kerja{HOSTILE}"],
    ["impor", f"workbooks/map{HOSTILE}/surat{HOSTILE}.txt", "--ke", f"k{HOSTILE}.xlsx"],
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda c: " ".join(c)[:20].encode("ascii", "replace").decode()
)
@pytest.mark.usefixtures("work_folder")
def test_no_command_prints_what_steers_a_terminal(capsys, command):
    """On both streams, in results and in errors; each name stays on its own line."""
    run(iki_xl, command)
    told = capsys.readouterr()
    assert told.out + told.err
    for text in (told.out, told.err):
        assert is_calm(text)
        assert not any(line.startswith("Berkas 9") for line in text.split("\n"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.usefixtures("work_folder")
def test_json_says_the_true_names_in_escapes(capsys):
    """What a program reads is unchanged, and what a terminal sees is harmless."""
    run(iki_xl, ["kumpul", "--json"])
    out = capsys.readouterr().out
    assert is_calm(out)
    assert any(HOSTILE in t["berkas"] for t in json.loads(out)["temuan"])


@given(st.text())
def test_json_means_the_same(text):
    """Whatever the text, lone surrogates too."""
    for content in (text, text + "\udcff\U000e0001"):
        safe = escaped_json(json.dumps([content], ensure_ascii=False))
        assert json.loads(safe) == [content]
        assert is_calm(safe)


@given(st.lists(st.text(), min_size=1))
def test_each_line_stays_one_line(lines):
    """No line ends inside, nothing that is not printed; what is printed stays."""
    text = as_text(lines)
    assert is_calm(text)
    assert text.count("\n") == len(lines) - 1
    assert all(make_printable(line) == line for line in lines if line.isprintable())


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
