"""The shape of the code: who may import whom, how long a function may be, what the docs must hold."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "iki_xl"
BASE = {
    "__init__",
    "a1",
    "errors",
    "comparable",
    "findings",
    "nip",
    "tables",
    "output",
    "frames",
    "xlsx",
    "facts",
    "lock",
    "ledger",
    "archive",
    "seal",
    "aside",
    "copies",
    "printing",
}
# room -> the rooms it may import, besides itself
MAY_IMPORT = {
    **dict.fromkeys(BASE, BASE),
    "readers": {"errors", "comparable"},
    "typed": BASE | {"readers"},
    "catalog": BASE | {"readers", "typed"},
    "form": BASE | {"catalog", "readers"},
    "template": BASE | {"catalog", "form", "typed"},
    "collect": BASE | {"catalog", "form", "readers", "typed"},
    "measures": BASE | {"catalog"},
    "recap": BASE | {"catalog", "measures"},
    "importer": BASE | {"catalog"},
    "sample": BASE | {"catalog", "form"},
    "marked": BASE | {"catalog", "form", "readers", "template", "collect", "measures"},
    "earlier": BASE | {"catalog"},
    "publish": BASE | {"catalog", "collect", "form", "measures", "recap", "marked"},
    "pipeline": BASE
    | {
        "earlier",
        "publish",
        "readers",
        "catalog",
        "form",
        "template",
        "collect",
        "measures",
        "recap",
        "sample",
        "marked",
        "importer",
    },
    "terminal": BASE | {"catalog", "pipeline"},
    "command": BASE,
    "cli": BASE | {"catalog", "pipeline", "terminal", "command"},
    "__main__": {"cli"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION = 50


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("iki_xl"):
            inner = (node.module or "").split(".")[1:]
            names = [inner[0]] if inner else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name.split(".")[1] for a in node.names if a.name.startswith("iki_xl.")]
        rooms.update(names)
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_above_it(path):
    """No stage knows what comes after it; template, collect and recap never import each other."""
    room = room_of(path)
    assert imported_rooms(path) - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_functions_are_short(path):
    """No function is over 50 lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    long = [n.name for n in functions if n.end_lineno - n.lineno + 1 > LONGEST_FUNCTION]
    assert long == []


def test_form_knows_no_spreadsheet_library():
    """The form is declared without xlsxwriter, openpyxl, pandas or calamine."""
    text = "".join(p.read_text(encoding="utf-8") for p in (PACKAGE / "form").glob("*.py"))
    assert not any(f"import {name}" in text for name in ("xlsxwriter", "openpyxl", "pandas", "calamine"))


def test_help_loads_no_heavy_library():
    """`iki-xl --help` is instant because it imports click alone."""
    code = (
        "import sys; from iki_xl.cli.indonesian import run; from iki_xl.cli.commands import iki_xl; "
        "run(iki_xl, ['--help']); "
        "print([m for m in ('pandas','pandera','openpyxl','xlsxwriter','numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_and_option_is_documented():
    """docs/perintah.md names every command and every option of it."""
    from iki_xl.cli.commands import iki_xl

    text = (ROOT / "docs" / "perintah.md").read_text(encoding="utf-8")
    for name, command in iki_xl.commands.items():
        assert f"`iki-xl {name}" in text
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert option in text, f"{name} {option}"


def test_findings_page_is_generated():
    """docs/temuan.md is what the catalogue of findings gives."""
    from iki_xl.findings import findings_page

    assert (ROOT / "docs" / "temuan.md").read_text(encoding="utf-8") == findings_page()


# Where texts are made alike that nobody typed, or for another end than comparing them.
OTHER_FOLDING = {
    "comparable.py": "the one place",
    "form/names.py": "a file's name has plain letters only",
    "importer/texts.py": "words of a document are looked up without accents",
    "aside.py": "paths, as a drive has them that knows no capital letters",
    "collect/finder.py": "names of files, as such a drive has them",
    "copies.py": "names of files, as such a drive has them; letters that Windows forbids in them",
    "readers/glance.py": "names of parts in a package",
    "readers/package.py": "names of parts in a package",
    "readers/side_parts.py": "names of parts in a package",
}


def test_texts_are_made_comparable_in_one_place():
    """No module folds case or normalises letters by itself, but for the reasons above."""
    found = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if any(word in path.read_text(encoding="utf-8") for word in (".casefold(", "unicodedata"))
    }
    assert found == set(OTHER_FOLDING)
