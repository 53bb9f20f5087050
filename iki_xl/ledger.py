"""What was read from files before, by the digest of their bytes: the next run reads only what is new.

The ledger is a cache in SQLite and is never trusted: every payload carries a checksum over the run's key,
the digest it stands for and its own bytes. Whatever is wrong with the ledger costs a reading, nothing else.

Each operation opens the file anew: nothing is held between operations, so readers that are forked inherit
nothing, and a second program waits for one short transaction. The rollback journal makes a killed process
harmless (no WAL: it needs shared memory, which network drives do not have). Nothing waits for the disk: a
power failure may damage the file, which is noticed and costs a reading.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Self

from iki_xl.errors import sebab_sistem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

NAMA_CATATAN = "bacaan.sqlite"
_KENAL = 0x694B4958  # "iKIX": what SQLite's header calls the application
_VERSI = 1
_SKEMA = (
    "CREATE TABLE kunci (sidik BLOB NOT NULL)",
    "CREATE TABLE bacaan (sha256 BLOB NOT NULL, uji BLOB NOT NULL, isi BLOB NOT NULL)",
    "CREATE UNIQUE INDEX menurut_sha256 ON bacaan (sha256)",
)
_BYTE_SHA256 = 32
_TUNGGU_DETIK = 3.0
# Digests asked for in one statement; SQLite before 3.32 takes 999.
_SEKALI_TANYA = 900
# Readings that are kept; the ones saved first go first. 3 kB each.
_PALING_BANYAK = 100_000
# A payload over this is read again each time: a damaged length must not swallow the memory.
_PAYLOAD_TERBESAR = 32 * 1024 * 1024
# Ledgers set aside that are kept; the newest replaces the last.
_DISISIHKAN = 3

_PENUH = {sqlite3.SQLITE_FULL}
_TERKUNCI = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DITOLAK = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOLFS,
}


class _DisisihkanError(Exception):
    """The ledger cannot be used as it is; the message says why, as the middle of a sentence."""


class Ledger:
    """Payloads by the digest of the file they were read from; no method ever raises for what is on the disk.

    `pesan` are Indonesian sentences for the person at the keyboard: what happened to the ledger, what to do.
    """

    def __init__(self, path: Path, kunci: str, tunggu: float = _TUNGGU_DETIK) -> None:
        self._path = path
        self._kunci = blake2b(kunci.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self._tunggu = tunggu
        self._aktif = True
        self._pesan: list[str] = []

    @classmethod
    def buka(cls, folder: Path, kunci: str, *, tunggu: float = _TUNGGU_DETIK) -> Self:
        """Open the ledger in a folder, or make both; where that fails, nothing is known and nothing kept.

        Args:
            folder: the program's own folder in the working folder.
            kunci: stands for everything a reading depends on besides the file's bytes; payloads saved under
                another one are never returned, and are deleted when this run saves.
            tunggu: seconds to wait for another program that is writing.
        """
        ledger = cls(folder / NAMA_CATATAN, kunci, tunggu)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            ledger._menyerah(sebab_sistem(exc))
        else:
            ledger._kerjakan(lambda _db: None, saat_buka=True)
        return ledger

    @property
    def pesan(self) -> tuple[str, ...]:
        return tuple(self._pesan)

    @property
    def aktif(self) -> bool:
        """False where there is no ledger: `ambil` gives nothing then and `simpan` does nothing."""
        return self._aktif

    @property
    def kosong(self) -> bool:
        """True when nothing is kept under this run's key: then no digest needs to be asked for."""
        found: list[object] = []
        query = "SELECT 1 FROM kunci WHERE sidik = ? AND EXISTS (SELECT 1 FROM bacaan)"
        self._kerjakan(lambda db: found.extend(db.execute(query, [self._kunci])))
        return not found

    def ambil(self, sha256s: Iterable[str]) -> dict[str, bytes]:
        """Return the payloads that were saved, by hex digest; what is absent or damaged is left out."""
        wanted = [key for key in map(_biner, sha256s) if key]
        found: dict[str, bytes] = {}
        if wanted:
            self._kerjakan(lambda db: found.update(self._terambil(db, wanted)))
        return found

    def simpan(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Save payloads by hex digest in one transaction; all of them or none."""
        rows = [
            (key, self._uji(key, payload), payload)
            for sha256, payload in items
            if len(payload) <= _PAYLOAD_TERBESAR and (key := _biner(sha256))
        ]
        if rows:
            self._kerjakan(lambda db: self._tersimpan(db, rows))

    def _uji(self, key: bytes, payload: bytes) -> bytes:
        # the first two are of fixed length, so nothing else gives the same bytes
        return blake2b(self._kunci + key + payload, digest_size=16).digest()

    def _terambil(self, db: sqlite3.Connection, wanted: list[bytes]) -> Iterator[tuple[str, bytes]]:
        keys = iter(wanted)
        while batch := list(islice(keys, _SEKALI_TANYA)):
            marks = ",".join("?" * len(batch))
            rows = db.execute(f"SELECT sha256, uji, isi FROM bacaan WHERE sha256 IN ({marks})", batch)  # noqa: S608 - only question marks
            for key, check, payload in rows:
                # damage can make a number of a column
                if type(key) is type(payload) is bytes and check == self._uji(key, payload):
                    yield key.hex(), payload

    def _tersimpan(self, db: sqlite3.Connection, rows: list[tuple[bytes, bytes, bytes]]) -> None:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("SELECT sidik FROM kunci").fetchall() != [(self._kunci,)]:
            db.execute("DELETE FROM bacaan")
            db.execute("DELETE FROM kunci")
            db.execute("INSERT INTO kunci VALUES (?)", [self._kunci])
        db.executemany("INSERT OR REPLACE INTO bacaan VALUES (?, ?, ?)", rows)
        db.execute("DELETE FROM bacaan WHERE rowid <= (SELECT max(rowid) FROM bacaan) - ?", [_PALING_BANYAK])
        db.execute("COMMIT")

    def _kerjakan(self, work: Callable[[sqlite3.Connection], None], *, saat_buka: bool = False) -> None:
        """Do something with the open ledger; a damaged one is set aside and made anew, once."""
        for last in (False, True):
            if not self._aktif:
                return
            try:
                _harus_berkas(self._path)
                with closing(_sambung(self._path, self._tunggu)) as db:
                    _periksa_atau_buat(db)
                    work(db)
            except _DisisihkanError as exc:
                self._sisihkan(str(exc), last=last)
            except sqlite3.Error as exc:
                self._tanggapi(exc, saat_buka=saat_buka, last=last)
            else:
                return

    def _tanggapi(self, error: sqlite3.Error, *, saat_buka: bool, last: bool) -> None:
        # sqlite3 leaves the code out where it complains itself, of a text that is none, for instance
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        # a damaged header can ask for a newer SQLite, which is then called read-only
        only_said = code == sqlite3.SQLITE_READONLY and os.access(self._path, os.W_OK)
        if code in _PENUH:
            self._menyerah("ruang disk habis")
        elif code in _TERKUNCI and not saat_buka:
            self._menyerah("sedang dipakai program lain")
        elif code in _TERKUNCI:
            self._sisihkan("terkunci oleh program lain", last=last)
        elif code in _DITOLAK and not only_said:
            self._menyerah("tidak dapat dibuka atau ditulis di folder itu")
        else:
            self._sisihkan("rusak", last=last)

    def _menyerah(self, why: str) -> None:
        self._aktif = False
        self._pesan.append(
            f"Catatan bacaan {self._path} tidak dapat dipakai ({why}). Pengumpulan tetap berjalan, hanya "
            "lain kali semua berkas dibaca lagi. Tutup program lain yang memakainya, dan periksa izin folder "
            "dan ruang disk."
        )

    def _sisihkan(self, why: str, *, last: bool) -> None:
        if last:
            self._menyerah(why)
            return
        try:
            name = _pindahkan(self._path)
        except OSError as exc:
            self._menyerah(f"{why}, dan tidak dapat disisihkan: {sebab_sistem(exc)}")
            return
        self._pesan.append(
            f"Catatan bacaan {why}; disisihkan sebagai {name} dan dibuat ulang. "
            "Isinya hanya ingatan supaya cepat: semua berkas dibaca ulang, tidak ada isian yang hilang."
        )


def _biner(sha256: str) -> bytes:
    """The digest as bytes; empty where it is none, as that of a file that could not be read."""
    key = bytes.fromhex(sha256)
    return key if len(key) == _BYTE_SHA256 else b""


def _harus_berkas(path: Path) -> None:
    """A folder or a link in its place is set aside; a pipe would hold the program up."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return  # not there yet, or SQLite will say why not
    if not stat.S_ISREG(mode):
        raise _DisisihkanError("bukan berkas biasa")


def _sambung(path: Path, wait: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=wait, isolation_level=None)
    db.text_factory = bytes  # damaged text need not be UTF-8
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _PAYLOAD_TERBESAR + 4096)
    return db


