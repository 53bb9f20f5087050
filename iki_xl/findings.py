"""Findings: what is right to say about data, in the words of an office.

A `Temuan` is a frozen record with a stable code. All texts stand in `FINDING_KINDS`, in one place; the
placeholders in braces are filled by `temuan()`. Levels: galat (the value does not count until it
is mended), peringatan (it counts, but somebody should look), info.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from iki_xl.a1 import split_address
from iki_xl.tables import CELL_TEXT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Level(StrEnum):
    """How serious a finding is."""

    GALAT = "galat"
    PERINGATAN = "peringatan"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: file, sheet, cell address such as "H12", and the ids if known."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    id_jabatan: str = ""
    id_indikator: str = ""


@dataclass(frozen=True, slots=True)
class Temuan:
    """One finding; `TEMUAN_COLUMNS` names the columns of temuan.csv and of --json."""

    code: str
    level: Level
    file: str
    sheet: str
    cell: str
    id_jabatan: str
    id_indikator: str
    value: str
    message: str
    remedy: str


# The public name of each field of `Temuan`, in order.
TEMUAN_COLUMNS = {
    "code": "kode",
    "level": "tingkat",
    "file": "berkas",
    "sheet": "lembar",
    "cell": "sel",
    "id_jabatan": "id_jabatan",
    "id_indikator": "id_indikator",
    "value": "nilai",
    "message": "pesan",
    "remedy": "perbaikan",
}


def temuan_record(said: Temuan) -> dict[str, str]:
    """Return a finding by the names of its public columns."""
    return {column: str(getattr(said, field)) for field, column in TEMUAN_COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind of finding: its level, what is said and what to do about it.

    `rest` is the kind under which those of a sheet are counted that are not named one by one; "": the kind
    itself.
    """

    level: Level
    message: str
    remedy: str
    rest: str = ""


G, P, I = Level.GALAT, Level.PERINGATAN, Level.INFO  # noqa: E741 - short names make the table below readable

