"""Collecting again: only what is new is read, whatever became of the ledger, the files and the clocks."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import pytest
from click.testing import CliRunner
from filled import drop_indikator, enter_person, make_katalog, write_return
from hypothesis import given
from packages import MAIN, make_cell_sheet, make_sheet, make_xlsx, read_content
from test_fuzz_readers import LIMITS, draw_changed_xml, make_original, make_settings

from iki_xl import pipeline
from iki_xl.catalog import katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.collect import files
from iki_xl.readers import xlsx, xlsx_sheet
from iki_xl.readers.book import UnreadableError
from iki_xl.results import CollectRequest, ReadingSettings
from iki_xl.storage.ledger import LEDGER_NAME

JAN, FEB = "realisasi_01", "realisasi_02"


class CountingExecutor(Executor):
    """Runs everything in this process at once, and counts the files it was given."""

    def __init__(self):
        self.file = 0

    def submit(self, fn, /, *args, **kwargs):
        self.file += len(args[-1])
        done = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def write_person_return(folder, number, value, suffix=""):
    """Write one person's return."""
    entries = {**enter_person(f"Orang {number}", f"19850101201001{1 + number % 2}{number + 1:03d}")}
    entries |= {("J02-01", JAN): value, ("J02-02", FEB): "abc" if number == 3 else 4}
    return write_return(folder / "workbooks" / f"{number:02d}{suffix}.xlsx", make_katalog(), {"J02": entries})


@pytest.fixture
def kantor(tmp_path):
    """A working folder with eight returns, one of them with a mistake."""
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "workbooks").mkdir()
    for number in range(8):
        write_person_return(tmp_path, number, number)
    return tmp_path


def gather_folder(folder, office=None, **how):
    """Collect without outputs; return (tables and findings, number of files read, notes)."""
    executor = how.pop("executor", None) or CountingExecutor()
    wanted = CollectRequest(folder / "workbooks", folder / "reports", work_folder=folder, **how)
    office = office or pipeline.load_katalog(folder / "katalog.xlsx")
    found = pipeline.gather(office, wanted, ReadingSettings(executor=executor))
    merged = found.collected
    tables = [t.astype(str).values.tolist() for t in (merged.rows, merged.returns, merged.realisasi)]
    return (tables, merged.temuan, found.temuan), getattr(executor, "file", None), found.notes


def kumpul(folder, *args):
    """Run the command in a folder; return its exit code, its standard error and the facts it wrote."""
    here = os.getcwd()  # noqa: PTH109 - to come back
    os.chdir(folder)
    try:
        done = CliRunner().invoke(iki_xl, ["kumpul", *args], standalone_mode=False)
    finally:
        os.chdir(here)
    assert done.exception is None, done.exception
    names = ("realisasi.csv", "capaian.csv", "temuan.csv")
    return done.return_value, done.stderr, {n: (folder / "reports" / n).read_bytes() for n in names}


def test_a_second_run_reads_only_what_is_new(kantor):
    """Eight files, then none, then the one that was added; what they give is the same as read anew."""
    first, read, notes = gather_folder(kantor)
    assert (read, notes) == (8, ())
    assert gather_folder(kantor)[:2] == (first, 0)
    write_person_return(kantor, 8, 5)
    third, read, _ = gather_folder(kantor)
    assert read == 1
    shutil.rmtree(kantor / ".iki-xl")
    assert gather_folder(kantor)[:2] == (third, 9)


def test_a_renamed_or_touched_file_is_not_read_again(kantor):
    """The digest of its bytes says what it is; its new name stands in every table and finding."""
    gather_folder(kantor)
    (kantor / "workbooks" / "03.xlsx").rename(kantor / "workbooks" / "kiriman.xlsx")
    os.utime(kantor / "workbooks" / "04.xlsx", (1, 1))
    (_, said, _), read, _ = gather_folder(kantor)
    assert read == 0
    assert {t.file for t in said if t.code == "N15"} == {"kiriman.xlsx"}


def test_another_catalogue_or_limit_reads_everything_again(kantor):
    """What was read under another catalogue is never taken for this one's."""
    gather_folder(kantor)
    smaller = drop_indikator(make_katalog(), "J02-02")
    (tables, said, _), read, _ = gather_folder(kantor, smaller)
    assert read == 8
    assert "J02-02" not in str(tables[0])
    assert {t.code for t in said} >= {"B09"}
    people = replace(make_katalog(), pegawai=make_katalog().pegawai[:-1])
    assert gather_folder(kantor, people)[1] == 8


