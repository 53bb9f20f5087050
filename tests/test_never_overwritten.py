"""What somebody typed where this program writes is never overwritten or removed, whatever saved it."""

from __future__ import annotations

import re
import shutil
import time
import zipfile

import openpyxl
import pytest
from filled import NIP_ANI, alamat, formulir, isi, katalog, orang
from libreoffice import convert, require

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli import iki_xl
from iki_xl.command import jalankan
from iki_xl.pipeline import Permintaan, buat_templat, kumpul
from iki_xl.seal import is_untouched
from iki_xl.xlsx import DIBUAT

JAN = "realisasi_01"
SEL = alamat(katalog(), "J03-02", JAN)


@pytest.fixture
def kerja(tmp_path, monkeypatch):
    """A working folder with one return in galat, collected once: a recap and one copy to mend."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(katalog()))
    kirim(tmp_path, -1.0)
    assert jalankan(iki_xl, ["kumpul"]) == 1
    return tmp_path


def kirim(folder, value):
    entries = {("J03-02", JAN): value}
    isi(folder / "workbooks" / "ani.xlsx", katalog(), {"J03": orang("Ani", NIP_ANI) | entries})


def part_of(path):
    """The part in which the first form's sheet lies."""
    book = openpyxl.load_workbook(path)
    name = next(s.title for s in book.worksheets if s.title == formulir(katalog(), "J03").nama_lembar)
    return f"xl/worksheets/sheet{book.sheetnames.index(name) + 1}.xml"


def ketik_saja(path, value):
    """Type into a sheet and leave everything else, the properties too, to the byte."""
    part = part_of(path)
    with zipfile.ZipFile(path) as old:
        parts = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in parts.items():
            text = content
            if info.filename == part:
                text = re.sub(
                    rf'(<c r="{SEL}"[^>]*?)(?: t="s")?(?:/>|>.*?</c>)',
                    rf"\1><v>{value}</v></c>",
                    content.decode(),
                ).encode()
            new.writestr(info, text)
    assert openpyxl.load_workbook(path).properties.modified == DIBUAT


def ketik_openpyxl(path, value):
    """Type as openpyxl does, with the time of writing left as the last one."""
    book = openpyxl.load_workbook(path)
    book[formulir(katalog(), "J03").nama_lembar][SEL] = value
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in parts.items():
            text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(info, text if info.filename == "docProps/core.xml" else content)


def kosongkan(path, _value):
    path.write_bytes(b"")


def potong(path, _value):
    path.write_bytes(path.read_bytes()[:-1])


def ganti(path, _value):
    path.write_text("catatan saya")


CARA = [ketik_saja, ketik_openpyxl, kosongkan, potong, ganti]


@pytest.mark.parametrize("change", CARA)
@pytest.mark.parametrize("value", [-1.0, 5.0], ids=["masih galat", "sudah benar"])
def test_a_copy_that_was_changed_is_set_aside(kerja, change, value):
    """Typed by whatever program, emptied or cut off: its bytes lie beside, also where no new copy comes."""
    copy = kerja / "reports" / "perbaikan" / "ani.xlsx"
    change(copy, 7)
    typed = copy.read_bytes()
    kirim(kerja, value)
    jalankan(iki_xl, ["kumpul"])
    assert (copy.parent / "ani 1 (diisi).xlsx").read_bytes() == typed
    assert copy.exists() == (value < 0)
    jalankan(iki_xl, ["kumpul"])
    assert (copy.parent / "ani 1 (diisi).xlsx").read_bytes() == typed


def test_a_copy_that_nobody_touched_is_replaced_and_removed(kerja):
    """Copied there and back, with other times, it is still ours: no "(diisi)", and gone when it is over."""
    copy = kerja / "reports" / "perbaikan" / "ani.xlsx"
    shutil.copy(copy, kerja / "simpanan.xlsx")
    copy.unlink()
    shutil.copy(kerja / "simpanan.xlsx", copy)
    assert is_untouched(copy)
    kirim(kerja, -2.0)
    jalankan(iki_xl, ["kumpul"])
    assert [p.name for p in copy.parent.iterdir()] == ["ani.xlsx"]
    kirim(kerja, 2.0)
    jalankan(iki_xl, ["kumpul"])
    assert list(copy.parent.iterdir()) == []


@pytest.mark.parametrize(("change", "per"), [*((c, "kantor") for c in CARA), (ketik_saja, "jabatan")])
def test_a_template_filled_in_where_it_lay_is_set_aside(kerja, capsys, change, per):
    """The new template takes its place, what was typed lies beside, and both are said."""
    jalankan(iki_xl, ["templat", "--per", per])
    form = next(p for p in sorted((kerja / "templates").iterdir()) if per == "kantor" or "j03" in p.name)
    fresh = form.read_bytes()
    change(form, 7)
    typed = form.read_bytes()
    capsys.readouterr()
    assert jalankan(iki_xl, ["templat", "--per", per]) == 0
    aside = form.with_stem(f"{form.stem} 1 (diisi)")
    assert (form.read_bytes(), aside.read_bytes()) == (fresh, typed)
    told = capsys.readouterr().out
    assert "Templat yang sudah diisi orang" in told
    assert aside.name in told
    jalankan(iki_xl, ["templat", "--per", per])
    assert aside.read_bytes() == typed


