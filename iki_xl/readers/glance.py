"""What a file is, at a glance: its two ends, and the list it keeps of what it holds. Nothing is unpacked."""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from iki_xl.readers.book import UnreadableError
from iki_xl.readers.disk import READ_ONLY
from iki_xl.readers.ole import OLE_MAGIC, OleFile
from iki_xl.readers.package import PREFIXES_ZIP

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_HEAD = 4096
_TAR_BLOCK = 512
# No archive that somebody sends has a longer list of parts, and few mails a longer text before an attachment.
_LONGEST_LIST = 4 * 1024 * 1024
_LONGEST_MAIL, _PIECE, _OVERLAP, _LONGEST_NAME = 64 * 1024 * 1024, 1024 * 1024, 4096, 2000


class Sort(StrEnum):
    """What to do with a file."""

    WORKBOOK = "begins like a workbook: to be read"
    CONTAINER = "holds other files, workbooks perhaps among them"
    WITHOUT_WORKBOOKS = "holds other files, none of them a workbook"
    OTHER = "anything else"


class Container(StrEnum):
    """What holds other files, by the name that people know it by."""

    ZIP = "ZIP"
    RAR = "RAR"
    SEVEN_ZIP = "7z"
    TAR = "TAR"
    GZIP = "GZ"
    BZIP2 = "BZ2"
    XZ = "XZ"
    ZSTD = "ZST"
    CABINET = "CAB"
    OLD_ARCHIVE = "ARJ/LZH/ACE"
    SPLIT = "bagian arsip"
    MAIL = "surel"
    OUTLOOK = "surel Outlook"
    MAILBOX = "kotak surat"
    WINMAIL = "winmail.dat"


@dataclass(frozen=True, slots=True)
class Glance:
    """What a file is; of a container also which, and whether it certainly is one, whatever its name says."""

    sort: Sort
    container: Container | None = None
    certain: bool = False


