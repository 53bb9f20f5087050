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

from iki_xl.errors import explain_system_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LEDGER_NAME = "bacaan.sqlite"
_APPLICATION_ID = 0x694B4958  # "iKIX": what SQLite's header calls the application
_VERSION = 1
_SCHEMA = (
    "CREATE TABLE kunci (sidik BLOB NOT NULL)",
    "CREATE TABLE bacaan (sha256 BLOB NOT NULL, uji BLOB NOT NULL, isi BLOB NOT NULL)",
    "CREATE UNIQUE INDEX menurut_sha256 ON bacaan (sha256)",
)
_SHA256_BYTES = 32
_WAIT_SECONDS = 3.0
# Digests asked for in one statement; SQLite before 3.32 takes 999.
_QUERY_BATCH = 900
# Readings that are kept; the ones saved first go first. 3 kB each.
_MOST_READINGS = 100_000
# A payload over this is read again each time: a damaged length must not swallow the memory.
_LARGEST_PAYLOAD = 32 * 1024 * 1024
# Ledgers set aside that are kept; the newest replaces the last.
_KEPT_ASIDE = 3

_FULL_CODES = {sqlite3.SQLITE_FULL}
_LOCKED_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_REFUSED_CODES = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOLFS,
}


class _SetAsideError(Exception):
    """The ledger cannot be used as it is; the message says why, as the middle of a sentence."""


class Ledger:
    """Payloads by the digest of the file they were read from; no method ever raises for what is on the disk.

    `message` are Indonesian sentences for the person at the keyboard: what happened to the ledger, what to
    do. Where `is_active` is false there is no ledger: `fetch` gives nothing then and `store` does nothing.
    """

    def __init__(self, path: Path, key: str, wait: float = _WAIT_SECONDS) -> None:
        self._path = path
        self._key_digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self._wait = wait
        self.is_active = True
        self._messages: list[str] = []

    @classmethod
    def open_ledger(cls, folder: Path, key: str, *, wait: float = _WAIT_SECONDS) -> Self:
        """Open the ledger in a folder, or make both; where that fails, nothing is known and nothing kept.

        Args:
            folder: the program's own folder in the working folder.
            key: stands for everything a reading depends on besides the file's bytes; payloads saved under
                another one are never returned, and are deleted when this run saves.
            wait: seconds to wait for another program that is writing.
        """
        ledger = cls(folder / LEDGER_NAME, key, wait)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            ledger._give_up(explain_system_error(exc))
        else:
            ledger._work_on_ledger(lambda _db: None, at_opening=True)
        return ledger

    @property
    def message(self) -> tuple[str, ...]:
        return tuple(self._messages)

    @property
    def is_blank(self) -> bool:
        """True when nothing is kept under this run's key: then no digest needs to be asked for."""
        found: list[object] = []
        query = "SELECT 1 FROM kunci WHERE sidik = ? AND EXISTS (SELECT 1 FROM bacaan)"
        self._work_on_ledger(lambda db: found.extend(db.execute(query, [self._key_digest])))
        return not found

    def fetch(self, sha256s: Iterable[str]) -> dict[str, bytes]:
        """Return the payloads that were saved, by hex digest; what is absent or damaged is left out."""
        wanted = [key for key in map(_parse_digest, sha256s) if key]
        found: dict[str, bytes] = {}
        if wanted:
            self._work_on_ledger(lambda db: found.update(self._fetch_payloads(db, wanted)))
        return found

    def store(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Save payloads by hex digest in one transaction; all of them or none."""
        rows = [
            (key, self._compute_checksum(key, payload), payload)
            for sha256, payload in items
            if len(payload) <= _LARGEST_PAYLOAD and (key := _parse_digest(sha256))
        ]
        if rows:
            self._work_on_ledger(lambda db: self._store_payloads(db, rows))

    def _compute_checksum(self, key: bytes, payload: bytes) -> bytes:
        # the first two are of fixed length, so nothing else gives the same bytes
        return blake2b(self._key_digest + key + payload, digest_size=16).digest()

    def _fetch_payloads(self, db: sqlite3.Connection, wanted: list[bytes]) -> Iterator[tuple[str, bytes]]:
        keys = iter(wanted)
        while batch := list(islice(keys, _QUERY_BATCH)):
            marks = ",".join("?" * len(batch))
            rows = db.execute(f"SELECT sha256, uji, isi FROM bacaan WHERE sha256 IN ({marks})", batch)  # noqa: S608 - only question marks
            for key, check, payload in rows:
                # damage can make a number of a column
                if type(key) is type(payload) is bytes and check == self._compute_checksum(key, payload):
                    yield key.hex(), payload

    def _store_payloads(self, db: sqlite3.Connection, rows: list[tuple[bytes, bytes, bytes]]) -> None:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("SELECT sidik FROM kunci").fetchall() != [(self._key_digest,)]:
            db.execute("DELETE FROM bacaan")
            db.execute("DELETE FROM kunci")
            db.execute("INSERT INTO kunci VALUES (?)", [self._key_digest])
        db.executemany("INSERT OR REPLACE INTO bacaan VALUES (?, ?, ?)", rows)
        db.execute("DELETE FROM bacaan WHERE rowid <= (SELECT max(rowid) FROM bacaan) - ?", [_MOST_READINGS])
        db.execute("COMMIT")

    def _work_on_ledger(
        self, work: Callable[[sqlite3.Connection], None], *, at_opening: bool = False
    ) -> None:
        """Do something with the open ledger; a damaged one is set aside and made anew, once."""
        for last in (False, True):
            if not self.is_active:
                return
            try:
                _require_regular_file(self._path)
                with closing(_connect_ledger(self._path, self._wait)) as db:
                    _check_or_create(db)
                    work(db)
            except _SetAsideError as exc:
                self._set_ledger_aside(str(exc), last=last)
            except sqlite3.Error as exc:
                self._handle_ledger_error(exc, at_opening=at_opening, last=last)
            else:
                return

    def _handle_ledger_error(self, error: sqlite3.Error, *, at_opening: bool, last: bool) -> None:
        # sqlite3 leaves the code out where it complains itself, of a text that is none, for instance
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        # a damaged header can ask for a newer SQLite, which is then called read-only
        only_said = code == sqlite3.SQLITE_READONLY and os.access(self._path, os.W_OK)
        if code in _FULL_CODES:
            self._give_up("ruang disk habis")
        elif code in _LOCKED_CODES and not at_opening:
            self._give_up("sedang dipakai program lain")
        elif code in _LOCKED_CODES:
            self._set_ledger_aside("terkunci oleh program lain", last=last)
        elif code in _REFUSED_CODES and not only_said:
            self._give_up("tidak dapat dibuka atau ditulis di folder itu")
        else:
            self._set_ledger_aside("rusak", last=last)

    def _give_up(self, why: str) -> None:
        self.is_active = False
        self._messages.append(
            f"Catatan bacaan {self._path} tidak dapat dipakai ({why}). Pengumpulan tetap berjalan, hanya "
            "lain kali semua berkas dibaca lagi. Tutup program lain yang memakainya, dan periksa izin folder "
            "dan ruang disk."
        )

    def _set_ledger_aside(self, why: str, *, last: bool) -> None:
        if last:
            self._give_up(why)
            return
        try:
            name = _rename_ledger(self._path)
        except OSError as exc:
            self._give_up(f"{why}, dan tidak dapat disisihkan: {explain_system_error(exc)}")
            return
        self._messages.append(
            f"Catatan bacaan {why}; disisihkan sebagai {name} dan dibuat ulang. "
            "Isinya hanya ingatan supaya cepat: semua berkas dibaca ulang, tidak ada isian yang hilang."
        )


def _parse_digest(sha256: str) -> bytes:
    """The digest as bytes; empty where it is none, as that of a file that could not be read."""
    key = bytes.fromhex(sha256)
    return key if len(key) == _SHA256_BYTES else b""


def _require_regular_file(path: Path) -> None:
    """A folder or a link in its place is set aside; a pipe would hold the program up."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return  # not there yet, or SQLite will say why not
    if not stat.S_ISREG(mode):
        raise _SetAsideError("bukan berkas biasa")


def _connect_ledger(path: Path, wait: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=wait, isolation_level=None)
    db.text_factory = bytes  # damaged text need not be UTF-8
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_PAYLOAD + 4096)
    return db


