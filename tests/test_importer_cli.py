"""`iki-xl impor` as a user runs it: what it writes and says, its exit codes, what can be done at once."""

from __future__ import annotations

import errno
from pathlib import Path

import openpyxl
import pytest
import validator
from document_maker import write_docx
from filled import enter_person, write_return
from test_cli import one_sentence, run

from iki_xl import pipeline, results
from iki_xl.catalog import read_katalog, read_office
from iki_xl.catalog.marks import DocumentLeftover
from iki_xl.cli import rendering
from iki_xl.errors import DocumentError, OutputError, UsageError
from iki_xl.storage import output

DOCUMENTS = Path(__file__).parent / "documents"
CIANJUR, PONCOKUSUMO = DOCUMENTS / "iki-dpmd-cianjur.txt", DOCUMENTS / "iki-kecamatan-poncokusumo-2022.txt"


def stay_silent(_name: str):
    """Nobody watches."""
    return lambda _done, _total: None


def write_text_document(path: Path, content: str) -> Path:
    """Write a document of plain text."""
    path.write_text(content, encoding="utf-8")
    return path


def enter_row(row_id: str, month: float) -> dict:
    """What a person types who chooses the tipe: target and January."""
    values = {"tipe_perhitungan": "Kumulatif", "target": 12.0, "realisasi_01": month}
    return {(row_id, key): value for key, value in values.items()}


