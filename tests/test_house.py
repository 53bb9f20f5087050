"""The shape of the code: who may import whom, how long a function may be, what the docs must hold."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from house_words import strange_words

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "iki_xl"
BASE = {
    "__init__",
    "errors",
    "comparable",
    "findings",
    "nip",
    "tables",
    "frames",
    "palette",
    "a1",
    "sheet",
    "xlsx",
    "storage",
}
# room -> the rooms it may import, besides itself
MAY_IMPORT = {
    **dict.fromkeys(BASE, BASE),
    "readers": {"errors", "comparable"},
    "typed": BASE | {"readers"},
    "catalog": BASE | {"readers", "typed"},
    "formulas": BASE | {"catalog"},
    "measures": BASE | {"catalog"},
    "reporters": BASE | {"catalog"},
    "since": BASE | {"catalog"},
    "reminders": BASE | {"catalog", "reporters"},
    "form": BASE | {"catalog", "formulas", "readers", "typed"},
    "template": BASE | {"catalog", "form", "formulas", "typed"},
    "collect": BASE | {"catalog", "form", "readers", "reporters", "typed"},
    "recap": BASE | {"catalog", "formulas", "measures", "reporters", "since"},
    "importer": BASE | {"catalog"},
    "sample": BASE | {"catalog", "form"},
    "corrections": BASE | {"catalog", "form", "readers", "template", "collect", "measures"},
    "earlier": BASE | {"catalog"},
    "publish": BASE
    | {"catalog", "collect", "form", "measures", "recap", "corrections", "reporters", "reminders", "since"},
    "table_models": BASE,
    "results": BASE | {"catalog", "collect", "reporters"},
    "pipeline": BASE
    | {
        "results",
        "earlier",
        "publish",
        "readers",
        "catalog",
        "template",
        "collect",
        "measures",
        "importer",
        "corrections",
        "reporters",
        "since",
    },
    "contoh": BASE | {"catalog", "pipeline", "results", "sample", "template"},
    "cli": BASE | {"catalog", "pipeline", "reporters", "results", "contoh"},
    "__main__": {"cli"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = sorted(path for room in ("iki_xl", "tests", "bench", "docs") for path in (ROOT / room).rglob("*.py"))
LONGEST_MODULE = 400
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


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_are_short(path):
    """No module is over 400 lines."""
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_identifiers_are_english_or_of_the_glossary(path):
    """Every name in the code is made of English words and of the words in docs/glossary.md."""
    assert strange_words(path) == {}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imported_modules(path: Path, known: set[str]) -> set[str]:
    """The package's modules that a module names in its imports, those for types alone too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known
            found |= inner or {node.module} & known
    return found - {module_name(path)}


def test_no_circle_between_files():
    """The modules can be put in an order in which each imports only earlier ones."""
    known = {module_name(path) for path in MODULES}
    waiting = {module_name(path): imported_modules(path, known) for path in MODULES}
    while free := {name for name, needs in waiting.items() if not needs & waiting.keys()}:
        waiting = {name: needs for name, needs in waiting.items() if name not in free}
    assert waiting == {}


def public_names(path: Path) -> list[str]:
    """Functions, classes and constants that a module declares for others; not what stands in an __init__."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]
    return [name for name in found if not name.startswith("_")]


# Commands and the functions behind them bear the same name, which is the user's.
SAME_AS_COMMAND = {"mulai", "impor", "periksa", "kumpul"}


def test_a_public_name_occurs_once():
    """One name, one meaning: no two modules declare the same public name."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for name in public_names(path):
            places.setdefault(name, []).append(module_name(path))
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert twice.keys() <= SAME_AS_COMMAND, twice


# What a runtime dependency is imported as, where that differs.
IMPORTED_AS = {"python-docx": "docx"}


def test_every_runtime_dependency_is_imported():
    """What an office has to install is used by the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=;]", item)[0].strip() for item in asked}
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    unused = {
        name
        for name in names
        if not re.search(rf"^\s*(import|from) {IMPORTED_AS.get(name, name)}\b", text, re.MULTILINE)
    }
    assert unused == set()


TABLE_MODELS = (
    "build_rows_model",
    "build_returns_model",
    "build_sources_model",
    "build_changes_model",
    "build_explanations_model",
    "build_since_model",
    "build_realisasi_model",
    "build_measures_model",
)
# What nothing in the package calls by name, and who does.
CALLED_FROM_OUTSIDE = {
    "__getattr__": "Python, for names that are loaded late",
    "convert": "click",
    "command_class": "click",
    "contoh": "click",
    "list_commands": "click",
    "seekable": "zipfile",
    "StartElementHandler": "expat",
    "EndElementHandler": "expat",
    "CharacterDataHandler": "expat",
    "StartDoctypeDeclHandler": "expat",
    "EntityDeclHandler": "expat",
    "XmlDeclHandler": "expat",
    "buffer_text": "expat",
    "handle_starttag": "html.parser",
    "handle_endtag": "html.parser",
    "handle_data": "html.parser",
    "text_factory": "sqlite3",
    "IO": "the type checker, in a cast",
    "rowx": "xlrd, whose methods are declared for the type checker",
    "colx": "xlrd, whose methods are declared for the type checker",
    "_prepare_formula": "xlsxwriter",
    "expand_future_functions": "xlsxwriter",
    "worksheet_class": "xlsxwriter",
    "_get_packager": "xlsxwriter",
    "findings_page": "`make docs`",
    **dict.fromkeys(TABLE_MODELS, "the tests, at the seams between the stages"),
}


def test_nothing_is_dead():
    """vulture finds no code that nothing uses, but for what other programs call."""
    done = subprocess.run(
        [sys.executable, "-m", "vulture", str(PACKAGE), "--min-confidence", "60"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"unused \w+ '(\w+)'", done.stdout)
    assert [name for name in found if name not in CALLED_FROM_OUTSIDE] == [], done.stdout
    assert set(found) == set(CALLED_FROM_OUTSIDE)


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
    "importer/guess/texts.py": "words of a document are looked up without accents",
    "storage/aside.py": "paths, as a drive has them that knows no capital letters",
    "collect/finder.py": "names of files, as such a drive has them",
    "corrections/copies.py": "names of files, as such a drive has them; letters that Windows forbids in them",
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


# A colour as xlsxwriter takes it, or as OOXML writes it (with its alpha).
COLOUR = re.compile("#?(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")


def list_colour_literals(path: Path) -> list[str]:
    """Texts of a module that are a colour as a whole; a longer text that only holds one is none."""
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and COLOUR.fullmatch(node.value)
    ]


def test_colours_stand_in_the_palette():
    """No module but palette.py writes a colour."""
    palette = PACKAGE / "palette.py"
    assert list_colour_literals(palette) != []
    assert [place for path in MODULES if path != palette for place in list_colour_literals(path)] == []
