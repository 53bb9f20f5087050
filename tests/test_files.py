"""Finding and opening: every kind of file that lies in a folder, each with one word, and the rest is read."""

from __future__ import annotations

import io
import os
import pickle
import socket
import sys
import zipfile
from functools import partial
from pathlib import Path

import biff
import libreoffice
import pytest
from filled import make_katalog, write_return

from iki_xl.collect.files import ReadingOptions, read_all_files, read_one_file
from iki_xl.collect.finder import find_files
from iki_xl.readers.book import Limits
from iki_xl.readers.workers import read_in_workers

SAVE_AGAIN = "Minta pegawai menyimpan ulang sebagai .xlsx, lalu taruh kembali di folder ini."
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and permissions of POSIX")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return the bytes of a returned workbook."""
    return write_return(tmp_path_factory.mktemp("buku") / "a.xlsx", make_katalog(), {"J02": {}}).read_bytes()


def put_files(folder, **contents):
    """Write files: {name with __ for dots: content}."""
    for name, content in contents.items():
        (folder / name.replace("__", ".")).write_bytes(content)


def list_said(found):
    """Return what was said of each file: {file: (code, reason)}."""
    assert len({t.file for t in found}) == len(found)
    return {t.file: (t.code, t.message.partition(": ")[2].rstrip(".")) for t in found}


def fill_with_everything(folder, book):
    """Fill a folder with every kind of file."""
    xls = biff.xls({"a": biff.number(0, 0, 1.0)})
    (folder / "bidang" / "seksi").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "map.xlsx").mkdir()
    put_files(
        folder,
        benar__xlsx=book,
        besar__XLSM=book + b"\0",
        lama__xls=xls,
        salah_nama__xlsx=xls + b"\0",
        isian__kirim=book + b"\0\0",
        isian_lama__bak=xls + b"\0\0",
        kosong__xlsx=b"",
        kosong__txt=b"",
        teks__xlsx=b"Januari;5\n",
        acak__ods=bytes(range(256)) * 4,
        biner__xlsb=_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}),
        surat__docx=_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x"}),
        surat__doc=biff.ole(WordDocument=b"x" * 600),
        rahasia__xlsx=biff.ole(EncryptedPackage=b"x" * 600),
        terpotong__xlsx=book[:4000],
        catatan__txt=b"Minta isian dari Bidang I",
        README__md=b"# Isian",
    )
    put_files(folder, **{"~$benar__xlsx": b"x", "__DS_Store": b"x", "__tersembunyi__xlsx": book})
    put_files(folder / ".git", objek=b"x", b__xlsx=book)
    put_files(folder / "bidang" / "seksi", sama__xlsx=book)
    put_files(folder / "map.xlsx", lain__xlsx=book + b"\0\0\0")


def _zip(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def test_every_kind_of_file_has_one_word(tmp_path, book):
    """Workbooks under any name are read; every other file is said once, with what to do; README is not."""
    fill_with_everything(tmp_path, book)
    paths, skipped = find_files(tmp_path)
    read, unread = read_all_files(paths, tmp_path, make_katalog())
    assert [f.nama for f in read] == [
        "benar.xlsx",
        "besar.XLSM",
        "isian.kirim",
        "isian_lama.bak",
        "lama.xls",
        "map.xlsx/lain.xlsx",
        "salah_nama.xlsx",
    ]
    assert list_said(skipped) == {
        ".git/b.xlsx": ("B06", "tersembunyi"),
        ".tersembunyi.xlsx": ("B06", "tersembunyi"),
        "catatan.txt": ("B06", "bukan buku kerja"),
        "kosong.txt": ("B06", "bukan buku kerja"),
        "surat.doc": ("B06", "bukan buku kerja"),
        "surat.docx": ("B06", "bukan buku kerja"),
        "~$benar.xlsx": ("B06", "berkas sementara Excel"),
    }
    assert {name: said for name, said in list_said(unread).items() if said[0] == "B01"} == {
        "acak.ods": ("B01", "isinya bukan buku kerja Excel"),
        "biner.xlsb": ("B01", "format .xlsb belum dapat dibaca"),
        "kosong.xlsx": ("B01", "berkasnya kosong"),
        "rahasia.xlsx": ("B01", "berkasnya memakai kata sandi"),
        "teks.xlsx": ("B01", "isinya teks biasa (misalnya CSV atau halaman web), bukan buku kerja"),
        "terpotong.xlsx": ("B01", "berkasnya terpotong atau rusak"),
    }
    assert [(t.code, t.file) for t in unread if t.code != "B01"] == [("B07", "bidang/seksi/sama.xlsx")]
    assert all(t.remedy for t in (*skipped, *unread))
    assert {t.remedy for t in unread if t.file == "teks.xlsx"} == {SAVE_AGAIN}
    assert {t.remedy.split()[0] for t in unread if t.file == "rahasia.xlsx"} == {"Buka"}


@posix
def test_what_is_no_file_is_never_opened(tmp_path, book):
    """Pipes, sockets, devices and links, also to folders: said, and nothing waits for them."""
    put_files(tmp_path, asli__xlsx=book)
    os.mkfifo(tmp_path / "pipa.xlsx")
    os.mkfifo(tmp_path / "pipa.txt")
    (tmp_path / "tautan.xlsx").symlink_to(tmp_path / "asli.xlsx")
    (tmp_path / "putus.xlsx").symlink_to(tmp_path / "tidak-ada.xlsx")
    (tmp_path / "putaran").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(tmp_path / "s.xlsx"))
        paths, said = find_files(tmp_path)
        assert [p.name for p in paths] == ["asli.xlsx"]
        assert list_said(said) == {
            "pipa.txt": ("B06", "bukan berkas biasa"),
            "pipa.xlsx": ("B06", "bukan berkas biasa"),
            "putaran": ("B06", "hanya tautan, bukan berkas"),
            "putus.xlsx": ("B06", "hanya tautan, bukan berkas"),
            "s.xlsx": ("B06", "bukan berkas biasa"),
            "tautan.xlsx": ("B06", "hanya tautan, bukan berkas"),
        }
        # named by hand, they are refused all the same
        names = ["pipa.xlsx", "tautan.xlsx", "s.xlsx", "putaran"]
        read, unread = read_all_files(
            [tmp_path / name for name in names] + [Path("/dev/zero")], None, make_katalog()
        )
    assert read == ()
    assert {t.code for t in unread} == {"B01"}
    assert len(unread) == 5


