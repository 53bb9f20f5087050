"""The items of TUGAS and FUNGSI: list marks dropped, run-on lines joined to the item before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.importer.cells import BUTIR, rapat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HURUF_DALAM = re.compile(r"(?<=[;.,:])\s+(?=\(?(?P<huruf>[b-z])[.)]\s)|(?<=[;.,:] dan)\s+(?=\(?[b-z][.)]\s)")
_HURUF_DEPAN = re.compile(r"\s*\(?(?P<huruf>[a-zA-Z])[.)]\s")
_AKHIR_BUTIR = re.compile(r"(?:[;.]|[;,]\s*(?:dan|serta|atau))$", re.IGNORECASE)


def butir(baris: Iterable[str], *, terbungkus: bool) -> list[str]:
    """Return the items that these lines hold, without their marks; a lone dash is no item.

    Lines without a mark continue the item before; where no line has a mark, a line begins an item once the
    one before is closed. `terbungkus`: lines of a fixed page, wrapped anywhere; else each is a paragraph.
    """
    terkumpul: list[list[str]] = []
    bertanda = False
    for teks in _pisahkan(baris):
        tanda = BUTIR.match(teks)
        bertanda = bertanda or tanda is not None
        isi = rapat(teks[tanda.end() :] if tanda else teks)
        sebelum = terkumpul[-1][-1] if terkumpul else ""
        lanjut = terkumpul and (bertanda or not _butir_baru(sebelum, isi, terbungkus=terbungkus))
        if tanda or not lanjut:
            terkumpul.append([isi])
        else:
            terkumpul[-1].append(isi)
    hasil = (rapat(" ".join(bagian)) for bagian in terkumpul)
    return [b for b in hasil if b.strip("-–—. ")]


def _butir_baru(sebelum: str, isi: str, *, terbungkus: bool) -> bool:
    if " " not in isi:
        return False
    if _AKHIR_BUTIR.search(sebelum):
        return True
    return not terbungkus and not isi[0].islower()


def _pisahkan(baris: Iterable[str]) -> Iterator[str]:
    """Cut a line that holds several lettered items, as long as each letter is the one after the last."""
    for teks in baris:
        depan = _HURUF_DEPAN.match(teks)
        if depan is None:
            yield teks
            continue
        huruf, mulai = depan["huruf"].lower(), 0
        for potong in _HURUF_DALAM.finditer(teks):
            berikut = teks[potong.end() :].lstrip("(")[0]
            if ord(berikut) == ord(huruf) + 1:
                yield teks[mulai : potong.start()]
                huruf, mulai = berikut, potong.end()
        yield teks[mulai:]
