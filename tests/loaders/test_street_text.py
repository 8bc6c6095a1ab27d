"""The fast way of counting street files: whatever it says is what a CSV library says, and otherwise it says nothing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.street_rows import CATEGORIES, HEADER, tidy
from loaders.street_text import StreetText, known_codes
from loaders.unpacking import Seen
from store.errors import SourceChanged

MONTH, FORCE, WITHIN = "2018-10", "devon-and-cornwall", "Devon & Cornwall Police"
# Two codes are one area; one is of Wales with the digits of an English one.
AREAS = {"E01019970": 0, "E01019971": 1, "E01034630": 1, "E01000001": 2, "W01000001": 3}
NOWHERE = 4
CODES = known_codes(AREAS, NOWHERE)
Found = dict[tuple[int, str], int]


def written(*rows: list[str], mark: bytes = b"", end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([HEADER, *rows])
    return mark + text.getvalue().encode()


def row(code: str = "E01019970", kind: str = "Burglary", **cells: str) -> list[str]:
    usual = dict.fromkeys(HEADER, "") | {
        "Month": MONTH, "Reported by": WITHIN, "Falls within": WITHIN, "LSOA code": code, "Crime type": kind,
    }  # fmt: skip
    return [*(usual | cells).values()]


def fast(content: bytes, cuts: tuple[int, ...] = ()) -> Found | None:
    """Rows by area and crime type as they are counted in pieces cut there."""
    seen, text = Seen(), StreetText(CODES, MONTH, FORCE)
    edges = [0, *sorted(cut for cut in cuts if cut < len(content)), len(content)]
    for start, end in pairwise(edges):
        seen.add(content[start:end])
        text.add(content[start:end])
    found = text.cells() if seen.is_text else None
    if found is None:
        return None
    kinds = [*CATEGORIES]
    columns = zip(found.area.tolist(), found.kind.tolist(), found.events.tolist(), strict=True)
    return {(area, kinds[kind]): events for area, kind, events in columns}


def obvious(content: bytes) -> Found:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return dict(Counter((AREAS.get(item["LSOA code"], NOWHERE), item["Crime type"]) for item in rows))


def by_library(content: bytes, folder: Path) -> Found | None:
    """What ``tidy`` makes of the same file; None where it refuses it or does not know a code."""
    path = folder / "street.csv"
    path.write_bytes(content)
    try:
        rows = tidy(path, path.name, date(2018, 10, 1), FORCE)
    except SourceChanged:
        return None
    known = AREAS | {"": NOWHERE}
    if not set(rows["code"]) <= set(known):
        return None
    found: Counter[tuple[int, str]] = Counter()
    for code, kind, number in zip(rows["code"], rows["category"], rows["rows"], strict=True):
        found[known[code], kind] += int(number)
    return dict(found)


words = st.text(st.sampled_from('ab,"é 1&日'), max_size=6)
sound_rows = st.builds(
    lambda code, kind, number, place, name, said: row(
        code, kind, **{"Crime ID": number, "Location": place, "LSOA name": name, "Context": said}
    ),
    st.sampled_from([*AREAS, ""]), st.sampled_from([*CATEGORIES]), words, words, words,
    st.one_of(st.just(""), words),
)  # fmt: skip
sound_files = st.builds(
    lambda rows, mark, whole: written(*rows, mark=mark)[: None if whole else -1],
    st.lists(sound_rows, min_size=1, max_size=12), st.sampled_from([b"", b"\xef\xbb\xbf"]), st.booleans(),
)  # fmt: skip
cuts = st.lists(st.integers(0, 2_000), max_size=6).map(tuple)


@given(sound_files, cuts)
def test_a_sound_file_is_counted_wherever_its_bytes_are_cut(content: bytes, where: tuple[int, ...]) -> None:
    assert fast(content, where) == obvious(content)


@settings(max_examples=300)
@given(
    sound_files, cuts, st.integers(0, 2_000), st.integers(0, 3),
    st.sampled_from([b"", b",", b'"', b'""', b"\n", b"\r\n", b"\r", b"\t", b"\0", b" ", b"\xe9", b"0", b"E", b"x"]),
)  # fmt: skip
def test_a_file_with_something_changed_is_counted_as_a_library_counts_it_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, where: tuple[int, ...], at: int, gone: int, put: bytes
) -> None:
    at %= len(content)
    content = content[:at] + put + content[at + gone :]
    found = fast(content, where)
    assert found is None or found == by_library(content, tmp_path_factory.getbasetemp())


def test_every_crime_type_is_counted_for_itself() -> None:
    rows = [row(code, kind) for code in AREAS for kind in CATEGORIES for _ in range(2)]
    found = fast(written(*rows, row("", "Drugs")))
    assert found == obvious(written(*rows, row("", "Drugs")))
    assert len(found) == 4 * len(CATEGORIES) + 1
    assert found[1, "Drugs"] == 4


def test_files_longer_than_a_piece_are_counted_whole() -> None:
    rows = [row(code, kind, Location="On or near Café, Quay") for code in AREAS for kind in CATEGORIES] * 100
    content = written(*rows)
    assert fast(content, tuple(range(0, len(content), 65_521))) == obvious(content)


GOOD = written(row(), row("", "Drugs"))
ODD = {
    "empty": b"",
    "only a header": written(),
    "only a header, without line end": written()[:-1],
    "another header": GOOD.replace(b"Crime type", b"Crime kind"),
    "line ends of Windows": written(row(), end="\r\n"),
    "one line end of Windows": GOOD.replace(b",,\n", b",,\r\n", 1),
    "an empty line": GOOD + b"\n",
    "a cut row": GOOD[:-30] + b"\n",
    "a row too long": GOOD[:-1] + b",more\n",
    "one row too long and one too short": written([*row(), ""], row()[1:]),
    "a comma that belongs to the row before": written([*row()[:-1], "a\nb"], row()),
    "a line end in a quoted cell": written(row(Location="High\nStreet")),
    "a quote that is not closed": GOOD.replace(b",Burglary", b',"Exeter,Burglary', 1),
    "quotes within a cell": GOOD.replace(b",,Drugs", b',a"b,Drugs'),
    "a control character": written(row(Location="High\tStreet")),
    "two, one of them no line end": written([*row(Location="High\tStreet"), *[""] * 11]),
    "another month": written(row(), row(Month="2018-11")),
    "a longer month": written(row(Month="2018-10-01")),
    "another force": written(*[row(**{"Falls within": "Kent Police"})] * 2),
    "a second force": written(row(), row(**{"Falls within": "Kent Police"})),
    "the force in other words": written(row(), row(**{"Falls within": "Devon and Cornwall Police"})),
    "a force of many words": written(row(**{"Falls within": "Devon & Cornwall Police " * 3})),
    "a crime type that is not known": written(row(kind="Witchcraft")),
    "no crime type": written(row(kind="")),
    "a crime type with one letter changed": written(row(kind="Violence and sexual offencas")),
    "a crime type with another beginning": written(row(kind="violence and sexual offences")),
    "a very long crime type": written(row(kind="Violence and sexual offences and all else there is")),
    "a code that is not known": written(row("E01999999")),
    "a code of another country": written(row("S01019970")),
    "a code whose eighth sign is a letter": written(row("E010199G0")),
    "a code whose ninth sign is a letter": written(row("E0101997p")),
    "a short code": written(row("95AA01S1")),
    "a long code": written(row("E019919970")),
    "other text than UTF-8": written(row(Location="Caf~")).replace(b"~", b"\xe9"),
    "a letter that is not finished": GOOD[:-1] + "é".encode()[:1],
    "no line end for very long": GOOD + b"x" * 70_000,
}


@pytest.mark.parametrize("kind", list(ODD))
def test_anything_unusual_is_left_to_be_looked_at_row_by_row(kind: str) -> None:
    assert fast(GOOD) == {(0, "Burglary"): 1, (NOWHERE, "Drugs"): 1}
    assert ODD[kind] != GOOD
    for where in ((), (200,), (120, 121, 250)):
        assert fast(ODD[kind], where) is None