def test_a_folder_a_missing_file_and_a_large_one_are_one_word_each(tmp_path, book):
    """A directory by the name of a workbook, a file deleted since it was found, a file over the limit."""
    (tmp_path / "map.xlsx").mkdir()
    put_files(tmp_path, besar__xlsx=bytes(1024 * 1024 + 1), baik__xlsx=book)
    paths = [tmp_path / name for name in ("map.xlsx", "hilang.xlsx", "besar.xlsx", "baik.xlsx")]
    read, unread = read_all_files(paths, tmp_path, make_katalog(), ReadingOptions(Limits(file_mb=1)))
    assert [f.nama for f in read] == ["baik.xlsx"]
    assert list_said(unread) == {
        "map.xlsx": ("B01", "ini folder, bukan berkas"),
        "hilang.xlsx": ("B01", "berkasnya tidak ada"),
        "besar.xlsx": ("B01", "ukurannya 2 MB, paling besar 1 MB"),
    }


@pytest.mark.parametrize("change", ["longer", "shorter", "replaced", "touched", "deleted"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, book, monkeypatch, change):
    """Whatever is written to it in the middle, half of an old and half of a new file never count."""
    path, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(book)
    other.write_bytes(book)
    actions = {
        "longer": lambda: path.write_bytes(book + b"x"),
        "shorter": lambda: path.write_bytes(book[:100]),
        "replaced": lambda: other.replace(path),
        "touched": lambda: os.utime(path, (1, 1)),
        "deleted": path.unlink,
    }
    original = os.fdopen

    def opened(*args, **kwargs):
        file = original(*args, **kwargs)
        actions[change]()
        return file

    monkeypatch.setattr(os, "fdopen", opened)
    result = read_one_file(path, pickle.dumps(make_katalog()), Limits())
    assert result.record is None
    assert result.reason == ("berkasnya tidak ada" if change == "deleted" else "berubah selagi dibaca")


@posix
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path, book, monkeypatch):
    """Swapped between the look and the opening."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(book)
    original = os.open

    def swapped(name, flags, *args):
        path.unlink()
        os.mkfifo(path)
        return original(name, flags, *args)

    monkeypatch.setattr(os, "open", swapped)
    assert read_one_file(path, pickle.dumps(make_katalog()), Limits()).reason == "ini bukan berkas biasa"


@posix
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_said(tmp_path, book):
    """A file and a folder without permission."""
    put_files(tmp_path, a__xlsx=book)
    (tmp_path / "tutup").mkdir(mode=0)
    (tmp_path / "a.xlsx").chmod(0)
    try:
        paths, said = find_files(tmp_path)
        _, unread = read_all_files(paths, tmp_path, make_katalog())
    finally:
        (tmp_path / "tutup").chmod(0o700)
    assert list_said(said)["tutup"][0] == "B01"
    assert list_said(unread)["a.xlsx"][1].startswith("tidak ada izin")


def test_a_refusal_of_the_system_is_said_in_indonesian(tmp_path, monkeypatch):
    """Whoever runs the tests: what the system raises is one finding."""
    (tmp_path / "a.xlsx").write_bytes(b"x")
    for error, reason in (
        (PermissionError(13, "x"), "tidak ada izin membacanya, atau sedang dibuka program lain"),
        (OSError(5, "x"), "sistem menolak membacanya"),
    ):

        def refuse(*_args, error=error):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refuse)
            assert read_one_file(tmp_path / "a.xlsx", pickle.dumps(make_katalog()), Limits()).reason == reason
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", refuse)
            (said,) = find_files(tmp_path)[1]
            assert (said.code, said.file) == ("B01", ".")
            assert reason in said.message


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are no text")
def test_names_that_are_no_text_are_shown_and_read(tmp_path, book):
    """Bytes that are no UTF-8 in a file's name never break an output."""
    (tmp_path / os.fsdecode(b"a\xff.xlsx")).write_bytes(book)
    (tmp_path / os.fsdecode(b"b\xff.txt")).write_bytes(b"x")
    paths, said = find_files(tmp_path)
    read, _ = read_all_files(paths, tmp_path, make_katalog())
    assert [f.nama for f in read] == ["a\\udcff.xlsx"]
    assert [t.file for t in said] == ["b\\udcff.txt"]


