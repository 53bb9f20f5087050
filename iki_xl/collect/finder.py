"""Finding returned workbooks in folders: what is to be read, and one word on everything that is not."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iki_xl.collect.advice import advice, container_words, unpacking, without_workbooks
from iki_xl.findings import Place, Temuan, temuan
from iki_xl.readers.book import Limits
from iki_xl.readers.disk import refusal_of
from iki_xl.readers.glance import WORKBOOK_ENDINGS, Sort, container_by_name, glance
from iki_xl.storage.output import OWN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePath

    from iki_xl.readers.glance import Container, Glance

_NOT_RETURNS = {"readme.md"}
_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}
_BESIDE_AN_OPEN_WORKBOOK = "~$"
_NOT_DOWNLOADED = ".icloud"
_JUNCTION = 0xA0000003  # Windows: a folder that leads elsewhere, perhaps to its own parent


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What is no return wherever it lies: the catalogue in use, and the folder of this program's outputs."""

    katalog: Path | None = None
    outputs: Path | None = None

    def absolute(self) -> OwnFiles:
        """Return the same files by whole paths, whose names can be compared."""
        return OwnFiles(*(path and Path(os.path.abspath(path)) for path in (self.katalog, self.outputs)))  # noqa: PTH100 - resolve() would follow links, absolute() keeps ".."


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in a folder: a file to read, or one of which only this is said (its name still left out)."""

    path: Path
    said: Temuan | None = None


def find_files(folder: Path, own: OwnFiles | None = None) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    """Return the workbooks below a folder at any depth, by name, and what is said of the rest.

    Links, pipes and devices are never opened. A file that is not called a workbook is one where its
    content begins like one. Findings name files from the folder on.
    """
    return _sorted_out(_below(folder, (own or OwnFiles()).absolute()), folder)


def find_named(
    paths: Iterable[Path], own: OwnFiles | None = None
) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    """Return the files that were named, those below the folders that were, and what is said of the rest.

    Each file is there once, however often it was named; findings name files as their path was typed.
    """
    found: dict[Path, _Found] = {}
    whole = (own or OwnFiles()).absolute()
    for path in paths:
        for item in _below(path, whole) if path.is_dir() else [_named(path)]:
            found.setdefault(item.path.parent.resolve() / item.path.name, item)
    return _sorted_out(found.values(), None)


def _sorted_out(found: Iterable[_Found], folder: Path | None) -> tuple[tuple[Path, ...], tuple[Temuan, ...]]:
    paths, said = [], []
    for item in found:
        if item.said is None:
            paths.append(item.path)
        else:
            name = shown(item.path.relative_to(folder) if folder else item.path)
            said.append(replace(item.said, file=name))
    return tuple(sorted(paths)), tuple(said)


def shown(path: PurePath) -> str:
    """Return a name that can be written anywhere; on Linux a file's name may be no text at all."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def _named(path: Path) -> _Found:
    """A file named by hand is read, whatever it is; a pattern also names what Excel keeps for itself."""
    beside = path.name.startswith(_BESIDE_AN_OPEN_WORKBOOK)
    return _beside(path) if beside else _Found(path)


def _below(folder: Path, own: OwnFiles) -> Iterator[_Found]:
    """Give everything below a folder, by name."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as exc:
            yield _closed(here, exc)
            continue
        folders = []
        for entry in entries:
            path = Path(entry.path)
            if not _is_folder(entry):
                yield from _file(path, folder, own)
            elif _is_same(path, own.outputs):
                yield from _outputs(path)
            elif entry.name != OWN_FOLDER:
                folders.append(path)
        waiting += reversed(folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    if not entry.is_dir(follow_symlinks=False):
        return False
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) != _JUNCTION


def _is_same(path: Path, other: Path | None) -> bool:
    """True for the very same file or folder; one that is only called the same is another."""
    if other is None or path.name.casefold() != other.name.casefold():
        return False
    with contextlib.suppress(OSError):
        return path.samefile(other)
    return False


def _closed(folder: Path, error: OSError) -> _Found:
    """A folder that does not open: there may be returns in it."""
    refusal = refusal_of(error)
    why = f"isi folder ini tidak terlihat ({refusal.reason})"
    return _Found(folder, temuan("B01", Place(), sebab=why, cara=advice(refusal, Limits())))


def _outputs(folder: Path) -> Iterator[_Found]:
    """Say once that the folder of outputs is not read, where there are workbooks in it."""
    names = (name for _, _, names in os.walk(folder) for name in names)
    if any(Path(name).suffix.lower() in WORKBOOK_ENDINGS for name in names):
        yield _skipped(
            folder, "folder hasil program ini", "Bila di dalamnya ada isian IKI, pindahkan ke folder lain."
        )


def _skipped(path: Path, why: str, what: str) -> _Found:
    return _Found(path, temuan("B06", Place(), sebab=why, cara=what))


def _beside(path: Path) -> _Found:
    return _skipped(path, "berkas sementara Excel", "Tutup berkas aslinya di Excel.")


def _file(path: Path, folder: Path, own: OwnFiles) -> Iterator[_Found]:
    """Give what is to be done with whatever is no folder; nothing where it is not worth a word."""
    known = path.suffix.lower() in WORKBOOK_ENDINGS
    if path.name == OWN_FOLDER or _is_same(path, own.katalog):
        return
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        yield from _hidden(path)
        return
    try:
        mode = path.lstat().st_mode
    except OSError:
        # gone meanwhile: reading says so, where it would have been read
        if known:
            yield _Found(path)
        return
    if stat.S_ISLNK(mode) or stat.S_ISDIR(mode):
        yield _skipped(path, "hanya tautan, bukan berkas", "Salin berkas aslinya ke folder ini.")
    elif not stat.S_ISREG(mode):
        yield _skipped(path, "bukan berkas biasa", "Hapus dari folder ini bila tidak diperlukan.")
    elif path.name.startswith(_BESIDE_AN_OPEN_WORKBOOK):
        yield _beside(path)
    elif known:
        yield _Found(path)
    elif path.name.lower() not in _OF_THE_SYSTEM:
        yield from _looked_at(path, glance(path))


def _hidden(path: Path) -> Iterator[_Found]:
    bare = path.name.removesuffix(_NOT_DOWNLOADED)
    if Path(bare).suffix.lower() not in WORKBOOK_ENDINGS and container_by_name(bare) is None:
        return
    if bare != path.name:
        yield _skipped(path, "belum diunduh dari iCloud", "Unduh dahulu berkasnya, lalu jalankan lagi.")
    else:
        yield _skipped(path, "tersembunyi", "Bila ini isian IKI, ganti namanya.")


def _looked_at(path: Path, found: Glance) -> Iterator[_Found]:
    if found.sort is Sort.WORKBOOK:
        yield _Found(path)
    elif found.container and found.sort is Sort.CONTAINER:
        yield _Found(path, unopened(found.container, ""))
    elif found.container:
        yield _skipped(path, *without_workbooks(found.container))
    elif path.name.lower() not in _NOT_RETURNS:
        yield _skipped(path, "bukan buku kerja", "Bila ini isian IKI, simpan sebagai .xlsx.")


def unopened(container: Container, name: str) -> Temuan:
    """Return what to say of a file by that name which holds other files, and is not opened."""
    return temuan("B27", Place(name), apa=container_words(container), cara=unpacking(container))
