"""Area files written, read back and uploaded: whatever a place holds survives, and nothing else gets through."""

from __future__ import annotations

import contextlib
import re
import time
import tomllib
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.database import Store
from store.errors import BadPlace
from store.folder import SHIPPED
from store.period import Window, window
from store.place import Asset, ChosenChange, Milestone, Place, Reply, Story, place_from, read_places
from store.place_file import place_toml, read_uploaded_place, refuse_people, slug_of

_ODD = st.text(st.one_of(st.sampled_from('"\\\n\r\t\b\f\x00\x1f\x7f\x85\u2028\u202e\u200b\U0001f600é#[]='),
                         st.characters(exclude_categories=["Cs"])), max_size=25)  # fmt: skip
_NEEDED = _ODD.filter(lambda text: bool(text.strip()))
_MONTH = st.builds(date, st.integers(1000, 2999), st.integers(1, 12), st.just(1))
_MONTHS = st.tuples(_MONTH, _MONTH).map(lambda pair: (min(pair), max(pair)))
_CODES = st.lists(st.from_regex(r"[EWS]01[0-9]{6}", fullmatch=True), max_size=4, unique=True).map(tuple)
_TEXTS = st.lists(_ODD, max_size=3).map(tuple)
_CHANGES = st.builds(ChosenChange, st.dates(), _TEXTS.filter(bool), _NEEDED)
_DAYS = st.one_of(st.none(), st.dates(), st.datetimes())


@st.composite
def _milestones(draw: st.DrawFn) -> Milestone:
    on, until = draw(_MONTHS)
    return Milestone(on, draw(st.sampled_from([until, None])), draw(st.booleans()), draw(st.integers(0, 7)),
                     draw(st.sampled_from(["", "else"])), draw(_NEEDED))  # fmt: skip


@st.composite
def _places(draw: st.DrawFn) -> Place:
    way = draw(st.sampled_from(["start", "start_range", "starts", "none"]))
    study = draw(st.one_of(st.none(), st.tuples(_MONTHS, _MONTHS)))
    before, after = (window(*study[0]), window(*study[1])) if study else (None, None)
    return Place(
        slug="here", name=draw(_NEEDED), town=draw(_ODD), summary=draw(_ODD),
        small_areas=draw(_CODES.filter(bool)), wards=draw(_TEXTS), schools=draw(_TEXTS), practices=draw(_TEXTS),
        checked=draw(_ODD), drawn_by=draw(_ODD),
        consulted=draw(st.one_of(st.just("not yet"), st.dates().map(str), _ODD.filter(bool), st.just("20260102"))),
        start=draw(_MONTH) if way == "start" else None,
        start_range=draw(_MONTHS) if way == "start_range" else None,
        starts=draw(st.lists(_MONTH, min_size=1, max_size=3).map(tuple)) if way == "starts" else (),
        prior_evaluation=draw(_ODD), settling_in_months=draw(st.integers(0, 60)), start_evidence=draw(_ODD),
        before=before, after=after, chosen_beforehand=draw(_TEXTS), chosen_on=draw(_DAYS),
        changes=tuple(sorted(draw(st.lists(_CHANGES, max_size=2)), key=lambda one: one.on)), exclude=draw(_CODES),
        milestones=tuple(sorted(draw(st.lists(_milestones(), max_size=3)), key=lambda one: one.on)),
        stories=tuple(draw(st.lists(st.builds(Story, _NEEDED, _ODD, _NEEDED), max_size=2))),
        replies=tuple(draw(st.lists(st.builds(Reply, _NEEDED, _NEEDED, _ODD, _NEEDED, _MONTH), max_size=2))),
        assets=tuple(draw(st.lists(st.builds(
            Asset, _NEEDED, st.sampled_from(["place", "group", "skill", "money", "service"]),
            st.sampled_from(["", "us", "services", "communities"])), max_size=2))),
        publish=draw(st.booleans()),
    )  # fmt: skip


@given(_places())
def test_every_place_is_read_back_as_it_was(place: Place) -> None:
    text = place_toml(place)
    assert place_from(tomllib.loads(text), "here") == place
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert not re.search(r'= (""|\[\])$', text, re.MULTILINE)


def test_every_shipped_neighbourhood_is_read_back_as_it_was() -> None:
    for place in read_places(SHIPPED / "areas"):
        assert place_from(tomllib.loads(place_toml(place)), place.slug) == place


def _place(**changed: Any) -> Place:
    values: dict[str, Any] = {
        "schema": 1, "name": "Here", "place": {"small_areas": ["E01015153"], "consulted": date(2026, 1, 2)},
        "project": {"start": "2020-08"}, "study": {"chosen_on": date(2026, 11, 21)},
    }  # fmt: skip
    return place_from({**values, **changed}, "here")


