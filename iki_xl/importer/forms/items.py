"""The items of TUGAS and FUNGSI: list marks dropped, run-on lines joined to the item before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iki_xl.importer.forms.cells import LIST_MARK, collapse_blanks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INNER_LETTER = re.compile(
    r"(?<=[;.,:])\s+(?=\(?(?P<huruf>[b-z])[.)]\s)|(?<=[;.,:] dan)\s+(?=\(?[b-z][.)]\s)"
)
_LEADING_LETTER = re.compile(r"\s*\(?(?P<huruf>[a-zA-Z])[.)]\s")
_ITEM_END = re.compile(r"(?:[;.]|[;,]\s*(?:dan|serta|atau))$", re.IGNORECASE)


def read_items(lines: Iterable[str], *, wrapped: bool) -> list[str]:
    """Return the items that these lines hold, without their marks; a lone dash is no item.

    Lines without a mark continue the item before; where no line has a mark, a line begins an item once the
    one before is closed. `wrapped`: lines of a fixed page, wrapped anywhere; else each is a paragraph.
    """
    collected: list[list[str]] = []
    has_marks = False
    for text in _split_lettered_items(lines):
        mark = LIST_MARK.match(text)
        has_marks = has_marks or mark is not None
        content = collapse_blanks(text[mark.end() :] if mark else text)
        before = collected[-1][-1] if collected else ""
        goes_on = collected and (has_marks or not _is_new_item(before, content, wrapped=wrapped))
        if mark or not goes_on:
            collected.append([content])
        else:
            collected[-1].append(content)
    result = (collapse_blanks(" ".join(parts)) for parts in collected)
    return [b for b in result if b.strip("-–—. ")]


def _is_new_item(before: str, content: str, *, wrapped: bool) -> bool:
    if " " not in content:
        return False
    if _ITEM_END.search(before):
        return True
    return not wrapped and not content[0].islower()


def _split_lettered_items(lines: Iterable[str]) -> Iterator[str]:
    """Cut a line that holds several lettered items, as long as each letter is the one after the last."""
    for text in lines:
        leading = _LEADING_LETTER.match(text)
        if leading is None:
            yield text
            continue
        letter, start = leading["huruf"].lower(), 0
        for cut in _INNER_LETTER.finditer(text):
            following = text[cut.end() :].lstrip("(")[0]
            if ord(following) == ord(letter) + 1:
                yield text[start : cut.start()]
                letter, start = following, cut.end()
        yield text[start:]
