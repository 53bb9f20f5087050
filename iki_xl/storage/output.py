"""Outputs are written whole or not at all, and several of them together.

Every file is first made beside its place under a temporary name, flushed to disk and read back; only when
all of them lie there are they put in place, each by one rename. So a full disk leaves every old file as it
was, and a reader never sees half a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.errors import OutputError, explain_system_error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    FilePair = tuple[Path, Path]

TEMPORARY_PREFIX = ".iki-xl-"
# The program's own folder in the working folder: ledger and archive.
OWN_FOLDER = ".iki-xl"
# The copies to mend, below the folder of outputs.
PERBAIKAN_FOLDER = "perbaikan"
# Bytes that a drive takes for one name, where it counts bytes (Linux); others take at least as much.
LONGEST_NAME = 255
_TEMPORARY_SUFFIX = ".tmp"
# A temporary file of this age belongs to no living run.
STALE_SECONDS = 3600
# Waits between attempts to replace files that are open elsewhere, about a second in all.
_RETRY_WAITS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.25)


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """Where the outputs lie, in the order in which they were given.

    `elsewhere` are pairs (old file that could not be replaced, where the new one lies instead).
    """

    files: tuple[Path, ...]
    elsewhere: tuple[tuple[Path, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedFiles:
    """Outputs that lie whole on the disk under temporary names: pairs (temporary, target)."""

    pairs: tuple[FilePair, ...]

    def put_in_place(self, used: Collection[Path] = ()) -> WrittenFiles:
        """Put every output in place; where a program holds the old file, keep the new one beside it.

        `used` are targets that must stay as they are.

        Raises:
            OutputError: one can be put neither in its place nor beside it.
        """
        refused = _put_files_in_place([pair for pair in self.pairs if pair[1] not in used])
        elsewhere = {}
        for temporary, target in self.pairs:
            if target in used or (temporary, target) in refused:
                elsewhere[target] = find_free_name(target, "baru")
                if not _move_into_place(temporary, elsewhere[target]):
                    raise OutputError(_explain_unwritable(target, PermissionError(errno.EACCES, "")))
        _fsync_folder({target.parent for _, target in self.pairs})
        return WrittenFiles(
            tuple(elsewhere.get(target, target) for _, target in self.pairs), tuple(elsewhere.items())
        )


class Tray:
    """Outputs that are laid below a folder one by one, whole, under temporary names."""

    def __init__(self, folder: Path, cleaning: contextlib.ExitStack) -> None:
        """Whatever is still under its temporary name when `cleaning` ends is removed."""
        self._folder, self._cleaning = folder, cleaning
        self._pairs: list[FilePair] = []
        self._swept: set[Path] = set()

    @property
    def laid(self) -> PreparedFiles:
        """What lies there by now."""
        return PreparedFiles(tuple(self._pairs))

    def lay(self, name: str, content: bytes) -> Path:
        """Lay one output (name relative to the folder); return where it will go.

        Raises:
            OutputError: it cannot be written; its cause is the system's own error.
        """
        target = self._folder / name
        temporary = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}")
        # before it exists: an interruption leaves nothing behind
        self._cleaning.callback(_discard_temporary, temporary)
        try:
            if target.parent not in self._swept:
                target.parent.mkdir(parents=True, exist_ok=True)
                sweep_temporary(target.parent, STALE_SECONDS)
                self._swept.add(target.parent)
            _check_place(target)
            _write_and_read_back(temporary, content)
        except OSError as exc:
            raise OutputError(_explain_unwritable(target, exc)) from exc
        self._pairs.append((temporary, target))
        return target


@contextlib.contextmanager
def open_tray(folder: Path) -> Iterator[Tray]:
    """Give a tray; what was laid in it and not put in place is removed at the end."""
    with contextlib.ExitStack() as cleaning:
        yield Tray(folder, cleaning)


@contextlib.contextmanager
def prepare(folder: Path, outputs: Iterable[tuple[str, bytes]]) -> Iterator[PreparedFiles]:
    """Lay outputs (name relative to `folder`, content) on the disk; what is not put in place is removed.

    Raises:
        OutputError: one of them cannot be written. No old file has been touched then.
    """
    with open_tray(folder) as tray:
        for name, content in outputs:
            tray.lay(name, content)
        yield tray.laid


def write_whole(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all; return the path.

    Raises:
        OutputError: the folder cannot be made, the disk is full, or the file is open elsewhere.
    """
    with prepare(path.parent, [(path.name, content)]) as ready:
        if _put_files_in_place(ready.pairs):
            raise OutputError(_explain_unwritable(path, PermissionError(errno.EBUSY, "")))
        _fsync_folder({path.parent})
    return path