def test_a_file_says_only_what_there_is_to_say() -> None:
    assert place_toml(_place()) == (
        "# A neighbourhood as its community describes it. Every line may be edited by hand.\n"
        'schema = 1\nname = "Here"\n\n[place]\nsmall_areas = ["E01015153"]\nconsulted = 2026-01-02\n\n'
        '[project]\nstart = "2020-08"\n\n[study]\nchosen_on = 2026-11-21\n'
    )


def test_windows_and_moments_keep_their_form() -> None:
    study = {"before": "2018-08:2020-07", "after": "2021-04:2023-03", "chosen_on": datetime(2026, 11, 21, 8, 30)}  # noqa: DTZ001
    place = _place(study=study)
    assert place.before == Window(date(2018, 8, 1), 24)
    assert 'before = "2018-08:2020-07"\nafter = "2021-04:2023-03"\nchosen_on = 2026-11-21T08:30:00' in place_toml(place)


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("Stronger North Stonehouse", (), "stronger-north-stonehouse"),
        ("Café Tŷ-Coch, St Peter’s", (), "cafe-ty-coch-st-peters"),
        ("../../etc/passwd", (), "etc-passwd"),
        ("C:\\Windows\\con.toml", (), "c-windows-con-toml"),
        ("CON", (), "con-2"),
        ("x", (), "my-area-x"),
        ("", (), "my-area"),
        ("我们的家", ("my-area", "my-area-2"), "my-area-3"),
        ("Here", ("here",), "here-2"),
        ("a" * 80, ("a" * 60,), "a" * 58 + "-2"),
    ],
)
def test_an_area_name_is_made_of_what_people_call_it(name: str, taken: tuple[str, ...], slug: str) -> None:
    assert slug_of(name, taken) == slug


@given(st.text(max_size=300), st.integers(0, 12))
@example("-" * 70, 2)
@example("a" * 59 + " b", 11)
def test_an_area_name_is_always_one_and_always_new(name: str, times: int) -> None:
    taken: list[str] = []
    for _ in range(times + 1):
        taken.append(slug_of(name, taken))
    assert len(set(taken)) == times + 1
    assert all(re.fullmatch(r"[a-z0-9-]{2,60}", slug) for slug in taken)


@pytest.mark.parametrize(
    ("key", "words", "what"),
    [
        ("story", "Her number is 943 476 5919.", "NHS numbers"),
        ("story", "She lives at PL1 3AB.", "full postcodes"),
        ("story", "She lives at pl1\u00a03ab.", "full postcodes"),
        ("story", "Write to someone@example.org.", "e-mail addresses"),
        ("reply", "Ask on 01752 668000.", "telephone numbers"),
        ("milestone", "Ring 01752 668000.", "telephone numbers"),
        ("asset", "The hall, ring ０１７５２ ６６８０００", "telephone numbers"),
    ],
)  # fmt: skip
def test_what_looks_like_one_person_is_refused_and_not_repeated(key: str, words: str, what: str) -> None:
    item = {
        "story": {"text": words, "consent": "2026"},
        "reply": {"indicator": "burglary", "text": words, "consent": "2026", "on": "2026-11"},
        "milestone": {"on": "2020-01", "text": words},
        "asset": {"name": words, "kind": "place"},
    }[key]
    text = place_toml(_place(**{key: [item]}))
    with pytest.raises(BadPlace, match=what) as error:
        read_uploaded_place(text.encode(), "here")
    assert (error.value.file, error.value.column) == ("here.toml", key)
    assert not set(re.findall(r"\d{3,}|@\w+", words)) & set(re.findall(r"\d{3,}|@\w+", str(error.value)))


@pytest.mark.parametrize("key", ["said_by", "consent"])
def test_who_said_it_is_looked_at_too(key: str) -> None:
    story = {"text": "It was fun.", "consent": "2026", key: "someone@example.org"}
    with pytest.raises(BadPlace, match=r"a story .* e-mail"):
        refuse_people(_place(story=[story]))
    with pytest.raises(BadPlace, match=r"a reply .* e-mail"):
        refuse_people(_place(reply=[{**story, "indicator": "burglary", "on": "2026-11"}]))


def test_the_reason_of_a_change_is_looked_at_too() -> None:
    change = {"on": date(2026, 12, 3), "was": ["robbery"], "reason": "someone@example.org asked."}
    with pytest.raises(BadPlace, match=r"a reason .* e-mail") as error:
        read_uploaded_place(place_toml(_place(study={"changed": [change]})).encode(), "here")
    assert error.value.column == "study.changed"