FINDING_KINDS: dict[str, FindingKind] = {
    # K: katalog.xlsx
    "K01": FindingKind(G, "Lembar “{nama}” tidak ada di katalog.", "Kembalikan lembar “{nama}”, atau buat katalog baru dengan `iki-xl mulai` dan salin isinya."),
    "K02": FindingKind(G, "Kolom “{nama}” tidak ada di lembar {lembar}.", "Tulis judul kolom “{nama}” di baris pertama."),
    "K03": FindingKind(G, "{nama} kosong.", "Isi dengan id yang tetap dan tidak dipakai baris lain, misalnya {contoh}."),
    "K04": FindingKind(G, "{nama} “{nilai}” dipakai lebih dari satu kali.", "Beri setiap baris id sendiri; pakai kembali id lama hanya untuk baris yang sama."),
    "K05": FindingKind(G, "Atasan “{nilai}” bukan id jabatan mana pun di lembar Jabatan.", "Pilih id jabatan atasan dari daftar, atau kosongkan bila atasannya di luar katalog."),
    "K06": FindingKind(G, "Garis atasan berputar: {rantai}.", "Perbaiki kolom Atasan supaya garisnya berakhir di pimpinan kantor."),
    "K07": FindingKind(G, "Satuan “{nilai}” tidak ada di daftar satuan.{dekat}", "Pilih dari daftar, atau tambahkan dahulu di lembar Referensi kolom Satuan."),
    "K08": FindingKind(G, "Tipe perhitungan “{nilai}” tidak ada di daftar.{dekat}", "Pilih dari daftar, atau tambahkan dahulu di lembar Referensi beserta cara hitungnya."),
    "K09": FindingKind(G, "Id jabatan “{nilai}” tidak ada di lembar Jabatan.", "Pilih id jabatan dari daftar, atau tambahkan jabatannya di lembar Jabatan."),
    "K10": FindingKind(G, "NIP tersimpan sebagai angka; Excel membuang digit setelah yang ke-15.", "Ubah format sel menjadi Teks, lalu ketik ulang 18 digit NIP."),
    "K11": FindingKind(G, "NIP “{nilai}” tidak sah: {sebab}.", "Ketik ulang 18 digit NIP sesuai SK kepegawaian."),
    "K12": FindingKind(G, "{nama} wajib diisi.", "Isi sel ini."),
    "K13": FindingKind(G, "“{nilai}” bukan pilihan untuk {nama}.{dekat}", "Pilih salah satu: {pilihan}."),
    "K14": FindingKind(G, "“{nilai}” bukan angka yang sah untuk {nama}.", "{cara}"),
    "K15": FindingKind(G, "Pegawai dengan NIP “{nilai}” tercatat dua kali pada jabatan {jabatan}.", "Hapus salah satu barisnya."),
    "K16": FindingKind(G, "Sel ini berisi galat Excel {nilai}.", "Ketik nilainya langsung."),
    "K17": FindingKind(G, "Teks terlalu panjang: {panjang} huruf, paling banyak {batas}.", "Ringkaskan teksnya."),
    "K18": FindingKind(G, "Sel ini berisi rumus {nilai} yang hasilnya tidak tersimpan.", "Buka katalog di Excel lalu simpan, atau ketik nilainya langsung."),
    "K19": FindingKind(G, "{nama} seharusnya teks, tetapi Excel menyimpannya sebagai {jenis}: {nilai}.", "Ubah format sel menjadi Teks, lalu ketik ulang isinya."),
    "K20": FindingKind(I, "Jabatan {id} “{nama}” belum mempunyai indikator.", "Tambahkan di lembar Indikator bila sudah ada; lembar IKI-nya tetap dibuat."),
    "K21": FindingKind(I, "Sasaran “{sasaran}” pada jabatan {id} belum mempunyai indikator.", "Tambahkan di lembar Indikator bila sudah ada."),
    "K22": FindingKind(G, "Baris “{nama}” tidak ada di lembar {lembar}.", "Tulis “{nama}” di kolom {kolom}, lalu isinya di sebelahnya."),
    "K23": FindingKind(G, "{nama} “{nilai}” tertulis lebih dari satu kali di daftar.", "Hapus salah satunya."),
    "K24": FindingKind(G, "Batas skala {nilai} tidak lebih kecil daripada batas di atasnya.", "Urutkan skala dari batas tertinggi ke terendah, tanpa batas yang sama."),
    "K25": FindingKind(G, "Judul “{nama}” ada lebih dari satu di lembar {lembar}.", "Sisakan satu saja, yang lain dihapus atau diberi judul lain."),
    "K26": FindingKind(G, "Daftar {nama} di lembar {lembar} kosong.", "Isi paling sedikit satu baris; contohnya ada di katalog baru dari `iki-xl mulai`."),
    "K27": FindingKind(P, "Kolom “{nama}” berisi {jumlah} isian yang tidak dipakai selama rincian target kantor “{rincian}”.", "Tidak perlu apa-apa bila memang begitu; bila target itu berlaku, jalankan `iki-xl katalog --rincian` dengan rincian yang sesuai."),
    "K28": FindingKind(G, "Sebutan skala “{nilai}” tidak dapat dipakai: terlalu panjang, atau sama dengan kata yang dipakai rekap.", "Pilih sebutan lain, paling banyak 60 huruf, selain “belum dinilai”, “tidak dinilai”, “dinilai akhir tahun” dan “belum lapor”."),
    "K29": FindingKind(G, "“{nilai}” untuk {nama} dapat berarti {dibaca} atau {lain}.", "Ketik ulang sebagai angka: {dibaca}, atau {lain} bila itu yang dimaksud."),
    "K30": FindingKind(P, "Format sel di katalog ini hilang atau rusak; angkanya dibaca seperti tersimpan, jadi 85 % mungkin terbaca 0,85.", "Periksa angka di lembar Indikator dan Referensi, lalu simpan ulang katalognya dari Excel."),
    "K31": FindingKind(P, "{nama} berisi rumus di {jumlah} sel ({letak}); yang dipakai hasilnya.", "Tidak perlu apa-apa bila hasilnya benar; ketik hasilnya langsung supaya tidak berubah sendiri."),
    "K32": FindingKind(G, "{nama} {nilai} persen lebih dari 100.", "Perbaiki angkanya. Bila memang boleh, ubah “Persentase boleh di atas 100” di lembar Referensi menjadi Ya."),
    "K33": FindingKind(P, "{jumlah} sel lain di kolom ini ({letak}) mendapat temuan yang sama: {sebab}.", "Perbaiki dengan cara yang sama."),
    "K34": FindingKind(P, "Sel {rentang} digabung; yang dibaca untuk semua baris di dalamnya: “{nilai}”.{tertutup}", "Tidak perlu apa-apa bila memang begitu; bila tidak, pisahkan selnya (Unmerge Cells), lalu isi setiap baris."),
    "K35": FindingKind(G, "Sel {rentang} digabung, sehingga tidak jelas isinya (“{nilai}”) milik baris atau kolom mana.{tertutup}", "Pisahkan selnya (Unmerge Cells), lalu isi setiap sel sendiri."),
    "K36": FindingKind(P, "“{nilai}” di {nama} dicoret, jadi tidak dibaca; yang dibaca hanya yang tidak dicoret.", "Hapus yang dicoret; bila memang berlaku, hilangkan coretannya."),
    "K37": FindingKind(G, "Sebagian isi {nama} (“{nilai}”) ditulis kecil di atas atau di bawah baris, jadi angkanya tidak pasti.", "Ketik ulang angkanya saja dengan huruf biasa."),
    "K38": FindingKind(P, "Gambar di {nama} tidak dibaca{alamat}; selnya dianggap kosong.", "Ketik isinya di sel ini."),
    "K39": FindingKind(P, "Sebaran “{nilai}” hanya berlaku untuk tipe perhitungan yang bulannya dijumlahkan; pada baris ini tidak berpengaruh.", "Kosongkan sel ini, atau perbaiki Tipe perhitungan di baris ini."),
    "K40": FindingKind(P, "Sebaran “{nilai}” tidak berpengaruh, karena kantor ini menetapkan target per periode (Rincian target).", "Kosongkan sel ini; bila hanya target tahunan yang ditetapkan, ubah Rincian target di lembar Kantor menjadi tahunan."),
    # B: berkas dan lembar yang dikembalikan
    "B01": FindingKind(G, "Berkas tidak dapat dibuka: {sebab}.", "{cara}"),
    "B02": FindingKind(G, "Berkas ini bukan isian IKI: tidak ada lembar IKI di dalamnya.", "Taruh di sini hanya templat IKI yang sudah diisi."),
    "B03": FindingKind(G, "Lembar ini milik kantor lain, tidak ikut dihitung.", "Keluarkan dari folder ini, atau pakai katalog kantor yang sesuai."),
    "B04": FindingKind(G, "Lembar ini untuk tahun {tahun}, bukan {tahun_ini}; tidak ikut dihitung.", "Isi templat tahun {tahun_ini}."),
    "B05": FindingKind(I, "Lembar ini dibuat dari templat lama, sebelum katalog terakhir diubah; isinya tetap dicocokkan.", "Tidak perlu apa-apa: isiannya tetap dihitung dan boleh diteruskan di berkas ini. Formulir terbaru yang sudah memuat isian ini dibuat subbag perencanaan dengan `iki-xl templat --lanjut`."),
    "B06": FindingKind(I, "Berkas dilewati: {sebab}.", "{cara}"),
    "B07": FindingKind(I, "Isi berkas sama persis dengan {lain}; hanya satu yang dihitung.", "Salah satunya boleh dihapus."),
    "B08": FindingKind(G, "Jabatan pada lembar ini (kode {id}) tidak ada lagi di katalog; lembar ini tidak ikut dihitung.", "Pakai templat terbaru, atau kembalikan jabatan itu ke katalog."),
    "B09": FindingKind(P, "Indikator {nama} tidak ada lagi di katalog; isinya tidak ikut dihitung: {nilai}.", "Bila indikator itu masih berlaku, kembalikan ke katalog; bila tidak, isian ini memang tidak dihitung lagi."),
    "B10": FindingKind(P, "Baris indikator {nama} tidak ada di lembar ini.", "Isi baris itu di formulir lanjutan dari subbag perencanaan (`iki-xl templat --lanjut`), yang sudah memuat isian ini."),
    "B11": FindingKind(P, "Baris indikator {nama} ada lebih dari sekali; yang dihitung adalah baris {baris}, bukan baris ini: {nilai}.", "Hapus baris yang bukan laporan, lalu kirim ulang."),
    "B12": FindingKind(P, "Di sel ini tertulis “{tertulis}”, tidak sama dengan katalog; yang berlaku tetap isi katalog: “{asli}”.", "Kembalikan isinya seperti semula. Bila memang perlu berubah, minta subbag perencanaan mengubahnya di katalog."),
    "B13": FindingKind(G, "Kolom {nama} tidak ada lagi di lembar ini.", "Salin isian ke templat baru; jangan menghapus kolom."),
    "B14": FindingKind(I, "Lembar ini belum diisi sama sekali.", "Ingatkan pegawai yang bersangkutan."),
    "B15": FindingKind(P, "Kolom {nama} ada lebih dari sekali; yang dihitung adalah kolom {kolom}.", "Hapus kolom yang bukan laporan, lalu kirim ulang."),
    "B16": FindingKind(P, "Isi “{nilai}” berada di luar baris dan kolom formulir; tidak ikut dihitung.", "Bila ini isian IKI, pindahkan ke sel yang semestinya di templat terbaru.", rest="B25"),
    "B17": FindingKind(G, "Tanda pengenal lembar ini (baris tersembunyi paling atas) hilang; isinya tidak ikut dihitung.", "Salin isian ke templat baru; jangan menghapus baris paling atas."),
    "B18": FindingKind(I, "Lembar ini bukan lembar IKI dari templat; isinya tidak dibaca.", "Bila di dalamnya ada isian IKI, pindahkan ke lembar IKI."),
    "B19": FindingKind(P, "NIP {nilai} di lembar ini bukan NIP menurut katalog ({asli}); yang dipakai NIP di lembar.", "Periksa NIP di lembar, atau perbarui pemegang jabatan di katalog."),
    "B20": FindingKind(P, "Tanda pengenal lembar ini hilang; barisnya dicocokkan menurut nama jabatan “{jabatan}” dan teks indikator.", "Periksa apakah cocok; untuk pelaporan berikutnya pakai templat terbaru."),
    "B21": FindingKind(I, "Pelindung lembar ini dibuka.", "Tidak perlu apa-apa; ingatkan supaya pelindung lembar tidak dibuka."),
    "B22": FindingKind(P, "{jumlah} rumus di lembar ini diganti atau terhapus; hasilnya dihitung ulang oleh program.", "Pakai templat terbaru untuk pelaporan berikutnya; jangan menempel di atas sel abu-abu."),
    "B23": FindingKind(I, "Lembar IKI berikut tidak ada lagi di buku ini: {nama}.", "Tidak perlu apa-apa bila jabatan itu melapor lewat berkas lain."),
    "B24": FindingKind(P, "Nama “{nilai}” di lembar ini tidak sama dengan katalog (“{asli}”) untuk NIP yang sama.", "Periksa nama di lembar, atau perbarui di katalog."),
    "B25": FindingKind(P, "{jumlah} sel lain di luar baris dan kolom formulir juga berisi{tempat}; tidak ikut dihitung.", "Bila ini isian IKI, pindahkan ke sel yang semestinya di templat terbaru."),
    "B26": FindingKind(G, "Indikator {nama} milik jabatan lain, {jabatan}; isinya di lembar ini tidak ikut dihitung: {nilai}.", "Pindahkan isiannya ke lembar jabatan {jabatan}."),
    "B27": FindingKind(P, "{apa} tidak dibuka; isian di dalamnya belum dihitung.", "{cara}"),
    "B28": FindingKind(P, "NIP {nilai} tidak tercatat sebagai pemegang jabatan ini di katalog; laporannya tetap dihitung.", "Periksa NIP di lembar, atau tambahkan pegawainya di lembar Pegawai pada katalog."),
    "B30": FindingKind(G, "Sel isian digabung, {gabungan}: {nasib}.{tertutup}", "Pisahkan gabungan selnya (Unmerge), lalu isi setiap sel sendiri-sendiri."),
    "B31": FindingKind(I, "Sel ini bertautan ke {alamat}; {nasib}.", "Tidak perlu apa-apa; tautannya tidak dibuka oleh program."),
    "B32": FindingKind(I, "Ada {apa}; tidak dibaca sebagai isian.", "Bila bagian dari laporan, ketik di sel yang semestinya."),
    "B33": FindingKind(I, "Ada {apa}; tidak dibaca sebagai isian.", "Bila bagian dari laporan, ketik di sel yang semestinya."),
    "B34": FindingKind(I, "Di buku kerja ini ada {apa}; tidak dibuka, dijalankan, atau diikuti.", "Tidak perlu apa-apa bila angka di selnya benar."),
    "B35": FindingKind(G, "Berkas ini masih ditulis program lain, jadi isinya belum dihitung.", "{cara}"),
    "B36": FindingKind(I, "Berkas ini katalog, bukan isian IKI; tidak dihitung sebagai laporan.", "Tidak perlu apa-apa; sebaiknya dipindahkan dari folder ini."),
    "B40": FindingKind(P, "Hanya {ada} dari {jumlah} laporan yang dihitung pada pengumpulan sebelumnya masih ada. Tidak ada lagi: {nama}.", "Periksa apakah folder “{folder}” benar dan lengkap, lalu kumpulkan lagi. Bila memang sengaja, tidak perlu apa-apa."),
    "B41": FindingKind(P, "Salinan perbaikan berkas ini tidak dapat ditulis: {sebab}.", "Pendekkan nama berkas aslinya, atau pindahkan yang menghalangi di folder perbaikan dan periksa izinnya, lalu kumpulkan lagi."),
    "B42": FindingKind(I, "Salinan perbaikan berkas ini bernama {nama}: {sebab}.", "Tidak perlu apa-apa; kirimkan salinan itu kepada pegawainya."),
    "B43": FindingKind(P, "Berkas ini ada di folder bulan {folder}, tetapi isian terakhirnya {bulan}. Isiannya tetap dihitung menurut kolom bulannya.", "Periksa apakah berkasnya salah folder, atau isiannya salah kolom."),
    # N: nilai yang diketik
    "N01": FindingKind(P, "Angka tersimpan sebagai teks; dibaca {dibaca}.", "Ketik ulang sebagai angka: {dibaca}."),
    "N02": FindingKind(P, "“{nilai}” dibaca {dibaca}.", "Ketik ulang sebagai angka: {dibaca}."),
    "N03": FindingKind(P, "“{nilai}” dapat berarti {dibaca} atau {lain}; dibaca {dibaca}.", "Bila yang dimaksud {lain}, ketik ulang {lain}; bila benar, ketik {dibaca}."),
    "N04": FindingKind(P, "“{nilai}” dibaca {dibaca}.", "Ketik angkanya saja tanpa “Rp”: {dibaca}."),
    "N05": FindingKind(P, "“{nilai}” dibaca {dibaca}.", "Ketik angkanya saja; satuannya sudah ada di kolom Satuan."),
    "N06": FindingKind(P, "“{nilai}” dibaca 0.", "Ketik 0 bila memang nihil."),
    "N07": FindingKind(P, "“{nilai}” dianggap belum diisi.", "Kosongkan sel bila belum ada realisasi; ketik 0 bila memang nihil."),
    "N08": FindingKind(P, "“{nilai}” dibaca {dibaca} persen.", "Ketik angkanya saja: 85 % ditulis 85."),
    "N09": FindingKind(P, "Angka {nilai} pada satuan Persentase dibaca {nilai} persen.", "85 % ditulis 85. Bila yang dimaksud {persen} %, ketik {persen}."),
    "N10": FindingKind(G, "Persentase {nilai} lebih dari 100.", "Periksa kembali; Persentase paling besar 100."),
    "N11": FindingKind(G, "Angka {nilai} kurang dari nol.", "Isi dengan 0 atau angka di atasnya."),
    "N12": FindingKind(G, "Angka {nilai} di luar batas yang masuk akal.", "Ketik ulang angkanya."),
    "N13": FindingKind(G, "Sel ini berisi {jenis} ({nilai}), bukan angka; ketikan seperti “1/2” atau “2:30” sering diubah sendiri menjadi tanggal atau jam.", "Ketik ulang angkanya, misalnya 0,5. Bila yang tampak tetap tanggal atau jam, salin sel bulan lain yang masih kosong ke sel ini, lalu ketik lagi."),
    "N14": FindingKind(G, "Sel ini berisi {nilai}, bukan angka.", "Ketik angkanya."),
    "N15": FindingKind(G, "“{nilai}” bukan angka.", "Ketik angkanya saja; penjelasan ditulis di kolom Kendala atau Bukti dukung."),
    "N16": FindingKind(G, "Sel ini berisi pesan kesalahan Excel {nilai}.", "Hapus, lalu ketik nilainya langsung."),
    "N17": FindingKind(P, "Sel ini berisi rumus {rumus}; yang dipakai hasilnya.", "Ketik hasilnya langsung supaya tidak berubah sendiri."),
    "N18": FindingKind(G, "Sel ini berisi rumus {nilai} yang hasilnya tidak tersimpan.", "Ketik hasilnya langsung di sel itu."),
    "N19": FindingKind(P, "Realisasi bulan {bulan} diisi, padahal laporan baru sampai {sampai}; disimpan, tidak dihitung.", "Kosongkan bila salah kolom."),
    "N20": FindingKind(G, "NIP tersimpan sebagai angka; Excel membuang digit setelah yang ke-15.", "Ketik ulang 18 digit NIP. Bila ditolak atau tampil seperti 1,98E+17, awali dengan tanda petik (')."),
    "N21": FindingKind(G, "NIP “{nilai}” tidak sah: {sebab}.", "Ketik ulang 18 digit NIP."),
    "N22": FindingKind(P, "Sel berformat persen ({nilai}) padahal satuannya bukan Persentase; dibaca {dibaca}.", "Bila memang {dibaca}, biarkan. Bila yang dimaksud {persen}, salin sel bulan lain yang masih kosong ke sel ini, lalu ketik {persen}."),
    "N23": FindingKind(P, "Teks ini {panjang} huruf; di rekap hanya {batas} huruf pertama.", "Ringkaskan teksnya; lengkapnya ada di temuan.csv."),
    "N24": FindingKind(P, "“{nilai}” di sel ini dicoret, jadi tidak dibaca; yang dibaca hanya yang tidak dicoret.", "Hapus yang dicoret; bila memang berlaku, hilangkan coretannya."),
    "N25": FindingKind(G, "Sebagian isi sel ini (“{nilai}”) ditulis kecil di atas atau di bawah baris, jadi angkanya tidak pasti.", "Ketik ulang angkanya saja dengan huruf biasa; catatan ditulis di kolom Kendala atau Bukti dukung."),
    "N26": FindingKind(P, "“{nilai}” di sel terkunci ini dicoret; yang berlaku tetap isi katalog: “{asli}”.", "Hilangkan coretannya. Bila memang perlu berubah, ubahlah di katalog."),
    "N28": FindingKind(P, "Gambar di sel ini tidak dibaca{alamat}; selnya dianggap kosong.", "Ketik isinya di sel ini; gambarnya simpan sebagai berkas tersendiri."),
    # L: pilihan dari daftar, dan yang wajib ada
    "L01": FindingKind(G, "Satuan “{nilai}” tidak ada di daftar.{dekat}", "Pilih satuan dari daftar di sel itu."),
    "L02": FindingKind(G, "Tipe perhitungan “{nilai}” tidak ada di daftar.{dekat}", "Pilih tipe perhitungan dari daftar di sel itu."),
    "L03": FindingKind(G, "Realisasi sudah diisi, tetapi tipe perhitungan belum dipilih; angkanya belum dapat dihitung.", "Pilih tipe perhitungan dari daftar di sel itu."),
    "L04": FindingKind(P, "Realisasi sudah diisi, tetapi satuan belum dipilih.", "Pilih satuan dari daftar di sel itu."),
    "L05": FindingKind(G, "{nama} belum diisi, padahal jabatan ini dipegang beberapa pegawai.", "Isi nama dan NIP supaya laporan tidak tertukar."),
    "L06": FindingKind(P, "{nama} belum diisi.", "Isi nama dan NIP di bagian atas lembar."),
    # S: pemeriksaan silang
    "S01": FindingKind(P, "Isian bulanan tampak seperti jumlah berjalan: tidak pernah turun, jumlahnya {jumlah} dari target {target}.", "Kumulatif diisi tambahan bulan itu saja. Periksa isiannya; angkanya tidak kami ubah."),
    "S02": FindingKind(P, "Realisasi sudah diisi, tetapi target belum ada.", "Isi target supaya capaian dapat dihitung."),
    "S03": FindingKind(P, "Bulan {bulan} kosong di antara bulan yang terisi.", "Isi bila ada realisasi, atau ketik 0 bila memang nihil."),
    "S04": FindingKind(P, "Jumlah target per periode {jumlah}, berbeda dari target setahun {target}.", "Samakan jumlah target per periode dengan target setahun."),
    "S05": FindingKind(P, "Target periode terakhir {jumlah}, berbeda dari target setahun {target}.", "Samakan target periode terakhir dengan target setahun."),
    "S06": FindingKind(P, "Realisasi {nilai} lebih dari 10 kali target {target}.", "Periksa apakah titik atau komanya salah tempat."),
    "S07": FindingKind(P, "NIP {nilai} dipakai pada jabatan lain: {lain}.", "Periksa NIP di kedua lembar."),
    "S08": FindingKind(P, "Persentase yang dijumlah (tipe {tipe}) jumlahnya {jumlah}, lebih dari 100; angkanya tetap dihitung.", "Periksa tipe perhitungannya: persentase yang tiap bulan berupa posisi memakai Non Kumulatif. Bila memang dijumlah, betulkan angkanya."),
    # G: laporan mana yang dihitung
    "G01": FindingKind(I, "Isi laporan ini sama dengan {lain}; hanya satu yang dihitung.", "Tidak perlu apa-apa."),
    "G02": FindingKind(I, "Laporan ini digantikan oleh laporan yang lebih baru: {lain}.", "Tidak perlu apa-apa bila memang diperbarui."),
    "G03": FindingKind(P, "{kolom} berubah dari {lama} ({berkas_lama}) menjadi {baru} ({berkas_baru}).", "Pastikan perubahan ini memang dimaksudkan."),
    "G04": FindingKind(G, "Jabatan ini dilaporkan lebih dari sekali tanpa NIP, mungkin oleh orang yang berbeda: {lain}; semuanya tidak dihitung.", "Isi nama dan NIP di setiap laporan, atau sisakan satu."),
    "G05": FindingKind(G, "Pegawai ini mengirim beberapa laporan yang berbeda: {lain}; sesuai pilihan “tolak” tidak ada yang dihitung.", "Sisakan satu laporan yang benar."),
    "G06": FindingKind(P, "Jabatan ini dipegang satu orang menurut katalog, tetapi yang dihitung beberapa laporan, dan semuanya ikut dirata-ratakan: {lain}.", "Keluarkan laporan yang bukan dari pejabatnya, atau catat semua pemegangnya di lembar Pegawai."),
    "G07": FindingKind(P, "Menurut bukunya, berkas ini terakhir disimpan {saat}, padahal {sebab}; untuk menentukan laporan mana yang lebih baru waktu itu tidak dipakai, {ganti}.", "Periksa tanggal dan jam di komputer yang menyimpannya, juga di komputer ini."),
    "G08": FindingKind(G, "{kolom} di sini {nilai}, tetapi {lain}. Tidak diketahui mana yang lebih baru, jadi belum dihitung.", "Isi nilai yang benar di semua laporan itu, atau keluarkan laporan yang tidak berlaku dari folder ini; lalu jalankan lagi."),
    "G09": FindingKind(I, "Tidak diketahui mana yang lebih baru, laporan ini atau {lain} ({sebab}); isinya digabung. Yang sama dihitung sekali, yang hanya ada di salah satunya ikut dihitung.{teks}", "Bila salah satunya tidak berlaku lagi, keluarkan dari folder ini, lalu jalankan lagi."),
    "G10": FindingKind(G, "{jumlah} sel lain di lembar ini ({awal} sampai {akhir}) juga berbeda dengan laporan lain. Tidak diketahui mana yang lebih baru, jadi belum dihitung.", "Isi nilai yang benar di semua laporan itu, atau keluarkan laporan yang tidak berlaku dari folder ini; lalu jalankan lagi."),
    "G11": FindingKind(I, "Isi laporan ini digabung dengan {lain}: bulan dan isian yang hanya ada di salah satunya ikut dihitung; bila sel yang sama terisi, yang lebih baru dihitung.", "Tidak perlu apa-apa bila memang laporan lanjutan; keluarkan yang tidak berlaku dari folder ini, lalu jalankan lagi."),
}  # fmt: skip


