"""The main path: a handful of functions that only call the stages, in order, and return frozen results."""

from __future__ import annotations

import contextlib
import gc
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING

from iki_xl.catalog.about import Subjects
from iki_xl.errors import CatalogError, DocumentError, NothingCountedError, UsageError
from iki_xl.findings import Temuan, Tingkat, urutkan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.marks import SisaDokumen, Tebakan
    from iki_xl.collect.fates import Fate
    from iki_xl.collect.files import CaraBaca
    from iki_xl.collect.merge import Terkumpul
    from iki_xl.ledger import Ledger
    from iki_xl.readers.book import Batas

    Maju = Callable[[int, int], None]

NAMA_KATALOG = "katalog.xlsx"
FOLDER_TEMPLAT, FOLDER_ISIAN, FOLDER_LAPORAN = "templates", "workbooks", "reports"
_BENIH_CONTOH = 20220101
_AKHIRAN_CONTOH = "Contoh"
_TANPA_PEMBANDING = (
    "realisasi.csv yang lama di {folder} tidak ada atau tidak dapat dibaca, jadi tidak diperiksa apakah "
    "laporan yang dahulu ada kini hilang."
)
# Templates that one worker makes at a time; fewer are not worth a process.
_TEMPLAT_SEKALI = 40


@dataclass(frozen=True, slots=True)
class HasilTemplat:
    """The templates that were written, and what is worth knowing about the catalogue.

    `lain` are workbooks in the same folder that this run did not write; `lain_nama` pairs of (file that
    another program held open, where the new one lies); `disisihkan` earlier templates that somebody had
    filled in where they lay, under their new names.
    """

    keluaran: tuple[Path, ...]
    temuan: tuple[Temuan, ...]
    lain: tuple[Path, ...] = ()
    lain_nama: tuple[tuple[Path, Path], ...] = ()
    disisihkan: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class HasilKumpul:
    """What a collection found and wrote. `ditolak` are the files of which no sheet counts, `fates` why not.

    `temuan` come by level and person; `subjects` names whom and what each is about.
    `disisihkan` are earlier copies to mend that somebody had filled in where they lay, `diubah` earlier
    recaps that somebody had changed, both under their new names; `lain_nama` pairs of (file that another
    program held open, where its new content lies); `tertinggal` copies to mend that are over, but open as
    well; `catatan` sentences about the ledger, the archive and the run before.
    """

    bulan: int | None
    bulan_diminta: bool
    berkas: int
    diterima: int
    temuan: tuple[Temuan, ...]
    keluaran: tuple[Path, ...] = ()
    disisihkan: tuple[Path, ...] = ()
    lain_nama: tuple[tuple[Path, Path], ...] = ()
    tertinggal: tuple[Path, ...] = ()
    catatan: tuple[str, ...] = ()
    fates: Mapping[Fate, int] = field(default_factory=dict)
    subjects: Subjects = field(default_factory=Subjects)
    diubah: tuple[Path, ...] = ()

    @property
    def ditolak(self) -> int:
        return self.berkas - self.diterima

    def jumlah(self, tingkat: Tingkat) -> int:
        """Number of findings of one level."""
        return sum(t.tingkat is tingkat for t in self.temuan)