def test_a_template_that_nobody_touched_follows_the_catalogue(kerja, capsys):
    """Another catalogue gives another template in the same place; nothing is set aside or called filled."""
    jalankan(iki_xl, ["templat"])
    (form,) = (kerja / "templates").iterdir()
    before = form.read_bytes()
    book = openpyxl.load_workbook("katalog.xlsx")
    book["Indikator"]["D2"] = "Indikator lain"
    book.save("katalog.xlsx")
    capsys.readouterr()
    assert jalankan(iki_xl, ["templat"]) == 0
    assert list((kerja / "templates").iterdir()) == [form]
    assert form.read_bytes() != before
    assert "diisi" not in capsys.readouterr().out


def test_a_filled_template_that_is_open_keeps_its_place(kerja, monkeypatch):
    """It cannot be moved (Windows): it stays as typed, the new one lies beside it."""
    buat_templat(katalog(), "kantor", kerja / "templates")
    (form,) = (kerja / "templates").iterdir()
    ketik_saja(form, 7)
    typed, real = form.read_bytes(), type(form).replace

    def refusing(self, target):
        if form.name in {self.name, type(form)(target).name}:
            raise PermissionError(13, "sharing violation")
        return real(self, target)

    monkeypatch.setattr(type(form), "replace", refusing)
    result = buat_templat(katalog(), "kantor", kerja / "templates")
    assert form.read_bytes() == typed
    assert result.lain_nama == ((form, form.with_stem(f"{form.stem} (baru)")),)
    assert result.disisihkan == ()


def test_a_recap_that_somebody_annotated_is_set_aside(kerja, capsys):
    """Notes in last week's recap are kept under a name that says so; an untouched recap is replaced."""
    (recap,) = (kerja / "reports").glob("rekap-*.xlsx")
    jalankan(iki_xl, ["kumpul"])
    assert list((kerja / "reports").glob("rekap-*.xlsx")) == [recap]
    book = openpyxl.load_workbook(recap)
    book.worksheets[0]["A40"] = "Catatan Kepala"
    book.save(recap)
    typed = recap.read_bytes()
    capsys.readouterr()
    jalankan(iki_xl, ["kumpul"])
    aside = recap.with_stem(f"{recap.stem} 1 (diubah)")
    assert aside.read_bytes() == typed
    assert is_untouched(recap)
    told = capsys.readouterr().out
    assert "Rekap lama yang sudah diubah orang, disisihkan:" in told
    assert aside.name in told


def test_every_workbook_is_sealed_and_every_changed_bit_of_content_breaks_the_seal(kerja):
    """Catalogue, template, copy and recap are known as untouched; in each of their parts one letter tells."""
    buat_templat(katalog(), "kantor", kerja / "templates")
    paths = [kerja / "katalog.xlsx", *(kerja / "reports").rglob("*.xlsx"), *(kerja / "templates").iterdir()]
    assert len(paths) == 4
    for path in paths:
        assert is_untouched(path)
    with zipfile.ZipFile(paths[1]) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    for name, content in parts.items():
        with zipfile.ZipFile(kerja / "uji.xlsx", "w") as new:
            for other, same in parts.items():
                new.writestr(other, content[:-1] + b" " if other == name else same)
        assert not is_untouched(kerja / "uji.xlsx"), name


@pytest.mark.parametrize("what", ["folder", "pipa", "tautan", "bom"])
def test_odd_things_in_the_folder_of_copies_hold_nothing_up(kerja, what):
    """A folder, a pipe, a link, a zip bomb with a workbook's name: the run ends as ever, in no more time."""
    odd = kerja / "reports" / "perbaikan" / "aneh.xlsx"
    if what == "folder":
        odd.mkdir()
    elif what == "pipa":
        import os

        os.mkfifo(odd)
    elif what == "tautan":
        odd.symlink_to(kerja / "katalog.xlsx")
    else:
        with zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("docProps/core.xml", f"asli {'0' * 64}".ljust(1 << 28))
    start = time.monotonic()
    assert jalankan(iki_xl, ["kumpul"]) == 1
    assert time.monotonic() - start < 30
    assert (kerja / "katalog.xlsx").exists()


@pytest.mark.lambat
def test_a_form_filled_in_with_libreoffice_is_recognised(kerja, tmp_path):
    """Opened and saved by a real program: both a template and a copy to mend are set aside."""
    require()
    buat_templat(katalog(), "kantor", kerja / "templates")
    (form,) = (kerja / "templates").iterdir()
    copy = kerja / "reports" / "perbaikan" / "ani.xlsx"
    typed = {}
    for path in (form, copy):
        saved = convert(path, "xlsx", tmp_path / f"disimpan-{path.stem}")
        shutil.copy(saved, path)
        typed[path] = path.read_bytes()
    assert buat_templat(katalog(), "kantor", kerja / "templates").disisihkan[0].read_bytes() == typed[form]
    wanted = Permintaan(kerja / "workbooks", kerja / "reports")
    assert kumpul(katalog(), wanted).disisihkan[0].read_bytes() == typed[copy]