# Where findings of one kind are counted instead of named: on one sheet, and on a workbook's other sheets.
_REST_ON_SHEET = "{jumlah} temuan {kode} lagi di lembar ini{tempat}. Yang pertama: {pesan}"
_REST_ELSEWHERE = "Temuan {kode} juga ada di {jumlah} lembar lain{tempat}. Yang pertama: {pesan}"
# What a finding says in addition of a return that another one replaced.
_REPLACED = "{pesan} {jumlah} temuan di dalamnya tidak perlu diperbaiki lagi."

# Letters of a text that stand in a finding's words, and in its column `value`: no cell holds more than the latter.
_LETTERS_IN_WORDS = 300
LONGEST_VALUE = 100_000
_LONGEST_ID = 100
# Letters of many texts that are quoted together, and places that are named.
LONGEST_LIST = CELL_TEXT_LIMIT
PLACES_NAMED = 5


def temuan(code: str, place: Place, value: object = "", **content: object) -> Temuan:
    """Make the finding `code` at a place; `value` is what was found there, as the person sees it."""
    kind = FINDING_KINDS[code]
    words = {"dekat": "", "nilai": value, "lembar": place.sheet, **content}
    content = {key: shorten(word) if isinstance(word, str) else word for key, word in words.items()}
    return Temuan(
        code=code,
        level=kind.level,
        file=place.file,
        sheet=place.sheet,
        cell=place.cell,
        id_jabatan=place.id_jabatan,
        id_indikator=place.id_indikator[:_LONGEST_ID],
        value=shorten(str(value), LONGEST_VALUE),
        message=kind.message.format(**content),
        remedy=kind.remedy.format(**content),
    )


