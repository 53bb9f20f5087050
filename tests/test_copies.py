"""Copies to mend: what goes away in them once a cell is mended.

And the disk: a copy that cannot be written stops nothing, a full disk stops everything.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import libreoffice
import openpyxl
import pytest
import validator
from filled import (
    NIP_ANI,
    NIP_OTHER,
    enter_person,
    find_form,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import RincianTarget, Sebaran, katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.corrections import copies
from iki_xl.corrections.copies import copy_names
from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.errors import OutputError
from iki_xl.form.layout import FieldKind
from iki_xl.form.mending import build_open_condition, join_open_notes
from iki_xl.pipeline import kumpul
from iki_xl.results import CollectRequest
from iki_xl.storage import output
from iki_xl.storage.archive import archive_files
from iki_xl.storage.lock import hold_folders
from iki_xl.tables import name_realisasi_column

JAN = "realisasi_01"
LONG_NAME = "n" * 251


def send_return(folder, name, number=0, value=-1.0):
    """Write a return, in galat unless told otherwise."""
    path = folder / "workbooks" / name
    entries = {**enter_person(f"Orang {number}", f"19850101201001{1 + number % 2}{number + 1:03d}")}
    made = write_return(folder / "isi.xlsx", make_katalog(), {"J02": entries | {("J02-01", JAN): value}})
    path.parent.mkdir(parents=True, exist_ok=True)
    made.replace(path)


def collect_folder(folder):
    return kumpul(
        make_katalog(), CollectRequest(folder / "workbooks", folder / "reports", work_folder=folder)
    )


def read_outputs(folder):
    """Every file below the folder of outputs, also temporary ones; not the lock, which stays."""
    files = (p for p in (folder / "reports").rglob("*") if p.is_file())
    return {p: p.read_bytes() for p in files if p.parent.name != ".iki-xl"}


def list_copies(folder):
    root = folder / "reports" / "perbaikan"
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def list_said(result, code):
    return [(t.file, t.message) for t in result.temuan if t.code == code]


HARD_NAMES = [
    "CON.xlsx",
    "bidang/nul.tar.xlsx",
    "lpt1 /ani.xlsx",
    "bidang./ani.xlsx",
    "jam 10:30.xlsx",
    'ani "baru".xlsx',
    "a|b<c>d?e*f.xlsx",
    "ani\nbudi.xlsx",
    "ani\u202exslx.exe.xlsx",
    f"{LONG_NAME}.ods",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_names_that_some_computer_refuses_become_short_ones(tmp_path):
    """Each copy lies there once, under a name that every computer takes and a person knows; each is said."""
    for number, name in enumerate([*HARD_NAMES, "biasa.xlsx", "dalam/sekali/ani.xlsx"]):
        send_return(tmp_path, name, number)
    result = collect_folder(tmp_path)
    assert list_said(result, "B41") == []
    said = dict(list_said(result, "B42"))
    assert set(said) == set(HARD_NAMES)
    found = list_copies(tmp_path)
    assert len(found) == len(HARD_NAMES) + 2
    for name in HARD_NAMES:
        (short,) = [copy for copy in found if f"bernama {copy}:" in said[name]]
        assert short[0].casefold() == Path(name).name[0].casefold()
        assert len(short.encode()) < 90
        book = openpyxl.load_workbook(tmp_path / "reports" / "perbaikan" / short)
        assert "Temuan" in book.sheetnames
    assert {"biasa.xlsx", "dalam/sekali/ani.xlsx"} <= set(found)
    assert collect_folder(tmp_path).set_aside == ()
    assert list_copies(tmp_path) == found


def test_an_old_copy_where_a_folder_must_stand(tmp_path):
    """A workbook's name became a folder's: the copy has a short name at first, its own one the next time."""
    send_return(tmp_path, "bidang.xlsx")
    collect_folder(tmp_path)
    (tmp_path / "workbooks" / "bidang.xlsx").unlink()
    send_return(tmp_path, "bidang.xlsx/ani.xlsx", 1)
    first = collect_folder(tmp_path)
    ((name, _),) = list_said(first, "B42")
    assert name == "bidang.xlsx/ani.xlsx"
    (short,) = list_copies(tmp_path)
    assert short.startswith("ani-")
    second = collect_folder(tmp_path)
    assert (list_said(second, "B42"), list_copies(tmp_path)) == ([], ["bidang.xlsx/ani.xlsx"])


def test_a_filled_copy_where_a_folder_must_stand(tmp_path):
    """What was typed in it is set aside; nothing else suffers."""
    send_return(tmp_path, "bidang.xlsx")
    collect_folder(tmp_path)
    copy = tmp_path / "reports" / "perbaikan" / "bidang.xlsx"
    copy.write_bytes(b"diisi")
    (tmp_path / "workbooks" / "bidang.xlsx").unlink()
    send_return(tmp_path, "bidang.xlsx/ani.xlsx", 1)
    result = collect_folder(tmp_path)
    assert result.set_aside == (copy.with_name("bidang 1 (diisi).xlsx"),)
    assert result.set_aside[0].read_bytes() == b"diisi"
    assert len(list_said(result, "B42")) == 1


def test_an_old_folder_where_a_copy_must_stand(tmp_path):
    """The other way round: the copy has a short name while the old folder holds copies, then its own one."""
    send_return(tmp_path, "bidang.xlsx/ani.xlsx")
    collect_folder(tmp_path)
    shutil.rmtree(tmp_path / "workbooks")
    send_return(tmp_path, "bidang.xlsx", 1)
    assert len(list_said(collect_folder(tmp_path), "B42")) == 1
    assert list_said(collect_folder(tmp_path), "B42") == []
    assert list_copies(tmp_path) == ["bidang.xlsx"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL, errno.ENOENT, errno.ENAMETOOLONG])
def test_a_copy_that_cannot_be_written_at_all_is_left_out(tmp_path, monkeypatch, code):
    """Neither under its own nor a short name: B41 in the findings; the recap and the others are there."""
    send_return(tmp_path, "ani.xlsx", 0)
    send_return(tmp_path, "budi.xlsx", 1)
    collect_folder(tmp_path)
    old = (tmp_path / "reports" / "perbaikan" / "ani.xlsx").read_bytes()
    send_return(tmp_path, "ani.xlsx", 0, -3.0)
    real = output._check_place

    def refusing(target):
        if target.parent.name == "perbaikan" and target.name.startswith("ani"):
            raise OSError(code, "refused")
        real(target)

    monkeypatch.setattr(output, "_check_place", refusing)
    result = collect_folder(tmp_path)
    ((name, message),) = list_said(result, "B41")
    assert name == "ani.xlsx"
    assert "tidak dapat ditulis" in message
    recap = openpyxl.load_workbook(result.outputs[0])
    assert any(message in map(str, row) for row in recap["Temuan"].iter_rows(values_only=True))
    assert message in (tmp_path / "reports" / "temuan.csv").read_text(encoding="utf-8")
    # the copy of the run before is better than none
    assert list_copies(tmp_path) == ["ani.xlsx", "budi.xlsx"]
    assert (tmp_path / "reports" / "perbaikan" / "ani.xlsx").read_bytes() == old


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_at_a_copy_stops_everything(tmp_path, monkeypatch, code):
    """One sentence that names the copy; every old output is as it was, and nothing temporary is left."""
    send_return(tmp_path, "ani.xlsx")
    collect_folder(tmp_path)
    before = read_outputs(tmp_path)
    send_return(tmp_path, "ani.xlsx", 0, -3.0)
    real = output._write_and_read_back

    def full(path, content):
        if path.parent.name == "perbaikan":
            raise OSError(code, "full")
        real(path, content)

    monkeypatch.setattr(output, "_write_and_read_back", full)
    with pytest.raises(OutputError, match=r"perbaikan.ani\.xlsx tidak dapat ditulis"):
        collect_folder(tmp_path)
    assert read_outputs(tmp_path) == before


def test_a_path_over_the_limit_of_windows_is_shortened(tmp_path, monkeypatch):
    """Where 260 letters are all that a path may have, a deep copy lies in the folder of copies itself."""
    monkeypatch.setattr(copies, "LONGEST_PATH", len(str(tmp_path / "reports" / "perbaikan")) + 60)
    send_return(tmp_path, "bidang yang namanya panjang sekali/seksi yang lain/ani.xlsx", 0)
    send_return(tmp_path, "budi.xlsx", 1)
    result = collect_folder(tmp_path)
    ((_, message),) = list_said(result, "B42")
    assert "terlalu panjang" in message
    assert [name.startswith(("ani-", "budi.xlsx")) for name in list_copies(tmp_path)] == [True, True]


nama = st.text("aAbB.:x /\n", min_size=1, max_size=8).map(lambda text: f"{text.strip('/ ') or 'a'}x")


@given(
    st.lists(nama.flatmap(lambda n: st.sampled_from([n, f"{n}.xlsx", f"{n}.xls", f"{n}.ods"])), unique=True)
)
def test_no_two_copies_have_one_name(returned):
    """Whatever they are called, no copy takes another's place, on a drive without capital letters either."""

    class Tray:
        def __init__(self):
            self.laid = []

        def lay(self, name, _content):
            self.laid.append(name)

    tray = Tray()
    names = copy_names(returned)
    copies.lay_copies(tray, names, [(name, b"") for name in returned], Path("/tmp/perbaikan"))
    assert len({name.casefold() for name in tray.laid}) == len(returned)
    assert all(name.endswith(".xlsx") for name in tray.laid)