def _check_or_create(db: sqlite3.Connection) -> None:
    """Make the tables in an empty file; anything but this version's tables is refused."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA page_size = 16384")  # before anything reads the file: only a new one takes it

    if not _is_empty_database(db):
        _check_tables(db)
    db.execute("PRAGMA journal_mode = TRUNCATE")
    db.execute("PRAGMA synchronous = OFF")
    if _is_empty_database(db):
        db.execute("BEGIN IMMEDIATE")
        if _is_empty_database(db):  # otherwise another program was faster
            for statement in _SCHEMA:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")
        _check_tables(db)


def _is_empty_database(db: sqlite3.Connection) -> bool:
    tables: int = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return (
        not tables
        and _read_pragma_number(db, "application_id") == _read_pragma_number(db, "user_version") == 0
    )


def _read_pragma_number(db: sqlite3.Connection, pragma: str) -> int:
    value: int = db.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def _check_tables(db: sqlite3.Connection) -> None:
    if _read_pragma_number(db, "application_id") != _APPLICATION_ID:
        raise _SetAsideError("rusak")
    if _read_pragma_number(db, "user_version") != _VERSION:
        raise _SetAsideError("dibuat oleh versi lain program ini")
    # nothing else may stand in it: a trigger would run
    if [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")] != [s.encode() for s in _SCHEMA]:
        raise _SetAsideError("rusak")


def _rename_ledger(path: Path) -> str:
    """Rename a ledger and return its new name; its journal, which would be played back into the next, goes.

    Raises:
        OSError: the folder does not allow it, or on Windows another program has it open.
    """
    names = [f"{path.stem}-disisihkan-{number}{path.suffix}" for number in range(1, _KEPT_ASIDE + 1)]
    free = [name for name in names if not os.path.lexists(path.with_name(name))]
    name = free[0] if free else names[-1]
    path.replace(path.with_name(name))
    for rest in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    return name
