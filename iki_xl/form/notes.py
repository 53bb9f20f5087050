"""The notes that earlier versions wrote into copies to mend: what comes back of them is nobody's words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from iki_xl.findings import FINDING_KINDS, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADVICE = "\n→ "
_PLACEHOLDER = re.compile(r"\{[a-z_0-9]+\}")
# A placeholder's text is no longer; longer notes are not looked at.
_LONGEST_GAP, _LONGEST_NOTE = 2_000, 20_000


def own_note(found: Iterable[tuple[str, str]]) -> str:
    """Return the text of the note that names findings: what is wrong, and what to do."""
    return "\n\n".join(f"{wrong}{_ADVICE}{advice}" for wrong, advice in found)


def without_own_notes(text: str) -> str:
    """Return what remains of a note when the findings that this program wrote into it are taken out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ADVICE not in text or len(text) > _LONGEST_NOTE:
        return text
    kept, at = [], 0
    while at < len(text):
        end = next((end for pieces in _templates() if (end := _end(text, at, pieces))), 0)
        if not end:
            line = text.find("\n", at) + 1
            end = line or len(text)
            kept.append(text[at:end])
        at = end
    return "".join(kept).strip()


@cache
def _templates() -> tuple[tuple[str, ...], ...]:
    """Return what stands between the placeholders of each kind of finding that such a copy may name."""
    kinds = (kind for kind in FINDING_KINDS.values() if kind.level is not Level.INFO)
    return tuple(tuple(_PLACEHOLDER.split(own_note([(kind.message, kind.remedy)]))) for kind in kinds)


def _end(text: str, start: int, pieces: tuple[str, ...]) -> int:
    """Return where a finding ends that begins at `start`; 0 where none does."""
    first, *rest = pieces
    if not text.startswith(first, start):
        return 0
    at = start + len(first)
    for number, piece in enumerate(rest):
        line = text.find("\n", at) if text.find("\n", at) >= 0 else len(text)
        # what begins or ends with a placeholder does so within a line
        if not piece:
            at = line
            continue
        limit = line if not first and number == 0 else at + _LONGEST_GAP
        found = text.find(piece, at, limit + len(piece))
        if found < 0:
            return 0
        at = found + len(piece)
    return at
