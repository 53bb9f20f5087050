"""The catalogue of what click says: compiled as it reads, and no text in it that click does not look up."""

from __future__ import annotations

import ast
from gettext import GNUTranslations
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from iki_xl.cli import indonesian

CATALOGUE = Path(indonesian.__file__).parent / "locale" / "id" / "LC_MESSAGES" / "messages.po"


@pytest.fixture
def catalogue():
    with CATALOGUE.open("rb") as stream:
        return read_po(stream)


def list_looked_up_texts(path):
    """The first text of each call of gettext in a module, which is what a catalogue is asked for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") in {"_", "ngettext"} and isinstance(call.args[0], ast.Constant)
    }


def test_it_is_compiled_as_it_reads(catalogue):
    """`make texts` has been run since somebody changed a text."""
    with CATALOGUE.with_suffix(".mo").open("rb") as stream:
        compiled = GNUTranslations(stream)
    for item in catalogue:
        if isinstance(item.id, str):
            assert not item.id or compiled.gettext(item.id) == item.string
        else:
            assert compiled.ngettext(*item.id, 1) == compiled.ngettext(*item.id, 2) == item.string[0]


def test_every_text_is_one_that_click_looks_up(catalogue):
    """What a newer click words otherwise would be said in English."""
    asked = set().union(*map(list_looked_up_texts, Path(click.__file__).parent.glob("*.py")))
    texts = {item.id if isinstance(item.id, str) else item.id[0] for item in catalogue if item.id}
    assert texts
    assert texts - asked == set()


def test_every_translation_fills_in_only_what_click_gives(catalogue):
    """No word in braces that the English text lacks."""
    for item in catalogue:
        for text in item.string if isinstance(item.string, tuple) else [item.string]:
            given = " ".join(item.id) if isinstance(item.id, tuple) else item.id
            names = {part.partition("}")[0] for part in text.split("{")[1:]}
            assert all(f"{{{name}}}" in given for name in names), text