@pytest.mark.parametrize(
    "make", [lambda: ThreadPoolExecutor(3), lambda: ProcessPoolExecutor(2), lambda: None]
)
def test_reading_maps_over_any_executor(kantor, make):
    """Threads, processes and the program's own workers give the same."""
    expected = gather_folder(kantor)[0]
    shutil.rmtree(kantor / ".iki-xl")
    executor = make()
    found = gather_folder(kantor, executor=executor) if executor else None
    if executor:
        executor.shutdown()
    wanted = CollectRequest(kantor / "workbooks", kantor / "reports")
    merged = found[0] if found else pipeline.gather(make_katalog(), wanted).collected
    assert (merged if found else (expected[0], merged.temuan, expected[2])) == expected


def break_with_text(path):
    path.write_text("ini bukan catatan", encoding="utf-8")


def break_by_cutting(path):
    path.write_bytes(path.read_bytes()[:5_000])


def break_with_future_version(path):
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def break_content(path):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE bacaan SET isi = replace(isi, '4.0', '9.0')")
    db.close()


@pytest.mark.parametrize(
    "damage", [break_with_text, break_by_cutting, break_with_future_version, break_content]
)
def test_a_ledger_that_is_not_right_is_never_trusted(kantor, damage):
    """A text file, half a file, one of a future version, one in which figures were changed: same facts."""
    _, _, expected = kumpul(kantor)
    damage(kantor / ".iki-xl" / LEDGER_NAME)
    code, said, found = kumpul(kantor)
    assert found == expected
    assert code == 1
    if damage is not break_content:
        assert "disisihkan" in said
        assert list((kantor / ".iki-xl").glob("bacaan-disisihkan-*.sqlite"))
    assert kumpul(kantor)[1:] == ("", expected)


def test_without_a_place_for_the_ledger_the_work_goes_on(kantor):
    """Where the program's folder cannot be made, one sentence says so, and the facts are the same."""
    _, _, expected = kumpul(kantor)
    shutil.rmtree(kantor / ".iki-xl")
    (kantor / ".iki-xl").write_text("di sini ada berkas", encoding="utf-8")
    _, said, found = kumpul(kantor)
    assert found == expected
    assert ".iki-xl" in said


def test_an_overwritten_or_deleted_original_is_kept(kantor):
    """The archive holds the bytes of every counted return, and its list says what they were called."""
    before = (kantor / "workbooks" / "02.xlsx").read_bytes()
    kumpul(kantor)
    write_person_return(kantor, 2, 77)
    (kantor / "workbooks" / "05.xlsx").unlink()
    kumpul(kantor)
    kept = {path.read_bytes() for path in (kantor / ".iki-xl" / "arsip").rglob("*.xlsx")}
    assert before in kept
    assert (kantor / "workbooks" / "02.xlsx").read_bytes() in kept
    assert len(kept) == 9
    with (kantor / ".iki-xl" / "arsip" / "daftar.csv").open(encoding="utf-8") as stream:
        names = [row["nama_berkas"] for row in csv.DictReader(stream)]
    assert sorted(names) == sorted([f"{n:02d}.xlsx" for n in range(8)] + ["02.xlsx"])


def test_the_archive_can_be_turned_off_and_is_never_collected(kantor):
    """With --tanpa-arsip nothing is kept; with it, collecting the whole folder finds no archived file."""
    kumpul(kantor, "--tanpa-arsip")
    assert not (kantor / ".iki-xl" / "arsip").exists()
    kumpul(kantor)
    os.chdir(kantor)
    done = CliRunner().invoke(iki_xl, ["kumpul", ".", "--json"], standalone_mode=False)
    answer = json.loads(done.stdout)
    assert answer["berkas"] == 8
    assert not [t for t in answer["temuan"] if ".iki-xl" in t["berkas"]]


def test_clocks_that_run_backwards_change_nothing(kantor):
    """File times in the past and in the far future, between two runs: same facts, nothing read again."""
    _, _, expected = kumpul(kantor)
    for number, path in enumerate(sorted((kantor / "workbooks").iterdir())):
        os.utime(path, (10 + number, 4_000_000_000 - number))
    os.utime(kantor / ".iki-xl" / LEDGER_NAME, (1, 1))
    assert kumpul(kantor)[2] == expected
    assert gather_folder(kantor)[1] == 0


