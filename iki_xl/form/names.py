"""Names of sheets and files: short, legal, unique, and readable by people."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from iki_xl.comparable import bare, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iki_xl.catalog import Jabatan

SHEET_NAME_LENGTH = 31
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff]+")
_GAP = "…"
# Room for a person's name in that of a sheet.
_HOLDER_LENGTH = 12
_JOINING_WORDS = {"dan", "serta", "atau"}
_TRAILING_JOINING_WORDS = re.compile(r"(?:[ ,.]+(?:dan|serta|atau)?)+$", re.IGNORECASE)
_ABBREVIATIONS = (
    ("Kepala Bidang", "Kabid"),
    ("Kepala Seksi", "Kasi"),
    ("Kepala Sub Bagian", "Kasubag"),
    ("Pengadministrasi", "Padm."),
    ("Pemberdayaan Masyarakat", "PM"),
    ("Sarana, Prasarana", "Sarpras"),
    ("Sarana Prasarana", "Sarpras"),
    ("Penyelenggaraan", "Penyel."),
    ("Pemerintahan", "Pemth."),
    ("Pemerintah", "Pemth."),
    ("Masyarakat", "Masy."),
    ("Kelembagaan", "Kelemb."),
    ("Kemasyarakatan", "Kemasy."),
)


def sheet_name(jabatan: Iterable[Jabatan]) -> dict[str, str]:
    r"""Return id_jabatan -> sheet name: the jabatan's number in the catalogue and its name, shortened.

    Each is at most 31 UTF-16 units, holds none of `[]:*?/\\`, has no apostrophe at an edge, and is
    unique without regard to case, because the number in front is. Where two would look alike but for
    that number, the words in which the jabatan differ are shown.
    """
    items = list(jabatan)
    digits = max(2, len(str(len(items))))
    room = SHEET_NAME_LENGTH - digits - 1
    names = cut_distinctly(_spell_in_full(items), room)
    return {
        item.id: f"{number:0{digits}d} {name}".strip(" '")
        for number, (item, name) in enumerate(zip(items, names, strict=True), start=1)
    }


def _spell_in_full(items: Sequence[Jabatan]) -> list[str]:
    """Names of jabatan; where several have the same, each with the name of its superior behind it."""
    legal = {item.id: _make_legal(item.nama) for item in items}
    times = Counter(comparable(name) for name in legal.values())
    return [
        f"{legal[item.id]}, {legal[item.atasan]}"
        if item.atasan in legal and times[comparable(legal[item.id])] > 1
        else legal[item.id]
        for item in items
    ]


def name_holder_sheet(name: str, holder: str) -> str:
    """Return the name of a jabatan's sheet for one of several who hold it: "03 Pengelola Data (Ani)"."""
    mark = f" ({holder})" if holder else ""
    return f"{_cut_plainly(name, SHEET_NAME_LENGTH - _utf16(mark))}{mark}"