def test_long_names_leave_room_for_what_is_added(tmp_path):
    """A name of 255 bytes can still be kept beside: it is cut, never half a letter."""
    path = tmp_path / f"{'é' * 125}.xlsx"
    path.write_bytes(b"")
    beside = output.find_free_name(path, "baru")
    beside.write_bytes(b"")
    assert beside.name.endswith(" (baru).xlsx")
    assert len(os.fsencode(output.find_free_name(path, "baru").name)) <= 255


@pytest.fixture
def small_disk(tmp_path):
    """The whole working folder on a drive of its own, whose size can be changed."""
    folder = tmp_path / "kerja"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "iki-xl-uji", folder]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small drive here")
    yield folder, lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)
    subprocess.run(["umount", folder], check=True)


def test_the_outputs_come_before_the_archive_where_the_disk_is_nearly_full(small_disk, monkeypatch, capsys):
    """Room for the outputs and not for the originals: all outputs are there, the archive says so."""
    folder, resize = small_disk
    monkeypatch.chdir(folder)
    (folder / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    for number in range(6):
        send_return(folder, f"{number}.xlsx", number, 1.0)
    assert run(iki_xl, ["kumpul", "--tanpa-arsip"]) == 0
    before = read_outputs(folder)
    for path in before:
        path.unlink()
    needed = sum(-(-len(content) // 4096) * 4096 for content in before.values())
    resize(shutil.disk_usage(folder).used + needed + 16 * 4096)
    capsys.readouterr()
    assert run(iki_xl, ["kumpul"]) == 0
    assert read_outputs(folder) == before
    assert "tidak dapat dilengkapi (ruang disk habis)" in capsys.readouterr().err
    resize("64m")
    assert run(iki_xl, ["kumpul"]) == 0
    assert capsys.readouterr().err == ""
    assert len(list((folder / ".iki-xl" / "arsip").rglob("*.xlsx"))) == 6


@pytest.mark.parametrize("args", [[], ["--tanpa-arsip"], ["--ke", "lain"]])
def test_temporary_files_of_the_own_folder_are_swept_at_once(tmp_path, monkeypatch, args):
    """What a run killed a moment ago left below .iki-xl is gone after the next one, whatever its options."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    send_return(tmp_path, "ani.xlsx", 0, 1.0)
    assert run(iki_xl, ["kumpul"]) == 0
    left = [tmp_path / ".iki-xl" / name / f".iki-xl-{'0' * 16}.tmp" for name in ("", "arsip", "arsip/ab")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert run(iki_xl, ["kumpul", *args]) == 0
    assert list((tmp_path / ".iki-xl").rglob(".iki-xl-*")) == []
    assert (tmp_path / ".iki-xl" / "bacaan.sqlite").exists()


def test_temporary_files_of_templates_are_swept_at_once(tmp_path, monkeypatch):
    """The same for a run of `templat` that was killed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / ".iki-xl-00.tmp").write_bytes(b"x")
    assert run(iki_xl, ["templat"]) == 0
    assert sorted(p.suffix for p in (tmp_path / "templates").iterdir()) == ["", ".xlsx"]


def test_what_another_run_is_writing_into_the_archive_is_not_swept(tmp_path, monkeypatch):
    """While it holds the archive its files stay; this run says that the archive waits."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    send_return(tmp_path, "ani.xlsx", 0, 1.0)
    own = tmp_path / ".iki-xl"
    with hold_folders(own):
        (own / ".iki-xl-11.tmp").write_bytes(b"x")
        result = collect_folder(tmp_path)
        assert (own / ".iki-xl-11.tmp").exists()
    assert any("sedang dilengkapi iki-xl yang lain" in note for note in result.notes)
    assert result.outputs
    assert collect_folder(tmp_path).notes == ()
    assert not (own / ".iki-xl-11.tmp").exists()
    assert archive_files(own, []).message == ""


# What is to be mended, and how the copy tells that it is.

SHEET = "03 Pengelola Data"
# cell, what is typed, what mends it; all wrong in their own way
WRONG = {
    ("J03-01", "satuan"): ("Desaa", "Desa"),
    ("J03-01", "tipe_perhitungan"): (None, "Kumulatif"),
    ("J03-01", "target"): (None, 40),
    ("J03-01", "realisasi_01"): (5, 6),
    ("J03-02", "realisasi_01"): ("sekitar 12", 12),
    ("J03-02", "realisasi_02"): ("1.250", 1250),
    ("J03-02", "realisasi_03"): (-3, 0),
    ("J03-02", "realisasi_04"): (7, 7),
    ("J03-02", "realisasi_05"): (500, 50),
    ("J03-02", "realisasi_06"): ('"=1+1" & <b>\n_x12', 3),
}
HEAD = enter_person("Ani", NIP_ANI[:-1])


def make_copy(folder, entries, katalog=None, id_jabatan="J03"):
    """Send one return back; return its copy to mend and the findings."""
    katalog = katalog or make_katalog()
    merged, found = receive_returns(
        katalog, write_return(folder / "asal.xlsx", katalog, {id_jabatan: entries})
    )
    ((_, content),) = make_perbaikan_copies(katalog, merged, found)
    path = folder / "salinan.xlsx"
    path.write_bytes(content)
    return path, found


def mend(path, target, values):
    """Type values into a copy, by (row id, field key), and each condition of its colours into a free cell."""
    book = openpyxl.load_workbook(path)
    sheet, layout = book[SHEET], find_form(make_katalog(), "J03").layout
    for cell, value in values.items():
        row, column = layout.cell(*cell)
        sheet.cell(row + 1, column + 1).value = value
    rules = [
        (str(area.sqref), rule.formula[0])
        for area in sheet.conditional_formatting
        for rule in area.rules
        if ":" not in str(area.sqref)
    ]
    for number, (_, formula) in enumerate(rules, start=1):
        sheet.cell(200 + number, 60).value = f"={formula}"
    book.save(target)
    return [at for at, _ in rules]


def read_marks(path, places, folder):
    """Return, as LibreOffice works them out: coloured cells, notes by row, the states on the sheet Temuan."""
    book = openpyxl.load_workbook(libreoffice.recalculate(path, folder), data_only=True)
    sheet = book[SHEET]
    coloured = {at for number, at in enumerate(places, start=1) if sheet.cell(200 + number, 60).value}
    coloured -= {"E5"}  # whose ink alone changes
    title = next(c for c in sheet[7] if c.value == "PERLU DIPERBAIKI").column
    notes = {row: text for row in range(8, 12) if (text := sheet.cell(row, title).value)}
    if sheet["E5"].value:
        notes[5] = sheet["E5"].value
    states = [row[6] for row in book["Temuan"].iter_rows(min_row=5, values_only=True)]
    return coloured, notes, states, book["Temuan"]["A3"].value


@pytest.mark.lambat
def test_colour_and_note_go_away_once_a_cell_is_mended(tmp_path):
    """LibreOffice works the copy out before and after: all there, all gone, and half of it in between."""
    libreoffice.require()
    path, _ = make_copy(tmp_path, {**HEAD, **{cell: typed for cell, (typed, _) in WRONG.items()}})
    right = {cell: value for cell, (_, value) in WRONG.items()} | enter_person("Ani", NIP_ANI)
    places = mend(path, tmp_path / "a.xlsx", {})
    coloured, notes, states, told = read_marks(tmp_path / "a.xlsx", places, tmp_path / "lo")
    assert coloured == set(places) - {"E5"} == {"D5", "E8", "F8", "K8", "L9", "M9", "N9", "P9", "Q9"}
    assert sorted(notes) == [5, 8, 9]
    assert notes[5].startswith("NIP (D5): NIP “19850202201001200” tidak sah: harus 18 digit")
    assert "Jan (L9): “sekitar 12” bukan angka. → Ketik angkanya saja" in notes[9]
    assert "Feb (M9): “1.250” dapat berarti 1250 atau 1,25" in notes[9]
    assert 'Jun (Q9): “"=1+1" & <b> _x12” bukan angka.' in notes[9]
    assert (told, set(states)) == ("Belum diperbaiki: 7", {"belum diperbaiki", "mohon diperiksa"})
    mend(path, tmp_path / "b.xlsx", right)
    coloured, notes, states, told = read_marks(tmp_path / "b.xlsx", places, tmp_path / "lo")
    assert (coloured, notes) == (set(), {})
    assert (told, set(states)) == ("Semua sel jingga sudah diperbaiki.", {"sudah diperbaiki"})
    # typed wrong again, and only some mended
    again = {("J03-02", "realisasi_01"): "dua", ("J03-02", "realisasi_03"): -1}
    mend(path, tmp_path / "c.xlsx", right | again)
    coloured, notes, _, told = read_marks(tmp_path / "c.xlsx", places, tmp_path / "lo")
    assert (coloured, told) == ({"L9", "N9"}, "Belum diperbaiki: 2")
    assert "(M9)" not in notes[9]
    assert notes[9].startswith("Jan (L9)")


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["xlsx", "ods", "xls"])
@pytest.mark.parametrize("mended", [False, True])
def test_the_column_of_notes_is_not_quoted_back(tmp_path, fmt, mended):
    """A copy that LibreOffice saved comes back: nothing beside the form is quoted, the figures are right."""
    libreoffice.require()
    path, before = make_copy(tmp_path, {**HEAD, **{cell: typed for cell, (typed, _) in WRONG.items()}})
    right = {cell: value for cell, (_, value) in WRONG.items()} | enter_person("Ani", NIP_ANI)
    book = openpyxl.load_workbook(path)
    layout = find_form(make_katalog(), "J03").layout
    for cell, value in right.items() if mended else ():
        row, column = layout.cell(*cell)
        book[SHEET].cell(row + 1, column + 1).value = value
    book.save(tmp_path / "isi.xlsx")
    merged, found = receive_returns(
        make_katalog(), libreoffice.convert(tmp_path / "isi.xlsx", fmt, tmp_path / "lo")
    )
    codes = {code for code, _ in list_codes(found)}
    assert not {"B12", "B16", "B20", "B21", "B22", "B25", "B32"} & codes
    if mended:
        assert not [t for t in found if t.level == "galat" or t.code == "N03"]
        assert ("J03-02", 2, 1250.0) in list_figures(merged)
    else:
        assert {t.cell for t in found if t.level == "galat"} == {t.cell for t in before if t.level == "galat"}


def test_the_column_of_notes_is_not_quoted_back_without_the_hidden_ids(tmp_path):
    """A copy whose hidden row and column somebody emptied is known by its texts, its notes are still ours."""
    path, _ = make_copy(tmp_path, {**HEAD, **{cell: typed for cell, (typed, _) in WRONG.items()}})
    book = openpyxl.load_workbook(path)
    for cell in (*book[SHEET][1], *book[SHEET]["A"]):
        cell.value = None
    book.save(path)
    _, found = receive_returns(make_katalog(), path)
    codes = {code for code, _ in list_codes(found)}
    assert "B20" in codes
    assert not {"B16", "B25"} & codes


def test_what_is_typed_into_the_column_of_notes_is_quoted(tmp_path):
    """An entry of a person there is none of ours, whatever stands above it."""
    path, _ = make_copy(tmp_path, {**HEAD, **{cell: typed for cell, (typed, _) in WRONG.items()}})
    book = openpyxl.load_workbook(path)
    (note,) = [cell for cell in book[SHEET][9] if str(cell.value).startswith("=MID(")]
    note.value = "sudah saya tanyakan"
    book.save(path)
    _, found = receive_returns(make_katalog(), path)
    assert [(t.code, t.cell, t.value) for t in found if t.code == "B16"] == [
        ("B16", note.coordinate, "sudah saya tanyakan")
    ]


@pytest.mark.lambat
def test_a_copy_passes_the_validator(tmp_path):
    """Microsoft's validator has nothing against colours and notes that go away, whatever was typed."""
    validator.require()
    path, _ = make_copy(tmp_path, {**HEAD, **{cell: typed for cell, (typed, _) in WRONG.items()}})
    assert validator.errors([path], "Office2010") == []
    assert validator.errors([path], "Microsoft365") == []


def test_a_number_of_two_readings_alone_gives_a_copy(tmp_path):
    """1.250 is no galat, but only the person knows which it is; once 1250 is typed the copy is over."""
    send_return(tmp_path, "ani.xlsx", 0, "1.250")
    send_return(tmp_path, "budi.xlsx", 1, "12 Laporan")
    result = collect_folder(tmp_path)
    assert {t.level for t in result.temuan if t.file} == {"peringatan"}
    assert list_copies(tmp_path) == ["ani.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "reports" / "perbaikan" / "ani.xlsx")
    assert book["02 Sekretaris"]["L8"].value == "1.250"
    assert book["Temuan"]["G5"].value.startswith("=IF(")
    send_return(tmp_path, "ani.xlsx", 0, 1250)
    collect_folder(tmp_path)
    assert list_copies(tmp_path) == []


def test_the_first_step_says_what_to_mend(tmp_path):
    """Petunjuk names the sheet and the colour; there are no comments that would stay behind."""
    path, _ = make_copy(tmp_path, {**HEAD, ("J03-02", "realisasi_01"): -1})
    book = openpyxl.load_workbook(path)
    steps = [str(row[1]) for row in book["Petunjuk"].iter_rows(values_only=True) if row[0] == "1."]
    assert steps[0].startswith(f"Buka lembar “{SHEET}”, cari sel berwarna jingga, lalu betulkan isinya;")
    assert "hilang sendiri" in steps[0]
    assert "kirim kembali" in steps[0]
    assert not any(cell.comment for sheet in book for row in sheet.iter_rows() for cell in row)
    notes = [cell for cell in book[SHEET][9] if str(cell.value).startswith("=MID(")]
    assert [cell.protection.locked for cell in notes] == [True]


def test_what_the_copy_itself_mends_is_not_asked_for(tmp_path):
    """A number stored as text is a number there by now: no colour, no note, and the list says so."""
    path, _ = make_copy(tmp_path, {**HEAD, ("J03-02", "realisasi_01"): "12", ("J03-02", "realisasi_02"): -1})
    book = openpyxl.load_workbook(path)
    assert book[SHEET]["L9"].value == 12
    assert "L9" not in {str(area.sqref) for area in book[SHEET].conditional_formatting}
    states = {row[2]: row[6] for row in book["Temuan"].iter_rows(min_row=5, values_only=True)}
    assert states["L9"] == "sudah diperbaiki di salinan ini"


def test_many_findings_in_a_row_stay_within_the_limits_of_a_cell(tmp_path):
    """Every month wrong with a long text: Excel takes the formula, and the row is not the highest one."""
    katalog = make_katalog()
    typed = {("J02-01", f"realisasi_{n:02d}"): f'"{n}' + "x" * 5_000 for n in range(1, 13)}
    path, _ = make_copy(tmp_path, {**enter_person("Ani", NIP_OTHER), **typed}, id_jabatan="J02")
    sheet = openpyxl.load_workbook(path)[find_form(katalog, "J02").sheet_name]
    (note,) = [str(cell.value) for cell in sheet[8] if str(cell.value).startswith("=MID(")]
    assert len(note) < 4_096
    assert "Dan lainnya: lihat lembar Temuan." in note
    assert sheet.row_dimensions[8].height < 400
    assert (
        len({str(area.sqref) for area in sheet.conditional_formatting} & {f"{c}8" for c in "LMNOPQRSTUVW"})
        == 12
    )


@given(st.text(max_size=400), st.sampled_from([FieldKind.TEXT, FieldKind.NIP, FieldKind.NUMBER]))
def test_a_condition_is_a_short_formula_whatever_was_typed(text, kind):
    """No literal is over Excel's 255 letters, quotes are doubled, nothing reads like an escape."""
    condition = build_open_condition(kind, "N15", text, "L9")
    notes = join_open_notes([(condition, text.replace("\0", ""))])
    assert len(condition) < 300
    assert notes.count('"') % 2 == 0
    for formula in (condition, notes):
        assert max(map(len, formula.replace('""', "").split('"')[1::2]), default=0) <= 255
        assert "_x" not in formula


@pytest.mark.lambat
@pytest.mark.parametrize("month", [0, 3, 12])
@pytest.mark.parametrize("rincian", [RincianTarget.YEARLY, RincianTarget.TRIWULAN])
def test_a_copy_shows_what_its_formulas_give_whatever_the_sebaran(tmp_path, month, rincian):
    """Before LibreOffice recalculates it, and afterwards; also where no month has a valid entry."""
    libreoffice.require()
    office = make_katalog(rincian)
    for sebaran in Sebaran:
        katalog = replace(office, indikator=tuple(replace(i, sebaran=sebaran) for i in office.indikator))
        entries = {("J02-01", JAN): "tidak tahu"}
        if month:
            keys = [i.id for i in katalog.list_indikator("J02")]
            entries |= {(key, name_realisasi_column(month)): 2 for key in keys}
        sent = write_return(tmp_path / f"isi-{sebaran.name}.xlsx", katalog, {"J02": entries})
        merged, found = receive_returns(katalog, sent)
        ((_, content),) = make_perbaikan_copies(katalog, merged, found)
        copy = tmp_path / f"salinan-{sebaran.name}.xlsx"
        copy.write_bytes(content)
        form = find_form(katalog, "J02")
        again = libreoffice.recalculate(copy, tmp_path / "lo")
        books = [openpyxl.load_workbook(path, data_only=True) for path in (copy, again)]
        for cell in form.formula_cells:
            ours, theirs = (book[form.sheet_name][form.layout.address(*cell)].value for book in books)
            assert (ours or "") == (pytest.approx(theirs) if isinstance(theirs, float) else theirs or ""), (
                cell
            )
