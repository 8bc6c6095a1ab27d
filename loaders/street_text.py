"""Street files counted straight from their bytes: the fast way, for a file that is in every row what its name promises.

Of a country's sixteen million rows of twelve columns four are needed, and those only to be compared. A CSV reader makes values
of columns first, which takes DuckDB 22 processor seconds and pyarrow 13 before anything is counted; finding the commas and
comparing cells where they lie takes 9. Nothing is taken on trust: eleven commas outside quotes and one line end are proven for
every row, all bytes of the four cells are compared, and whatever is unusual is left to ``street_rows``, which reads the file
with a library and names columns and rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loaders.street_rows import CATEGORIES, HEADER, force_in_rows

_HEADER = ",".join(HEADER).encode()
_MONTH, _FORCE, _CODE, _TYPE = (HEADER.index(name) for name in ("Month", "Falls within", "LSOA code", "Crime type"))
_COMMAS = len(HEADER) - 1
_MARK = b"\xef\xbb\xbf"
_COMMA, _LINE_END, _QUOTE, _SPACE = b',\n" '
_CODE_LENGTH = 9
_NO_CODE = (0, 0)
_TYPE_LENGTH = 32  # none is longer with the comma behind it
# So many bytes may be compared at once, and so many lie behind the last row; no force's name is that long.
_BEHIND = bytes(64)
_LONGEST_ROW = 1 << 16
_KINDS = 16  # a cell's number is that of its area times this, and of its crime type

_Bytes = NDArray[np.uint8]
_Words = NDArray[np.uint64]
_Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class KnownCodes:
    """Published small-area codes in the order of ``words``: their first eight bytes, their ninth, and where their area stands."""

    words: _Words
    start: _Words
    last: _Bytes
    area: NDArray[np.int32]


def known_codes(position: Mapping[str, int], nowhere: int) -> KnownCodes:
    """What codes are looked up in: where the area of each stands, and ``nowhere`` for none. Codes of another length stay
    unknown."""
    codes = [code for code in position if len(code) == _CODE_LENGTH and code.isascii()]
    raw = np.frombuffer("".join(codes).encode(), np.uint8).reshape(-1, _CODE_LENGTH)
    start = np.append(np.ascontiguousarray(raw[:, :-1]).view("<u8").ravel(), np.uint64(_NO_CODE[0]))
    last = np.append(raw[:, -1], np.uint8(_NO_CODE[1]))
    area = np.array([*(position[code] for code in codes), nowhere], np.int32)
    words = _words(start, last)
    order = np.argsort(words)
    return KnownCodes(words[order], start[order], last[order], area[order])


def _words(start: _Words, last: _Bytes) -> _Words:
    """One number for eight bytes and a ninth to find them by; no two codes of a letter and eight digits share one."""
    return start ^ (last.astype(np.uint64) << np.uint64(60))


def _crime_types() -> tuple[_Places, _Words, _Words]:
    """The number of each crime type by its length x 256 + last letter, which no two share; by number its bytes with the comma
    behind it, and which of the bytes count. The number behind the last one is no crime type's, and equals nothing."""
    number = np.full(_TYPE_LENGTH * 256, len(CATEGORIES), np.intp)
    text = np.zeros((len(CATEGORIES) + 1, _TYPE_LENGTH), np.uint8)
    counts = np.zeros_like(text)
    text[-1] = 1
    for kind, words in enumerate(CATEGORIES):
        raw = np.frombuffer(f"{words},".encode(), np.uint8)
        number[(len(raw) - 1) * 256 + int(raw[-2])] = kind
        text[kind, : len(raw)], counts[kind, : len(raw)] = raw, 255
    return number, text.view("<u8"), counts.view("<u8")


_TYPE_NUMBER, _TYPE_TEXT, _TYPE_COUNTS = _crime_types()


@dataclass(frozen=True, slots=True, eq=False)
class TextCells:
    """How many rows a file has of each area (by position) and crime type, where it has any."""

    area: _Places
    kind: _Places
    events: _Places


