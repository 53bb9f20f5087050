"""The numbers, letters and bullets that Word puts before a paragraph, counted as Word counts them.

Source: ECMA-376-1, 17.9. A paragraph names a list (num) and a level; the list leads to its definition
(abstractNum), and all lists of one definition count on together unless one of them says where to start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.comparable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.oxml.xmlchemy import BaseOxmlElement

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULATAN = "•"
_GARIS = tuple("-‐‑–—−")
_TINGKAT = 9
_HURUF_TERBANYAK = 780  # Word's own limit
_GAYA_TERDALAM = 20
_ROMAWI = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PRIBADI = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Tingkat:
    awal: int
    format: str
    teks: str


def nilai(element: BaseOxmlElement | None, *path: str) -> str | None:
    """Return the w:val of an element's descendant by child names, None where there is none."""
    for name in path:
        element = None if element is None else element.find(W + name)
    return None if element is None else element.get(W + "val")


def baku(text: str) -> str:
    """Return a text as it is seen, characters of symbol fonts, which mean nothing elsewhere, as bullets."""
    return _PRIBADI.sub(BULATAN, visible(text))


class Penomoran:
    """Counts the lists of one document; paragraphs must come in document order."""

    def __init__(self, styles: BaseOxmlElement | None, numbering: BaseOxmlElement | None) -> None:
        self._gaya = {s.get(W + "styleId"): s for s in _semua(styles, "style")}
        self._gaya_biasa = next(
            (key for key, s in self._gaya.items() if _gaya_baku(s)),
            None,
        )
        self._daftar = {n.get(W + "numId"): n for n in _semua(numbering, "num")}
        self._definisi = {a.get(W + "abstractNumId"): a for a in _semua(numbering, "abstractNum")}
        self._hitungan: dict[str, dict[int, int]] = {}
        self._dimulai: set[str] = set()
        self._tingkat: dict[tuple[str, int], _Tingkat | None] = {}

    def tanda(self, paragraph: BaseOxmlElement) -> str:
        """Count this paragraph and return what Word shows before it, "" where it shows nothing."""
        number, level = self._letak(paragraph)
        step = self._langkah(number, level)
        if step is None:
            return ""
        counts = self._hitung(number, level)
        if step.format == "bullet":
            return "-" if step.teks in _GARIS else BULATAN if step.teks.strip() else ""
        shown = step.teks
        for at in range(_TINGKAT):
            if f"%{at + 1}" in shown:
                other = self._langkah(number, at)
                shape = other.format if other else "decimal"
                shown = shown.replace(f"%{at + 1}", _angka(counts.get(at, other.awal if other else 1), shape))
        return shown.strip()

    def _letak(self, paragraph: BaseOxmlElement) -> tuple[str, int]:
        """The list and level of a paragraph: its own, or else its style's."""
        properties = paragraph.find(W + "pPr")
        number, level = nilai(properties, "numPr", "numId"), nilai(properties, "numPr", "ilvl")
        style = nilai(properties, "pStyle") or self._gaya_biasa
        for _ in range(_GAYA_TERDALAM):
            if number is not None or style not in self._gaya:
                break
            element = self._gaya[style]
            number = nilai(element, "pPr", "numPr", "numId")
            level = level or nilai(element, "pPr", "numPr", "ilvl") or self._tingkat_gaya(number, style)
            style = nilai(element, "basedOn")
        return number or "0", _bulat(level, 0)

    def _tingkat_gaya(self, number: str | None, style: str | None) -> str | None:
        """The level of a list that is tied to a style."""
        definition = self._definisi_dari(number or "0")
        tied = (lvl for lvl in _semua(definition, "lvl") if nilai(lvl, "pStyle") == style)
        return next((lvl.get(W + "ilvl") for lvl in tied), None)

    def _definisi_dari(self, number: str) -> BaseOxmlElement | None:
        definition = self._definisi.get(nilai(self._daftar.get(number), "abstractNumId"))
        link = nilai(definition, "numStyleLink")
        if link is not None:
            linked = nilai(self._gaya.get(link), "pPr", "numPr", "numId")
            definition = self._definisi.get(nilai(self._daftar.get(linked), "abstractNumId"))
        return definition

    def _langkah(self, number: str, level: int) -> _Tingkat | None:
        key = number, level
        if key not in self._tingkat:
            self._tingkat[key] = self._cari_langkah(number, level)
        return self._tingkat[key]

    def _cari_langkah(self, number: str, level: int) -> _Tingkat | None:
        override = self._ganti(number, level)
        own = None if override is None else override.find(W + "lvl")
        definition = self._definisi_dari(number)
        found = own if own is not None else _pada_tingkat(definition, "lvl", level)
        if found is None:
            return None
        start = nilai(override, "startOverride") or nilai(found, "start")
        shape = nilai(found, "numFmt") or "decimal"
        return _Tingkat(_bulat(start, 1), shape, nilai(found, "lvlText") or "")

    def _ganti(self, number: str, level: int) -> BaseOxmlElement | None:
        return _pada_tingkat(self._daftar.get(number), "lvlOverride", level)

    def _hitung(self, number: str, level: int) -> dict[int, int]:
        shared = nilai(self._daftar.get(number), "abstractNumId") or number
        counts = self._hitungan.setdefault(shared, {})
        if number not in self._dimulai:
            self._dimulai.add(number)
            for at in range(_TINGKAT):
                if nilai(self._ganti(number, at), "startOverride") is not None:
                    counts.pop(at, None)
        for at in range(level + 1):
            step = self._langkah(number, at)
            start = step.awal if step else 1
            if at == level:
                counts[at] = counts[at] + 1 if at in counts else start
            else:
                counts.setdefault(at, start)
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return counts


def _semua(parent: BaseOxmlElement | None, name: str) -> Iterator[BaseOxmlElement]:
    return iter(()) if parent is None else parent.iterchildren(W + name)


def _pada_tingkat(parent: BaseOxmlElement | None, name: str, level: int) -> BaseOxmlElement | None:
    return next((e for e in _semua(parent, name) if e.get(W + "ilvl") == str(level)), None)


def _gaya_baku(style: BaseOxmlElement) -> bool:
    return style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true", "on"}


def _bulat(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else otherwise


def _angka(count: int, shape: str) -> str:
    if shape in {"lowerLetter", "upperLetter"} and 0 < count <= _HURUF_TERBANYAK:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if shape == "upperLetter" else letter
    if shape in {"lowerRoman", "upperRoman"} and count > 0:
        roman = _romawi(count)
        return roman.upper() if shape == "upperRoman" else roman
    if shape == "none":
        return ""
    return f"{count:02d}" if shape == "decimalZero" else str(count)


def _romawi(count: int) -> str:
    result = ""
    for value, letters in _ROMAWI:
        result += letters * (count // value)
        count %= value
    return result