# A number that can be read in two ways counts meanwhile, but only the person knows which it is.
_AMBIGUOUS_CODE = "N03"


def needs_mending(t: Temuan) -> bool:
    """True for what only the person can put right: a copy to mend goes back for it."""
    return t.level is Level.GALAT or (t.code == _AMBIGUOUS_CODE and t.level is Level.PERINGATAN)


def rest_on_sheet(first: Temuan, count: int, places: Sequence[str], texts: str) -> Temuan:
    """Make the finding that counts a kind's findings on one sheet that are not named; `first` is one of them."""
    code = FINDING_KINDS[first.code].rest
    template = FINDING_KINDS[code].message if code else _REST_ON_SHEET
    message = _count(template, first, count, places)
    return replace(first, code=code or first.code, value=shorten(texts, LONGEST_LIST), message=message)


def rest_elsewhere(first: Temuan, sheets: int, names: Sequence[str], texts: str) -> Temuan:
    """Make the finding that counts a workbook's other sheets on which a kind was found; `first` is one of those."""
    message = _count(_REST_ELSEWHERE, first, sheets, names)
    book = replace(first, sheet="", cell="", id_jabatan="", id_indikator="")
    return replace(book, value=shorten(texts, LONGEST_LIST), message=message)


def _count(template: str, first: Temuan, count: int, places: Sequence[str]) -> str:
    named = ", ".join(dict.fromkeys(shorten(place) for place in places if place))
    number = f"{count:,}".replace(",", ".")
    where = f", antara lain {named}" if named else ""
    return template.format(kode=first.code, jumlah=number, tempat=where, pesan=first.message)


