"""Links, files and lines from people who mean no good: a page shows text or one sentence, and never breaks."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from store.folder import Folder
from store.place import Asset, Milestone, Place, Story, place_from
from store.place_file import place_toml
from tests.views.pages import TODAY, Open, bodies, drawn_well, refused, texts, told
from tests.views.strictness import markup_faults, shown

_MARK = "zq7"
_TYPES = ("application/toml", "application/geo+json")

# --- links ------------------------------------------------------------------------------------------------------------

_PAGES = ("explore", "board", "add", "across", "methods")
_NAMES = (
    "area",
    "indicator",
    "start",
    "months",
    "settling",
    "breaks",
    "compare",
    "show",
    "town",
    "__proto__",
    "a[b][]",
)
_VALUES = (
    f"<script>alert('{_MARK}')</script>",
    f'"><img src=x onerror=alert("{_MARK}")>',
    f"%3Csvg%20onload%3D{_MARK}%3E",
    f"![{_MARK}](http://198.51.100.1/x.png)",
    f"[{_MARK}](javascript:alert(1))",
    f"$$\\href{{javascript:alert(1)}}{{{_MARK}}}$$",
    f"{_MARK}' OR '1'='1' --",
    f"'; DROP TABLE area; -- {_MARK}",
    f"../../../../etc/passwd{_MARK}",
    f"C:\\{_MARK}\\con",
    f"file:///etc/{_MARK}",
    f"north-stonehouse\x00{_MARK}",
    f"\u202e{_MARK}\u2066\ufeff",
    f"\ud83d{_MARK}".encode("utf-8", "replace").decode(),
    f"{_MARK}" + "é̂" * 4000,
    f"{_MARK}" * 5000,
    "[" * 900 + _MARK + "]" * 900,
    json.dumps({_MARK: {"$gt": [None, True, {"a": [1]}]}}),
    f"{{{{7*7}}}}${{{_MARK}}}#{{{_MARK}}}",
    f"draft-{_MARK}",
    "NaN", "-1e309", "0x1F", "2020-00", "٢٠٢٠-٠١", "true", "null", "",
)  # fmt: skip


def _link(number: int) -> tuple[str, dict[str, str | list[str]]]:
    """The page and the parameters of one hostile link; every page, name and value has its turn."""
    names = [_NAMES[(number + 4 * at) % len(_NAMES)] for at in range(1 + number % 4)]
    values: dict[str, str | list[str]] = {
        name: _VALUES[(number + 9 * at) % len(_VALUES)] for at, name in enumerate(names)
    }
    if number % 5 == 0:
        values[names[-1]] = [*_VALUES[number % 7 :]] * 3
    return _PAGES[number % len(_PAGES)], values


@pytest.mark.parametrize("number", range(50))
def test_no_link_breaks_a_page_or_is_repeated_on_it(open_page: Open, number: int) -> None:
    page, query = _link(number)
    app = drawn_well(open_page(page, **query))
    assert len(texts(app, "warning", "info")) <= 1
    everything = " ".join((bodies(app), *texts(app, "title", "header", "subheader", "warning", "info", "markdown")))
    assert _MARK not in everything
    assert markup_faults(app) == []


# --- a file of a neighbourhood ----------------------------------------------------------------------------------------

_ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "[here](javascript:alert(3)) ![](http://198.51.100.1/4.png)",
    "</p></div></table><svg onload=alert(5)>",
    "$\\href{javascript:alert(6)}{x}$ :red[x] %{x} &lt;b&gt;",
)


def _hostile(name: str = "") -> Place:
    """A neighbourhood whose every word is an attack."""
    words = itertools.cycle(_ATTACKS)
    values: dict[str, Any] = {
        "schema": 1, "name": name or _ATTACKS[0], "town": _ATTACKS[1], "summary": " ".join(_ATTACKS),
        "place": {"small_areas": ["E01015153", "E01015155"], "drawn_by": _ATTACKS[3], "wards": [_ATTACKS[0]],
                  "schools": [_ATTACKS[1]], "practices": [_ATTACKS[2]], "consulted": _ATTACKS[4]},
        "project": {"start": "2020-08", "start_evidence": _ATTACKS[0], "prior_evaluation": " ".join(_ATTACKS)},
        "study": {"chosen_beforehand": ["burglary", "robbery"], "chosen_on": TODAY,
                  "changed": [{"on": TODAY, "was": ["burglary"], "reason": " ".join(_ATTACKS)}]},
        "reply": [{"indicator": "burglary", "text": one, "said_by": one, "consent": one, "on": "2026-11"}
                  for one in _ATTACKS],
        "milestone": [{"on": f"202{n}-02", "text": next(words), **({"lane": "else"} if n else {})} for n in range(5)],
        "story": [{"text": one, "said_by": one, "consent": one} for one in _ATTACKS],
        "asset": [{"name": one, "kind": kind} for one, kind in zip(
            _ATTACKS, ("place", "group", "skill", "money", "service"), strict=True)],
    }  # fmt: skip
    return place_from(values, "hostile")


def _brought(open_page: Open, content: bytes, file: str = "x.toml") -> AppTest:
    """*Add your area* after somebody has opened this file there."""
    app = open_page("add")
    app.file_uploader(key="add-upload").upload(file, content, _TYPES[0])
    return next(button for button in app.run().button if button.label == "Open this file").click().run()


def test_nothing_in_a_file_is_more_than_text(open_page: Open) -> None:
    app = drawn_well(_brought(open_page, place_toml(_hostile()).encode(), f"{_ATTACKS[1]}.toml"))
    assert markup_faults(app) == []
    assert "<script>alert(1)</script>" in shown(app)
    app = drawn_well(next(button for button in app.button if button.key == "add-see").click().run())
    assert markup_faults(app) == []
    for attack in _ATTACKS:
        assert " ".join(attack.split()) in shown(app), attack
    app._page_hash = calc_hash("board")
    app = drawn_well(app.run())
    assert "Board page · <script>alert(1)</script>" in shown(app)
    assert markup_faults(app) == []


def _files(folder: Folder) -> dict[Path, int]:
    return {path: path.stat().st_size for path in folder.root.rglob("*") if path.suffix != ".lock"}


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "C:\\Windows\\con", "con", "/", "....//", "a\u202eb/../c", "." * 120]
)
def test_a_name_like_a_path_is_a_name_and_no_upload_is_kept(own_folder: Folder, open_own_page: Open, name: str) -> None:
    before = _files(own_folder)
    app = drawn_well(_brought(open_own_page, place_toml(_hostile(name)).encode(), "../../../../x.toml"))
    assert re.search(r"data/areas as [a-z0-9-]{2,60}\.toml \.", told(app))
    assert "draft-" not in told(app)
    assert any(button.proto.label == "Download your file" for button in app.get("download_button"))
    assert _files(own_folder) == before


def _bomb(kind: str) -> bytes:
    """60 MB of zeros packed into some 60 kB."""
    zeros, packed = bytes(60_000_000), io.BytesIO()
    if kind == "gzip":
        return gzip.compress(zeros, 1)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("line.geojson", zeros)
    return packed.getvalue()


@pytest.mark.parametrize("kind", ["zip", "gzip"])
def test_a_packed_file_is_refused_and_not_unpacked(open_page: Open, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _bomb(kind)
    assert len(content) < 400_000

    def unpacked(*_: object, **__: object) -> None:
        raise AssertionError("an uploaded file was unpacked")

    monkeypatch.setattr(zipfile, "ZipFile", unpacked)
    monkeypatch.setattr(gzip, "GzipFile", unpacked)
    app = open_page("add")
    app.file_uploader(key="add-boundary").upload("line.geojson", content, _TYPES[1])
    assert "not GeoJSON" in refused(app.run())
    assert "not UTF-8 text" in refused(_brought(open_page, content))


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 1000,
        b"x = " + b"[" * 5000,
        b"a." * 40_000 + b"b = 1",
        b'name = "' + b"x" * 1_100_000 + b'"',
        b"x = " + b"9" * 5000,
    ],
    ids=["null bytes", "brackets", "dots", "too large", "digits"],
)
def test_a_file_made_to_keep_the_reader_busy_is_refused(open_page: Open, content: bytes) -> None:
    assert refused(_brought(open_page, content))


def test_one_person_s_number_in_a_story_is_refused_and_not_repeated(open_page: Open) -> None:
    place = replace(_hostile(), stories=(Story("Ring Ann on 01752 123 456", "", "2026-11"),))
    app = _brought(open_page, place_toml(place).encode())
    assert "01752" not in refused(app)


# --- a line -----------------------------------------------------------------------------------------------------------


def _polygon(*points: tuple[float, float]) -> bytes:
    return json.dumps({"type": "Polygon", "coordinates": [[*points, points[0]]]}).encode()


_LINES = {
    "a million points": (
        b'{"type":"Polygon","coordinates":[[' + b"[0,50]," * 1_000_000 + b"[0,50]]]}",
        "larger than 5 MB",
    ),
    "as many as fit": (b'{"type":"Polygon","coordinates":[[' + b"[0,50]," * 700_000 + b"[0,50]]]}", "20,000 points"),
    "crossing": (_polygon((-4.16, 50.36), (-4.14, 50.38), (-4.14, 50.36), (-4.16, 50.38)), "crosses or touches itself"),
    "National Grid": (_polygon((246000, 54000), (247000, 54000), (247000, 55000)), "National Grid"),
    "latitude first": (_polygon((50.36, -4.16), (50.38, -4.16), (50.38, -4.14)), "latitude first"),
    "elsewhere": (_polygon((2.3, 48.8), (2.4, 48.8), (2.4, 48.9)), "outside the United Kingdom"),
    "nested": (b'{"type":"Polygon","coordinates":' + b"[" * 50_000 + b"]" * 50_000 + b"}", ""),
    "no number": (b'{"type":"Polygon","coordinates":[[[NaN,50],[1,51],[1,52],[NaN,50]]]}', "NaN"),
    "markup": (b'{"type":"<script>alert(1)</script>","coordinates":[]}', ""),
}


@pytest.mark.parametrize("line", _LINES)
def test_a_line_that_cannot_be_used_gets_one_sentence(open_page: Open, line: str) -> None:
    content, words = _LINES[line]
    app = open_page("add")
    app.file_uploader(key="add-boundary").upload(f"../{_ATTACKS[1]}.geojson", content, _TYPES[1])
    app = app.run()
    assert words in refused(app)
    assert markup_faults(app) == []
    # The rest of the page stays: what somebody had entered is not lost over a bad file.
    assert "Who made this, and how to question it" in bodies(app)


def test_what_is_typed_into_lists_is_text(open_page: Open) -> None:
    app = open_page("add")
    drawing = app.session_state["drawing"]
    drawing.milestones = [Milestone(TODAY.replace(day=1), None, False, 0, "", one) for one in _ATTACKS]
    drawing.assets = [Asset(one, "place", "us") for one in _ATTACKS]
    drawing.stories = [Story(one, one, one) for one in _ATTACKS]
    app = drawn_well(app.run())
    assert markup_faults(app) == []
    for attack in _ATTACKS:
        assert shown(app).count(attack) >= 3


def test_the_search_answers_no_markup(open_page: Open) -> None:
    app = open_page("add")
    for attack in (*_ATTACKS, "../../etc/passwd", "' OR 1=1 --", "\x00"):
        app.text_input(key=f"typed-add-{app.session_state['find-turn-add']}").set_value(attack[:60])
        app = next(button for button in app.button if button.label == "Find").click().run()
        assert not app.exception
        assert "alert" not in shown(app)
        assert markup_faults(app) == []


def _careless() -> None:
    """A page that repeats what it was given."""
    import streamlit as st

    st.html("<p onclick='x'>a</p><script>b</script><img src='http://198.51.100.1/x.png'>")
    st.warning("[c](javascript:alert(1))")
    st.button("![d](http://198.51.100.1/x.png)")


def test_the_reader_of_pages_sees_markup_where_there_is_some() -> None:
    faults = " ".join(markup_faults(AppTest.from_function(_careless).run()))
    for part in ("onclick", "<script>", "198.51.100.1", "[c](", "![d]("):
        assert part in faults
