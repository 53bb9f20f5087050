"""Workbooks that a person has changed since this program wrote them: set aside, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.storage.output import name_beside
from iki_xl.storage.seal import is_untouched

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

FILLED, CHANGED = "diisi", "diubah"
_WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Where changed workbooks lie now; `held` are targets that one still holds, because it is open."""

    files: tuple[Path, ...] = ()
    held: tuple[Path, ...] = ()


def set_aside(found: Iterable[Path], targets: Collection[Path], word: str) -> SetAside:
    """Move changed workbooks out of the way of new ones, before these are put in place.

    Args:
        found: workbooks that may be in the way; what this program wrote and nobody touched stays.
        targets: where the new ones go; nothing is moved to one of these.
        word: stands in the new names, "x 1 (word).xlsx".
    """
    taken = {_folded(path): path for path in targets}
    aside, stuck = [], []
    for path in found:
        if is_untouched(path):
            continue
        try:
            aside.append(path.replace(_free_name(path, word, taken)))
        except OSError:
            stuck.append(_folded(path))
    return SetAside(tuple(aside), tuple(taken[name] for name in stuck if name in taken))


def in_the_way(targets: Iterable[Path]) -> tuple[Path, ...]:
    """Return the targets at which a workbook lies already."""
    return tuple(path for path in targets if path.suffix == _WORKBOOK and path.is_file())


def old_copies(folder: Path, targets: Collection[Path]) -> tuple[Path, ...]:
    """Return the copies to mend below a folder, by name; not the notes that Excel keeps beside open ones.

    Those set aside by an earlier run are none, unless one of the `targets` would take their name.
    """
    taken = {_folded(path) for path in targets}
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() == _WORKBOOK
        and not path.name.startswith(("~$", "."))
        and not path.is_dir()
        and (not path.stem.endswith(f"({FILLED})") or _folded(path) in taken)
    )


def remove_obsolete(folder: Path, kept: Collection[Path]) -> tuple[Path, ...]:
    """Remove old copies that nobody has touched and that are not among the ones to keep.

    Returns: those that another program does not let go of.
    """
    names = {_folded(path) for path in kept}
    left = []
    for path in old_copies(folder, ()):
        if _folded(path) in names or not is_untouched(path):
            continue
        try:
            path.unlink()
        except OSError:
            left.append(path)
        else:
            _remove_empty(path.parent, folder)
    return tuple(left)


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders in which no copy is left: a copy of that name could not be written."""
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _folded(path: Path) -> str:
    """The name as a drive has it that knows no capital letters."""
    return str(path).casefold()


def _free_name(path: Path, word: str, taken: Collection[str]) -> Path:
    number = 1
    while True:
        target = name_beside(path, f" {number} ({word})")
        if not target.exists() and _folded(target) not in taken:
            return target
        number += 1
