"""What a publisher's answer says before and while its body comes, and the reasons to ask again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests
import urllib3

BUSY = (429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)
PIECE = 1 << 18
# Slower than this (bytes over so many seconds) is no transfer, it only looks like one.
_SLOWEST = (60_000, 60)
_KINDS = {"text/csv": "csv", "application/json": "json", "application/geo+json": "geojson", "application/zip": "zip"}
_SPAN = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


class Again(Exception):
    """Worth another try."""


class Silence(Again):
    """Nothing came back: no such name, nobody listening, or no word in time."""


class Cut(Again):
    """The body ended early or the connection broke."""


class Busy(Again):
    """The publisher asks to come back later; ``wait`` is in seconds, None where it does not say."""

    def __init__(self, message: str, wait: int | None) -> None:
        super().__init__(message)
        self.wait = wait


def retry_after(response: requests.Response, now: datetime) -> int | None:
    """Seconds to wait, from either form of the header (RFC 9110, 10.2.3); ``now`` is UTC."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdigit():
        return int(said)
    try:
        until = parsedate_to_datetime(said).replace(tzinfo=None)
    except ValueError:
        return None
    return max(0, round((until - now).total_seconds()))


def span(response: requests.Response) -> tuple[int | None, int | None]:
    """(first byte, length of the whole file) of an answer to a range; None where it does not say (RFC 9110, 14.4)."""
    found = _SPAN.match(response.headers.get("Content-Range", ""))
    first, whole = found.groups() if found else (None, None)
    return (int(first) if first else None, int(whole) if whole and whole.isdigit() else None)


def announced(response: requests.Response) -> int | None:
    """How many bytes the body has, as the answer announces them."""
    said = response.headers.get("Content-Length", "")
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    return int(said) if said.isdigit() and plain else None


def mark(response: requests.Response) -> str:
    """The entity tag or date under which the body can be resumed; empty where it cannot.

    A weak tag promises the same meaning, not the same bytes, so nothing may be resumed under it.
    """
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def kind(response: requests.Response) -> str:
    """A file ending for what the answer says it is: csv, json, geojson, zip, or dat."""
    return _KINDS.get(response.headers.get("Content-Type", "").partition(";")[0].strip().lower(), "dat")


def is_page(response: requests.Response, piece: bytes) -> bool:
    """Whether a body that begins with ``piece`` is a web page."""
    beginning = piece[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    declared = response.headers.get("Content-Type", "").lower().startswith("text/html")
    return declared or beginning.startswith((b"<!doctype html", b"<html"))


def body(response: requests.Response, clock: Callable[[], float]) -> Iterator[bytes]:
    """The body in pieces; Cut where it breaks off or hardly moves. What came before is handed out first."""
    piece = bytearray()
    least, over = _SLOWEST
    since, came = clock(), 0
    try:
        # One read at a time returns what is there: waiting for a whole piece would hide a body that hardly moves.
        while some := response.raw.read1(PIECE, decode_content=True):
            piece += some
            came += len(some)
            if len(piece) >= PIECE:
                yield bytes(piece)
                piece.clear()
            if clock() - since >= over:
                if came < least:
                    raise Cut(f"it sent only {came:,} bytes in {over} seconds")
                since, came = clock(), 0
    except (urllib3.exceptions.HTTPError, OSError) as error:
        if piece:
            yield bytes(piece)
        raise Cut("the connection broke") from error
    if piece:
        yield bytes(piece)
