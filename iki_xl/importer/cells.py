"""The text of a table cell as a catalogue holds it: wrapped lines joined, list marks dropped."""

from __future__ import annotations

import re

_BULAT = r"[•·●▪■◦○‣➢➤✓*\uf0b7\uf0a7\uf0d8\uf0fc\uf076]|\ufffd[^\w\s]?|[-–—](?=\s|[A-Z]|$)"
_HURUF = r"\(?[a-zA-Z][.)](?=\s|[A-Z]\w|$)|\(?\d{1,2}[.)](?=\s|[A-Z]|$)"
_BULATAN = re.compile(rf"\s*(?:{_BULAT})\s*")
BUTIR = re.compile(rf"\s*(?:{_BULAT}|{_HURUF})\s*")
_CATATAN = re.compile(r"\s*(?:catatan|keterangan|ket)\b\.?\s*:", re.IGNORECASE)
_KALI_SERATUS = re.compile(r"(?:^|\s)(?P<kali>[x×X*]\s*100\s*%?)\s*$")
_PEMBAGIAN = re.compile(r"[/:÷]|\b(?:dibagi|per)\b", re.IGNORECASE)
_GARIS = re.compile(r"[\s_=—–-]{3,}")


def rapat(teks: str) -> str:
    """Collapse every run of blanks into one space."""
    return " ".join(teks.split())


def _baris_baru(sebelum: str, baris: str, *, terbungkus: bool) -> bool:
    """Say whether a line inside a cell is a line of its own, not the wrapped rest of the one before."""
    if _BULATAN.match(baris) or _CATATAN.match(baris):
        return True
    if terbungkus:
        return False
    return not baris.lstrip()[:1].islower() or sebelum.rstrip().endswith((":", ";"))


def baris_isi(sel: str, *, terbungkus: bool) -> list[str]:
    """Return a cell's lines with what was only wrapped joined; `terbungkus` for texts of fixed pages."""
    hasil: list[str] = []
    for baris in sel.split("\n"):
        if not baris.strip():
            continue
        if not hasil or _baris_baru(hasil[-1], baris, terbungkus=terbungkus):
            hasil.append(rapat(baris))
        else:
            hasil[-1] = rapat(hasil[-1] + " " + baris)
    return hasil


def rapikan(sel: str, *, terbungkus: bool) -> str:
    """Return a cell's text: its first list mark dropped, those of further items kept as "- "."""
    isi = baris_isi(sel, terbungkus=terbungkus)
    butir = [f"- {_BULATAN.sub('', b, count=1)}" if _BULATAN.match(b) else b for b in isi[1:]]
    pertama = [_BULATAN.sub("", isi[0], count=1)] if isi else []
    return "\n".join(b for b in (*pertama, *butir) if b.strip("- "))


def rapikan_daftar(sel: str, *, terbungkus: bool) -> str:
    """Return a cell that is a plain list (sumber data): every item a line, without list marks."""
    isi = (_BULATAN.sub("", b, count=1) for b in baris_isi(sel, terbungkus=terbungkus))
    return "\n".join(b for b in isi if b)


def rapikan_formulasi(sel: str, *, terbungkus: bool) -> str:
    """Return a formulasi; a fraction drawn over lines becomes `pembilang / penyebut x 100%`."""
    return _pecahan(sel) or rapikan(sel, terbungkus=terbungkus)


def _pecahan(sel: str) -> str:
    """Write out "atas … x 100%" over "bawah"; "" where the cell is no such drawing."""
    baris = [b for b in sel.split("\n") if b.strip()]
    kali = [(nomor, m) for nomor, teks in enumerate(baris) if (m := _KALI_SERATUS.search(teks))]
    if not kali:
        return ""
    nomor, tanda = kali[0]
    atas = [*baris[:nomor], baris[nomor][: tanda.start()]]
    bawah = baris[nomor + 1 :]
    catatan = next((n for n, teks in enumerate(bawah) if _CATATAN.match(teks)), len(bawah))
    pembilang, penyebut = _sebaris(atas), _sebaris(bawah[:catatan])
    if not pembilang or not penyebut or penyebut[0].islower() or _PEMBAGIAN.search(pembilang):
        return ""
    return "\n".join(
        filter(None, [f"{pembilang} / {penyebut} {rapat(tanda['kali'])}", _sebaris(bawah[catatan:])])
    )


def _sebaris(baris: list[str]) -> str:
    return rapat(" ".join(b for b in baris if not _GARIS.fullmatch(b)))
