"""Texts of a document as the catalogue keeps them, and their words as guesses compare them."""

from __future__ import annotations

import re
import unicodedata

from iki_xl.comparable import bare, comparable, visible

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SMALL_WORDS = frozenset({"dan", "di", "ke", "dari", "pada", "untuk", "serta", "atau"})
_ABBREVIATIONS = frozenset({"UPT", "UPTD", "RSUD", "DPRD", "PPPA", "OPD", "KB"})


def tidy_text(text: str) -> str:
    """Return a text without edge or double spaces, letters that nobody sees or that no workbook holds."""
    lines = (" ".join(line.split()) for line in visible(_FORBIDDEN.sub(" ", text)).split("\n"))
    return "\n".join(line for line in lines if line)


def tidy_line(text: str) -> str:
    """Return a text as one line, the way the catalogue keeps names and entries of lists."""
    return " ".join(bare(tidy_text(text)).split())


def split_words(text: str) -> list[str]:
    """Words of a text, without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", comparable(text))
    return re.findall(r"[a-z0-9]+", plain)


def capitalise_name(text: str) -> str:
    """Return a name in capitals as names are written: "CAMAT PONCOKUSUMO" -> "Camat Poncokusumo"."""
    line = tidy_line(text)
    if line != line.upper():
        return line
    words = [word if word in _ABBREVIATIONS else word.capitalize() for word in line.split()]
    return " ".join(w.lower() if at and w.lower() in _SMALL_WORDS else w for at, w in enumerate(words))