def _diam(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _bisu(_text: str) -> None:
    """A stage that nobody hears of."""


@dataclass(frozen=True, slots=True)
class Pembacaan:
    """How to read: limits by name (collect/book.py), number of processes, who hears how far it is.

    Another `executor` than this program's own workers may be given (collect/files.py says what it must bear).
    """

    batas: Mapping[str, int] = field(default_factory=dict)
    pekerja: int | None = None
    maju: Maju = _diam
    executor: Executor | None = None
    kabar: Callable[[str], None] = _bisu


@dataclass(frozen=True, slots=True)
class Permintaan:
    """Returns below `folder` up to month `bulan` (None: the last filled one), outputs below `ke`.

    `kerja` is the working folder, in which a hidden folder keeps the ledger and, unless `arsip` is off, the
    originals of counted returns; None: nothing is kept. `katalog` is the file of the catalogue in use, which
    is no return wherever it lies. No return was saved after `now` (UTC, naive; None: this machine's clock).
    """

    folder: Path
    ke: Path
    bulan: int | None = None
    tolak_konflik: bool = False
    kerja: Path | None = None
    arsip: bool = True
    katalog: Path | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Himpunan:
    """What came back: the number of files found, the merged tables, what is said of the files themselves.

    `catatan` are sentences about the ledger; `sumber` is the table of every file found; `fates` says what
    became of the files of which no sheet counts; `asal` gives for each file that counts the digest of its
    bytes, where they lay, and its name.
    """

    berkas: int
    terkumpul: Terkumpul
    temuan: tuple[Temuan, ...]
    catatan: tuple[str, ...]
    sumber: pd.DataFrame
    fates: Mapping[Fate, int]
    asal: tuple[tuple[str, Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HasilImpor:
    """The catalogue that was made of documents, how much was found, and all that a person has to look at.

    `tanpa_satuan` is the number of indikator without satuan; `tanpa_formulir` names documents without a form,
    `tanpa_indikator` jabatan whose forms gave none.
    """

    keluaran: Path
    dokumen: int
    jabatan: int
    indikator: int
    tanpa_satuan: int
    tebakan: tuple[Tebakan, ...]
    sisa: tuple[SisaDokumen, ...]
    tanpa_formulir: tuple[str, ...] = ()
    tanpa_indikator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HasilContoh:
    """A sample office's working folder: what was made up, and what the collection gave."""

    folder: Path
    templat: int
    cerita: tuple[tuple[str, str], ...]
    kesalahan: int
    tidak_kembali: tuple[str, ...]
    kumpul: HasilKumpul


def mulai(folder: Path) -> tuple[Path, ...]:
    """Make a new working folder with an empty katalog.xlsx.

    Raises:
        UsageError: there is a katalog.xlsx already.
        OutputError: the folder cannot be written.
    """
    from iki_xl.catalog import Kantor, Katalog
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.output import buat_folder, tulis_utuh

    path = folder / NAMA_KATALOG
    if path.exists():
        raise UsageError(
            f"{path} sudah ada dan tidak ditimpa. Pilih folder lain, atau pindahkan dahulu berkas itu."
        )
    made = tuple(buat_folder(folder / name) for name in (FOLDER_TEMPLAT, FOLDER_ISIAN, FOLDER_LAPORAN))
    return (tulis_utuh(path, katalog_xlsx(Katalog(Kantor("", "", _tahun_ini())))), *made)


def _tahun_ini() -> int:
    from datetime import datetime

    return datetime.now().astimezone().year


def _diam_untuk(_name: str) -> Maju:
    return _diam


def impor(paths: Sequence[Path], ke: Path, kemajuan: Callable[[str], Maju] = _diam_untuk) -> HasilImpor:
    """Make one catalogue of an office's documents; `kemajuan` gives who hears of the pages of each.

    Raises:
        UsageError: the catalogue exists. DocumentError: a document cannot be read, or none holds a form.
        FormError: a text is too long for a cell. OutputError: the catalogue cannot be written.
    """
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.importer.guess import susun_katalog
    from iki_xl.importer.load import baca_isi
    from iki_xl.output import tulis_utuh

    if ke.exists():
        raise UsageError(
            f"{ke} sudah ada dan tidak ditimpa. Sebut nama lain dengan --ke, atau pindahkan berkas itu."
        )
    documents = [baca_isi(path, kemajuan(path.name)) for path in dict.fromkeys(paths)]
    without = tuple(item.nama for item in documents if not item.forms)
    if len(without) == len(documents):
        raise DocumentError(
            f"Tidak ada formulir IKI di {', '.join(without)}: yang dicari baris JABATAN, TUGAS dan tabel "
            "sasaran dan indikator. Periksa dokumennya, atau isi sendiri katalog kosong dari `iki-xl mulai`."
        )
    made = susun_katalog(documents, _tahun_ini())
    katalog, check = made.katalog, made.pemeriksaan
    return HasilImpor(
        tulis_utuh(ke, katalog_xlsx(katalog, check)),
        len(documents),
        len(katalog.jabatan),
        len(katalog.indikator),
        sum(not item.satuan for item in katalog.indikator),
        check.tebakan,
        check.sisa,
        without,
        tuple(j.nama for j in katalog.jabatan if not katalog.indikator_dari(j.id)),
    )


def baca_katalog(path: Path) -> Katalog:
    """Read katalog.xlsx.

    Raises:
        CatalogError: it is missing, is no workbook, or holds mistakes.
    """
    from iki_xl.catalog.reader import read_katalog

    return read_katalog(path)


def buat_templat(
    katalog: Katalog, per: str, folder: Path, sandi: str = "", maju: Maju = _diam
) -> HasilTemplat:
    """Write the locked templates of one variant below a folder; `maju` hears how many are done.

    Raises:
        FormError: a form cannot be made. OutputError: the folder cannot be written. BusyError: another run
            writes there.
    """
    from iki_xl.aside import FILLED, in_the_way, set_aside
    from iki_xl.catalog.remarks import catatan
    from iki_xl.lock import kunci
    from iki_xl.output import sapu, siapkan
    from iki_xl.template.variants import Per, berkas_templat

    total = len(berkas_templat(katalog, Per(per)))
    contents = []
    for item in _isi_templat(katalog, per, sandi, total):
        contents.append(item)
        maju(len(contents), total)
    # written only once every form could be made
    targets = [folder / name for name, _ in contents]
    with kunci(folder) as alone:
        sapu(folder, _age(alone=alone))
        with siapkan(folder, contents) as ready:
            aside = set_aside(in_the_way(targets), targets, FILLED)
            written = ready.pasang(aside.held)
    ours = {*written.berkas, *aside.files}
    others = tuple(path for path in sorted(folder.glob("*.xlsx")) if path not in ours)
    return HasilTemplat(written.berkas, catatan(katalog), others, written.lain_nama, aside.files)


def _age(*, alone: bool) -> float:
    """Seconds after which a temporary file belongs to no living run: at once for who holds the lock."""
    from iki_xl.output import DETIK_BASI

    return 0 if alone else DETIK_BASI


def _isi_templat(katalog: Katalog, per: str, sandi: str, total: int) -> Iterator[tuple[str, bytes]]:
    """Templates in order: in this process for a few, in worker processes for many."""
    from concurrent.futures import ProcessPoolExecutor

    batches = [
        range(start, min(start + _TEMPLAT_SEKALI, total)) for start in range(0, total, _TEMPLAT_SEKALI)
    ]
    work = partial(_templat_sebagian, katalog, per, sandi)
    if len(batches) <= 1:
        for batch in map(work, batches):
            yield from batch
        return
    with ProcessPoolExecutor() as executor:
        for batch in executor.map(work, batches):
            yield from batch


def _templat_sebagian(katalog: Katalog, per: str, sandi: str, numbers: range) -> list[tuple[str, bytes]]:
    from iki_xl.template.variants import Per, berkas_templat
    from iki_xl.template.writer import lembar_kosong, templat_xlsx

    chosen = berkas_templat(katalog, Per(per))[numbers.start : numbers.stop]
    return [(item.nama, templat_xlsx(katalog, lembar_kosong(item.forms), sandi=sandi)) for item in chosen]


def periksa(
    paths: Sequence[Path],
    katalog: Katalog,
    baca: Pembacaan | None = None,
    katalog_path: Path | None = None,
    now: datetime | None = None,
) -> HasilKumpul:
    """Check returned workbooks, and all those below folders; nothing is written.

    The catalogue at `katalog_path` is left out, and so is the folder of outputs beside it, unless that was
    named itself. No return was saved after `now` (None: the clock).
    """
    from iki_xl.collect.fates import count_fates
    from iki_xl.collect.files import baca_semua
    from iki_xl.collect.finder import OwnFiles, find_named
    from iki_xl.collect.merge import kumpulkan
    from iki_xl.collect.sources import tabel_sumber
    from iki_xl.measures import bulan_terakhir

    outputs = katalog_path.parent / FOLDER_LAPORAN if katalog_path else None
    found, skipped = find_named(paths, OwnFiles(katalog_path, outputs))
    files, said = baca_semua(found, None, katalog, _cara(baca))
    merged = kumpulkan(files, katalog, now=now)
    month = bulan_terakhir(merged.baris)
    fates = count_fates(files, said, merged.temuan, merged.berkas_dihitung)
    said = (*skipped, *said)
    sources = tabel_sumber(files, merged.laporan, merged.saved, said)
    gathered = Himpunan(len(found), merged, said, (), sources, fates)
    return _hasil(katalog, gathered, month, bulan_diminta=False)


def kumpul(katalog: Katalog, permintaan: Permintaan, baca: Pembacaan | None = None) -> HasilKumpul:
    """Collect every return below a folder: recap, facts, findings, and the copies to mend.

    Raises:
        UsageError: the folder does not exist. OutputError: an output cannot be written.
        FormError: the recap would be over Excel's limits. BusyError: another run writes there.
        NothingCountedError: nothing counts, and there are earlier results; they stay as they are.
    """
    from iki_xl.archive import sweep
    from iki_xl.lock import kunci
    from iki_xl.output import FOLDER_PERBAIKAN, FOLDER_SENDIRI, sapu

    folder = permintaan.folder
    if not folder.is_dir():
        raise UsageError(
            f"Folder {folder} tidak ada. Taruh berkas yang kembali di sana, atau sebut folder lain."
        )
    with kunci(permintaan.ke) as alone:
        sapu(permintaan.ke, _age(alone=alone))
        sapu(permintaan.ke / FOLDER_PERBAIKAN, _age(alone=alone), dalam=True)
        if permintaan.kerja is not None:
            sweep(permintaan.kerja / FOLDER_SENDIRI)
        return _kumpul(katalog, permintaan, baca)


def _kumpul(katalog: Katalog, permintaan: Permintaan, baca: Pembacaan | None) -> HasilKumpul:
    from iki_xl.measures import bulan_terakhir
    from iki_xl.publish import Collected, publish

    found = himpun(katalog, permintaan, baca)
    merged = found.terkumpul
    month = permintaan.bulan or bulan_terakhir(merged.baris)
    asked = permintaan.bulan is not None
    result = _hasil(katalog, found, month, bulan_diminta=asked)
    result = _compare(katalog, permintaan, found, result)
    if baca:
        baca.kabar(f"Menyusun rekap dan berkas lainnya dari {result.diterima} berkas yang diterima.")
    content = Collected(katalog, merged, found.sumber, result.temuan, month or 1, result.subjects)
    written = publish(content, permintaan.ke)
    # only now: the outputs come before the archive where the disk is nearly full
    return replace(
        result,
        temuan=written.temuan,
        keluaran=written.files,
        disisihkan=written.filled,
        lain_nama=written.elsewhere,
        tertinggal=written.left,
        catatan=(*result.catatan, *_arsip(permintaan, found.asal)),
        diubah=written.changed,
    )


def _compare(katalog: Katalog, permintaan: Permintaan, found: Himpunan, result: HasilKumpul) -> HasilKumpul:
    """Compare with the run before: nothing at all replaces no results, and that most are gone is said.

    Raises:
        NothingCountedError: nothing counts, and there are earlier results.
    """
    from iki_xl.earlier import missing_returns, read_earlier, tell_missing

    earlier, notes = read_earlier(permintaan.ke), found.catatan
    if not result.diterima and earlier.hold_something:
        raise NothingCountedError(_nothing_counted(permintaan, result), result.berkas, result.temuan)
    if earlier.results and earlier.returns is None:
        notes = (*notes, _TANPA_PEMBANDING.format(folder=permintaan.ke))
    report = found.terkumpul.laporan
    counted = report[report["dihitung"].astype(bool)]
    before = earlier.returns or ()
    gone = missing_returns(before, set(zip(counted["id_jabatan"], counted["nip"], strict=True)))
    said = tell_missing(katalog, before, gone, str(permintaan.folder))
    found_all = urutkan((*result.temuan, *said), result.subjects.person)
    return replace(result, temuan=found_all, catatan=notes)


def _nothing_counted(permintaan: Permintaan, result: HasilKumpul) -> str:
    from iki_xl.earlier import tell_found

    return (
        f"Tidak ada isian yang dapat dihitung di folder {permintaan.folder} "
        f"({tell_found(result.berkas, result.temuan)}), sedangkan di {permintaan.ke} ada hasil pengumpulan "
        "sebelumnya; hasil itu dibiarkan dan tidak ada yang diubah. Periksa apakah foldernya benar dan "
        f"isiannya ada di sana; bila memang hendak mulai dari awal, pindahkan dahulu isi {permintaan.ke}."
    )


def himpun(katalog: Katalog, permintaan: Permintaan, baca: Pembacaan | None = None) -> Himpunan:
    """Find and read every return below a folder, and merge them; no output is written.

    Where the working folder is known, what was read before is taken from its ledger, and what is new goes
    there.
    """
    from iki_xl.collect.fates import count_fates
    from iki_xl.collect.files import baca_semua
    from iki_xl.collect.finder import OwnFiles, cari_berkas
    from iki_xl.collect.merge import kumpulkan
    from iki_xl.collect.sources import tabel_sumber
    from iki_xl.output import clock_ahead

    paths, skipped = cari_berkas(permintaan.folder, OwnFiles(permintaan.katalog, permintaan.ke))
    how = _cara(baca)
    ledger = _ledger(katalog, permintaan, how.batas)
    how = replace(how, simpanan=ledger, clock=partial(clock_ahead, permintaan.ke, permintaan.folder))
    with _tanpa_pemulung():
        files, unread = baca_semua(paths, permintaan.folder, katalog, how)
        merged = kumpulkan(
            files,
            katalog,
            bulan=permintaan.bulan,
            tolak_konflik=permintaan.tolak_konflik,
            now=permintaan.now,
        )
    notes = ledger.pesan if ledger else ()
    counted = (item for item in files if item.nama in merged.berkas_dihitung)
    said = (*skipped, *unread)
    sources = tabel_sumber(files, merged.laporan, merged.saved, said)
    fates = count_fates(files, unread, merged.temuan, merged.berkas_dihitung)
    origins = tuple((item.sha256, item.asal, item.nama) for item in counted)
    return Himpunan(len(paths), merged, said, notes, sources, fates, origins)


def _ledger(katalog: Katalog, permintaan: Permintaan, batas: Batas) -> Ledger | None:
    from iki_xl.collect.record import kunci
    from iki_xl.ledger import Ledger
    from iki_xl.output import FOLDER_SENDIRI

    if permintaan.kerja is None:
        return None
    return Ledger.buka(permintaan.kerja / FOLDER_SENDIRI, kunci(katalog, batas))


def _arsip(permintaan: Permintaan, counted: Iterable[tuple[str, Path, str]]) -> tuple[str, ...]:
    """Keep the originals of counted returns (digest, place, name); say what could not be kept."""
    from iki_xl.archive import simpan_arsip
    from iki_xl.output import FOLDER_SENDIRI

    if permintaan.kerja is None or not permintaan.arsip:
        return ()
    result = simpan_arsip(permintaan.kerja / FOLDER_SENDIRI, counted)
    gone = [
        f"{name} berubah atau hilang sesudah dibaca; yang dihitung isinya semula, tetapi tidak ada di arsip. "
        "Jalankan lagi bila ada isian baru di dalamnya."
        for name in result.berubah
    ]
    return (*gone, result.pesan) if result.pesan else tuple(gone)


@contextlib.contextmanager
def _tanpa_pemulung() -> Iterator[None]:
    """Thousands of records are made and all stay: looking for cycles among them costs a tenth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _cara(baca: Pembacaan | None) -> CaraBaca:
    from iki_xl.collect.files import CaraBaca
    from iki_xl.readers.book import Batas

    how = baca or Pembacaan()
    try:
        batas = Batas(**how.batas)
    except TypeError as exc:
        names = ", ".join(f.name for f in fields(Batas))
        raise UsageError(f"Batas yang dikenal: {names}.") from exc
    return CaraBaca(batas, how.pekerja, how.executor, None, how.maju)


def _hasil(katalog: Katalog, found: Himpunan, month: int | None, *, bulan_diminta: bool) -> HasilKumpul:
    from iki_xl.collect.condense import for_people

    merged = found.terkumpul
    blank = ((s.berkas, s.nama, s.nip, s.nama_pegawai) for s in merged.lembar if not s.terisi)
    subjects = Subjects.of_returns(katalog, merged.laporan, blank)
    return HasilKumpul(
        month,
        bulan_diminta,
        found.berkas,
        len(merged.berkas_dihitung),
        urutkan(for_people((*katalog.remarks, *found.temuan, *merged.temuan)), subjects.person),
        fates=found.fates,
        subjects=subjects,
    )


def contoh(nama: str, folder: Path, tell: Callable[[str], None]) -> HasilContoh:
    """Make a sample office's working folder, fill templates in, collect them and write the recap.

    Raises:
        UsageError: the folder holds a katalog.xlsx that is not a sample's.
        OutputError: the folder cannot be written.
    """
    from random import Random

    from iki_xl.catalog.samples import read_office
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.output import buat_folder, tulis_utuh
    from iki_xl.sample.filling import BULAN_CONTOH, isi_contoh
    from iki_xl.sample.people import dengan_pegawai
    from iki_xl.template.variants import Per, berkas_templat

    random = Random(_BENIH_CONTOH)  # noqa: S311 - a reproducible sample, not a secret
    katalog = dengan_pegawai(read_office(nama), random)
    _jangan_timpa(folder / NAMA_KATALOG)
    tulis_utuh(folder / NAMA_KATALOG, katalog_xlsx(katalog))
    tell("Katalog selesai; membuat templat.")
    written = buat_templat(katalog, Per.PEGAWAI, folder / FOLDER_TEMPLAT)
    forms = [item.forms[0] for item in berkas_templat(katalog, Per.PEGAWAI)]
    tell("Templat selesai; mengisi contoh.")
    templates = [(p.name, p.read_bytes(), form) for p, form in zip(written.keluaran, forms, strict=True)]
    returned, missing = isi_contoh(templates, random)
    buat_folder(folder / FOLDER_ISIAN)
    for item in returned:
        tulis_utuh(folder / FOLDER_ISIAN / item.nama, item.isi)
    tell("Contoh isian selesai; mengumpulkan dan menyusun rekap.")
    wanted = Permintaan(folder / FOLDER_ISIAN, folder / FOLDER_LAPORAN, BULAN_CONTOH)
    collected = kumpul(katalog, wanted)
    for path in (*written.disisihkan, *collected.disisihkan, *collected.diubah):
        tell(f"Sudah diubah orang, jadi disisihkan: {path}")
    stories = tuple((item.nama, item.cerita) for item in returned)
    tulis_utuh(folder / FOLDER_LAPORAN / "contoh-isian.md", _cerita(stories, missing).encode())
    mistakes = sum(item.kesalahan for item in returned)
    return HasilContoh(folder, len(written.keluaran), stories, mistakes, missing, collected)


def _jangan_timpa(path: Path) -> None:
    """A catalogue with other people than the sample's belongs to somebody."""
    if not path.exists():
        return
    try:
        people = baca_katalog(path).pegawai
    except CatalogError:
        people = ()
    if not people or not all(p.nama.endswith(_AKHIRAN_CONTOH) for p in people):
        raise UsageError(f"{path} sudah ada dan bukan katalog contoh, jadi tidak ditimpa. Sebut folder lain.")


def _cerita(stories: Sequence[tuple[str, str]], missing: Sequence[str]) -> str:
    from iki_xl.sample.filling import KETERANGAN

    lines = [
        f"# {KETERANGAN.capitalize()}",
        "",
        "Nama, NIP, angka dan kesalahan di bawah ini dibuat-buat.",
        "",
    ]
    lines += [f"* `{name}`: {story}" for name, story in stories]
    lines += ["", "Templat yang tidak dikembalikan:", "", *(f"* `{name}`" for name in missing), ""]
    return "\n".join(lines)