class StreetText:
    """One street file, counted while its bytes pass by; its name promises ``month`` (YYYY-MM) and ``force``."""

    def __init__(self, codes: KnownCodes, month: str, force: str) -> None:
        self._codes = codes
        self._month = f"{month},".encode()
        self._promised = force_in_rows(force)
        self._within = b""
        self._rest = b""
        self._begun = self._odd = False
        self._cells: list[NDArray[np.int32]] = []

    def add(self, piece: bytes) -> None:
        """Take in the next bytes, cut wherever they may be."""
        whole = piece.rfind(b"\n") + 1
        if self._odd:
            return
        if not whole:
            self._rest += piece
        else:
            rows = b"".join((self._rest, memoryview(piece)[:whole], _BEHIND))
            self._rest = piece[whole:]
            self._odd = not self._take(rows)
        # What has no line end for so long is no row, and is not to fill the memory.
        self._odd = self._odd or len(self._rest) > _LONGEST_ROW

    def cells(self) -> TextCells | None:
        """What was counted, after the last bytes; None where something about the file must be looked at row by row: another
        header, a row of another length, month or force, line ends of Windows, a crime type or a code that is not known."""
        if self._rest:
            self.add(b"\n")
        if self._odd or not self._cells:
            return None
        numbers = np.sort(np.concatenate(self._cells))
        first = np.flatnonzero(np.diff(numbers, prepend=-1))
        area, kind = np.divmod(numbers[first].astype(np.intp), _KINDS)
        return TextCells(area, kind, np.diff(first, append=len(numbers)))

    def _take(self, rows: bytes) -> bool:
        """Count whole rows, which ``_BEHIND`` follows; False where they are not what was promised."""
        if not self._begun:
            header, _, rows = rows.removeprefix(_MARK).partition(b"\n")
            self._begun = True
            if header != _HEADER:
                return False
        text = np.frombuffer(rows, np.uint8)
        commas = _commas(text[: -len(_BEHIND)], b'"' in rows)
        if commas is None or not len(commas):
            return commas is not None
        if not self._is_promised(rows, commas):
            return False
        kind, area = _kinds(rows, text, commas), self._areas(rows, text, commas)
        if kind is None or area is None:
            return False
        self._cells.append(area * np.int32(_KINDS) + kind)
        return True

    def _is_promised(self, rows: bytes, commas: _Places) -> bool:
        """Whether all rows have the month and the force of the file's name, the force always in the same words."""
        if not self._within:
            said = rows[commas[0, _FORCE - 1] + 1 : commas[0, _FORCE] + 1]
            in_words = said.decode("utf-8", "replace").lower().replace("&", "and").replace(" ", "-")
            if self._promised not in in_words or len(said) > len(_BEHIND):
                return False
            self._within = said
        month = _behind(rows, commas[:, _MONTH - 1], len(self._month)).tobytes()
        within = _behind(rows, commas[:, _FORCE - 1], len(self._within)).tobytes()
        return month == self._month * len(commas) and within == self._within * len(commas)

    def _areas(self, rows: bytes, text: _Bytes, commas: _Places) -> NDArray[np.int32] | None:
        """Where the area of every row stands; None where a code is not known."""
        codes, before = self._codes, commas[:, _CODE - 1]
        length = commas[:, _CODE] - before - 1
        nowhere = length == 0
        if not (nowhere | (length == _CODE_LENGTH)).all():
            return None
        start = _behind(rows, before, 8).view("<u8")
        last = text[before + _CODE_LENGTH]
        start[nowhere], last[nowhere] = _NO_CODE
        # The publisher's rows are in the order of areas: a code is looked up once for all rows that follow one another.
        other = np.ones(len(start) + 1, np.bool_)
        other[1:-1] = (start[1:] != start[:-1]) | (last[1:] != last[:-1])
        edges = np.flatnonzero(other)
        first, alike = edges[:-1], edges[1:] - edges[:-1]
        start, last = start[first], last[first]
        found = np.minimum(np.searchsorted(codes.words, _words(start, last)), len(codes.words) - 1)
        if not ((codes.start[found] == start) & (codes.last[found] == last)).all():
            return None
        return np.repeat(codes.area[found], alike)


def _commas(text: _Bytes, quoted: bool) -> _Places | None:
    """Where the commas between cells are, a line for each row; None where a row has more or fewer than it should."""
    every = np.flatnonzero(text == _COMMA)
    found = _outside_quotes(text, every) if quoted else every
    # All lines end alike, and no other control character is there at which a reader might end one.
    rows = np.count_nonzero(text < _SPACE)
    if found is None or len(found) != rows * _COMMAS:
        return None
    commas = found.reshape(rows, _COMMAS)
    # The publisher's last column is empty: every line then ends behind its last comma, and they need not be searched for.
    ends = commas[:, -1] + 1
    if not (text[ends] == _LINE_END).all():
        ends = np.flatnonzero(text == _LINE_END)
    if len(ends) != rows:
        return None
    between = (ends > commas[:, -1]).all() and (ends[:-1] < commas[1:, 0]).all()
    return commas if between else None


def _outside_quotes(text: _Bytes, commas: _Places) -> _Places | None:
    """The commas that lie in no quoted cell; None where quotes do anything else than open and close cells."""
    quotes = np.flatnonzero(text == _QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        return None
    # Two quotes within a quoted cell stand for one: they close it and open it again.
    again = opening[1:] == closing[:-1] + 1
    before, after = (np.isin(text[places], (_COMMA, _LINE_END)) for places in (opening - 1, closing + 1))
    before[1:] |= again
    after[:-1] |= again
    return commas[np.searchsorted(quotes, commas) % 2 == 0] if before.all() and after.all() else None


def _behind(rows: bytes, commas: _Places, number: int) -> NDArray[np.void]:
    """So many bytes behind each of these commas."""
    windows = np.ndarray((len(rows) - number,), f"V{number}", rows, 1, (1,))
    return windows[commas]


def _kinds(rows: bytes, text: _Bytes, commas: _Places) -> NDArray[np.int32] | None:
    """The number of the crime type of every row; None where one is not known."""
    before, after = commas[:, _TYPE - 1], commas[:, _TYPE]
    length = np.minimum(after - before - 1, _TYPE_LENGTH - 1)
    kind = _TYPE_NUMBER[length * 256 + text[after - 1]]
    said = _behind(rows, before, _TYPE_LENGTH).view("<u8").reshape(-1, _TYPE_LENGTH // 8)
    same = (said & _TYPE_COUNTS.take(kind, 0)) == _TYPE_TEXT.take(kind, 0)
    return kind.astype(np.int32) if same.all() else None
