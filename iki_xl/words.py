"""Texts as they are compared, and the words that decide how a figure is read."""

from __future__ import annotations

from functools import lru_cache

PERSENTASE = "Persentase"


@lru_cache(maxsize=16_384)
def sama(text: str) -> str:
    """Return the form in which list entries are compared: no case, edge or double spaces."""
    return " ".join(text.split()).casefold()
