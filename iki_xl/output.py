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

from iki_xl.errors import OutputError, sebab_sistem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    Pasangan = tuple[Path, Path]

AWALAN_SEMENTARA = ".iki-xl-"
# The program's own folder in the working folder: ledger and archive.
FOLDER_SENDIRI = ".iki-xl"
# The copies to mend, below the folder of outputs.
FOLDER_PERBAIKAN = "perbaikan"
# Bytes that a drive takes for one name, where it counts bytes (Linux); others take at least as much.
LONGEST_NAME = 255
_AKHIRAN_SEMENTARA = ".tmp"
# A temporary file of this age belongs to no living run.
DETIK_BASI = 3600
# Waits between attempts to replace files that are open elsewhere, about a second in all.
_DETIK_ULANG = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.25)


@dataclass(frozen=True, slots=True)
class Tertulis:
    """Where the outputs lie, in the order in which they were given.

    `lain_nama` are pairs (old file that could not be replaced, where the new one lies instead).
    """

    berkas: tuple[Path, ...]
    lain_nama: tuple[tuple[Path, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Siap:
    """Outputs that lie whole on the disk under temporary names: pairs (temporary, target)."""

    pasangan: tuple[Pasangan, ...]

    def pasang(self, terpakai: Collection[Path] = ()) -> Tertulis:
        """Put every output in place; where a program holds the old file, keep the new one beside it.

        `terpakai` are targets that must stay as they are.

        Raises:
            OutputError: one can be put neither in its place nor beside it.
        """
        refused = _ganti([pair for pair in self.pasangan if pair[1] not in terpakai])
        elsewhere = {}
        for temporary, target in self.pasangan:
            if target in terpakai or (temporary, target) in refused:
                elsewhere[target] = nama_bebas(target, "baru")
                if not _terganti(temporary, elsewhere[target]):
                    raise OutputError(_kalimat(target, PermissionError(errno.EACCES, "")))
        _fsync_folder({target.parent for _, target in self.pasangan})
        return Tertulis(
            tuple(elsewhere.get(target, target) for _, target in self.pasangan), tuple(elsewhere.items())
        )


class Tray:
    """Outputs that are laid below a folder one by one, whole, under temporary names."""

    def __init__(self, folder: Path, cleaning: contextlib.ExitStack) -> None:
        """Whatever is still under its temporary name when `cleaning` ends is removed."""
        self._folder, self._cleaning = folder, cleaning
        self._pairs: list[Pasangan] = []
        self._swept: set[Path] = set()

    @property
    def laid(self) -> Siap:
        """What lies there by now."""
        return Siap(tuple(self._pairs))

    def lay(self, name: str, content: bytes) -> Path:
        """Lay one output (name relative to the folder); return where it will go.

        Raises:
            OutputError: it cannot be written; its cause is the system's own error.
        """
        target = self._folder / name
        temporary = target.with_name(f"{AWALAN_SEMENTARA}{secrets.token_hex(8)}{_AKHIRAN_SEMENTARA}")
        # before it exists: an interruption leaves nothing behind
        self._cleaning.callback(_buang, temporary)
        try:
            if target.parent not in self._swept:
                target.parent.mkdir(parents=True, exist_ok=True)
                sapu(target.parent, DETIK_BASI)
                self._swept.add(target.parent)
            _check_place(target)
            _tulis_dan_baca(temporary, content)
        except OSError as exc:
            raise OutputError(_kalimat(target, exc)) from exc
        self._pairs.append((temporary, target))
        return target


@contextlib.contextmanager
def open_tray(folder: Path) -> Iterator[Tray]:
    """Give a tray; what was laid in it and not put in place is removed at the end."""
    with contextlib.ExitStack() as cleaning:
        yield Tray(folder, cleaning)


@contextlib.contextmanager
def siapkan(folder: Path, outputs: Iterable[tuple[str, bytes]]) -> Iterator[Siap]:
    """Lay outputs (name relative to `folder`, content) on the disk; what is not put in place is removed.

    Raises:
        OutputError: one of them cannot be written. No old file has been touched then.
    """
    with open_tray(folder) as tray:
        for name, content in outputs:
            tray.lay(name, content)
        yield tray.laid


def tulis_semua(folder: Path, outputs: Iterable[tuple[str, bytes]]) -> Tertulis:
    """Write outputs (name relative to `folder`, content): all of them whole, or none.

    Raises:
        OutputError: the folder cannot be made, the disk is full, or nothing may be written there.
    """
    with siapkan(folder, outputs) as ready:
        return ready.pasang()


def tulis_utuh(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all; return the path.

    Raises:
        OutputError: the folder cannot be made, the disk is full, or the file is open elsewhere.
    """
    with siapkan(path.parent, [(path.name, content)]) as ready:
        if _ganti(ready.pasangan):
            raise OutputError(_kalimat(path, PermissionError(errno.EBUSY, "")))
        _fsync_folder({path.parent})
    return path


def buat_folder(path: Path) -> Path:
    """Make a folder where there is none; return it.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise OutputError(_kalimat(path, exc)) from exc
    return path


def sapu(folder: Path, detik: float, *, dalam: bool = False) -> None:
    """Remove what killed runs left in a folder (`dalam`: and below it), at least so many seconds old."""
    pattern = f"{AWALAN_SEMENTARA}*{_AKHIRAN_SEMENTARA}"
    for path in list(folder.rglob(pattern) if dalam else folder.glob(pattern)):
        with contextlib.suppress(OSError):  # gone meanwhile, or not to be removed: it does no harm
            if time.time() - path.lstat().st_mtime >= detik:
                path.unlink()


def clock_ahead(folder: Path, drive: Path) -> float:
    """Return by how many seconds the clock of a folder's drive is ahead of this computer's; 0.0: unknown.

    A file that is written in `folder` and removed at once tells it, for the folder `drive` too where both lie
    on one drive.
    """
    probe = folder / f"{AWALAN_SEMENTARA}{secrets.token_hex(8)}{_AKHIRAN_SEMENTARA}"
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


def nama_bebas(path: Path, kata: str) -> Path:
    """Return a name beside `path` that no file has: `x (kata).xlsx`, `x (kata 2).xlsx`, ..."""
    number = 1
    while (free := name_beside(path, f" ({kata}{f' {number}' if number > 1 else ''})")).exists():
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


def _tulis_dan_baca(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if path.read_bytes() != content:
        raise OSError(errno.EIO, "")


def _ganti(pairs: Sequence[Pasangan]) -> list[Pasangan]:
    """Put files in place; return those whose old file a program does not let go of (Windows)."""
    left = list(pairs)
    for wait in _DETIK_ULANG:
        time.sleep(wait)
        left = [pair for pair in left if not _terganti(*pair)]
        if not left:
            break
    return left


def _terganti(temporary: Path, target: Path) -> bool:
    try:
        temporary.replace(target)
    except PermissionError:
        return False
    except OSError as exc:
        raise OutputError(_kalimat(target, exc)) from exc
    return True


def _buang(temporary: Path) -> None:
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


def _kalimat(path: Path, exc: OSError) -> str:
    return (
        f"{path} tidak dapat ditulis ({sebab_sistem(exc)}). Tutup berkas itu bila sedang terbuka, "
        "periksa izin folder dan ruang disk, lalu ulangi perintahnya."
    )
