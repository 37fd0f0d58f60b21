"""A ZIP is hostile until proven otherwise."""

import io
import os
import struct
import tracemalloc
import zipfile

import pytest

from crawler.exports import ExportError, HostileArchive, opened, read
from crawler.exports.archive import MOST_UPLOAD_BYTES
from tests.crawler.exports.making import FILM, files, film, zipped

GOOD = files(ratings={1: "3"})


def reading(file):
    with opened(file) as archive:
        return read(archive)


@pytest.mark.parametrize(
    "path", ["../evil.csv", "/etc/passwd", "a/../../b.csv", "C:\\evil.csv", "a\\b.csv", "bell\a.csv", "c:/x.csv"]
)
def test_a_path_that_leads_elsewhere(path):
    with pytest.raises(HostileArchive, match="leads elsewhere"):
        reading(zipped(GOOD | {path: "x"}))


def test_a_link(tmp_path):
    file = zipped(GOOD)
    with zipfile.ZipFile(file, "a") as archive:
        entry = zipfile.ZipInfo("watched.csv.lnk")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(HostileArchive, match="link"):
        reading(file)
    (tmp_path / "ratings.csv").symlink_to("/etc/hostname")
    with pytest.raises(HostileArchive, match=r"link or a device|ratings\.csv"):
        reading(tmp_path)


def test_a_device_in_a_folder_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "ratings.csv")
    with pytest.raises(HostileArchive, match="device"):
        reading(tmp_path)


def test_an_encrypted_file():
    raw = bytearray(zipped(GOOD, zipfile.ZIP_STORED).getvalue())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    with pytest.raises(HostileArchive, match="encrypted"):
        reading(io.BytesIO(raw))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_letterboxd_does_not_use(method):
    with pytest.raises(HostileArchive, match="method"):
        reading(zipped(GOOD, method))


def test_a_file_whose_bytes_were_damaged():
    raw = zipped(GOOD, zipfile.ZIP_STORED).getvalue().replace(b"Film 1", b"Film 2")
    with pytest.raises(HostileArchive, match="damaged"):
        reading(io.BytesIO(raw))


def test_a_file_that_ends_early():
    raw = zipped(GOOD).getvalue()
    for length in range(0, len(raw), 7):
        with pytest.raises(ExportError):
            reading(io.BytesIO(raw[:length]))


def test_the_same_path_twice():
    file = zipped(GOOD)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("ratings.csv", "other")
    with pytest.raises(HostileArchive, match="twice"):
        reading(file)


def test_absurdly_many_files_are_refused_before_their_directory_is_read(monkeypatch):
    file = zipped(GOOD | {f"lists/{n:060}.csv": "" for n in range(20_000)}, zipfile.ZIP_STORED)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(HostileArchive, match="directory"):
        reading(file)


def test_a_directory_that_hides_its_size():
    raw = bytearray(zipped(GOOD).getvalue())
    at = raw.rfind(b"PK\x05\x06")
    raw[at:at] = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    with pytest.raises(HostileArchive, match="65,535"):
        reading(io.BytesIO(raw))


def test_an_upload_beyond_the_cap():
    file = io.BytesIO()
    file.seek(MOST_UPLOAD_BYTES)
    file.write(b"x")
    with pytest.raises(HostileArchive, match="at most"):
        reading(file)


def test_a_bomb_that_admits_its_size():
    with pytest.raises(HostileArchive, match="when unpacked"):
        reading(zipped(GOOD | {f"lists/{n}.csv": bytes(90_000_000) for n in range(3)}))


def test_a_bomb_that_lies_about_its_size():
    text = f"{FILM}\n".encode() + b"\n" * 40_000_000
    raw = bytearray(zipped({"watched.csv": text}).getvalue())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 100)
    with pytest.raises(HostileArchive):
        reading(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("watched.csv", f"{FILM}\n" + "x" * 300_000, "more text"),
        ("watched.csv", f"{FILM}\n" + '"' + "x\n" * 100_000, "CSV"),
        ("watchlist.csv", f"{FILM}\n" + f"{film(1)}\n" * 100_001, "rows"),
        ("watched.csv", f"{FILM}\n{film(1)}\0", "NUL"),
    ],
)
def test_text_that_no_export_has(name, text, said):
    with pytest.raises(ExportError, match=said):
        reading(zipped(GOOD | {name: text}))


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"not a zip at all", b"PK\x05\x06" + bytes(18), bytes(100_000)])
def test_what_is_no_zip(junk):
    with pytest.raises(ExportError):
        reading(io.BytesIO(junk))


def test_memory_does_not_grow_with_the_upload():
    """One and thirty megabytes of reviews beside the same films cost the same: nothing is kept of them."""
    header = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date"
    review = f'2025-01-01,Film 1,2001,https://boxd.it/1,3,,"{"words " * 3000}",,2025-01-01\n'
    peaks = []
    for size in (1_000_000, 30_000_000):
        file = zipped(GOOD | {"reviews.csv": header + "\n" + review * (size // len(review))})
        tracemalloc.start()
        assert len(reading(file).films) == 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
    assert peaks[1] < 5_000_000