def fold_into(carrier: Temuan, inner: Sequence[Temuan]) -> Temuan:
    """Tell in one finding of a replaced return how many others were found in it, and what stands there."""
    if not inner:
        return carrier
    texts = "; ".join(f"{t.cell} {t.value}".strip() for t in inner if t.value)
    message = _REPLACED.format(pesan=carrier.message, jumlah=len(inner))
    return replace(carrier, message=message, value=shorten(texts, LONGEST_LIST))


def shorten(text: str, letters: int = _LETTERS_IN_WORDS) -> str:
    """Return a text of at most about so many letters; of a longer one it is said how long it is."""
    if len(text) <= letters:
        return text
    end = f"… ({len(text)} huruf)"
    return text[: letters - len(end)] + end


def sort_temuan(found: Iterable[Temuan], person: Callable[[Temuan], str] | None = None) -> tuple[Temuan, ...]:
    """Return each finding once: by file, galat before peringatan before info, then by sheet and cell.

    Where `person` says whom a finding is about, level and person come first.
    """
    levels = {level: at for at, level in enumerate(Level)}

    def order(t: Temuan) -> tuple[object, ...]:
        level = levels[t.level]
        first = (level, person(t)) if person else ()
        return *first, t.file, level, t.sheet, _order_cell_address(t.cell), t.code

    return tuple(sorted(dict.fromkeys(found), key=order))


