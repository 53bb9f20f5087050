"""What was read before: found again when it is right, read again when anything at all is wrong."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sqlite3
import time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl.storage.ledger import LEDGER_NAME, Ledger

KEY = "pembaca 1, formulir 1"
SPAWN = multiprocessing.get_context("spawn")


def digest(number):
    return sha256(b"%d" % number).hexdigest()


def payload(number):
    return b'{"berkas": %d}' % number * 200


def items(count, start=0):
    return [(digest(n), payload(n)) for n in range(start, start + count)]


def filled(folder, count=20):
    Ledger.open_ledger(folder, KEY).store(items(count))
    return folder / LEDGER_NAME


def known(folder, count=20, key=KEY):
    return Ledger.open_ledger(folder, key).fetch(digest(n) for n in range(count))


def set_aside(folder):
    return sorted(p.name for p in folder.glob("bacaan-disisihkan-*"))


def test_what_was_saved_is_found_again(tmp_path):
    """Only what was saved is found, in the next run as well; the digest "" of an unread file never is."""
    folder = tmp_path / ".iki-xl"
    ledger = Ledger.open_ledger(folder, KEY)
    ledger.store(iter([*items(3), ("", b"tidak terbaca")]))
    ledger.store([(digest(1), b"baru"), (digest(5), b"")])
    found = Ledger.open_ledger(folder, KEY).fetch([*(digest(n) for n in range(9)), ""])
    assert found == {digest(0): payload(0), digest(1): b"baru", digest(2): payload(2), digest(5): b""}
    assert ledger.message == ()
    assert ledger.is_active


def test_another_key_finds_nothing_and_takes_over(tmp_path):
    """Readings of another reader or form are not returned; they are deleted once this run saves."""
    filled(tmp_path)
    assert known(tmp_path, key="pembaca 2") == {}
    assert len(known(tmp_path)) == 20
    Ledger.open_ledger(tmp_path, "pembaca 2").store(items(2))
    assert known(tmp_path) == {}
    assert known(tmp_path, key="pembaca 2") == dict(items(2))
    with sqlite3.connect(tmp_path / LEDGER_NAME) as db:
        assert db.execute("SELECT count(*) FROM bacaan").fetchone() == (2,)
    db.close()


def test_a_row_moved_under_another_digest_or_key_is_absent(tmp_path):
    """A payload counts only under the digest and the key it was saved with, whatever the tables say."""
    path = filled(tmp_path, 2)
    db = sqlite3.connect(path, isolation_level=None)
    one, two = (bytes.fromhex(digest(n)) for n in (0, 1))
    db.execute("DELETE FROM bacaan WHERE sha256 = ?", [one])
    db.execute("UPDATE bacaan SET sha256 = ? WHERE sha256 = ?", [one, two])
    db.close()
    assert known(tmp_path) == {}


def _future(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA user_version = 99")
    db.close()


def _older(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA user_version = 0")
    db.close()


def _foreign(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA application_id = 7")
    db.close()


def _trigger(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("CREATE TRIGGER ikut AFTER INSERT ON bacaan BEGIN DELETE FROM bacaan; END")
    db.close()


def _no_table(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("DROP TABLE kunci")
    db.close()


def _folder(path):
    path.unlink()
    (path / "isi").mkdir(parents=True)


def _link(path):
    path.rename(path.with_name("lain.sqlite"))
    path.symlink_to("lain.sqlite")


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


DAMAGE = {
    "masa depan": _future,
    "lama": _older,
    "asing": _foreign,
    "pemicu": _trigger,
    "tanpa tabel": _no_table,
    "teks": lambda path: path.write_text("catatan saya\n" * 500),
    "terpotong": lambda path: os.truncate(path, path.stat().st_size // 2),
    "terpotong di kepala": lambda path: os.truncate(path, 40),
    "folder": _folder,
    "tautan": _link,
    "pipa": _pipe,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_ledger_that_is_not_right_is_set_aside_and_made_anew(tmp_path, damage):
    """Damaged, foreign or from another version: one sentence, the old one kept, nothing taken from it."""
    DAMAGE[damage](filled(tmp_path))
    ledger = Ledger.open_ledger(tmp_path, KEY)
    found = ledger.fetch(digest(n) for n in range(20))
    ledger.store(items(5))
    assert found == {}
    assert len(ledger.message) == 1
    assert "disisihkan sebagai bacaan-disisihkan-1.sqlite dan dibuat ulang" in ledger.message[0]
    assert set_aside(tmp_path) == ["bacaan-disisihkan-1.sqlite"]
    assert known(tmp_path) == dict(items(5))


def test_an_empty_file_is_a_new_ledger(tmp_path):
    """Nothing stands in it, so nothing is set aside and nothing said."""
    (tmp_path / LEDGER_NAME).touch()
    ledger = Ledger.open_ledger(tmp_path, KEY)
    ledger.store(items(1))
    assert (ledger.message, known(tmp_path)) == ((), dict(items(1)))


def test_few_ledgers_set_aside_are_kept(tmp_path):
    """Damage every month does not fill the disk."""
    for number in range(6):
        (tmp_path / LEDGER_NAME).write_text(f"rusak {number}" * 99)
        assert len(Ledger.open_ledger(tmp_path, KEY).message) == 1
    assert set_aside(tmp_path) == [f"bacaan-disisihkan-{n}.sqlite" for n in (1, 2, 3)]
    assert "rusak 5" in (tmp_path / "bacaan-disisihkan-3.sqlite").read_text()


def test_damage_while_it_is_used_is_noticed(tmp_path):
    """The ledger may be damaged after it was opened: what was asked is absent, what is saved is kept."""
    path = filled(tmp_path, 500)
    ledger = Ledger.open_ledger(tmp_path, KEY)
    os.truncate(path, 20_000)
    assert set(ledger.fetch(digest(n) for n in range(500)).items()) <= set(items(500))
    path.write_text("rusak lagi" * 999)
    ledger.store(items(3))
    assert known(tmp_path) == dict(items(3))
    assert all("dibuat ulang" in text for text in ledger.message)
    assert len(ledger.message) == 2


@settings(max_examples=60)
@given(st.data())
def test_random_damage_never_gives_a_wrong_payload(data):
    """Bytes changed anywhere in any page: every payload found is right, and saving goes on."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = filled(folder, 30)
        content = bytearray(path.read_bytes())
        pages = range(0, len(content), 4096)
        everywhere = data.draw(st.booleans())
        for start in pages if everywhere else [data.draw(st.sampled_from(pages))]:
            count = data.draw(st.integers(1, 40))
            at = start + data.draw(st.integers(0, 4095) | st.integers(0, 120))
            if at < len(content):
                content[at : at + count] = data.draw(st.binary(min_size=count, max_size=count))
        path.write_bytes(content)
        ledger = Ledger.open_ledger(folder, KEY)
        found = ledger.fetch(digest(n) for n in range(40))
        ledger.store(items(5, 50))
        assert found.items() <= dict(items(30)).items()
        assert ledger.is_active
        again = Ledger.open_ledger(folder, KEY).fetch(digest(n) for n in range(60))
        assert again.items() <= dict(items(60)).items()


