"""Who stands under whom: guessed from the titles of the jabatan, their order, and what their tugas say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from iki_xl.catalog.records import quote_short
from iki_xl.comparable import comparable
from iki_xl.importer.guess.texts import capitalise_name, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iki_xl.importer.forms.records import IkiForm


class JabatanLevel(IntEnum):
    """Levels of an office; a superior stands on a lower number."""

    HEAD = 0
    LURAH = 1
    DIVISION = 2
    SECTION = 3
    STAFF = 4


@dataclass(frozen=True, slots=True)
class GuessedAtasan:
    """A guessed superior: its number among the forms (None: it has no form), its title in words, and why."""

    number: int | None
    title: str
    reason: str


_SUB = r"sub ?(?:bag(?:ian)?|bid(?:ang)?|koordinator)"
# In this order: a Sekretaris Desa is staff to the office of a camat, a Kasubag is no Kepala Bagian.
_TITLES = (
    (JabatanLevel.HEAD, r"(?:kepala )?(?:dinas|badan|kantor)\b|kepala satuan|camat\b|direktur\b|kepala$"),
    (JabatanLevel.HEAD, r"inspektur\b(?! pembantu)|sekretaris daerah\b"),
    (JabatanLevel.LURAH, r"lurah\b"),
    (JabatanLevel.STAFF, r"sekretaris (?:desa|pribadi)\b|kepala (?:desa|dusun|urusan)\b"),
    (
        JabatanLevel.SECTION,
        rf"(?:kepala )?(?:seksi|{_SUB})\b|kasie?\b|kasubb?(?:ag|id)\b|kasub bag\b|ketua tim\b",
    ),
    (JabatanLevel.DIVISION, r"(?:kepala )?(?:bidang|bagian|upt\w*|puskesmas)\b|kabid\b|kabag\b|sekretaris\b"),
    (JabatanLevel.DIVISION, r"irban\w*\b|inspektur pembantu\b"),
)
_PATTERNS_BY_LEVEL = tuple((level, re.compile(pattern)) for level, pattern in _TITLES)
# Titles that tugas call a superior by; what follows is its name, up to a word that cannot be part of one.
_NOT_IN_NAME = "sesuai|dalam|baik|dengan|untuk|agar|yang|di|pada|guna|berdasarkan|secara|serta"
_SPOKEN_TITLE = (
    r"(?:camat|lurah|sekretaris(?: desa| daerah| dinas| camat| kecamatan)?|"
    rf"kepala (?!(?:{_NOT_IN_NAME})\b)[a-z]+|kasie?|kasubb?ag|kabid|kabag|seksi|bidang)"
)
_NAMA = rf"(?:(?!\b(?:{_NOT_IN_NAME})\b)[\w ,&/-])*"
_BY = re.compile(rf"oleh (?P<atasan>{_SPOKEN_TITLE}\b{_NAMA})")
_HELPING = re.compile(rf"membantu (?P<atasan>{_SPOKEN_TITLE}\b{_NAMA})")
_PLAN = re.compile(rf"rencana kerja (?P<atasan>(?:kasie?|kepala seksi|seksi|kasubb?ag)\b{_NAMA})")
_TITLE_WORDS = frozenset(
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
_SAME_MEANING = {
    "bendahara": ("keuangan",),
    "ketenteraman": ("keamanan", "ketertiban"),
    "pengemudi": ("kepegawaian", "perlengkapan"),
    "sekretaris": ("pemerintahan",),
}
_SHORTEST_TITLE_WORD = 3
_HINT_WEIGHT, _NAME_WEIGHT, _CONTENT_WEIGHT, _ORDER_WEIGHT, _AFTER_WEIGHT = 3.0, 2.0, 0.5, 0.6, -0.8


def tell_level(jabatan: str) -> JabatanLevel:
    """Return the level that a jabatan's title tells; whoever leads nothing is STAF."""
    title = " ".join(split_words(jabatan))
    return next((level for level, pattern in _PATTERNS_BY_LEVEL if pattern.match(title)), JabatanLevel.STAFF)


def guess_atasan(forms: Sequence[IkiForm], kantor: str) -> list[GuessedAtasan]:
    """Guess the superior of every form; the head of the office has neither a number nor a title.

    `kantor` is the office's name, from which a head without form gets its title.
    """
    return [atasan for _, atasan in sorted(_AtasanGuesser(forms, kantor).guess_all().items())]