def test_a_file_that_hangs_while_digests_are_taken_is_left_to_the_workers(kantor, monkeypatch):
    """A drive that does not answer delays the known files no longer than the limit, and loses none."""
    expected = gather_folder(kantor)[0]
    hang, real = threading.Event(), files.read_whole
    here = threading.current_thread()

    def slow(path, limits):
        if path.name == "05.xlsx" and threading.current_thread() is not here:
            hang.wait(60)
        return real(path, limits)

    monkeypatch.setattr(files, "read_whole", slow)
    wanted = CollectRequest(kantor / "workbooks", kantor / "reports", work_folder=kantor)
    executor = CountingExecutor()
    how = ReadingSettings({"detik": 1}, executor=executor)
    runs = [pipeline.gather(make_katalog(), wanted, how).collected.temuan for _ in range(2)]
    hang.set()
    assert runs == [expected[1], expected[1]]
    # under other limits all are read anew; after that only the one that hangs
    assert executor.file == 8 + 1


def test_a_usage_error_and_a_busy_folder_are_one_sentence(kantor, capsys):
    """The command without a folder to collect: exit 2, no traceback."""
    os.chdir(kantor)
    assert run(iki_xl, ["kumpul", "tidak-ada"]) == 2
    assert "Folder tidak-ada tidak ada" in capsys.readouterr().err


def read_or_none(content):
    try:
        return read_content(content, LIMITS)
    except UnreadableError:
        return None


def assert_same_as_parser(content, monkeypatch):
    """Read by pieces and read by the parser alone."""
    by_pieces = read_or_none(content)
    with monkeypatch.context() as patch:
        patch.setattr(xlsx_sheet, "cut_sheet", lambda _: None)
        patch.setattr(xlsx, "cut_texts", lambda _: None)
        assert repr(read_or_none(content)) == repr(by_pieces)


