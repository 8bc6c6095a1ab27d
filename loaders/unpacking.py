"""The bytes of street files, from folders and archives: in pieces, hashed, and looked at for other text than UTF-8."""

from __future__ import annotations

import codecs
import hashlib
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from isal import igzip_lib, isal_zlib

from loaders.street_files import StreetFile
from store.errors import SourceChanged

# Pieces are looked at several times while they are in the processor's own memory.
_PIECE = 1 << 18
_MOST_AT_ONCE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, igzip_lib.IsalError, EOFError, OSError, struct.error)
_LOCAL_HEADER = struct.Struct("<4s22xHH")


class Archives:
    """Archives, each opened once: reading the list of its members takes longer than many a member. Close it after use."""

    def __init__(self) -> None:
        self._open: dict[Path, zipfile.ZipFile] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> zipfile.ZipFile:
        """The archive at ``path``, for any thread."""
        with self._lock:
            if path not in self._open:
                self._open[path] = zipfile.ZipFile(path)
            return self._open[path]

    def close(self) -> None:
        """Close all of them."""
        for archive in self._open.values():
            archive.close()


def bytes_of(found: StreetFile, archives: Archives) -> Iterator[bytes]:
    """The file as it lies there, or the member of an archive, in pieces; SourceChanged where the archive is damaged."""
    if not found.member:
        with found.path.open("rb") as plain:
            while piece := plain.read(_MOST_AT_ONCE):
                yield piece
        return
    try:
        archive = archives.of(found.path)
        yield from pieces(archive, archive.getinfo(found.member))
    except _DAMAGED as error:  # type: ignore[misc]  # isal's own error is not declared as one
        raise SourceChanged(
            f"{found.member} cannot be unpacked: the archive is cut short or damaged",
            file=found.path.name,
            do="Download it again.",
        ) from error


class Seen:
    """What is learnt of a file while it passes by: its ``size`` in bytes, its ``sha256``, and whether all of it is UTF-8."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._waiting = False

    def add(self, piece: bytes) -> None:
        """Take in the next bytes."""
        self._hash.update(piece)
        self.size += len(piece)
        if self._decoder is None or (piece.isascii() and not self._waiting):
            return
        try:
            self._decoder.decode(piece)
            # A letter of several bytes may be cut between two pieces.
            self._waiting = bool(self._decoder.getstate()[0])
        except UnicodeDecodeError:
            self._decoder = None

    @property
    def sha256(self) -> str:
        """Of the bytes so far."""
        return self._hash.hexdigest()

    @property
    def is_text(self) -> bool:
        """Whether the bytes so far are UTF-8, to the end of the last letter."""
        return self._decoder is not None and not self._waiting


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a member in pieces, inflated by ISA-L, which takes half of zlib's time; BadZipFile where it is damaged."""
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        with archive.open(member) as inside:
            while piece := inside.read(_MOST_AT_ONCE):
                yield piece
        return
    size, check = 0, 0
    for piece in _inflated(_compressed(archive, member)):
        size += len(piece)
        check = isal_zlib.crc32(piece, check)
        if size > member.file_size:
            break
        yield piece
    if size != member.file_size or check != member.CRC:
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {member.filename!r}")


def _compressed(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with open(archive.filename, "rb") as file:  # type: ignore[arg-type]  # opened by its path, so it has one
        yield from _stretch(file, member)


def _stretch(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The compressed bytes of a member, which lie behind its own header."""
    file.seek(member.header_offset)
    signature, name, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if signature != b"PK\x03\x04":
        raise zipfile.BadZipFile("Bad magic number for file header")
    file.seek(name + extra, 1)
    left = member.compress_size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise EOFError("The archive ends within a member")
        left -= len(piece)
        yield piece


def _inflated(given: Iterator[bytes]) -> Iterator[bytes]:
    inflater = isal_zlib.decompressobj(wbits=-15)
    for piece in given:
        waiting = piece
        while not inflater.eof:
            # All of a piece may be taken in while some of what it holds is still to come.
            out = inflater.decompress(waiting, _MOST_AT_ONCE)
            waiting = inflater.unconsumed_tail
            if out:
                yield out
            elif not waiting:
                break
    if not inflater.eof:
        raise EOFError("The compressed bytes end too early")