class _AtasanGuesser:
    def __init__(self, forms: Sequence[IkiForm], kantor: str) -> None:
        self.forms = forms
        self.kantor = kantor
        self.levels = [tell_level(form.jabatan) for form in forms]

    def guess_all(self) -> dict[int, GuessedAtasan]:
        return {at: self._guess_one(at) for at in range(len(self.forms))}

    def _guess_one(self, at: int) -> GuessedAtasan:
        level = self.levels[at]
        if level is JabatanLevel.HEAD:
            return GuessedAtasan(None, "", "")
        hint = self._find_hint(at)
        if level is JabatanLevel.STAFF:
            return self._guess_for_staff(at, hint)
        return self._guess_for_leader(at, hint)

    def _find_hint(self, at: int) -> str:
        """What the tugas call the superior: a plan of a section's work tells more than whom they help."""
        form = self.forms[at]
        lines = [comparable(line) for line in (*form.tugas.split("\n"), *form.fungsi)]
        for pattern in (_PLAN, _BY, _HELPING):
            found = [
                capitalise_name(m["atasan"].strip(" ,-/").upper())
                for line in reversed(lines)
                if (m := pattern.search(line))
            ]
            if found:
                return found[0]
        return ""

    # Whoever leads something -----------------------------------------------------------------

    def _guess_for_leader(self, at: int, hint: str) -> GuessedAtasan:
        level = self.levels[at]
        wanted = tell_level(hint) if hint and tell_level(hint) < level else None
        if wanted is None:
            wanted = self._find_usual_level(at)
        number = self._find_nearest(at, wanted, under_secretary=self._is_under_secretary(at, hint))
        if number is not None:
            how = f"tugasnya menyebut “{quote_short(hint)}”" if hint else "menurut sebutan dan urutan jabatan"
            return GuessedAtasan(number, "", how)
        if hint and tell_level(hint) < level:
            return GuessedAtasan(
                None,
                self._complete_title(hint),
                f"tugasnya menyebut “{quote_short(hint)}”, yang tidak ada formulirnya",
            )
        return GuessedAtasan(None, self._name_head_of_office(), "jabatan di atasnya tidak ada formulirnya")

    def _is_under_secretary(self, at: int, hint: str) -> bool:
        title = " ".join(split_words(self.forms[at].jabatan))
        return "Sekretaris" in hint or bool(re.match(r"kasubb?ag|(?:kepala )?sub ?bag|kasub bag", title))

    def _find_usual_level(self, at: int) -> JabatanLevel:
        above = [level for level in self.levels[:at] if level < self.levels[at]]
        return max(above, default=JabatanLevel.HEAD)

    def _find_nearest(self, at: int, level: JabatanLevel, *, under_secretary: bool) -> int | None:
        """Return the nearest form of a level: one before, else the first one after."""
        order = [*range(at - 1, -1, -1), *range(at + 1, len(self.forms))]
        same = [n for n in order if self.levels[n] is level]
        if level is JabatanLevel.DIVISION:
            same = [n for n in same if _is_secretary(self.forms[n].jabatan) == under_secretary]
        return same[0] if same else None

    # Staff -----------------------------------------------------------------------------------

    def _guess_for_staff(self, at: int, hint: str) -> GuessedAtasan:
        leaders = [n for n, level in enumerate(self.levels) if level < JabatanLevel.STAFF and n != at]
        lowest = max((self.levels[n] for n in leaders), default=None)
        if lowest is None:
            return self._guess_without_leader(hint)
        before = [n for n in leaders if n < at]
        nearest = before[-1] if before else None
        candidates = [n for n in leaders if self.levels[n] is lowest or n == nearest]
        best = max(candidates, key=lambda n: (self._score_match(at, n, hint, nearest), -abs(at - n)))
        return GuessedAtasan(best, "", self._explain_staff_guess(best, hint, nearest))

    def _guess_without_leader(self, hint: str) -> GuessedAtasan:
        if hint:
            return GuessedAtasan(
                None,
                self._complete_title(hint),
                f"tugasnya menyebut “{quote_short(hint)}”, yang tidak ada formulirnya",
            )
        return GuessedAtasan(None, self._name_head_of_office(), "jabatan di atasnya tidak ada formulirnya")

    def _score_match(self, at: int, n: int, hint: str, nearest: int | None) -> float:
        form = self.forms[at]
        name = _pick_telling_words([self.forms[n].jabatan])
        content = _pick_telling_words([form.tugas, *form.fungsi, *(row.sumber_data for row in form.rows)])
        score = _NAME_WEIGHT * _compute_share(
            name, _pick_telling_words([form.jabatan])
        ) + _CONTENT_WEIGHT * _compute_share(name, content)
        if hint and tell_level(hint) is self.levels[n]:
            score += _HINT_WEIGHT * max(
                _compute_share(_pick_telling_words([hint]), name),
                _compute_share(name, _pick_telling_words([hint])),
            )
        if n == nearest:
            score += _ORDER_WEIGHT
        return score + (_AFTER_WEIGHT if n > at else 0)

    def _explain_staff_guess(self, best: int, hint: str, nearest: int | None) -> str:
        title = self.forms[best].jabatan
        if (
            hint
            and tell_level(hint) is self.levels[best]
            and _pick_telling_words([hint]) & _pick_telling_words([title])
        ):
            return f"tugasnya menyebut “{quote_short(hint)}”"
        named = f"; tugasnya menyebut “{quote_short(hint)}”" if hint else ""
        if best == nearest:
            return f"pimpinan terdekat sebelum jabatan ini di dokumen{named}"
        return f"bidang kerjanya cocok dengan “{quote_short(title)}”{named}"

    # Words for a superior without form ---------------------------------------------------------

    def _complete_title(self, hint: str) -> str:
        kind = next(iter(split_words(self.kantor)), "")
        alone = hint == "Sekretaris" and kind in {"kecamatan", "kelurahan", "dinas", "badan"}
        return f"Sekretaris {kind.capitalize()}" if alone else hint

    def _name_head_of_office(self) -> str:
        kind = next(iter(split_words(self.kantor)), "")
        heads = {
            "kecamatan": "Camat",
            "kelurahan": "Lurah",
            "inspektorat": "Inspektur",
            "badan": "Kepala Badan",
        }
        return heads.get(kind, "Kepala Dinas" if kind == "dinas" else "Pimpinan kantor")


def _is_secretary(jabatan: str) -> bool:
    return split_words(jabatan)[:1] == ["sekretaris"]


def _pick_telling_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that tell one section from another."""
    words = {word for text in texts for word in split_words(text)}
    alike = {other for word in words for other in _SAME_MEANING.get(word, ())}
    return frozenset(
        word for word in words | alike if word not in _TITLE_WORDS and len(word) >= _SHORTEST_TITLE_WORD
    )


def _compute_share(wanted: frozenset[str], words: frozenset[str]) -> float:
    """Share of the wanted words that stand among others."""
    return len(wanted & words) / len(wanted) if wanted else 0.0
