"""Who stands under whom: guessed from the titles of the jabatan, their order, and what their tugas say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from iki_xl.catalog.records import kutip
from iki_xl.comparable import comparable
from iki_xl.importer.texts import kata, nama_diri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iki_xl.importer.records import FormIki


class Tingkat(IntEnum):
    """Levels of an office; a superior stands on a lower number."""

    PIMPINAN = 0
    LURAH = 1
    BIDANG = 2
    SEKSI = 3
    STAF = 4


@dataclass(frozen=True, slots=True)
class Atasan:
    """A guessed superior: its number among the forms (None: it has no form), its title in words, and why."""

    nomor: int | None
    sebutan: str
    alasan: str


_SUB = r"sub ?(?:bag(?:ian)?|bid(?:ang)?|koordinator)"
# In this order: a Sekretaris Desa is staff to the office of a camat, a Kasubag is no Kepala Bagian.
_GELAR = (
    (Tingkat.PIMPINAN, r"(?:kepala )?(?:dinas|badan|kantor)\b|kepala satuan|camat\b|direktur\b|kepala$"),
    (Tingkat.PIMPINAN, r"inspektur\b(?! pembantu)|sekretaris daerah\b"),
    (Tingkat.LURAH, r"lurah\b"),
    (Tingkat.STAF, r"sekretaris (?:desa|pribadi)\b|kepala (?:desa|dusun|urusan)\b"),
    (Tingkat.SEKSI, rf"(?:kepala )?(?:seksi|{_SUB})\b|kasie?\b|kasubb?(?:ag|id)\b|kasub bag\b|ketua tim\b"),
    (Tingkat.BIDANG, r"(?:kepala )?(?:bidang|bagian|upt\w*|puskesmas)\b|kabid\b|kabag\b|sekretaris\b"),
    (Tingkat.BIDANG, r"irban\w*\b|inspektur pembantu\b"),
)
_MENURUT_TINGKAT = tuple((tingkat, re.compile(pattern)) for tingkat, pattern in _GELAR)
# Titles that tugas call a superior by; what follows is its name, up to a word that cannot be part of one.
_BUKAN_NAMA = "sesuai|dalam|baik|dengan|untuk|agar|yang|di|pada|guna|berdasarkan|secara|serta"
_SEBUTAN = (
    r"(?:camat|lurah|sekretaris(?: desa| daerah| dinas| camat| kecamatan)?|"
    rf"kepala (?!(?:{_BUKAN_NAMA})\b)[a-z]+|kasie?|kasubb?ag|kabid|kabag|seksi|bidang)"
)
_NAMA = rf"(?:(?!\b(?:{_BUKAN_NAMA})\b)[\w ,&/-])*"
_OLEH = re.compile(rf"oleh (?P<atasan>{_SEBUTAN}\b{_NAMA})")
_MEMBANTU = re.compile(rf"membantu (?P<atasan>{_SEBUTAN}\b{_NAMA})")
_RENCANA = re.compile(rf"rencana kerja (?P<atasan>(?:kasie?|kepala seksi|seksi|kasubb?ag)\b{_NAMA})")
_KATA_GELAR = frozenset(
    {
        "kepala",
        "dinas",
        "badan",
        "kantor",
        "bidang",
        "bagian",
        "seksi",
        "kasi",
        "kasie",
        "kasubag",
        "kasubbag",
    }
    | {"kabid", "kabag", "sub", "subbagian", "subbag", "sekretaris", "bina", "dan", "di", "pada", "camat"}
    | {
        "pengadministrasi",
        "pengadminitrasi",
        "pengelola",
        "penyusun",
        "analis",
        "staf",
        "pelaksana",
        "pranata",
    }
    | {"data", "desa", "umum", "kelurahan", "kecamatan", "masyarakat"}
)
# Words of a title that tell a section by other words; the section of pemerintahan leads perangkat desa.
_SEARTI = {
    "bendahara": ("keuangan",),
    "ketenteraman": ("keamanan", "ketertiban"),
    "pengemudi": ("kepegawaian", "perlengkapan"),
    "sekretaris": ("pemerintahan",),
}
_KATA_TERPENDEK = 3
_BOBOT_PETUNJUK, _BOBOT_NAMA, _BOBOT_ISI, _BOBOT_URUTAN, _BOBOT_SESUDAH = 3.0, 2.0, 0.5, 0.6, -0.8


def tingkat(jabatan: str) -> Tingkat:
    """Return the level that a jabatan's title tells; whoever leads nothing is STAF."""
    title = " ".join(kata(jabatan))
    return next((level for level, pattern in _MENURUT_TINGKAT if pattern.match(title)), Tingkat.STAF)


