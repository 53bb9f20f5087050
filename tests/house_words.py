"""Which words an identifier may be made of: English, the glossary's, and the names of formats and tools."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from spellchecker import SpellChecker

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
# Commands have these names; a function behind one may carry it.
COMMANDS = set("kumpul periksa impor mulai contoh buka gabung iki xl".split())
# Formats, records and abbreviations that stand in no dictionary.
TECHNICAL = set(
    # formats, and the names of their records and parts
    "xlsx xlsm xls xlsb ods odf odt opendocument xml html zip gzip bzip rar zstd ole pdf docx rtf csv "
    "json sql toml "
    "sqref biff bof eof filepass boundsheet supbook sst xf xfs rk ptg dde vml rpr lvl runlist iso bom nbsp "
    "href decl "
    "filetime datemode mimetype winmail namespace namespaces doctype endtag starttag nrows rowx colx "
    "paren xdr "
    # programs and libraries
    "libreoffice wps calc xlrd openpyxl xlsxwriter pandera pandas numpy pyarrow parquet duckdb sqlite "
    "olefile filelock "
    "expat deflate inflater hypothesis pytest pytestmark conftest monkeypatch capsys capfd validator "
    "sdk posix win "
    "msvcrt fcntl fifo pragma "
    # what programmers say
    "args kwargs init repr iter enum str int bool len fmt idx attr attrs getattr cls ctx func num exp "
    "alt tmp env cwd "
    "ctrl rng param dtype config cli os fd fs fsync pid pids mtime nan nat stat seekable memoize "
    "metadata traceback "
    "checksum unescape unpickle requeue resize resized outdir errorcode encodings utf ascii cp rgb "
    "rgba sha crc uri "
    "url rels ns dpi emoji intro tuple nullable runtime utc tz mib struct "
    # words that a dictionary of American English lacks
    "colour colours recognise recognised capitalise neighbour centred resaved unruled unjudged "
    "unmerge unprotect "
    "unwritable prefilled dropdowns sparklines tidiers attaches somebodys katalogs "
    # names of places, zones and kinds of people
    "wib wita wit cianjur poncokusumo dinas bidang seksi lurah pns pppk budi disiplin pelanggaran "
    "rata persentase ".split()
)
# English words that are Indonesian ones in this code.
INDONESIAN = set(
    "antre baku bantu blok cara dan ganda gaya inti jam kaki kali kop lain lama orang paling pola "
    "tanya yang "
    "tempo isi sel baca tulis kolom baris lembar buku nilai angka sebab hasil maju sama satu dua tiga "
    "semua kosong "
    "judul kata teks awal akhir atas bawah".split()
)


def words_of(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


@cache
def glossary() -> frozenset[str]:
    """The words in the first column of docs/glossary.md."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return frozenset(w for cell in cells for name in re.findall(r"`(\w+)`", cell) for w in name.split("_"))


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en")


def is_known(word: str) -> bool:
    if word in glossary() or word in COMMANDS or word in TECHNICAL:
        return True
    return word not in INDONESIAN and (len(word) < 3 or bool(_dictionary().known([word])))


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something: functions, classes, parameters, fields, variables."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def strange_words(path: Path) -> dict[str, list[str]]:
    """Identifiers of a module with words that are neither English nor the glossary's: name -> words."""
    found = {}
    names = {*identifiers(ast.parse(path.read_text(encoding="utf-8"))), path.stem}
    for name in sorted(names):
        if strange := [word for word in words_of(name) if not is_known(word)]:
            found[name] = strange
    return found
