"""Texts of a document as the catalogue keeps them, and their words as guesses compare them."""

from __future__ import annotations

import re
import unicodedata

from iki_xl.comparable import bare, comparable, visible

_TERLARANG = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_KATA_KECIL = frozenset({"dan", "di", "ke", "dari", "pada", "untuk", "serta", "atau"})
_SINGKATAN = frozenset({"UPT", "UPTD", "RSUD", "DPRD", "PPPA", "OPD", "KB"})


def alinea(text: str) -> str:
    """Return a text without edge or double spaces, letters that nobody sees or that no workbook holds."""
    lines = (" ".join(line.split()) for line in visible(_TERLARANG.sub(" ", text)).split("\n"))
    return "\n".join(line for line in lines if line)


def sebaris(text: str) -> str:
    """Return a text as one line, the way the catalogue keeps names and entries of lists."""
    return " ".join(bare(alinea(text)).split())


def kata(text: str) -> list[str]:
    """Words of a text, without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", comparable(text))
    return re.findall(r"[a-z0-9]+", plain)


def nama_diri(text: str) -> str:
    """Return a name in capitals as names are written: "CAMAT PONCOKUSUMO" -> "Camat Poncokusumo"."""
    line = sebaris(text)
    if line != line.upper():
        return line
    words = [word if word in _SINGKATAN else word.capitalize() for word in line.split()]
    return " ".join(w.lower() if at and w.lower() in _KATA_KECIL else w for at, w in enumerate(words))
