"""Texts as a person sees them, and the one form in which two of them are compared (spec section 5).

Characters that nobody sees never decide: they come along with texts copied from WhatsApp, web pages, Word and
PDF, and two texts that look alike are alike. Every comparison of something typed goes through this module.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Format characters (category Cf), what Unicode calls default ignorable, and control characters that are no
# white space. They are listed, because a walk over all of Unicode takes too long at a start; a test compares.
_NEVER_SEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
# Joiners and variation selectors: they shape emoji and letters of some scripts; elsewhere nobody sees them.
_SHAPING = "\u200c\u200d\ufe00-\ufe0f"
_SHAPED = "\u0590-\u1dff\u2190-\U0010ffff"
_HIDDEN = re.compile(f"[{_NEVER_SEEN}]+")
_IDLE = re.compile(f"(?<![{_SHAPED}])[{_SHAPING}]+")
_UNSEEN = re.compile(f"[{_NEVER_SEEN}{_SHAPING}]+")

# Signs that programs put for others by themselves, or that nobody tells apart in a cell.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043\ufe63", "-"),
        **dict.fromkeys("\u2018\u2019\u201b\u2032\u02b9\u02bc\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2044\u2215", "/"),
        "\u2800": " ",  # a Braille pattern without dots
    }
)
# Kinds of compatibility characters that look like what they stand for: wide digits, ligatures, bold letters
# of mathematics. Not among them: "12²" is never 122, "½" and "①" are no figures.
_SAME_SHAPE = {"<wide>", "<narrow>", "<compat>", "<font>", "<initial>", "<medial>", "<final>", "<isolated>"}


def visible(text: str) -> str:
    """Return a text without what nobody sees; spaces, line breaks and joined emoji stay as they are."""
    if (text.isascii() and text.isprintable()) or not _UNSEEN.search(text):
        return text
    return _IDLE.sub("", _HIDDEN.sub("", text))


def bare(text: str) -> str:
    """Return a text without any character that is not seen by itself: an id, a NIP, an entry of a list."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def as_seen(text: str) -> str:
    """Return the form in which texts are equal that look alike: one space for any white space, case kept."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", bare(text)).translate(_ALIKE)
        if not text.isascii():
            text = unicodedata.normalize("NFC", "".join(map(_same_shape, text)))
    return " ".join(text.split())


@lru_cache(maxsize=16_384)
def comparable(text: str) -> str:
    """Return the form in which texts are compared: as they are seen, without case, edge or double spaces."""
    return unicodedata.normalize("NFC", as_seen(text).casefold())


@lru_cache(maxsize=4_096)
def _same_shape(letter: str) -> str:
    kind = unicodedata.decomposition(letter).partition(" ")[0]
    return unicodedata.normalize("NFKC", letter).translate(_ALIKE) if kind in _SAME_SHAPE else letter