@pytest.fixture(scope="module")
def module_patch():
    """A patch that lives as long as the module: hypothesis takes no shorter one."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_the_plain_template_is_read_by_pieces(module_patch):
    """The short cut is taken at all, and gives what the parser gives."""
    content, taken = make_original("xlsx"), []
    with module_patch.context() as patch:
        for module, name in ((xlsx_sheet, "_read_plain_sheet"), (xlsx, "cut_texts")):
            real = getattr(module, name)
            patch.setattr(module, name, lambda *args, real=real: taken.append(real(*args)) or taken[-1])
        read_content(content, LIMITS)
    assert len(taken) == 5
    assert None not in taken
    assert_same_as_parser(content, module_patch)


NS = f'xmlns="{MAIN}"'


@pytest.mark.parametrize(
    "texts",
    [
        "<si/><si><t>12</t></si><si><t>7</t></si>",
        "<si><t>12</t></si><si><t>7</t></si><si/>",
        '<si x="1"><t>0</t></si><si><t>12</t></si><si><t>7</t></si>',
        "<si ><t>0</t></si><si><t>12</t></si>",
        "<si><t>12</t></si><si><t>7</t></si><si ><t>1</t></si>",
        "<si><r><t>1</t></r><r><t>2</t></r></si><si><t>7</t></si>",
        "<si><t>12</t><phoneticPr/></si><si><t>7</t></si>",
        f'<si><t>xmlns="{MAIN}"</t></si><si><t>7</t></si>',
    ],
)
def test_shared_texts_never_shift(module_patch, texts):
    """Whatever stands between plain texts, each index keeps its text."""
    cells = make_cell_sheet(
        "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("AB"))
    )
    assert_same_as_parser(make_xlsx(cells, text=f"<sst {NS}>{texts}</sst>"), module_patch)
    prefixed = f'<x:sst xmlns:x="{MAIN}">{texts.replace("<si", "<x:si").replace("</si", "</x:si")}</x:sst>'
    assert_same_as_parser(
        make_xlsx(cells, text=prefixed.replace("<t>", "<x:t>").replace("</t>", "</x:t>")), module_patch
    )


@pytest.mark.parametrize(
    "cell",
    [
        "<is><t>5</t></is>",
        '%t="str"%<is><t>5</t></is>',
        "<f>X</f><is><t>9</t></is>",
        '%t="inlineStr"%<v>1</v><is><t>2</t></is>',
        '%t="inlineStr"%<is><t>2</t></is>',
        '%t="inlineStr"%<is><t></t></is>',
        '%t="str"%<f>IF(A1=1,2,"")</f><v/>',
        '%t="str"%<f>IF(A1=1,2,"")</f><v></v>',
        '%t="str"%<v/>',
        '%t="s"%<v/>',
        '%t="zzz"%<v/>',
        '%t="zzz"%',
        '%t="e"%<f>X</f>',
        '%t="e"%<v>#REF!</v>',
        '%t="b"%<v>1</v>',
        '%t="n"%<v> 5 </v>',
        "<v>1E5</v>",
        "<v>-0</v>",
        "<v>1e400</v>",
        "<v>1e</v>",
        "<v/>",
        "<f/>",
        "<f>A1&amp;B1</f>",
        '<f t="array" t="shared">A1</f><v>1</v>',
        '<f t="shared" si="0" ref="A1:A2">B1</f><v>1</v>',
        '<f 1a="x">A1</f><v>1</v>',
        '%s="99"%<v>5</v>',
    ],
)
def test_odd_cells_are_read_as_the_parser_reads_them(module_patch, cell):
    """Cells of shapes that few programs write: the same value, or refused by both."""
    attributes, _, inside = cell[1:].partition("%") if cell.startswith("%") else ("", "", cell)
    assert_same_as_parser(
        make_xlsx(make_cell_sheet(f'<c r="A1" {attributes}>{inside}</c><c r="B1"><v>7</v></c>')), module_patch
    )
    tight = f'<c r="A1" {attributes}>{inside}</c>'.replace(" >", ">")
    assert_same_as_parser(make_xlsx(make_cell_sheet(tight)), module_patch)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1" ht="1" ht="2"><c r="A1"><v>1</v></c></row>',
        '<row r="1" 1a="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" ht="1" ht="2"/>',
        '<row r="1"/><row r="3"/><row r="4"><c r="A4"><v>1</v></c></row><row r="9"/>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"/>',
        "<row><c><v>1</v></c></row>",
        ' <row r="1"> <c r="A1"><v>1</v></c> </row> ',
        '<row r="1"><c r="A1"><v>1</v></c></row><!-- <row r="2"/> -->',
        '<row r="1"><c r="A1" t="str"><v>]]></v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#65;&lt;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>',
    ],
)
def test_odd_rows_are_read_as_the_parser_reads_them(module_patch, rows):
    """Rows out of the ordinary, also inside a comment or a processing instruction."""
    assert_same_as_parser(make_xlsx(make_sheet(rows)), module_patch)
    hidden = f"<worksheet {NS}><?x <sheetData>{rows}</sheetData>?></worksheet>"
    assert_same_as_parser(make_xlsx(hidden), module_patch)
    assert_same_as_parser(
        make_xlsx(f"<worksheet {NS}><!--<sheetData>{rows}</sheetData>--></worksheet>"), module_patch
    )


def test_a_file_time_that_no_calendar_has_stops_nobody(kantor):
    """Years beyond 9999 and before 1900, of the file and in the workbook: they are read all the same."""
    for number, seconds in enumerate((-(2**40), 2**33, 2**37)):
        os.utime(kantor / "workbooks" / f"0{number}.xlsx", (0, seconds))
    for number, text in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")):
        entries = {**enter_person(f"Waktu {number}", f"19850101201001190{number}"), ("J02-01", JAN): 1}
        write_return(
            kantor / "workbooks" / f"waktu-{number}.xlsx", make_katalog(), {"J02": entries}, saved=text
        )
    code, said, facts = kumpul(kantor)
    assert (code, said) == (1, "")
    assert b"waktu-0.xlsx" in facts["realisasi.csv"]
    assert b"waktu-1.xlsx" in facts["realisasi.csv"]
    assert kumpul(kantor)[2] == facts


@make_settings(150)
@given(content=draw_changed_xml("xlsx"))
def test_changed_xml_is_read_by_pieces_as_by_the_parser(module_patch, content):
    """Whatever is done to the XML, the short cut gives what the parser gives, or refuses with it."""
    assert_same_as_parser(content, module_patch)


@pytest.mark.lambat
@make_settings(1500)
@given(content=draw_changed_xml("xlsx"))
def test_much_changed_xml_is_read_by_pieces_as_by_the_parser(module_patch, content):
    """More of the same."""
    assert_same_as_parser(content, module_patch)


@pytest.mark.lambat
def test_fifty_thousand_files_in_one_folder(kantor):
    """Each is named in a finding or counted; the second run reads none of the returns again."""
    for number in range(50_000):
        (kantor / "workbooks" / f"sampah-{number:05d}.xlsx").write_bytes(b"bukan buku kerja %d" % number)
    wanted = CollectRequest(kantor / "workbooks", kantor / "reports", work_folder=kantor)
    found = pipeline.gather(make_katalog(), wanted)
    assert found.file_count == 50_008
    assert len(found.collected.counted_files) == 8
    assert sum(t.code == "B01" for t in found.temuan) == 50_000