def make_folder(path: Path) -> Path:
    """Make a folder where there is none; return it.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise OutputError(_explain_unwritable(path, exc)) from exc
    return path


def sweep_temporary(folder: Path, seconds: float, *, deep: bool = False) -> None:
    """Remove what killed runs left in a folder (`deep`: and below it), at least so many seconds old."""
    pattern = f"{TEMPORARY_PREFIX}*{_TEMPORARY_SUFFIX}"
    for path in list(folder.rglob(pattern) if deep else folder.glob(pattern)):
        with contextlib.suppress(OSError):  # gone meanwhile, or not to be removed: it does no harm
            if time.time() - path.lstat().st_mtime >= seconds:
                path.unlink()


def clock_ahead(folder: Path, drive: Path) -> float:
    """Return by how many seconds the clock of a folder's drive is ahead of this computer's; 0.0: unknown.

    A file that is written in `folder` and removed at once tells it, for the folder `drive` too where both lie
    on one drive.
    """
    probe = folder / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}"
    try:
        if folder.stat().st_dev != drive.stat().st_dev:
            return 0.0
        try:
            probe.write_bytes(b"?")
            return probe.stat().st_mtime - time.time()
        finally:
            probe.unlink(missing_ok=True)
    except OSError:
        return 0.0


def find_free_name(path: Path, word: str) -> Path:
    """Return a name beside `path` that no file has: `x (kata).xlsx`, `x (kata 2).xlsx`, ..."""
    number = 1
    while (free := name_beside(path, f" ({word}{f' {number}' if number > 1 else ''})")).exists():
        number += 1
    return free


def name_beside(path: Path, addition: str) -> Path:
    """Return `path` with something added to its stem, of which as much stays as a drive takes."""
    room = LONGEST_NAME - len(os.fsencode(addition + path.suffix))
    return path.with_stem(cut_name(path.stem, room) + addition)


def cut_name(name: str, room: int) -> str:
    """Return as much of a name as fits into so many bytes, never half a letter."""
    kept = os.fsencode(name)
    if len(kept) <= room:
        return name
    return kept[:room].decode("utf-8", "ignore").rstrip()


def _check_place(target: Path) -> None:
    """A name that the drive does not take, or that a folder has, is refused before anything is put in place.

    Raises:
        OSError: nothing can be put there.
    """
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(target.stat().st_mode):
            raise IsADirectoryError(errno.EISDIR, "")


def _write_and_read_back(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if path.read_bytes() != content:
        raise OSError(errno.EIO, "")


def _put_files_in_place(pairs: Sequence[FilePair]) -> list[FilePair]:
    """Put files in place; return those whose old file a program does not let go of (Windows)."""
    left = list(pairs)
    for wait in _RETRY_WAITS:
        time.sleep(wait)
        left = [pair for pair in left if not _move_into_place(*pair)]
        if not left:
            break
    return left


def _move_into_place(temporary: Path, target: Path) -> bool:
    try:
        temporary.replace(target)
    except PermissionError:
        return False
    except OSError as exc:
        raise OutputError(_explain_unwritable(target, exc)) from exc
    return True


def _discard_temporary(temporary: Path) -> None:
    with contextlib.suppress(OSError):  # the folder may be gone, or never was one
        temporary.unlink()


def _fsync_folder(folders: Iterable[Path]) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is journalled
        return
    for folder in folders:
        # some network drives refuse it; the files are in place all the same
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _explain_unwritable(path: Path, exc: OSError) -> str:
    return (
        f"{path} tidak dapat ditulis ({explain_system_error(exc)}). Tutup berkas itu bila sedang terbuka, "
        "periksa izin folder dan ruang disk, lalu ulangi perintahnya."
    )