def test_many_files_in_one_folder_are_found_at_once(tmp_path):
    """10,000 names, none opened."""
    for number in range(10_000):
        (tmp_path / f"{number:05d}.xlsx").touch()
    paths, said = find_files(tmp_path)
    assert [p.name for p in paths[:2]] == ["00000.xlsx", "00001.xlsx"]
    assert (len(paths), said) == (10_000, ())


def test_hundreds_of_files_with_any_number_of_workers(tmp_path, book):
    """Same workbooks, names and findings, in order, with one worker and with three; progress is told."""
    for number in range(120):
        broken = number % 10 == 3
        (tmp_path / f"{number:03d}.xlsx").write_bytes(
            book[: 50 + number] if broken else book + b"%d" % number
        )
    (tmp_path / "zz.xlsx").write_bytes(book + b"5")
    paths, _ = find_files(tmp_path)
    told = []
    said = ReadingOptions(workers=1, progress=lambda done, total: told.append((done, total)))
    one = read_all_files(paths, tmp_path, make_katalog(), said)
    three = read_all_files(reversed(paths), tmp_path, make_katalog(), ReadingOptions(workers=3))
    assert one == three
    assert (len(one[0]), len(one[1])) == (108, 13)
    assert told == [(n + 1, 121) for n in range(121)]


def test_relative_paths_are_read_where_the_program_stands(tmp_path, book, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(book)
    monkeypatch.chdir(tmp_path)
    read, said = read_all_files([Path("a.xlsx")], None, make_katalog())
    assert ([f.nama for f in read], said) == (["a.xlsx"], ())


def test_what_crosses_the_processes_is_what_was_read(tmp_path, book):
    """The record, the digest and the times are the same as read in this process."""
    xls = biff.xls({"a": biff.number(0, 0, -0.0) + biff.formula(1, 1, (2, 7)) + biff.number(2, 2, 0.5, 1)})
    put_files(tmp_path, a__xlsx=book, b__xls=xls)
    for path in (tmp_path / "a.xlsx", tmp_path / "b.xls"):
        here = read_one_file(path, pickle.dumps(make_katalog()), Limits())
        read = partial(read_one_file, katalog=pickle.dumps(make_katalog()), limits=Limits())
        assert list(read_in_workers(read, [path], Limits())) == [here]
        assert here.record


@pytest.mark.lambat
def test_every_format_under_every_name(tmp_path, book):
    """LibreOffice's .xls, .ods and .xlsx, each called .xls, .ods, .xlsx and .dat: the content decides."""
    libreoffice.require()
    source = tmp_path / "sumber" / "isian.xlsx"
    source.parent.mkdir()
    source.write_bytes(book)
    folder = tmp_path / "kembali"
    folder.mkdir()
    for fmt in ("xls", "ods", "xlsx"):
        content = libreoffice.convert(source, fmt, tmp_path / fmt).read_bytes()
        for suffix in ("xls", "ods", "xlsx", "dat"):
            # a comment or padding of its own, so that no two files are the same
            padding = b"" if suffix == fmt else bytes(len(suffix) + ord(suffix[0]))
            (folder / f"{fmt}.{suffix}").write_bytes(content + padding)
    paths, said = find_files(folder)
    assert (len(paths), said) == (12, ())
    read, unread = read_all_files(paths, folder, make_katalog())
    assert unread == ()
    assert [(f.nama, [s.nama for s in f.content.sheet]) for f in read] == [
        (p.name, ["02 Sekretaris"]) for p in paths
    ]
