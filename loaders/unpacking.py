"""Street files as plain files: unpacked from their archive, hashed, and looked at for other text than UTF-8."""

from __future__ import annotations

import codecs
import errno
import hashlib
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from isal import igzip_lib, isal_zlib

from loaders.street_files import StreetFile
from store.errors import OutcomesError, SourceChanged

_PIECE = 1 << 18
_MOST_AT_ONCE = 4 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, igzip_lib.IsalError, EOFError, OSError, struct.error)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LOCAL_HEADER = struct.Struct("<4s22xHH")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A street file on this machine: where, its sha256 and size, its first bytes, and whether all of it is UTF-8 text."""

    found: StreetFile
    path: Path
    sha256: str
    size: int
    head: bytes
    is_text: bool


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


def unpack(found: StreetFile, target: Path, archives: Archives) -> Unpacked:
    """The file as it lies there, or the member of an archive as ``target``; SourceChanged where it is damaged."""
    seen = _Seen()
    if not found.member:
        with found.path.open("rb") as plain:
            while piece := plain.read(_MOST_AT_ONCE):
                seen.add(piece)
        return seen.as_file(found, found.path)
    try:
        archive = archives.of(found.path)
        with target.open("wb") as out:
            for piece in pieces(archive, archive.getinfo(found.member)):
                seen.add(piece)
                out.write(piece)
    except _DAMAGED as error:  # type: ignore[misc]  # isal's own error is not declared as one
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise OutcomesError(
                "There is no room on this disk to unpack the archive", file=found.path.name,
                do="Make room for two gigabytes beside the database and import it again.",
            ) from error  # fmt: skip
        raise SourceChanged(
            f"{found.member} cannot be unpacked: the archive is cut short or damaged",
            file=found.path.name,
            do="Download it again.",
        ) from error
    return seen.as_file(found, target)


class _Seen:
    """What is learnt of a file while it passes by."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._size = 0
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._waiting = False

    def add(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._size += len(piece)
        if len(self._head) < 4096:
            self._head += piece[: 4096 - len(self._head)]
        if self._decoder is None or (piece.isascii() and not self._waiting):
            return
        try:
            self._decoder.decode(piece)
            # A letter of several bytes may be cut between two pieces.
            self._waiting = bool(self._decoder.getstate()[0])
        except UnicodeDecodeError:
            self._decoder = None

    def as_file(self, found: StreetFile, path: Path) -> Unpacked:
        is_text = self._decoder is not None and not self._waiting
        return Unpacked(found, path, self._hash.hexdigest(), self._size, self._head, is_text)


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