@pytest.mark.lambat
@pytest.mark.parametrize(
    ("document", "jabatan", "indikator"),
    [(CIANJUR, 21, 59), (PONCOKUSUMO, 20, 54)],
    ids=["cianjur", "poncokusumo"],
)
def test_a_document_leads_to_a_recap_without_touching_the_catalogue(tmp_path, document, jabatan, indikator):
    """impor, templat, two filled-in templates, kumpul: the figures are in realisasi.csv, nothing is galat."""
    done = run("impor", str(document), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{jabatan} jabatan dan {indikator} indikator ditemukan di 1 dokumen." in done.stdout
    assert "`iki-xl templat`" in done.stdout
    done = run("templat", "--per", "jabatan", cwd=tmp_path)
    assert done.returncode == 0
    assert f"{jabatan} templat ditulis:" in done.stdout
    katalog = read_katalog(tmp_path / "katalog.xlsx")
    for number, row_id in enumerate(["J02-01", "J03-01"], start=1):
        entries = {
            row_id[:3]: enter_person(f"Pegawai {number}", f"19850202201001{number}002")
            | enter_row(row_id, number)
        }
        write_return(tmp_path / "workbooks" / f"{row_id}.xlsx", katalog, entries)
    done = run("kumpul", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Berkas 2, diterima 2, ditolak 0; galat 0" in done.stdout
    facts = (tmp_path / "reports" / "realisasi.csv").read_text(encoding="utf-8-sig")
    assert "J02-01" in facts
    assert "J03-01" in facts


def test_the_report_counts_guesses_by_kind_and_names_leftovers(tmp_path):
    """Each leftover by document and text, what to look at, and the command that follows."""
    done = run("impor", str(PONCOKUSUMO), "--ke", "baru/kec.xlsx", cwd=tmp_path)
    assert "kantor 7, atasan 20, satuan" in done.stdout
    assert "1 teks belum mendapat tempat di katalog:" in done.stdout
    assert f"  {PONCOKUSUMO.name} halaman 1: LAMPIRAN" in done.stdout
    assert "Perlu diperiksa" in done.stdout
    assert "`iki-xl templat --katalog baru/kec.xlsx`" in done.stdout
    workbook = openpyxl.load_workbook(tmp_path / "baru" / "kec.xlsx")
    assert [cell.value for cell in workbook["Sisa dokumen"][2]] == [PONCOKUSUMO.name, 1, "LAMPIRAN"]


def test_many_leftovers_are_counted_beyond_the_first_ones():
    """Ten are named, each in one line without what would steer the terminal; the rest is counted."""
    left = tuple(
        DocumentLeftover("a.pdf", page, f"teks {page} " + "\x1b[31m panjang" * 20) for page in range(1, 31)
    )
    text = rendering.describe_impor(results.ImportResult(Path("k.xlsx"), 1, 1, 1, 0, (), left))
    assert "30 teks belum mendapat tempat" in text
    assert "  a.pdf halaman 10: teks 10" in text
    assert "halaman 11" not in text
    assert "… dan 20 lagi" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 130


def test_two_documents_make_one_catalogue(tmp_path):
    """A Word document and a text: ids go on; the same file given twice counts once."""
    word = write_docx(read_office("dpmd-cianjur"), tmp_path / "dpmd.bin")
    result = pipeline.impor([word, PONCOKUSUMO, word], tmp_path / "katalog.xlsx", stay_silent)
    katalog = read_katalog(result.outputs)
    assert (result.document, result.jabatan) == (2, 41)
    assert [katalog.jabatan[at].id for at in (0, 20, 21, 40)] == ["J01", "J21", "J22", "J41"]
    assert katalog.jabatan[21].nama == "Kasi Pemerintahan"


def test_a_document_without_forms_beside_one_with_forms_is_named(tmp_path):
    """The catalogue is made of the other one; what stands in the first is a leftover."""
    letter = write_text_document(tmp_path / "surat.txt", "Yth. Camat\nMohon dikirim.\n")
    result = pipeline.impor([letter, PONCOKUSUMO], tmp_path / "katalog.xlsx", stay_silent)
    assert result.without_form == ("surat.txt",)
    assert "Tidak ada formulir IKI di surat.txt." in rendering.describe_impor(result)
    assert "Mohon dikirim." in [item.text for item in result.leftovers]


def test_no_form_at_all_is_exit_3_and_writes_nothing(tmp_path):
    """One sentence names every document."""
    for name in ("surat.txt", "nota.txt"):
        write_text_document(tmp_path / name, "Yth. Camat\n")
    text = one_sentence(run("impor", "surat.txt", "nota.txt", cwd=tmp_path), 3)
    assert "Tidak ada formulir IKI di surat.txt, nota.txt" in text
    assert not (tmp_path / "katalog.xlsx").exists()


def test_an_existing_catalogue_is_never_overwritten(tmp_path):
    """Exit 2, before any document is read; also where --ke names it, or a folder."""
    (tmp_path / "katalog.xlsx").write_bytes(b"milik orang")
    text = one_sentence(run("impor", str(CIANJUR), cwd=tmp_path), 2)
    assert "sudah ada dan tidak ditimpa" in text
    assert (tmp_path / "katalog.xlsx").read_bytes() == b"milik orang"
    with pytest.raises(UsageError):
        pipeline.impor([CIANJUR], tmp_path)


def test_a_missing_document_is_wrong_usage(tmp_path):
    """Exit 2, as everywhere."""
    assert "'tiada.docx' tidak ada" in one_sentence(run("impor", "tiada.docx", cwd=tmp_path), 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), ".docx"),
        (b"PK\x03\x04 terpotong", "rusak"),
        (b"%PDF-1.7 terpotong", "rusak"),
        (b"", "kosong"),
    ],
    ids=["doc", "docx", "pdf", "kosong"],
)
def test_a_document_that_cannot_be_read_is_one_sentence(tmp_path, content, words):
    """Judged by its content, whatever its name; the readable one beside it is not imported alone."""
    (tmp_path / "iki.docx").write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        pipeline.impor([CIANJUR, tmp_path / "iki.docx"], tmp_path / "katalog.xlsx", stay_silent)
    assert "iki.docx" in str(caught.value)
    assert words in str(caught.value)
    assert not (tmp_path / "katalog.xlsx").exists()


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch):
    """Nothing is left behind, neither a catalogue nor a temporary file."""

    def full(_path, _content):
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(output, "_write_and_read_back", full)
    with pytest.raises(OutputError, match="ruang disk habis"):
        pipeline.impor([CIANJUR], tmp_path / "katalog.xlsx", stay_silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.lambat
def test_the_imported_workbook_is_valid_for_excel(tmp_path):
    """Microsoft's validator has nothing against the marks, comments and leftovers."""
    validator.require()
    path = pipeline.impor([PONCOKUSUMO], tmp_path / "katalog.xlsx", stay_silent).outputs
    for version in ("Office2010", "Microsoft365"):
        assert validator.errors([path], version) == []


def test_an_empty_catalogue_that_nobody_touched_gives_way(tmp_path):
    """`mulai`, then `impor`: the way an office begins; a catalogue with anything in it stays."""
    pipeline.mulai(tmp_path)
    target = tmp_path / "katalog.xlsx"
    result = pipeline.impor([CIANJUR], target)
    assert result.jabatan > 0
    again = target.read_bytes()
    with pytest.raises(UsageError, match="sudah ada dan tidak ditimpa"):
        pipeline.impor([CIANJUR], target)
    assert target.read_bytes() == again
