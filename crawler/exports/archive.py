"""Opens an export, packed or unpacked, and lets nothing out of it that a member's download would not hold."""

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from crawler.exports.errors import ExportError, HostileArchive

# The largest export at hand is 0.4 MB unpacked. Members with 30,000 films and long reviews stay below a tenth
# of these.
MOST_UPLOAD_BYTES = 64 * 1024 * 1024
_MOST_UNPACKED_BYTES = 256 * 1024 * 1024
_MOST_FILES = 10_000
# zipfile reads the whole directory before anything can be counted; an entry takes 46 bytes and its name.
_MOST_DIRECTORY_BYTES = _MOST_FILES * 200

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_BYTES = 22
_END_64_BYTES = 20
_LONGEST_COMMENT = 65_535
_ENCRYPTED = 0x1
_ROOT_FILES = {"ratings.csv", "watched.csv", "diary.csv", "profile.csv", "likes/films.csv"}


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of an export by their path in it. `name` is what the archive itself is called."""

    name: str
    files: Mapping[str, Callable[[], IO[bytes]]]


@contextmanager
def opened(source: Path | IO[bytes], name: str = "") -> Iterator[Archive]:
    """The export in a ZIP file, an open one that can seek, or a folder; raises ExportError.

    `name` stands in for an open file's own. Nothing is unpacked before somebody reads it.
    """
    if isinstance(source, Path) and source.is_dir():
        yield Archive(name or source.name, _folder(source))
        return
    with source.open("rb") if isinstance(source, Path) else _borrowed(source) as file:
        _check_directory(file)
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError) as error:
            raise HostileArchive(f"a ZIP that cannot be opened: {error}") from error
        with packed:
            yield Archive(name or Path(str(getattr(file, "name", ""))).name, _zipped(packed))


@contextmanager
def _borrowed(file: IO[bytes]) -> Iterator[IO[bytes]]:
    file.seek(0)
    yield file


def _check_directory(file: IO[bytes]) -> None:
    """Looks at the ZIP's end record, as zipfile will find it, before the directory is read into memory."""
    size = file.seek(0, os.SEEK_END)
    if size > MOST_UPLOAD_BYTES:
        raise HostileArchive(f"{size} bytes; at most {MOST_UPLOAD_BYTES} are taken")
    start = max(0, size - _END_BYTES - _LONGEST_COMMENT - _END_64_BYTES)
    file.seek(start)
    tail = file.read()
    at = len(tail) - _END_BYTES
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END, _END_64_BYTES if start else 0)
    if at < 0:
        raise ExportError("no ZIP file; give the one that Letterboxd sent, or the folder it unpacks to")
    if tail[max(0, at - _END_64_BYTES) : at][:4] == _END_64:
        raise HostileArchive("a ZIP of the kind made for more than 65,535 files or 4 GB")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory > _MOST_DIRECTORY_BYTES:
        raise HostileArchive(f"a directory of {directory} bytes; no export has more than {_MOST_FILES} files")
    file.seek(0)


def _zipped(packed: zipfile.ZipFile) -> dict[str, Callable[[], IO[bytes]]]:
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in packed.infolist():
        _check_entry(entry)
        if entry.filename in entries:
            raise HostileArchive("the same path twice", entry.filename)
        entries[entry.filename] = entry
    if len(entries) > _MOST_FILES:
        raise HostileArchive(f"{len(entries)} files")
    unpacked = sum(entry.file_size for entry in entries.values())
    if unpacked > _MOST_UNPACKED_BYTES:
        raise HostileArchive(f"{unpacked} bytes when unpacked; at most {_MOST_UNPACKED_BYTES} are taken")

    def opener(entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: packed.open(entry)

    return _rooted({name: opener(entry) for name, entry in entries.items() if not entry.is_dir()})


def _check_entry(entry: zipfile.ZipInfo) -> None:
    _check_path(entry.orig_filename)
    if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise HostileArchive("a link or a device", entry.filename)
    if entry.flag_bits & _ENCRYPTED:
        raise HostileArchive("encrypted", entry.filename)
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise HostileArchive(f"packed by method {entry.compress_type}", entry.filename)


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    if not path.isprintable() or "\\" in path or ":" in path or path.startswith("/") or ".." in parts:
        raise HostileArchive("a path that leads elsewhere", repr(path)[:100])


def _folder(root: Path) -> dict[str, Callable[[], IO[bytes]]]:
    files: dict[str, Callable[[], IO[bytes]]] = {}
    for folder, names, here in os.walk(root):
        for name in [*names, *here]:
            path = Path(folder, name)
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise HostileArchive("a link or a device", path.relative_to(root).as_posix())
        for name in here:
            path = Path(folder, name)
            files[path.relative_to(root).as_posix()] = lambda path=path: path.open("rb")
        if len(files) > _MOST_FILES:
            raise HostileArchive(f"a folder of more than {_MOST_FILES} files")
    return _rooted(dict(sorted(files.items())))


def _rooted(files: dict[str, Callable[[], IO[bytes]]]) -> dict[str, Callable[[], IO[bytes]]]:
    """The files as Letterboxd packs them; whoever packs a folder anew puts the folder in front."""
    folders = {name.partition("/")[0] for name in files if not name.startswith(("__MACOSX/", "."))}
    if len(folders) == 1 and not _ROOT_FILES & files.keys():
        (folder,) = folders
        return {name.removeprefix(f"{folder}/"): file for name, file in files.items()}
    return files


# What unpacking a damaged file can raise.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