@settings(max_examples=20)
@given(st.integers(0, 199), st.integers(1, 255))
def test_a_flipped_byte_in_every_page(at, mask):
    """Not one page is trusted because another is right."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = filled(folder, 30)
        content = bytearray(path.read_bytes())
        for start in range(0, len(content), 4096):
            content[(start + at) % len(content)] ^= mask
        path.write_bytes(content)
        assert known(folder, 40).items() <= dict(items(30)).items()


def test_no_folder_can_be_made(tmp_path):
    """A file where the folder should be: collecting goes on without a ledger, one sentence says so."""
    (tmp_path / ".iki-xl").write_text("bukan folder")
    ledger = Ledger.open_ledger(tmp_path / ".iki-xl", KEY)
    ledger.store(items(2))
    assert ledger.fetch([digest(0)]) == {}
    assert not ledger.is_active
    assert len(ledger.message) == 1
    assert "tidak dapat dipakai (sudah ada berkas dengan nama itu)" in ledger.message[0]
    assert (tmp_path / ".iki-xl").read_text() == "bukan folder"


def test_no_permission_to_write(tmp_path, monkeypatch):
    """SQLite may not open or write the file: no ledger, one sentence, nothing set aside."""
    filled(tmp_path)

    def refused(*_args, **_options):
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(sqlite3, "connect", refused)
    ledger = Ledger.open_ledger(tmp_path, KEY)
    ledger.store(items(2))
    assert (ledger.fetch([digest(0)]), ledger.is_active, len(ledger.message)) == ({}, False, 1)
    assert "izin folder" in ledger.message[0]
    assert set_aside(tmp_path) == []


def test_damage_that_cannot_be_set_aside(tmp_path, monkeypatch):
    """On Windows another program may hold the file: then there is no ledger, and the file stays."""
    path = filled(tmp_path)
    path.write_text("rusak" * 999)

    def held(*_args):
        raise PermissionError(13, "held")

    monkeypatch.setattr(Path, "replace", held)
    ledger = Ledger.open_ledger(tmp_path, KEY)
    assert (ledger.fetch([digest(0)]), ledger.is_active, len(ledger.message)) == ({}, False, 1)
    assert "tidak dapat disisihkan: tanpa izin" in ledger.message[0]


def _fill_the_disk(folder, told):
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    ledger = Ledger.open_ledger(folder, KEY)
    for start in range(0, 1000, 50):
        ledger.store(items(50, start))
    told.put((ledger.is_active, ledger.message))


def test_a_full_disk(tmp_path):
    """What was saved before stays, one sentence says that the rest is not kept."""
    told = SPAWN.Queue()
    child = SPAWN.Process(target=_fill_the_disk, args=(tmp_path, told))
    child.start()
    active, said = told.get(timeout=60)
    child.join()
    assert not active
    assert len(said) == 1
    assert "ruang disk" in said[0]
    found = known(tmp_path, 1000)
    assert found.items() <= dict(items(1000)).items()
    assert 50 <= len(found) < 200
    assert set_aside(tmp_path) == []


def _save_forever(folder):
    ledger = Ledger.open_ledger(folder, KEY)
    for start in range(0, 10_000_000, 500):
        ledger.store(items(500, start))


@pytest.mark.parametrize("moment", [0.0, 0.004, 0.013, 0.031])
def test_killed_in_the_middle_of_saving(tmp_path, moment):
    """kill -9 at any moment: what was committed is there and right, the ledger goes on."""
    child = SPAWN.Process(target=_save_forever, args=(tmp_path,))
    child.start()
    path = tmp_path / LEDGER_NAME
    while not path.exists() or path.stat().st_size < 3_000_000:
        assert child.is_alive()
        time.sleep(0.001)
    time.sleep(moment)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    ledger = Ledger.open_ledger(tmp_path, KEY)
    found = ledger.fetch(digest(n) for n in range(20_000))
    assert found == dict(items(len(found)))
    assert len(found) >= 500
    assert len(found) % 500 == 0
    assert ledger.message == ()
    ledger.store([(digest(-1), b"lanjut")])
    assert ledger.fetch([digest(-1)]) == {digest(-1): b"lanjut"}


def _save_some(folder, start, told):
    ledger = Ledger.open_ledger(folder, KEY)
    for first in range(start, start + 1000, 100):
        ledger.store(items(100, first))
        ledger.fetch(digest(n) for n in range(2000))
    told.put(ledger.message)


def test_two_programs_at_the_same_time(tmp_path):
    """Each waits for the other's short transaction; everything is kept and nobody is disturbed."""
    told = SPAWN.Queue()
    children = [SPAWN.Process(target=_save_some, args=(tmp_path, start, told)) for start in (0, 1000)]
    for child in children:
        child.start()
    said = [told.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    assert said == [(), ()]
    assert known(tmp_path, 2000) == dict(items(2000))


def test_a_program_that_never_lets_go(tmp_path):
    """Locked at the start: set aside and made anew. Locked while saving: this run keeps nothing more."""
    path = filled(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    ledger = Ledger.open_ledger(tmp_path, KEY, wait=0.05)
    assert len(ledger.message) == 1
    assert "terkunci oleh program lain; disisihkan" in ledger.message[0]
    ledger.store(items(2))
    assert known(tmp_path) == dict(items(2))
    other.close()

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ledger = Ledger.open_ledger(tmp_path, KEY, wait=0.05)
    assert ledger.fetch([digest(0)]) == {digest(0): payload(0)}
    ledger.store(items(9))
    assert not ledger.is_active
    assert "sedang dipakai program lain" in ledger.message[-1]
    other.close()
    assert known(tmp_path) == dict(items(2))


def test_fifty_thousand_digests(tmp_path):
    """A large office asks for all its files at once."""
    ledger = Ledger.open_ledger(tmp_path, KEY)
    ledger.store((digest(n), b"%d" % n) for n in range(0, 50_000, 2))
    found = ledger.fetch(digest(n) for n in range(50_000))
    assert found == {digest(n): b"%d" % n for n in range(0, 50_000, 2)}


def test_the_ledger_does_not_grow_for_ever(tmp_path, monkeypatch):
    """The readings saved first go first; no clock is asked."""
    monkeypatch.setattr("iki_xl.storage.ledger._MOST_READINGS", 10)
    filled(tmp_path, 8)
    ledger = Ledger.open_ledger(tmp_path, KEY)
    ledger.store([*items(1), *items(5, 8)])
    assert sorted(known(tmp_path)) == sorted(digest(n) for n in (0, *range(4, 13)))
    assert ledger.message == ()


def test_a_payload_of_absurd_size_is_not_kept(tmp_path, monkeypatch):
    """It is read again each time; the others are kept."""
    monkeypatch.setattr("iki_xl.storage.ledger._LARGEST_PAYLOAD", 5000)
    Ledger.open_ledger(tmp_path, KEY).store([(digest(0), bytes(5001)), (digest(1), bytes(5000))])
    assert known(tmp_path) == {digest(1): bytes(5000)}
