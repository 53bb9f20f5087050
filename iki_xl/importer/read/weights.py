"""How well a run of words fits a column of an IKI table: the wording that such documents share.

Scores are plain points; more is better, and `IMPOSSIBLE` rules a reading out. They weigh the wording of a
cell's beginning, its length, and how far indikator and formulasi say the same, never one document's texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from iki_xl.catalog.model import DEFAULT_SATUAN
from iki_xl.comparable import comparable
from iki_xl.importer.forms.cells import LIST_MARK
from iki_xl.importer.forms.titles import FORMULASI, INDIKATOR, NO, OTHER, SASARAN, SATUAN, SUMBER_DATA, TIPE
from iki_xl.importer.read.words import Gap

if TYPE_CHECKING:
    from collections.abc import Sequence

IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True)
class Phrase:
    """A cell's wording for comparison: its letters and digits run together, and its longer words."""

    plain: str
    words: frozenset[str]


# Points for a cell that begins at such a gap, and for one that runs on over it.
BREAK_SCORES = {
    Gap.SPACE: -7.0,
    Gap.WRAPPED: -4.0,
    Gap.WIDE: -2.0,
    Gap.NEW_LINE: -1.0,
    Gap.CLOSED: -1.0,
    Gap.BLANK_WRAPPED: -0.5,
    Gap.BLANK: 1.5,
    Gap.BLANK_WITH_SPACES: 2.0,
}
RUN_ON_SCORES = {
    Gap.SPACE: 0.0,
    Gap.WRAPPED: 0.0,
    Gap.WIDE: 0.0,
    Gap.NEW_LINE: -0.2,
    Gap.CLOSED: -0.2,
    Gap.BLANK_WRAPPED: -1.0,
    Gap.BLANK: -2.0,
    Gap.BLANK_WITH_SPACES: -2.5,
}
BLANK_COLUMN_SCORES = {
    NO: -1.0,
    SASARAN: 0.0,
    INDIKATOR: -7.0,
    SATUAN: -2.0,
    TIPE: -2.0,
    FORMULASI: -5.0,
    SUMBER_DATA: -2.5,
    OTHER: 0.0,
}
MEASURE_WORDS = re.compile(
    r"jumlah|persentase|prosentase|presentase|rekap\w*|laporan|dokumen|tingkat|nilai|rata-rata|indeks|rasio|angka|"
    r"frekuensi|cakupan|volume|ketepatan|waktu|skor|predikat|monitoring|realisasi|terlaksananya|tersusunnya|"
    r"terselesaikannya|tersedianya",
    re.IGNORECASE,
)
OFFICE_WORDS = re.compile(
    r"seksi|sub|subbag\w*|bidang|bagian|dinas|badan|kantor|kecamatan|kelurahan|desa|seluruh|pemerintah|data|"
    r"pengelola\w*|pengolah\w*|pengadministrasi\w*|pelayanan|sekretaris|sekretariat|upt\w*|puskesmas|dpa|dpmd|opd|"
    r"skpd|arsip|buku|agenda|bendahara|kasi|kasubag|camat|kepala|laporan|dokumen|rekap\w*|bps|bpkad|bappeda|rsud",
    re.IGNORECASE,
)
_GOAL_WORDS = re.compile(
    r"tertib|ter\w{3,}nya|me\w{4,}nya|meningkat\w*|mewujudkan|kualitas|situasi|fasilitasi|pen\w+an|pem\w+an|pel\w+an|"
    r"pengelolaan|optimal\w*|kelancaran|monitoring|integritas|dokumen",
    re.IGNORECASE,
)
_TIPE = re.compile(r"(?:non[ -]?)?(?:a?kumulatif)|rata[ -]?rata|posisi akhir", re.IGNORECASE)
_NOTE_WORDS = re.compile(r"catatan|keterangan|x", re.IGNORECASE)
_DANGLING = re.compile(
    r"dan|atau|yang|dengan|di|ke|dari|untuk|serta|oleh|pada|dalam|sesuai|antara|.*[,:/(]", re.IGNORECASE
)
_ITEM_NUMBER = re.compile(r"\(?\d{1,3}[.)]?")
_KNOWN_SATUAN = frozenset(comparable(s) for s in DEFAULT_SATUAN) | {"%", "persen"}
_USUAL_SUMBER_DATA_WORDS = 12
_USUAL_SASARAN_WORDS = 30
_SHORTEST_PREFIX = 15


