"""Reads account exports: a ZIP or an unpacked folder in, typed records out; pure, and trusting nothing."""

from crawler.exports.archive import MOST_UPLOAD_BYTES, opened
from crawler.exports.errors import ExportError, ForeignExport, HostileArchive
from crawler.exports.reader import read

__all__ = ["MOST_UPLOAD_BYTES", "ExportError", "ForeignExport", "HostileArchive", "opened", "read"]
