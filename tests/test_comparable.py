"""Texts are compared as they are seen: what nobody sees never decides, what looks different is different."""

from __future__ import annotations

import sys
import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unseen import NEVER_SEEN, SHAPING, strewn

from iki_xl.comparable import as_seen, bare, comparable, visible

SEEDS = st.integers(0, 2**32)


def test_no_format_or_control_character_is_left():
    """All of category Cf in this Python's Unicode, and every control character that is no white space."""
    unseen = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter) == "Cf"
        or (unicodedata.category(letter) == "Cc" and not letter.isspace())
    ]
    assert len(unseen) > 200
    assert bare("".join(unseen)) == visible("".join(unseen)) == comparable("".join(unseen)) == ""


def test_nothing_that_is_seen_is_dropped():
    """Letters, digits, marks, signs and spaces of all scripts stay, but for the fillers that show nothing."""
    fillers = set("\u115f\u1160\u3164\uffa0")
    seen = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter)[0] in "LNPSZ" and letter not in fillers
    ]
    assert bare("".join(seen)) == visible("".join(seen)) == "".join(seen)


@given(st.text(), SEEDS)
def test_what_nobody_sees_never_decides(text, seed):
    """Strewn over any text, it changes neither what is kept nor what is compared."""
    other = strewn(text, Random(seed))
    assert bare(other) == bare(text)
    assert as_seen(other) == as_seen(text)
    assert comparable(other) == comparable(text)


@given(st.text(), SEEDS)
def test_a_kept_text_has_no_marks_of_direction(text, seed):
    """Nor anything else that could turn around or hide what stands beside it; emoji are as they were."""
    other = strewn(visible(text), Random(seed))
    assert visible(other) == visible(text)
    assert not set(visible(other)) & set(NEVER_SEEN)


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    """A text that was compared, kept or tidied is its own form."""
    for tidy in (visible, bare, as_seen, comparable):
        assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dokumen", "\u200bDo\u00adku\u2060men\ufeff"),
        ("Sub kegiatan", "\u00a0SUB \u2009 Kegiatan\u3000"),
        ("Sub kegiatan", "Sub\u2028kegiatan"),
        ("Sub kegiatan", "Sub\u2800kegiatan"),
        ("André", "Andre\u0301"),
        ("Rata-rata", "Rata\u2010rata"),
        ("Rata-rata", "Rata\u2011rata"),
        ("Rata-rata", "Rata–rata"),
        ("Jum'at", "Jum’at"),
        ("12", "１２"),
        ("12", "𝟏𝟐"),
        ("-5", "−5"),
        ("85%", "85％"),
        ("...", "…"),
        ("efisien", "eﬁsien"),
        ("Straße", "STRASSE"),
    ],
)
def test_texts_that_look_alike_are_alike(one, other):
    """Spaces of all kinds, accents written in two ways, signs that Word puts for others, wide digits."""
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12", "12²"),
        ("122", "12²"),
        ("m2", "m²"),
        ("12", "①②"),
        ("1/2", "½"),
        ("12", "١٢"),
        ("Andre", "André"),
        ("Sub bagian", "Subbagian"),
        ("Rata-rata", "Rata rata"),
        ("Rata-rata", "Rata—rata"),
        ("O", "0"),
        ("a\nb", "ab"),
        ("Rp", "₨"),
    ],
)
def test_texts_that_look_different_stay_different(one, other):
    """Raised digits, fractions and digits of other scripts are never taken for plain ones."""
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize(
    "text", ["👩🏽‍💻 laporan", "❤️", "نمی‌دانم", "क्‍ष", "satu\ndua\tiga", "Rapat “akhir” – 12²"]
)
def test_a_kept_text_looks_as_it_did(text):
    """Joiners inside emoji and scripts stay; line breaks and typographic signs too."""
    assert visible(text) == text


@pytest.mark.parametrize("letter", [*NEVER_SEEN, *SHAPING])
def test_a_text_of_nothing_to_see_is_blank(letter):
    """One or many."""
    assert visible(letter * 3) == bare(letter) == comparable(letter) == ""