def _periksa_atau_buat(db: sqlite3.Connection) -> None:
    """Make the tables in an empty file; anything but this version's tables is refused."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA page_size = 16384")  # before anything reads the file: only a new one takes it

    if not _kosong(db):
        _periksa(db)
    db.execute("PRAGMA journal_mode = TRUNCATE")
    db.execute("PRAGMA synchronous = OFF")
    if _kosong(db):
        db.execute("BEGIN IMMEDIATE")
        if _kosong(db):  # otherwise another program was faster
            for statement in _SKEMA:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {_KENAL}")
            db.execute(f"PRAGMA user_version = {_VERSI}")
        db.execute("COMMIT")
        _periksa(db)


def _kosong(db: sqlite3.Connection) -> bool:
    tables: int = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return not tables and _bilangan(db, "application_id") == _bilangan(db, "user_version") == 0


def _bilangan(db: sqlite3.Connection, pragma: str) -> int:
    value: int = db.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def _periksa(db: sqlite3.Connection) -> None:
    if _bilangan(db, "application_id") != _KENAL:
        raise _DisisihkanError("rusak")
    if _bilangan(db, "user_version") != _VERSI:
        raise _DisisihkanError("dibuat oleh versi lain program ini")
    # nothing else may stand in it: a trigger would run
    if [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")] != [s.encode() for s in _SKEMA]:
        raise _DisisihkanError("rusak")


def _pindahkan(path: Path) -> str:
    """Rename a ledger and return its new name; its journal, which would be played back into the next, goes.

    Raises:
        OSError: the folder does not allow it, or on Windows another program has it open.
    """
    names = [f"{path.stem}-disisihkan-{number}{path.suffix}" for number in range(1, _DISISIHKAN + 1)]
    free = [name for name in names if not os.path.lexists(path.with_name(name))]
    name = free[0] if free else names[-1]
    path.replace(path.with_name(name))
    for rest in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    return name