def shorten_holders(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of people as a sheet's name has room for them: the first word where that will do."""
    legal = [_make_legal(name) for name in names]
    first = [name.split(" ")[0] for name in legal]
    short = len(set(map(comparable, first))) == len(first)
    return cut_distinctly(first if short else legal, _HOLDER_LENGTH)


def cut_distinctly(texts: Sequence[str], room: int) -> tuple[str, ...]:
    """Return texts of at most `room` UTF-16 units; where cuts look alike, words that differ stand in them.

    "Seksi Bina Pemanfaatan Sumber Daya Alam" beside "Seksi Bina Pemanfaatan Teknologi Tepat Guna" gives
    "Seksi Bina…Sumber Daya Alam". Texts that are equal give equal ones.
    """
    shorter = [_abbreviate(text, room) for text in texts]
    plain = [_cut_plainly(text, room) for text in shorter]
    seen = {(comparable(cut), comparable(text)) for cut, text in zip(plain, shorter, strict=True)}
    return tuple(
        cut if cut == text else _show_differences(text, _list_rivals(comparable(cut), seen), room)
        for cut, text in zip(plain, shorter, strict=True)
    )


def _list_rivals(cut: str, seen: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Words of the texts whose cuts begin alike, as "Seksi Bina" and "Seksi Bina Desa" do."""
    return [text.split(" ") for other, text in seen if other.startswith(cut) or cut.startswith(other)]


def _make_legal(name: str) -> str:
    return " ".join(_FORBIDDEN_IN_SHEET_NAME.sub(" ", bare(name)).split())


def _abbreviate(text: str, room: int) -> str:
    for long, short in _ABBREVIATIONS:
        if _utf16(text) <= room:
            break
        text = re.sub(rf"\b{re.escape(long)}\b", short, text, flags=re.IGNORECASE)
    return text


def _cut_plainly(text: str, room: int) -> str:
    if _utf16(text) <= room:
        return text
    return _TRAILING_JOINING_WORDS.sub("", _cut_sheet_name(text, room))


def _show_differences(text: str, others: Sequence[Sequence[str]], room: int) -> str:
    """The words in which a text differs from others, behind as much of its beginning as there is room for."""
    words = text.split(" ")
    shown = {at for other in others if (at := _find_difference(words, other)) is not None}
    if not shown:
        return _cut_plainly(text, room)
    if _utf16(_join_shown(words, shown)) > room:
        return _show_letters(words, others, min(shown), room)
    last = max(shown)
    for wanted in (range(last), range(last + 1, len(words))):
        for at in wanted:
            if _utf16(_join_shown(words, shown | {at})) > room:
                break
            shown.add(at)
    if max(shown) != last and comparable(words[max(shown)]) in _JOINING_WORDS:
        shown.remove(max(shown))
    return _join_shown(words, shown)


def _find_difference(words: Sequence[str], other: Sequence[str]) -> int | None:
    """Number (from 0) of the first word that the other text does not have there, None where there is none.

    A joining word says too little where another word differs too.
    """
    differ = [
        at for at, word in enumerate(words) if at >= len(other) or comparable(word) != comparable(other[at])
    ]
    telling = (at for at in differ if comparable(words[at]) not in _JOINING_WORDS)
    return next(telling, differ[0] if differ else None)


def _show_letters(words: Sequence[str], others: Sequence[Sequence[str]], at: int, room: int) -> str:
    """The first word that differs from the letters on that differ, for words longer than a name."""
    word = words[at]
    same = max(
        (
            _count_same_letters(word, other[at])
            for other in others
            if at < len(other) and other[at] != comparable(word)
        ),
        default=0,
    )
    head = _cut_sheet_name(word, room // 2) if same > room // 2 else ""
    return (
        f"{head}{_GAP}{_cut_sheet_name(word[same:], room - _utf16(head) - 1)}"
        if head
        else _cut_sheet_name(word, room)
    )


def _count_same_letters(word: str, other: str) -> int:
    return next(
        (
            at
            for at, (one, two) in enumerate(zip(word, other, strict=False))
            if comparable(one) != comparable(two)
        ),
        min(len(word), len(other)),
    )


def _join_shown(words: Sequence[str], shown: Iterable[int]) -> str:
    """The words with these numbers, with a mark wherever some are left out between them."""
    text, before = "", -1
    for at in sorted(shown):
        gap = _GAP if at > before + 1 else " " if text else ""
        text, before = f"{text}{gap}{words[at]}", at
    return text


def _cut_sheet_name(text: str, limit: int) -> str:
    """Cut at a word's end where one is near, never inside a surrogate pair; `limit` in UTF-16 units."""
    if _utf16(text) <= limit:
        return text
    while _utf16(text) > limit:
        text = text[:-1]
    head, _, tail = text.rpartition(" ")
    return head if head.count(" ") and len(tail) <= len(text) // 3 else text


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def make_names_unique(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sheet names, the second and later of those that look alike with " (2)", " (3)"."""
    used = {comparable(name) for name in taken}
    result = []
    for name in names:
        candidate, number = name, 1
        while comparable(candidate) in used:
            number += 1
            mark = f" ({number})"
            candidate = _cut_sheet_name(name, SHEET_NAME_LENGTH - len(mark)) + mark
        used.add(comparable(candidate))
        result.append(candidate)
    return tuple(result)


def slug(text: str, limit: int = 60) -> str:
    """Return a file-name part: lower-case ASCII letters and digits joined by hyphens, cut at a word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(name) > limit:
        name = name[: limit + 1].rpartition("-")[0] or name[:limit]
    return name or "tanpa-nama"