def _order_cell_address(address: str) -> tuple[int, int, str]:
    letters, number = split_address(address)
    return number, len(letters), letters


_CODE_GROUPS = {
    "K": "Katalog",
    "B": "Berkas dan lembar yang kembali",
    "N": "Nilai yang diketik",
    "L": "Pilihan dari daftar, dan yang wajib ada",
    "S": "Pemeriksaan silang",
    "G": "Laporan mana yang dihitung",
}


def findings_page() -> str:
    """Return the documentation page of all findings, as Markdown."""
    lines = [
        "# Temuan",
        "",
        "Setiap temuan mempunyai kode yang tetap. Galat: nilainya tidak dihitung sampai diperbaiki. Peringatan: dihitung,",
        "tetapi perlu dilihat orang. Info: untuk diketahui. Bagian dalam kurung kurawal diisi menurut kejadiannya.",
        "",
        "Temuan yang sama dan sangat banyak pada satu lembar atau satu buku kerja tidak disebut satu per satu: beberapa",
        "yang pertama disebut, lalu satu temuan dengan kode yang sama menyebut jumlah selebihnya dan beberapa tempatnya.",
    ]
    for letter, title in _CODE_GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| kode | tingkat | yang ditemukan | yang perlu dilakukan |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {code} | {kind.level} | {kind.message} | {kind.remedy} |"
            for code, kind in sorted(FINDING_KINDS.items())
            if code.startswith(letter)
        ]
    return "\n".join(lines) + "\n"
