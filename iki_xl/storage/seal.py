"""The seal: by itself a workbook tells whether anybody has touched it since this program wrote it.

It is a digest of everything that the workbook holds, and stands in the document property "status". A program
that saves the workbook again writes other parts, so that the seal no longer fits, whatever becomes of the
properties. No list of what was written is needed, and none can be lost: the seal goes where the file goes.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SEAL_PREFIX = "asli "
# What stands in the property while the workbook is made.
BLANK_SEAL = SEAL_PREFIX + "0" * 64
SEALED_PART = "docProps/core.xml"
_SEAL = re.compile(re.escape(SEAL_PREFIX).encode() + rb"[0-9a-f]{64}")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# Larger ones this program does not write; what says so may want to fill the memory.
_LARGEST_PART, _LARGEST_SEALED = 4 << 30, 1 << 20
_CHUNK = 1 << 20


def seal(parts: Iterable[tuple[str, bytes]]) -> str:
    """Return the seal of a workbook's parts (name, content), of which one still holds `BLANK_SEAL`."""
    return _joined((name, hashlib.sha256(content).hexdigest()) for name, content in parts)


def is_untouched(path: Path) -> bool:
    """True for a workbook that holds exactly what this program wrote into it."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with zipfile.ZipFile(path) as package:
            return _fits(package)
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        return False


def _fits(package: zipfile.ZipFile) -> bool:
    parts = package.infolist()
    names = {part.filename for part in parts}
    plain = all(part.compress_type in _METHODS and part.file_size <= _LARGEST_PART for part in parts)
    if not plain or len(names) != len(parts) or SEALED_PART not in names:
        return False
    if package.getinfo(SEALED_PART).file_size > _LARGEST_SEALED:
        return False
    sealed = package.read(SEALED_PART)
    found = _SEAL.findall(sealed)
    return len(found) == 1 and found[0].decode() == _joined(_digests(package, sealed))


def _digests(package: zipfile.ZipFile, sealed: bytes) -> Iterator[tuple[str, str]]:
    """Digest of each part, piece by piece: a recap may be large."""
    for name in package.namelist():
        if name == SEALED_PART:
            yield name, hashlib.sha256(_SEAL.sub(BLANK_SEAL.encode(), sealed)).hexdigest()
            continue
        digest = hashlib.sha256()
        with package.open(name) as part:
            while piece := part.read(_CHUNK):
                digest.update(piece)
        yield name, digest.hexdigest()


def _joined(digests: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"{digest} {name}\n" for name, digest in sorted(digests))
    return SEAL_PREFIX + hashlib.sha256(lines.encode()).hexdigest()