def score_cell(column: str, words: tuple[str, ...]) -> float:
    """Return how well these words fit a column, apart from the gaps around and between them."""
    if column == NO:
        return 3.0 if len(words) == 1 and _ITEM_NUMBER.fullmatch(words[0]) else IMPOSSIBLE
    if column == TIPE:
        return 5.0 if _TIPE.fullmatch(" ".join(words)) else IMPOSSIBLE
    if column == SATUAN:
        return _score_satuan(words)
    has_mark = is_list_mark(words[0])
    content = words[1:] if has_mark else words
    if not content or _NOTE_WORDS.fullmatch(content[0]):
        return IMPOSSIBLE
    scorers = {SASARAN: _score_sasaran, INDIKATOR: _score_indikator, FORMULASI: _score_formulasi}
    return scorers.get(column, _score_sumber_data)(content, has_mark) - _weigh_cut_off(content)


def _weigh_cut_off(words: Sequence[str]) -> float:
    """Return what a cell costs that breaks off in the middle: at a conjunction, a comma, an open bracket."""
    text = "".join(words)
    is_cut = text.count("(") != text.count(")")
    return 3.0 * is_cut + 5.0 * bool(_DANGLING.fullmatch(words[-1]))


def _score_satuan(words: Sequence[str]) -> float:
    if comparable(" ".join(words)) in _KNOWN_SATUAN:
        return 4.0
    return -1.0 - len(words) if len(words) < 5 else IMPOSSIBLE  # noqa: PLR2004 - a unit of five words is a sentence


def _score_sasaran(words: Sequence[str], has_mark: bool) -> float:
    score = 2.0 if _GOAL_WORDS.fullmatch(words[0]) and not _is_office_word(words[0]) else 0.0
    if has_mark or comparable(words[0]) in ("jumlah", "persentase"):
        score -= 8.0
    if words[0][0].islower():
        score -= 3.0
    too_short = max(0, 3 - len(words)) * 2.0
    return score - too_short - max(0, len(words) - _USUAL_SASARAN_WORDS) * 0.3 - _weigh_listed_office(words)


def _score_indikator(words: Sequence[str], has_mark: bool) -> float:
    first = words[0]
    if MEASURE_WORDS.fullmatch(first):
        score = 4.0
    elif has_mark:
        score = 2.0
    else:
        score = -6.0 if first[0].islower() else -1.0
        score -= 2.0 * bool(_GOAL_WORDS.fullmatch(first)) + 3.0 * bool(OFFICE_WORDS.fullmatch(first))
    note_cost = 5.0 * any(_NOTE_WORDS.fullmatch(k) for k in words)
    return (
        score
        - 5.0 * (len(words) == 1)
        - note_cost
        - _weigh_inner_measure(words)
        - _weigh_listed_office(words)
    )


def _score_formulasi(words: Sequence[str], has_mark: bool) -> float:
    if MEASURE_WORDS.fullmatch(words[0]) or words[0][0].isdigit():
        score = 3.0
    else:
        score = -4.0 if words[0][0].islower() or has_mark else 0.0
    score += 3.0 * any(k in ("100%", "100") for k in words) - 3.0 * (len(words) == 1)
    return score - _weigh_listed_office(words)


def _score_sumber_data(words: Sequence[str], _has_mark: bool) -> float:
    if comparable(words[0]) in ("jumlah", "persentase"):
        return IMPOSSIBLE
    score = 3.0 if _is_office_word(words[0]) else -1.0
    if words[0][0].islower():
        score -= 4.0
    return score - _weigh_inner_measure(words) - max(0, len(words) - _USUAL_SUMBER_DATA_WORDS) * 0.5


def _weigh_inner_measure(words: Sequence[str]) -> float:
    """Return what a capital "Jumlah" inside a cell costs: most often another cell begins there."""
    return 4.0 * sum(k in ("Jumlah", "Persentase") for k in words[2:])


@lru_cache(maxsize=16_384)
def is_list_mark(word: str) -> bool:
    """Say whether a word is nothing but a list mark."""
    return LIST_MARK.fullmatch(word) is not None


def _weigh_listed_office(words: Sequence[str]) -> float:
    """Return what a list item that names an office costs outside sumber data, where such lists stand."""
    pairs = pairwise(words)
    return 4.0 * any(is_list_mark(a) and _is_office_word(b) for a, b in pairs)


@lru_cache(maxsize=16_384)
def _is_office_word(word: str) -> bool:
    """Say whether a word begins the name of an office or its files, and could not begin an indikator too."""
    return bool(OFFICE_WORDS.fullmatch(word)) and not MEASURE_WORDS.fullmatch(word)


def score_likeness(a: Phrase, b: Phrase) -> float:
    """Return points for how far indikator and formulasi say the same."""
    if a.plain == b.plain:
        return 12.0
    shorter, longer = sorted((a.plain, b.plain), key=len)
    if len(shorter) >= _SHORTEST_PREFIX and longer.startswith(shorter):
        return 10.0
    if not a.words or not b.words:
        return 0.0
    return 8.0 * 2 * len(a.words & b.words) / (len(a.words) + len(b.words))
