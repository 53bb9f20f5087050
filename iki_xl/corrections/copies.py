"""Names of the copies to mend, and laying them down: one that cannot be written stops none of the others."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from iki_xl.errors import OutputError, explain_system_error
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.storage.output import LONGEST_NAME, PERBAIKAN_FOLDER, cut_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from iki_xl.storage.output import Tray

# What stops the whole run: no other name would help, and the recap would be the next that fails.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOMEM, errno.EROFS}
# How Windows answers where a name or a path is at fault.
_NAME = {errno.ENOENT, errno.EINVAL}
# Names of devices, whatever follows behind a point; and letters that no name may have on Windows.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.IGNORECASE
)
_FORBIDDEN = frozenset('<>:"|?*\\')
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Windows: letters of a whole path, the name while it is written included; no limit elsewhere.
LONGEST_PATH = 259 if os.name == "nt" else 1 << 30
# Room for what may be added to a name: " 12 (diisi)", " (baru 2)".
_ROOM = 16
# Bytes kept of a name that is replaced, and letters of the digest behind it.
_KEPT, _DIGITS = 60, 8
_WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True)
class LaidCopies:
    """What is said of copies that have another name or none, and the places where none could be laid.

    `names` says under which name each returned workbook's copy was laid.
    """

    findings: tuple[Temuan, ...]
    left_out: tuple[Path, ...]
    names: Mapping[str, str]


def copy_names(returned: Sequence[str]) -> dict[str, str]:
    """Return for each returned workbook (name with "/") the name that its copy should have.

    The same name as .xlsx; where two would be one, the others keep their ending in front of it.
    """
    taken = {name.casefold() for name in returned if name.endswith(_WORKBOOK)}
    names: dict[str, str] = {}
    for name in returned:
        path = PurePosixPath(name)
        target = str(path.with_suffix(_WORKBOOK))
        if target != name and target.casefold() in taken:
            target = str(path.with_name(f"{path.stem} ({path.suffix[1:]}){_WORKBOOK}"))
        taken.add(target.casefold())
        names[name] = target
    return names


def lay_copies(
    tray: Tray, names: Mapping[str, str], copies: Iterable[tuple[str, bytes]], folder: Path
) -> LaidCopies:
    """Lay every copy (returned workbook, content) under its name, else under a short one, else leave it out.

    Args:
        tray: takes them, with names relative to the folder of outputs.
        names: the names wanted (`copy_names`).
        copies: what to lay.
        folder: where the copies lie in the end.

    Raises:
        OutputError: the disk is full or broken.
    """
    others = Counter(name.casefold() for name in names.values())
    said: list[Temuan] = []
    left_out: list[Path] = []
    found: dict[str, str] = {}
    for returned, content in copies:
        wanted, short = names[returned], _short_name(returned, others)
        twice = "salinan lain bernama sama" if others[wanted.casefold()] > 1 else ""
        why = twice or _why_not(wanted, folder) or _lay(tray, wanted, content)
        if not why:
            found[returned] = wanted
        elif _lay(tray, short, content):
            said.append(temuan("B41", Place(returned), wanted, sebab=why))
            left_out += [folder / wanted, folder / short]
        else:
            said.append(temuan("B42", Place(returned), wanted, sebab=why, nama=short))
            found[returned] = short
    return LaidCopies(tuple(said), tuple(left_out), found)


def _lay(tray: Tray, name: str, content: bytes) -> str:
    """Lay one copy; return why its place takes none, "" where it does.

    Raises:
        OutputError: the disk is full or broken.
    """
    try:
        tray.lay(f"{PERBAIKAN_FOLDER}/{name}", content)
    except OutputError as exc:
        cause = exc.__cause__
        if not isinstance(cause, OSError) or cause.errno in _DISK:
            raise
        return "foldernya tidak menerima nama itu" if cause.errno in _NAME else explain_system_error(cause)
    return ""


def _why_not(name: str, folder: Path) -> str:
    """Say why some computer would not take a copy of this name below the folder; "" where all do."""
    parts = name.split("/")
    if any(_DEVICES.fullmatch(part) or part.endswith((" ", ".")) for part in parts):
        return "Windows tidak menerima nama seperti itu"
    if not all(map(_is_plain, name)):
        return "namanya memuat huruf yang tidak diterima semua komputer"
    longest = max(len(os.fsencode(part)) for part in parts)
    if longest > LONGEST_NAME - _ROOM or len(str((folder / name).absolute())) > LONGEST_PATH - _ROOM:
        return "namanya terlalu panjang"
    return ""


def _is_plain(letter: str) -> bool:
    return letter not in _FORBIDDEN and unicodedata.category(letter) not in _UNSEEN


def _short_name(returned: str, taken: Collection[str]) -> str:
    """A name that every computer takes, by which a person still knows the workbook; no other copy has it."""
    stem = PurePosixPath(returned).stem
    plain = "".join(letter if _is_plain(letter) else "_" for letter in stem)
    kept = cut_name(plain, _KEPT).strip(" .") or "salinan"
    digest = hashlib.sha256(returned.encode()).hexdigest()
    return next(
        name
        for digits in range(_DIGITS, len(digest) + 1)
        if (name := f"{kept}-{digest[:digits]}{_WORKBOOK}").casefold() not in taken
    )
