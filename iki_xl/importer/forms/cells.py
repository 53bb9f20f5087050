"""The text of a table cell as a catalogue holds it: wrapped lines joined, list marks dropped."""

from __future__ import annotations

import re

_BULLET = r"[•·●▪■◦○‣➢➤✓*\uf0b7\uf0a7\uf0d8\uf0fc\uf076]|\ufffd[^\w\s]?|[-–—](?=\s|[A-Z]|$)"
_LETTERED = r"\(?[a-zA-Z][.)](?=\s|[A-Z]\w|$)|\(?\d{1,2}[.)](?=\s|[A-Z]|$)"
_BULLET_MARK = re.compile(rf"\s*(?:{_BULLET})\s*")
LIST_MARK = re.compile(rf"\s*(?:{_BULLET}|{_LETTERED})\s*")
_NOTE = re.compile(r"\s*(?:catatan|keterangan|ket)\b\.?\s*:", re.IGNORECASE)
_TIMES_HUNDRED = re.compile(r"(?:^|\s)(?P<kali>[x×X*]\s*100\s*%?)\s*$")
_DIVISION = re.compile(r"[/:÷]|\b(?:dibagi|per)\b", re.IGNORECASE)
_RULING = re.compile(r"[\s_=—–-]{3,}")


def collapse_blanks(text: str) -> str:
    """Collapse every run of blanks into one space."""
    return " ".join(text.split())


def _is_new_cell_line(before: str, line: str, *, wrapped: bool) -> bool:
    """Say whether a line inside a cell is a line of its own, not the wrapped rest of the one before."""
    if _BULLET_MARK.match(line) or _NOTE.match(line):
        return True
    if wrapped:
        return False
    return not line.lstrip()[:1].islower() or before.rstrip().endswith((":", ";"))


def join_wrapped_lines(cell: str, *, wrapped: bool) -> list[str]:
    """Return a cell's lines with what was only wrapped joined; `wrapped` for texts of fixed pages."""
    result: list[str] = []
    for line in cell.split("\n"):
        if not line.strip():
            continue
        if not result or _is_new_cell_line(result[-1], line, wrapped=wrapped):
            result.append(collapse_blanks(line))
        else:
            result[-1] = collapse_blanks(result[-1] + " " + line)
    return result


def tidy_cell(cell: str, *, wrapped: bool) -> str:
    """Return a cell's text: its first list mark dropped, those of further items kept as "- "."""
    lines = join_wrapped_lines(cell, wrapped=wrapped)
    items = [f"- {_BULLET_MARK.sub('', b, count=1)}" if _BULLET_MARK.match(b) else b for b in lines[1:]]
    first = [_BULLET_MARK.sub("", lines[0], count=1)] if lines else []
    return "\n".join(b for b in (*first, *items) if b.strip("- "))


def tidy_list_cell(cell: str, *, wrapped: bool) -> str:
    """Return a cell that is a plain list (sumber data): every item a line, without list marks."""
    lines = (_BULLET_MARK.sub("", b, count=1) for b in join_wrapped_lines(cell, wrapped=wrapped))
    return "\n".join(b for b in lines if b)


def tidy_formulasi(cell: str, *, wrapped: bool) -> str:
    """Return a formulasi; a fraction drawn over lines becomes `numerator / penyebut x 100%`."""
    return _spell_fraction(cell) or tidy_cell(cell, wrapped=wrapped)


def _spell_fraction(cell: str) -> str:
    """Write out "atas … x 100%" over "bawah"; "" where the cell is no such drawing."""
    lines = [b for b in cell.split("\n") if b.strip()]
    times = [(at, m) for at, text in enumerate(lines) if (m := _TIMES_HUNDRED.search(text))]
    if not times:
        return ""
    at, mark = times[0]
    top = [*lines[:at], lines[at][: mark.start()]]
    bottom = lines[at + 1 :]
    note_at = next((n for n, text in enumerate(bottom) if _NOTE.match(text)), len(bottom))
    numerator, denominator = _join_fraction_lines(top), _join_fraction_lines(bottom[:note_at])
    if not numerator or not denominator or denominator[0].islower() or _DIVISION.search(numerator):
        return ""
    return "\n".join(
        filter(
            None,
            [
                f"{numerator} / {denominator} {collapse_blanks(mark['kali'])}",
                _join_fraction_lines(bottom[note_at:]),
            ],
        )
    )


def _join_fraction_lines(lines: list[str]) -> str:
    return collapse_blanks(" ".join(b for b in lines if not _RULING.fullmatch(b)))