def test_answers_and_changes_are_written_where_they_belong() -> None:
    reply = {"indicator": "burglary", "text": "It is quieter.", "consent": "2026-11, for all to see", "on": "2026-11"}
    change = {"on": date(2026, 12, 3), "was": ["robbery"], "reason": "Nobody here asked for it."}
    text = place_toml(_place(reply=[reply], study={"changed": [change]}))
    assert '\n[[study.changed]]\non = 2026-12-03\nwas = ["robbery"]\nreason = "Nobody here asked for it."\n' in text
    assert text.endswith(
        '\n[[reply]]\nindicator = "burglary"\ntext = "It is quieter."\n'
        'consent = "2026-11, for all to see"\non = "2026-11"\n'
    )


def test_ordinary_words_and_dates_pass() -> None:
    story = {"text": "£546,781 in 2020–21, 212 of 1,899 people; PL1 in 2020-08.", "consent": "2026-11, on paper"}
    place = _place(story=[story])
    assert read_uploaded_place(place_toml(place).encode(), "here") == place


def test_a_mark_at_the_beginning_of_the_file_is_no_error() -> None:
    assert (
        read_uploaded_place(b"\xef\xbb\xbf" + place_toml(_place()).replace("\n", "\r\n").encode(), "here") == _place()
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"#" * 1_000_001, "too large"),
        (b"\xff\xfe", "not UTF-8"),
        (b"name = ", "not valid TOML"),
        (b"a" + b".a" * 400_000 + b" = 1", "too many parts"),
        (b"".join(b"a%d" % n + b".a" * 190 + b" = 1\n" for n in range(2_000)), "too many parts"),
        (b"".join(b'x%d = {"\\""' % n + b' . "\\""' * 90 + b" = 1}\n" for n in range(1_000)), "too many parts"),
        (b'x = "' + b'\\"' * 450_000 + b'"', "is not a key"),
        (b"a = " + b"[" * 5000, "without end"),
        (b"k" * 900_000 + b" = 1", "is not a key"),
        (b'schema = 1\n[place]\nsmall_areas = ["' + b"E" * 900_000 + b'"]', "which “E+…” is not"),
        (b"schema = 1\nname = '<script>alert(1)</script>'\n", "small_areas"),
    ],
    ids=[
        "large",
        "letters",
        "cut",
        "dots",
        "lines of dots",
        "quoted dots",
        "quotes",
        "nesting",
        "key",
        "code",
        "script",
    ],
)
def test_hostile_files_get_one_short_sentence_soon(content: bytes, words: str) -> None:
    began = time.process_time()
    with pytest.raises(BadPlace, match=words) as error:
        read_uploaded_place(content, "here")
    assert time.process_time() - began < 10
    assert len(str(error.value)) < 400
    assert error.value.do


@given(st.one_of(st.binary(max_size=200), _ODD.map(str.encode)))
@example(b"[[story]]\ntext = 1979-05-27T07:32:00Z")
def test_only_our_own_error_ever_comes_out(content: bytes) -> None:
    with contextlib.suppress(BadPlace):
        read_uploaded_place(content, "here")


@given(st.data())
def test_nor_where_a_good_file_is_bent(data: st.DataObject) -> None:
    text = place_toml(data.draw(_places()))
    at, cut = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 5))
    with contextlib.suppress(BadPlace):
        read_uploaded_place((text[:at] + data.draw(_ODD) + text[at + cut :]).encode(), "here")


def test_a_draft_is_a_view_of_the_same_database(sample_store: Store) -> None:
    draft = _place()
    names = [place.slug for place in sample_store.places]
    sample_store.kept["mark"] = 1
    view = sample_store.with_place(draft)
    assert [place.slug for place in view.places] == sorted([*names, "here"])
    assert [place.slug for place in sample_store.places] == names
    assert "mark" not in view.kept
    assert sample_store.kept.pop("mark") == 1
    assert view.stable_codes(["E01034866"]) == {"E01034866": "E01018867"}
    assert view.rows("SELECT is_sample FROM meta") == sample_store.rows("SELECT is_sample FROM meta")


def test_the_key_of_a_draft_follows_its_content_and_name(sample_store: Store) -> None:
    here = _place()
    there = place_from({"schema": 1, "name": "Here", "place": {"small_areas": ["E01015155"]}}, "here")
    renamed = place_from(tomllib.loads(place_toml(here)), "elsewhere")
    keys = {sample_store.with_place(place).key for place in (here, there, renamed)}
    assert len({*keys, sample_store.key}) == 4
    assert sample_store.with_place(_place()).key == sample_store.with_place(here).key
    replaced = sample_store.with_place(here).with_place(there)
    assert [place for place in replaced.places if place.slug == "here"] == [there]
