"""The file of the Beacon's claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.beacon import PATH, Claim, read_beacon
from store.errors import BadPlace
from store.folder import SHIPPED
from store.period import parse_window

GOOD = """schema = 1
place = "A place"
area = "a-place"
from = "1995-04"
until = "1999-07"
headline_source = "Slides"
[[work]]
what = "Something"
source = "A paper"
[[claim]]
slug = "one"
outcome = "One"
headline = "half"
told = -50
shape = "fall"
expected = 1.8
expected_source = "An example"
known = "Little."
[[claim.version]]
says = "less"
source = "Another paper"
[[claim.counts]]
what = "people"
before = 18
after = 4
source = "A third paper"
[[claim.part]]
what = "people"
part = 19
whole = 23
year = "1996"
source = "A plan"
[[claim.background]]
what = "people"
place = "England"
country = true
first = 9.3
last = 2.1
unit = "people"
first_years = "1995"
last_years = "2000"
source = "Statistics"
"""


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {claim.slug: claim for claim in read_beacon().claims}


def test_the_shipped_claims_are_those_that_were_told(claims: dict[str, Claim]) -> None:
    told = {slug: claim.told for slug, claim in claims.items() if claim.told is not None}
    assert told == {
        "crime": -50, "unemployment": -71, "attainment": 100, "child-protection": -42, "postnatal-depression": -70,
        "childhood-asthma": -50,
    }  # fmt: skip
    assert {slug for slug, claim in claims.items() if not claim.headline} == {"child-accidents"}
    assert [one.told for one in claims["child-protection"].versions] == [-61, -40]
    assert [(one.before, one.after) for claim in claims.values() for one in claim.counts] == [(23, 4), (18, 4)]
    (part,) = claims["child-protection"].parts
    assert (part.part, part.whole) == (19, 23)
    assert [slug for slug, claim in claims.items() if claim.expected] == ["teenage-pregnancy"]


def test_everything_shipped_has_its_source() -> None:
    beacon = read_beacon()
    assert beacon.months == parse_window("1995-04:1999-07")
    assert beacon.headline_years == ""
    assert (SHIPPED / "areas" / f"{beacon.area}.toml").is_file()
    named = [one.source for claim in beacon.claims for group in (claim.versions, claim.counts, claim.parts, claim.background)
             for one in group]  # fmt: skip
    assert all(source.strip() for source in (*named, *(work.source for work in beacon.works)))
    assert [one.first for claim in beacon.claims for one in claim.background if not one.checked] == [2_300_000]


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(GOOD, encoding="utf-8")
    (claim,) = read_beacon(path).claims
    assert (claim.told, claim.expected, claim.versions[0].told) == (-50.0, 1.8, None)
    (counts,), (background,) = claim.counts, claim.background
    assert (counts.before, counts.after, counts.years) == (18, 4, "")
    assert (background.first, background.last, background.country, background.checked) == (9.3, 2.1, True, True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ("1999-07", "1995-03", "months are wrong"),
        ("told = -50", "told = -101", "at least -100"),
        ("told = -50", "told = true", "claim.told"),
        ("told = -50", "told = nan", "claim.told"),
        ('shape = "fall"', 'shape = "verdict"', "one of fall, rise, number"),
        ('expected_source = "An example"\n', "", "expected_source"),
        ("before = 18\n", "", "claim.counts.before"),
        ("part = 19", "part = 24", "no more than the whole"),
        ("last = 2.1\n", "", "claim.background.first"),
        ("first = 9.3", "first = 0", "claim.background.first"),
        ('first_years = "1995"\n', "", "first_years"),
        ('unit = "people"', 'unit = "people"\nwords = "fell"', "claim.background.first"),
        ("says =", "sais =", "“sais” is not a key"),
        ('source = "A plan"\n', "", "claim.part.source"),
        ("[[claim]]", '[[claim]]\nslug = "one"\noutcome = "x"\nshape = "number"\nknown = "x"\n[[claim]]', "one stands once"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPlace, match=words) as error:
        read_beacon(path)
    assert error.value.file == "claims.toml"


def test_the_file_is_the_projects_own() -> None:
    assert PATH == SHIPPED / "beacon.toml"