WORKBOOK_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"})
_LIKE_WORKBOOKS = WORKBOOK_ENDINGS | {".xltx", ".xltm", ".xlt", ".ots", ".fods", ".numbers", ".et"}
# What a name like this stands for is never a workbook.
_DOCUMENT_ENDINGS = (
    "doc docx docm dotx odt rtf pdf txt md ppt pptx odp csv htm html mht xml json css js exe dll apk jar "
    "epub pages key kmz jpg jpeg jfif png gif bmp tif tiff webp heic svg ico psd mp3 mp4 m4a mov avi wav 3gp "
    "lnk url ini db ics vcf p7s asc"
)
_DOCUMENTS = frozenset(f".{ending}" for ending in _DOCUMENT_ENDINGS.split())
_BY_ENDING = {
    **dict.fromkeys((".zip", ".zipx"), Container.ZIP),
    ".rar": Container.RAR,
    ".7z": Container.SEVEN_ZIP,
    **dict.fromkeys((".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"), Container.TAR),
    ".gz": Container.GZIP,
    ".bz2": Container.BZIP2,
    **dict.fromkeys((".xz", ".lzma", ".lz"), Container.XZ),
    ".zst": Container.ZSTD,
    ".cab": Container.CABINET,
    **dict.fromkeys((".arj", ".lzh", ".lha", ".ace", ".z"), Container.OLD_ARCHIVE),
    **dict.fromkeys((".eml", ".emlx"), Container.MAIL),
    ".msg": Container.OUTLOOK,
    **dict.fromkeys((".mbox", ".mbx", ".pst", ".ost", ".dbx"), Container.MAILBOX),
}
_SPLIT = re.compile(r"\.(zip|rar|7z|tar|t?gz)\.\d{3}$|\.[rz]\d\d$", re.IGNORECASE)
_SIGNATURES = (
    (0, b"Rar!\x1a\x07", Container.RAR),
    (0, b"7z\xbc\xaf\x27\x1c", Container.SEVEN_ZIP),
    (0, b"\x1f\x8b\x08", Container.GZIP),
    (0, b"\xfd7zXZ\x00", Container.XZ),
    (0, b"LZIP", Container.XZ),
    (0, b"\x28\xb5\x2f\xfd", Container.ZSTD),
    (4, b"\x31\x41\x59\x26\x53\x59", Container.BZIP2),
    (0, b"MSCF\x00\x00\x00\x00", Container.CABINET),
    (7, b"**ACE**", Container.OLD_ARCHIVE),
    (2, b"-lh", Container.OLD_ARCHIVE),
    (0, b"!BDN", Container.MAILBOX),
    (0, b"\x78\x9f\x3e\x22", Container.WINMAIL),
)
# What makes a zip one document instead of a collection of files.
_PACKAGE_MARKS = frozenset({"[content_types].xml", "mimetype"})
_PACKAGE_FOLDERS = ("_rels/", "docProps/", "xl/")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OUTLOOK_STREAM, _OUTLOOK_ATTACHMENT = "__properties_version1.0", "__attach_version1.0_"
_HEADER_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):")
_MAIL_HEADERS = frozenset(
    {b"from", b"to", b"subject", b"date", b"cc", b"received", b"return-path", b"delivered-to", b"message-id"}
    | {b"mime-version", b"reply-to", b"content-type"}
)
_PART_HEADER = re.compile(
    rb"^content-(?:type|disposition):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_PART_NAME = re.compile(rb"""\b(?:file)?name(?:\*\d*\*?)?\s*=\s*(?:"([^"]*)"|([^\s;"]+))""", re.IGNORECASE)
_IN_MAIL_TEXT = re.compile(rb"^begin [0-7]{3} (\S[^\r\n]*)", re.MULTILINE)
_WORKBOOK_TYPES = re.compile(rb"ms-excel|spreadsheet", re.IGNORECASE)


def glance(path: Path) -> Glance:
    """Tell what a regular file is by its content first and its name second; a few kB of it are read.

    What cannot be opened is known by its name alone.
    """
    try:
        with os.fdopen(os.open(path, READ_ONLY), "rb") as file:
            found = _by_content(file, path.suffix.lower())
    except OSError:
        found = None
    named = container_by_name(path.name)
    return found or (Glance(Sort.CONTAINER, named) if named else Glance(Sort.OTHER))


def container_by_name(name: str) -> Container | None:
    """Tell which container a name stands for; None: for none."""
    if _SPLIT.search(name):
        return Container.SPLIT
    return Container.WINMAIL if name.lower() == "winmail.dat" else _BY_ENDING.get(_ending(name))


def _ending(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _by_content(file: BinaryIO, ending: str) -> Glance | None:
    """Tell what a file is by its bytes; None where they say nothing."""
    head = file.read(_HEAD)
    if head.startswith(OLE_MAGIC):
        return _compound(file, ending)
    if head.startswith(PREFIXES_ZIP):
        return _zip(file, head, ending)
    for at, mark, container in _SIGNATURES:
        if head.startswith(mark, at):
            return Glance(Sort.CONTAINER, container, certain=True)
    if _begins_like_tar(head):
        return Glance(Sort.CONTAINER, Container.TAR, certain=True)
    return _mail(file, head) if _begins_like_mail(head) else None


def _compound(file: BinaryIO, ending: str) -> Glance | None:
    """An old workbook, an encrypted new one, a mail of Outlook, or another document of those programs."""
    try:
        ole = OleFile(file)
    except UnreadableError:
        return None
    if "Workbook" in ole or "Book" in ole:
        return Glance(Sort.WORKBOOK)
    if "EncryptedPackage" in ole:
        return Glance(Sort.OTHER if ending in _DOCUMENTS else Sort.WORKBOOK)
    if _OUTLOOK_STREAM not in ole:
        return Glance(Sort.OTHER)
    attached = any(name.startswith(_OUTLOOK_ATTACHMENT) for name in ole.folders)
    sort = Sort.CONTAINER if attached else Sort.WITHOUT_WORKBOOKS
    return Glance(sort, Container.OUTLOOK, certain=True)


def _zip(file: BinaryIO, head: bytes, ending: str) -> Glance:
    listed = _zip_list(file)
    if listed is None:
        return _zip_without_list(head, ending)
    names, declared = listed
    if not _PACKAGE_MARKS.isdisjoint(name.casefold() for name in names):
        workbook = declared.startswith(_ODS) or any(name.startswith("xl/workbook.") for name in names)
        return Glance(Sort.WORKBOOK if workbook else Sort.OTHER)
    inside = [name for name in names if not _passed_over(name)]
    if any(_ending(name) in _LIKE_WORKBOOKS or container_by_name(name) for name in inside):
        return Glance(Sort.CONTAINER, Container.ZIP, certain=True)
    if ending in _DOCUMENTS:
        return Glance(Sort.OTHER)
    harmless = all(_ending(name) in _DOCUMENTS for name in inside)
    return Glance(Sort.WITHOUT_WORKBOOKS if harmless else Sort.CONTAINER, Container.ZIP)


def _passed_over(name: str) -> bool:
    """Folders, and what systems leave behind."""
    path = PurePosixPath(name)
    return name.endswith("/") or name.startswith("__MACOSX/") or path.name.startswith((".", "~$"))


def _zip_without_list(head: bytes, ending: str) -> Glance:
    """The list stands at the end: it was cut off, or the file is still being written."""
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length].decode("cp437")
    if first.casefold() not in _PACKAGE_MARKS and not first.startswith(_PACKAGE_FOLDERS):
        return Glance(Sort.CONTAINER, Container.ZIP)
    return Glance(Sort.OTHER if ending in _DOCUMENTS else Sort.WORKBOOK)


class _Sparing(io.RawIOBase):
    """A file that gives only so much at a time: a hostile list of parts must not fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        content = self._file.read(size if 0 <= size <= _LONGEST_LIST else _LONGEST_LIST + 1)
        if len(content) > _LONGEST_LIST:
            raise OSError("more than any list of parts")
        return content

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _zip_list(file: BinaryIO) -> tuple[list[str], bytes] | None:
    """Return the names in a zip's list of parts and the type it declares; None: no sound list."""
    try:
        with zipfile.ZipFile(_Sparing(file)) as archive:
            return archive.namelist(), _declared(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
        return None


def _declared(archive: zipfile.ZipFile) -> bytes:
    """Return what OpenDocument and its like say of themselves; b"" where nothing is to be read."""
    try:
        with archive.open("mimetype") as part:
            return part.read(len(_ODS))
    except (KeyError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile):
        return b""


def _begins_like_tar(head: bytes) -> bool:
    # the checksum of the first header is written in octal digits
    if len(head) < _TAR_BLOCK or not head[148:154].strip(b" \0").isdigit():
        return False
    try:
        tarfile.TarInfo.frombuf(head[:_TAR_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def _begins_like_mail(head: bytes) -> bool:
    """True where only header lines stand before the first blank one, two of them known ones of mails."""
    lines = head.removeprefix(b"\xef\xbb\xbf").lstrip().splitlines()
    known = set()
    for number, line in enumerate(lines):
        if not line:
            break
        found = _HEADER_LINE.match(line)
        if found:
            known.add(found[1].lower())
        elif not (line.startswith((b" ", b"\t")) or (number == 0 and line.startswith(b"From "))):
            # the last line may be cut
            return number == len(lines) - 1 and len(head) == _HEAD and _enough(known)
    return _enough(known)


def _enough(headers: set[bytes]) -> bool:
    return len(headers & _MAIL_HEADERS) > 1


def _mail(file: BinaryIO, head: bytes) -> Glance:
    container = Container.MAILBOX if head.startswith(b"From ") else Container.MAIL
    file.seek(0)
    before, length = b"", 0
    while piece := file.read(_PIECE):
        if _attaches_workbook(before + piece):
            return Glance(Sort.CONTAINER, container, certain=True)
        before = piece[-_OVERLAP:]
        length += len(piece)
        if length >= _LONGEST_MAIL:
            return Glance(Sort.CONTAINER, container)
    return Glance(Sort.WITHOUT_WORKBOOKS, container)


def _attaches_workbook(piece: bytes) -> bool:
    """True where an attachment is a workbook, or may be one: its name is encoded, or of no known kind."""
    for header in _PART_HEADER.findall(piece):
        if _WORKBOOK_TYPES.search(header):
            return True
        if any(_may_be_workbook(quoted or bare) for quoted, bare in _PART_NAME.findall(header)):
            return True
    return any(map(_may_be_workbook, _IN_MAIL_TEXT.findall(piece)))


def _may_be_workbook(name: bytes) -> bool:
    text = name.decode("latin-1").strip()
    if "=?" in text and len(text) <= _LONGEST_NAME:
        with contextlib.suppress(MessageError, LookupError, ValueError):
            text = str(make_header(decode_header(text)))
    return _ending(text) not in _DOCUMENTS
