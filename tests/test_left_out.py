"""Nothing that may be a return is left out without a word: containers of every kind, names like our own."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import tarfile
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import biff
import pytest
from filled import NIP_OTHER, enter_person, make_katalog, write_return
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import make_ods_parts, zip_parts

from iki_xl import pipeline
from iki_xl.catalog import katalog_xlsx
from iki_xl.collect.files import read_all_files
from iki_xl.collect.finder import find_files
from iki_xl.readers.glance import Sort, glance
from iki_xl.results import CollectRequest

CASES = Path(__file__).parent / "cases" / "laporan"
JAN = "realisasi_01"
DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x", "word/embeddings/tabel.xlsx": b"x"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return the bytes of a returned workbook."""
    return write_return(tmp_path_factory.mktemp("buku") / "a.xlsx", make_katalog(), {"J02": {}}).read_bytes()


def stored_zip(parts, method=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def tar(content, mode):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        entry = tarfile.TarInfo("bidang/isian.xlsx")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def mail(*attachments, body="Terlampir."):
    """Return a mail: attachments are (name, content, main type, subtype)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ani@contoh.example", "b@contoh.example", "IKI Juni"
    message.set_content(body)
    for name, content, main, sub in attachments:
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def outlook(*, attached):
    """Return the frame of a mail as Outlook keeps it, with or without an attachment."""
    content = bytearray(
        biff.ole(**{"__properties_version1.0": b"x" * 32, "__attach_version1.0_#00000000": b""})
    )
    at = content.find("__attach".encode("utf-16-le"))
    if attached:
        content[at + 66] = 1  # a folder, not a stream
    else:
        content[at : at + 16] = "__recip_".encode("utf-16-le")
    return bytes(content)


def excel(book):
    return ("isian.xlsx", book, "application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


PHOTO = ("logo.png", b"x" * 200_000, "image", "png")


def containers(book):
    """Give {name: content} of everything that may hold a return, under its own name and under another one."""
    packed = zip_parts({"Bidang/isian.xlsx": book})
    stored = stored_zip({"Bidang/isian.xlsx": book, "Bidang/foto.jpg": b"x"})
    own = {
        "a.zip": packed,
        "b.zip": stored,
        "c.zip": stored_zip({"isian ani": book}),
        "d.zip": zip_parts({"lagi.rar": b"x"}),
        "e.zip": packed[: len(packed) // 2],
        "f.zip": b"",
        "a.gz": gzip.compress(book),
        "a.tgz": tar(book, "w:gz"),
        "a.tar": tar(book, "w"),
        "b.tar": tar(book, "w")[:257] + bytes(255) + tar(book, "w")[512:],
        "a.tar.xz": tar(book, "w:xz"),
        "a.tar.bz2": tar(book, "w:bz2"),
        "a.xz": lzma.compress(book),
        "a.bz2": bz2.compress(book),
        "a.rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(50),
        "a.cab": b"MSCF\0\0\0\0" + bytes(50),
        "a.zip.002": bytes(50),
        "a.z01": bytes(50),
        "a.eml": mail(excel(book)),
        "b.eml": mail(PHOTO, ("IKI Juni – Bidang I.xlsx", book, "application", "octet-stream")),
        "c.eml": mail(("isian.zip", packed, "application", "zip")),
        "d.eml": b"Received: from a by b;\r\n\tMon, 6 Jul 2026 08:00:00 +0700\r\n" + mail(excel(book)),
        "e.eml": b"",
        "a.mbox": b"From ani@contoh.example Mon Jul  6 08:00:00 2026\n" + mail(excel(book)),
        "a.msg": outlook(attached=True),
        "winmail.dat": b"\x78\x9f\x3e\x22" + bytes(50),
    }
    by_name_only = {"c.zip", "e.zip", "f.zip", "b.tar", "a.zip.002", "a.z01", "e.eml"}
    other = {}
    for number, (name, content) in enumerate(own.items()):
        if name not in by_name_only:
            # another byte at the end, so that no two are the same
            other |= {
                f"{number}.{end}": content + b"\0" * n for n, end in enumerate(("xlsx", "ods", "txt", "x"), 1)
            }
    return own, other


def test_every_container_is_a_warning_with_what_to_do(tmp_path, book):
    """Archives and mails under their own names, as .xlsx and as anything: never "save again"."""
    own, other = containers(book)
    for name, content in (own | other).items():
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (1, 1))
    paths, skipped = find_files(tmp_path)
    read, unread = read_all_files(paths, tmp_path, make_katalog())
    assert read == ()
    said = {t.file: t for t in (*skipped, *unread)}
    assert set(said) == set(own) | set(other)
    assert {name for name, t in said.items() if (t.code, t.level) != ("B27", "peringatan")} == set()
    assert not [t for t in said.values() if "simpan ulang" in t.remedy.lower()]
    assert "Ekstrak Semua" in said["a.zip"].remedy
    assert "7-Zip" in said["a.rar"].remedy
    assert all("lampiran" in said[name].remedy for name in ("a.eml", "a.msg", "a.mbox"))


@pytest.mark.parametrize("name", ["08-kiriman-tanpa-mampat.zip", "16-surel.eml", "16-kiriman.tar.gz"])
def test_the_files_that_failed(tmp_path, name):
    """Each as it came: B27."""
    shutil.copy(CASES / name, tmp_path / name)
    paths, said = find_files(tmp_path)
    assert (paths, [(t.code, t.file) for t in said]) == ((), [("B27", name)])


def test_what_holds_no_workbook_is_an_info(tmp_path, book):
    """Documents in a zip, a mail with a logo, another program's package: said, but nobody has to act."""
    contents = {
        "foto.zip": stored_zip({"foto/1.jpg": b"x", "__MACOSX/._1.jpg": b"x", ".DS_Store": b"x"}),
        "surat.zip": zip_parts({"surat.docx": zip_parts(DOCX), "daftar.pdf": b"x"}),
        "kosong.zip": b"PK\x05\x06" + bytes(18),
        "logo.eml": mail(PHOTO, body='<meta name="generator" content="x"> Content-Type: a; name="x.xlsx"'),
        "pesan.msg": outlook(attached=False),
        "surat.docx": zip_parts(DOCX),
        "surat.doc": biff.ole(WordDocument=b"x" * 600),
        "paparan.odp": zip_parts({"mimetype": b"application/vnd.oasis.opendocument.presentation"}),
        "catatan.txt": b"Perihal: isian\nKepada: Bidang I\n\nSubject: x\n",
        "foto.jpg": b"\xff\xd8\xff\xe0" + book,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    paths, said = find_files(tmp_path)
    assert paths == ()
    assert {t.file: t.code for t in said} == dict.fromkeys(contents, "B06")


def test_a_workbook_is_read_whatever_it_is_called(tmp_path, book):
    """Named like an archive, a mail or a picture; also one that was cut off, which is then a galat."""
    sheet = zip_parts(make_ods_parts('<table:table table:name="a"/>'))
    for name in ("a.zip", "a.eml", "a.jpg", "a.part"):
        (tmp_path / name).write_bytes(book + name.encode())
    (tmp_path / "b.zip").write_bytes(sheet)
    (tmp_path / "c.crdownload").write_bytes(book[: len(book) // 2])
    os.utime(tmp_path / "c.crdownload", (1, 1))
    paths, said = find_files(tmp_path)
    assert ([p.name for p in paths], said) == (
        ["a.eml", "a.jpg", "a.part", "a.zip", "b.zip", "c.crdownload"],
        (),
    )
    _, unread = read_all_files(paths, tmp_path, make_katalog())
    assert [(t.code, t.file) for t in unread] == [("B01", "c.crdownload")]


def test_a_zip_far_over_every_limit_is_still_a_zip(tmp_path, book):
    """60 MB and 3,000 workbooks under the name of one: take them out, not "too large"."""
    parts = {f"{n}.xlsx": b"x" for n in range(3_000)} | {"besar.xlsx": os.urandom(60 << 20)}
    (tmp_path / "kiriman.xlsx").write_bytes(stored_zip(parts))
    (tmp_path / "isian.xlsx").write_bytes(book)
    _, unread = read_all_files(find_files(tmp_path)[0], tmp_path, make_katalog())
    assert [(t.code, t.file) for t in unread] == [("B27", "kiriman.xlsx")]


def test_hidden_containers_and_files_not_downloaded_are_said(tmp_path, book):
    """Where a hidden workbook is named, a hidden archive and Apple's placeholder are too."""
    for name in (".kiriman.zip", ".isian.xlsx.icloud", ".isian.xlsx", ".DS_Store"):
        (tmp_path / name).write_bytes(book)
    said = {t.file: t.message for t in find_files(tmp_path)[1]}
    assert set(said) == {".kiriman.zip", ".isian.xlsx.icloud", ".isian.xlsx"}
    assert "iCloud" in said[".isian.xlsx.icloud"]


def test_ten_thousand_photos_cost_a_look_each(tmp_path):
    """No more than their first bytes is read: 10,000 large pictures in a few seconds."""
    for number in range(10_000):
        with (tmp_path / f"{number}.jpg").open("wb") as file:
            file.write(b"\xff\xd8\xff\xe0")
            file.truncate(8 << 20)
    begun = time.process_time()
    paths, said = find_files(tmp_path)
    assert (len(paths), len(said)) == (0, 10_000)
    assert time.process_time() - begun < 5


def _beginnings():
    """Give beginnings of every kind of file that is told by its content."""
    workbook = zip_parts({"[Content_Types].xml": b"x" * 50, "xl/workbook.xml": b"x"})
    inside = zip_parts({"a.xlsx": b"x", "b": b"y"})
    return [workbook, inside, outlook(attached=True), tar(b"x", "w"), mail(excel(b"x")), gzip.compress(b"x")]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_bytes_stop_the_finder(tmp_path_factory, data):
    """Cut, changed and random bytes: always an answer, never an exception."""
    content = bytearray(data.draw(st.sampled_from(_beginnings()) | st.binary(max_size=200)))
    for _ in range(data.draw(st.integers(0, 8))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "apa saja"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert glance(path).sort in Sort


# Names like our own


def kantor(folder, katalog_bytes=None):
    """Make a working folder: a catalogue and one return that is called like it, one like the recap."""
    (folder / "katalog.xlsx").write_bytes(katalog_bytes or katalog_xlsx(make_katalog()))
    for number, name in enumerate(
        ("workbooks/bidang/katalog.xlsx", "workbooks/rekap-dinas-uji-2026-01.xlsx")
    ):
        entries = enter_person(f"Orang {number}", f"{int(NIP_OTHER) + number}") | {
            ("J02-01", JAN): 7 + number
        }
        write_return(folder / name, make_katalog(), {"J02": entries})
    return CollectRequest(folder / "workbooks", folder / "reports", katalog=folder / "katalog.xlsx")


def counted(found):
    return sorted(found.collected.realisasi["berkas"])


def test_a_return_that_is_called_like_the_catalogue_or_the_recap_counts(tmp_path):
    """Paths are compared, not names."""
    found = pipeline.gather(make_katalog(), kantor(tmp_path))
    assert counted(found) == ["bidang/katalog.xlsx", "rekap-dinas-uji-2026-01.xlsx"]
    assert found.temuan == ()


def test_the_catalogue_and_the_outputs_themselves_are_no_returns(tmp_path, monkeypatch):
    """Collecting the whole working folder, by relative paths too: ours are left out, outputs said once."""
    wanted = kantor(tmp_path)
    pipeline.kumpul(make_katalog(), wanted)
    write_return(tmp_path / "reports" / "tersesat.xlsx", make_katalog(), {"J02": {("J02-01", JAN): 1}})
    whole = CollectRequest(tmp_path, tmp_path / "reports", katalog=tmp_path / "katalog.xlsx")
    found = pipeline.gather(make_katalog(), whole)
    assert counted(found) == ["workbooks/bidang/katalog.xlsx", "workbooks/rekap-dinas-uji-2026-01.xlsx"]
    assert [(t.code, t.file) for t in found.temuan] == [("B06", "reports")]
    monkeypatch.chdir(tmp_path / "workbooks")
    near = CollectRequest(Path(".."), Path("../reports"), katalog=Path("../katalog.xlsx"))
    assert counted(pipeline.gather(make_katalog(), near)) == counted(found)


def test_a_copy_of_the_catalogue_is_called_one(tmp_path):
    """Below workbooks it is no return with lost ids, and needs nobody's work."""
    wanted = kantor(tmp_path)
    shutil.copy(tmp_path / "katalog.xlsx", tmp_path / "workbooks" / "katalog lama.xlsx")
    found = pipeline.gather(make_katalog(), wanted)
    said = [(t.code, t.file) for t in found.collected.temuan if t.file == "katalog lama.xlsx"]
    assert said == [("B36", "katalog lama.xlsx")]
    assert "katalog lama.xlsx" in set(found.sources["berkas"])