def susun_atasan(forms: Sequence[FormIki], kantor: str) -> list[Atasan]:
    """Guess the superior of every form; the head of the office has neither a number nor a title.

    `kantor` is the office's name, from which a head without form gets its title.
    """
    return [atasan for _, atasan in sorted(_Garis(forms, kantor).semua().items())]


class _Garis:
    def __init__(self, forms: Sequence[FormIki], kantor: str) -> None:
        self.forms = forms
        self.kantor = kantor
        self.tingkat = [tingkat(form.jabatan) for form in forms]

    def semua(self) -> dict[int, Atasan]:
        return {at: self._atasan(at) for at in range(len(self.forms))}

    def _atasan(self, at: int) -> Atasan:
        level = self.tingkat[at]
        if level is Tingkat.PIMPINAN:
            return Atasan(None, "", "")
        hint = self._petunjuk(at)
        if level is Tingkat.STAF:
            return self._atasan_staf(at, hint)
        return self._atasan_pejabat(at, hint)

    def _petunjuk(self, at: int) -> str:
        """What the tugas call the superior: a plan of a section's work tells more than whom they help."""
        form = self.forms[at]
        lines = [comparable(line) for line in (*form.tugas.split("\n"), *form.fungsi)]
        for pattern in (_RENCANA, _OLEH, _MEMBANTU):
            found = [
                nama_diri(m["atasan"].strip(" ,-/").upper())
                for line in reversed(lines)
                if (m := pattern.search(line))
            ]
            if found:
                return found[0]
        return ""

    # Whoever leads something -----------------------------------------------------------------

    def _atasan_pejabat(self, at: int, hint: str) -> Atasan:
        level = self.tingkat[at]
        wanted = tingkat(hint) if hint and tingkat(hint) < level else None
        if wanted is None:
            wanted = self._tingkat_biasa(at)
        number = self._terdekat(at, wanted, sekretaris=self._di_bawah_sekretaris(at, hint))
        if number is not None:
            how = f"tugasnya menyebut “{kutip(hint)}”" if hint else "menurut sebutan dan urutan jabatan"
            return Atasan(number, "", how)
        if hint and tingkat(hint) < level:
            return Atasan(
                None, self._sebutan(hint), f"tugasnya menyebut “{kutip(hint)}”, yang tidak ada formulirnya"
            )
        return Atasan(None, self._sebutan_pimpinan(), "jabatan di atasnya tidak ada formulirnya")

    def _di_bawah_sekretaris(self, at: int, hint: str) -> bool:
        title = " ".join(kata(self.forms[at].jabatan))
        return "Sekretaris" in hint or bool(re.match(r"kasubb?ag|(?:kepala )?sub ?bag|kasub bag", title))

    def _tingkat_biasa(self, at: int) -> Tingkat:
        above = [level for level in self.tingkat[:at] if level < self.tingkat[at]]
        return max(above, default=Tingkat.PIMPINAN)

    def _terdekat(self, at: int, level: Tingkat, *, sekretaris: bool) -> int | None:
        """Return the nearest form of a level: one before, else the first one after."""
        order = [*range(at - 1, -1, -1), *range(at + 1, len(self.forms))]
        same = [n for n in order if self.tingkat[n] is level]
        if level is Tingkat.BIDANG:
            same = [n for n in same if _adalah_sekretaris(self.forms[n].jabatan) == sekretaris]
        return same[0] if same else None

    # Staff -----------------------------------------------------------------------------------

    def _atasan_staf(self, at: int, hint: str) -> Atasan:
        leaders = [n for n, level in enumerate(self.tingkat) if level < Tingkat.STAF and n != at]
        lowest = max((self.tingkat[n] for n in leaders), default=None)
        if lowest is None:
            return self._staf_tanpa_pejabat(hint)
        before = [n for n in leaders if n < at]
        nearest = before[-1] if before else None
        candidates = [n for n in leaders if self.tingkat[n] is lowest or n == nearest]
        best = max(candidates, key=lambda n: (self._cocok(at, n, hint, nearest), -abs(at - n)))
        return Atasan(best, "", self._alasan_staf(best, hint, nearest))

    def _staf_tanpa_pejabat(self, hint: str) -> Atasan:
        if hint:
            return Atasan(
                None, self._sebutan(hint), f"tugasnya menyebut “{kutip(hint)}”, yang tidak ada formulirnya"
            )
        return Atasan(None, self._sebutan_pimpinan(), "jabatan di atasnya tidak ada formulirnya")

    def _cocok(self, at: int, n: int, hint: str, nearest: int | None) -> float:
        form = self.forms[at]
        name = _inti([self.forms[n].jabatan])
        content = _inti([form.tugas, *form.fungsi, *(row.sumber_data for row in form.baris)])
        score = _BOBOT_NAMA * _bagian(name, _inti([form.jabatan])) + _BOBOT_ISI * _bagian(name, content)
        if hint and tingkat(hint) is self.tingkat[n]:
            score += _BOBOT_PETUNJUK * max(_bagian(_inti([hint]), name), _bagian(name, _inti([hint])))
        if n == nearest:
            score += _BOBOT_URUTAN
        return score + (_BOBOT_SESUDAH if n > at else 0)

    def _alasan_staf(self, best: int, hint: str, nearest: int | None) -> str:
        title = self.forms[best].jabatan
        if hint and tingkat(hint) is self.tingkat[best] and _inti([hint]) & _inti([title]):
            return f"tugasnya menyebut “{kutip(hint)}”"
        named = f"; tugasnya menyebut “{kutip(hint)}”" if hint else ""
        if best == nearest:
            return f"pimpinan terdekat sebelum jabatan ini di dokumen{named}"
        return f"bidang kerjanya cocok dengan “{kutip(title)}”{named}"

    # Words for a superior without form ---------------------------------------------------------

    def _sebutan(self, hint: str) -> str:
        kind = next(iter(kata(self.kantor)), "")
        alone = hint == "Sekretaris" and kind in {"kecamatan", "kelurahan", "dinas", "badan"}
        return f"Sekretaris {kind.capitalize()}" if alone else hint

    def _sebutan_pimpinan(self) -> str:
        kind = next(iter(kata(self.kantor)), "")
        heads = {
            "kecamatan": "Camat",
            "kelurahan": "Lurah",
            "inspektorat": "Inspektur",
            "badan": "Kepala Badan",
        }
        return heads.get(kind, "Kepala Dinas" if kind == "dinas" else "Pimpinan kantor")


def _adalah_sekretaris(jabatan: str) -> bool:
    return kata(jabatan)[:1] == ["sekretaris"]


def _inti(texts: Iterable[str]) -> frozenset[str]:
    """Words that tell one section from another."""
    words = {word for text in texts for word in kata(text)}
    alike = {other for word in words for other in _SEARTI.get(word, ())}
    return frozenset(
        word for word in words | alike if word not in _KATA_GELAR and len(word) >= _KATA_TERPENDEK
    )


def _bagian(wanted: frozenset[str], words: frozenset[str]) -> float:
    """Share of the wanted words that stand among others."""
    return len(wanted & words) / len(wanted) if wanted else 0.0
