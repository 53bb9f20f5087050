"""What somebody typed where this program writes is never overwritten or removed, whatever saved it."""

from __future__ import annotations

import re
import shutil
import time
import zipfile

import openpyxl
import pytest
from filled import NIP_ANI, enter_person, find_address, find_form, make_katalog, write_return
from libreoffice import convert, require

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.pipeline import kumpul, make_templat
from iki_xl.results import CollectRequest
from iki_xl.storage.seal import is_untouched
from iki_xl.xlsx import CREATED_MOMENT

JAN = "realisasi_01"
CELL = find_address(make_katalog(), "J03-02", JAN)


@pytest.fixture
def work_folder(tmp_path, monkeypatch):
    """A working folder with one return in galat, collected once: a recap and one copy to mend."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    send_return(tmp_path, -1.0)
    assert run(iki_xl, ["kumpul"]) == 1
    return tmp_path


def send_return(folder, value):
    entries = {("J03-02", JAN): value}
    write_return(
        folder / "workbooks" / "ani.xlsx", make_katalog(), {"J03": enter_person("Ani", NIP_ANI) | entries}
    )


def part_of(path):
    """The part in which the first form's sheet lies."""
    book = openpyxl.load_workbook(path)
    name = find_manager_sheet(book)
    return f"xl/worksheets/sheet{book.sheetnames.index(name) + 1}.xml"


def find_manager_sheet(book):
    """Name of the first sheet of J03, which two people hold: their templates have a sheet for each."""
    name = find_form(make_katalog(), "J03").sheet_name
    return next(sheet.title for sheet in book.worksheets if sheet.title.startswith(name))


def type_only(path, value):
    """Type into a sheet and leave everything else, the properties too, to the byte."""
    part = part_of(path)
    with zipfile.ZipFile(path) as old:
        parts = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in parts.items():
            text = content
            if info.filename == part:
                text = re.sub(
                    rf'(<c r="{CELL}"[^>]*?)(?: t="s")?(?:/>|>.*?</c>)',
                    rf"\1><v>{value}</v></c>",
                    content.decode(),
                ).encode()
            new.writestr(info, text)
    assert openpyxl.load_workbook(path).properties.modified == CREATED_MOMENT


def type_in_openpyxl(path, value):
    """Type as openpyxl does, with the time of writing left as the last one."""
    book = openpyxl.load_workbook(path)
    book[find_manager_sheet(book)][CELL] = value
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in parts.items():
            text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(info, text if info.filename == "docProps/core.xml" else content)


def empty_file(path, _value):
    path.write_bytes(b"")


def cut_file(path, _value):
    path.write_bytes(path.read_bytes()[:-1])


def replace_file(path, _value):
    path.write_text("catatan saya")


CHANGES = [type_only, type_in_openpyxl, empty_file, cut_file, replace_file]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("value", [-1.0, 5.0], ids=["masih galat", "sudah benar"])
def test_a_copy_that_was_changed_is_set_aside(work_folder, change, value):
    """Typed by whatever program, emptied or cut off: its bytes lie beside, also where no new copy comes."""
    copy = work_folder / "reports" / "perbaikan" / "ani.xlsx"
    change(copy, 7)
    typed = copy.read_bytes()
    send_return(work_folder, value)
    run(iki_xl, ["kumpul"])
    assert (copy.parent / "ani 1 (diisi).xlsx").read_bytes() == typed
    assert copy.exists() == (value < 0)
    run(iki_xl, ["kumpul"])
    assert (copy.parent / "ani 1 (diisi).xlsx").read_bytes() == typed


def test_a_copy_that_nobody_touched_is_replaced_and_removed(work_folder):
    """Copied there and back, with other times, it is still ours: no "(diisi)", and gone when it is over."""
    copy = work_folder / "reports" / "perbaikan" / "ani.xlsx"
    shutil.copy(copy, work_folder / "simpanan.xlsx")
    copy.unlink()
    shutil.copy(work_folder / "simpanan.xlsx", copy)
    assert is_untouched(copy)
    send_return(work_folder, -2.0)
    run(iki_xl, ["kumpul"])
    assert [p.name for p in copy.parent.iterdir()] == ["ani.xlsx"]
    send_return(work_folder, 2.0)
    run(iki_xl, ["kumpul"])
    assert list(copy.parent.iterdir()) == []


@pytest.mark.parametrize(("change", "per"), [*((c, "kantor") for c in CHANGES), (type_only, "jabatan")])
def test_a_template_filled_in_where_it_lay_is_set_aside(work_folder, capsys, change, per):
    """The new template takes its place, what was typed lies beside, and both are said."""
    run(iki_xl, ["templat", "--per", per])
    form = next(
        p for p in sorted((work_folder / "templates").glob("*.xlsx")) if per == "kantor" or "j03" in p.name
    )
    fresh = form.read_bytes()
    change(form, 7)
    typed = form.read_bytes()
    capsys.readouterr()
    assert run(iki_xl, ["templat", "--per", per]) == 0
    aside = form.with_stem(f"{form.stem} 1 (diisi)")
    assert (form.read_bytes(), aside.read_bytes()) == (fresh, typed)
    told = capsys.readouterr().out
    assert "Templat yang sudah diisi orang" in told
    assert aside.name in told
    run(iki_xl, ["templat", "--per", per])
    assert aside.read_bytes() == typed


