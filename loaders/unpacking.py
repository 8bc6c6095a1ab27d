"""Street files as plain files, unpacked from their archive and hashed ahead of whoever reads them."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from isal import isal_zlib

from loaders.street_files import StreetFile
from store.errors import SourceChanged

_PIECE = 1 << 18
_MOST_AT_ONCE = 4 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A street file on this machine: where, its sha256 and size, its first bytes, and whether all of it is UTF-8 text."""

    found: StreetFile
    path: Path
    sha256: str
    size: int
    head: bytes
    is_text: bool


def unpacked_ahead(groups: Sequence[Sequence[StreetFile]]) -> Iterator[list[Unpacked | SourceChanged]]:
    """Each group in turn, its files in order; the next group is unpacked while the one before is being read.

    A file that cannot be unpacked comes as its error. Files taken out of archives are there until the next group is asked for.
    """
    with tempfile.TemporaryDirectory(prefix="outcomes-") as room, ThreadPoolExecutor(_THREADS, "unpack") as pool:

        def started(number: int) -> list[Future[Unpacked | SourceChanged]]:
            beside = Path(room) / str(number)
            beside.mkdir()
            return [pool.submit(_unpack, found, beside / f"{place}.csv") for place, found in enumerate(groups[number])]

        ahead = started(0) if groups else []
        try:
            for number in range(len(groups)):
                ready = [each.result() for each in ahead]
                ahead = started(number + 1) if number + 1 < len(groups) else []
                yield ready
                for item in ready:
                    if isinstance(item, Unpacked) and item.found.member:
                        item.path.unlink()
        finally:
            for each in ahead:
                each.cancel()


def _unpack(found: StreetFile, target: Path) -> Unpacked | SourceChanged:
    seen = _Seen()
    if not found.member:
        with found.path.open("rb") as plain:
            while piece := plain.read(_MOST_AT_ONCE):
                seen.add(piece)
        return seen.as_file(found, found.path)
    try:
        with zipfile.ZipFile(found.path) as archive, target.open("wb") as out:
            for piece in pieces(archive, archive.getinfo(found.member)):
                seen.add(piece)
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, isal_zlib.error, EOFError, OSError, struct.error) as error:
        target.unlink(missing_ok=True)
        return damaged(found, error)
    return seen.as_file(found, target)


def damaged(found: StreetFile, cause: Exception) -> SourceChanged:
    """What to say of a member that does not come out of its archive."""
    error = SourceChanged(
        f"{found.member} cannot be unpacked: the archive is cut short or damaged",
        file=found.path.name,
        do="Download it again.",
    )
    error.__cause__ = cause
    return error


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
    with contextlib.closing(_compressed(archive, member)) as given:
        for piece in _inflated(given):
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
        while waiting and not inflater.eof:
            yield inflater.decompress(waiting, _MOST_AT_ONCE)
            waiting = inflater.unconsumed_tail
    if not inflater.eof:
        raise EOFError("The compressed bytes end too early")