def test_a_template_that_nobody_touched_follows_the_catalogue(work_folder, capsys):
    """Another catalogue gives another template in the same place; nothing is set aside or called filled."""
    run(iki_xl, ["templat"])
    (form,) = (work_folder / "templates").glob("*.xlsx")
    before = form.read_bytes()
    book = openpyxl.load_workbook("katalog.xlsx")
    book["Indikator"]["D2"] = "Indikator lain"
    book.save("katalog.xlsx")
    capsys.readouterr()
    assert run(iki_xl, ["templat"]) == 0
    assert list((work_folder / "templates").glob("*.xlsx")) == [form]
    assert form.read_bytes() != before
    assert "diisi" not in capsys.readouterr().out


def test_a_filled_template_that_is_open_keeps_its_place(work_folder, monkeypatch):
    """It cannot be moved (Windows): it stays as typed, the new one lies beside it."""
    make_templat(make_katalog(), "kantor", work_folder / "templates")
    (form,) = (work_folder / "templates").glob("*.xlsx")
    type_only(form, 7)
    typed, real = form.read_bytes(), type(form).replace

    def refusing(self, target):
        if form.name in {self.name, type(form)(target).name}:
            raise PermissionError(13, "sharing violation")
        return real(self, target)

    monkeypatch.setattr(type(form), "replace", refusing)
    result = make_templat(make_katalog(), "kantor", work_folder / "templates")
    assert form.read_bytes() == typed
    assert result.elsewhere == ((form, form.with_stem(f"{form.stem} (baru)")),)
    assert result.set_aside == ()


def test_a_recap_that_somebody_annotated_is_set_aside(work_folder, capsys):
    """Notes in last week's recap are kept under a name that says so; an untouched recap is replaced."""
    (recap,) = (work_folder / "reports").glob("rekap-*.xlsx")
    run(iki_xl, ["kumpul"])
    assert list((work_folder / "reports").glob("rekap-*.xlsx")) == [recap]
    book = openpyxl.load_workbook(recap)
    book.worksheets[0]["A40"] = "Catatan Kepala"
    book.save(recap)
    typed = recap.read_bytes()
    capsys.readouterr()
    run(iki_xl, ["kumpul"])
    aside = recap.with_stem(f"{recap.stem} 1 (diubah)")
    assert aside.read_bytes() == typed
    assert is_untouched(recap)
    told = capsys.readouterr().out
    assert "Rekap lama yang sudah diubah orang, disisihkan:" in told
    assert aside.name in told


def test_every_workbook_is_sealed_and_every_changed_bit_of_content_breaks_the_seal(work_folder):
    """Catalogue, template, copy and recap are known as untouched; in each of their parts one letter tells."""
    make_templat(make_katalog(), "kantor", work_folder / "templates")
    paths = [
        work_folder / "katalog.xlsx",
        *(work_folder / "reports").rglob("*.xlsx"),
        *(work_folder / "templates").glob("*.xlsx"),
    ]
    assert len(paths) == 4
    for path in paths:
        assert is_untouched(path)
    with zipfile.ZipFile(paths[1]) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    for name, content in parts.items():
        with zipfile.ZipFile(work_folder / "uji.xlsx", "w") as new:
            for other, same in parts.items():
                new.writestr(other, content[:-1] + b" " if other == name else same)
        assert not is_untouched(work_folder / "uji.xlsx"), name


@pytest.mark.parametrize("what", ["folder", "pipa", "tautan", "bom"])
def test_odd_things_in_the_folder_of_copies_hold_nothing_up(work_folder, what):
    """A folder, a pipe, a link, a zip bomb with a workbook's name: the run ends as ever, in no more time."""
    odd = work_folder / "reports" / "perbaikan" / "aneh.xlsx"
    if what == "folder":
        odd.mkdir()
    elif what == "pipa":
        import os

        os.mkfifo(odd)
    elif what == "tautan":
        odd.symlink_to(work_folder / "katalog.xlsx")
    else:
        with zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("docProps/core.xml", f"asli {'0' * 64}".ljust(1 << 28))
    start = time.monotonic()
    assert run(iki_xl, ["kumpul"]) == 1
    assert time.monotonic() - start < 30
    assert (work_folder / "katalog.xlsx").exists()


@pytest.mark.lambat
def test_a_form_filled_in_with_libreoffice_is_recognised(work_folder, tmp_path):
    """Opened and saved by a real program: both a template and a copy to mend are set aside."""
    require()
    make_templat(make_katalog(), "kantor", work_folder / "templates")
    (form,) = (work_folder / "templates").glob("*.xlsx")
    copy = work_folder / "reports" / "perbaikan" / "ani.xlsx"
    typed = {}
    for path in (form, copy):
        saved = convert(path, "xlsx", tmp_path / f"disimpan-{path.stem}")
        shutil.copy(saved, path)
        typed[path] = path.read_bytes()
    assert (
        make_templat(make_katalog(), "kantor", work_folder / "templates").set_aside[0].read_bytes()
        == typed[form]
    )
    wanted = CollectRequest(work_folder / "workbooks", work_folder / "reports")
    assert kumpul(make_katalog(), wanted).set_aside[0].read_bytes() == typed[copy]
