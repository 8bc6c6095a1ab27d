"""Health, children and ways of dying by council, ward and middle layer area, from the public health profiles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loaders.fingertips_indicators import (
    COUNCILS,
    MIDDLE,
    UPPER_COUNCILS,
    WARD,
    ProfileIndicator,
    measures_of,
)
from loaders.fingertips_observations import read_profile_file
from loaders.fingertips_service import fetch_profiles
from loaders.one_by_one import Outcome, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Reading
from loaders.session import Fetching
from store.source import Source

SOURCE = Source(
    name="fingertips",
    title="Public health profiles",
    publisher="Office for Health Improvement and Disparities",
    landing_page="https://fingertips.phe.org.uk/",
    licence="Open Government Licence v3.0",
    attribution="Office for Health Improvement and Disparities. Public Health Profiles. https://fingertips.phe.org.uk "
    "© Crown copyright. Open Government Licence v3.0.",
    geography="Councils of both tiers, regions and England; wards and middle layer super output areas for a few",
    frequency="Yearly, some years together for small areas",
    caveats=(
        "Most figures are of a whole council and say little about one neighbourhood: background, not evidence.",
        "Hospital admissions of 1 to 7 people are hidden, and all others below England are rounded to 5.",
        "Some councils are given another council's figure; such figures are kept apart.",
        "Figures of small areas are of five years together: they change late and little.",
    ),
    format_evidence="real file",
    address="https://fingertips.phe.org.uk/api/",
)

# data/suppression.toml: hospital_admissions, conceptions, dfe_children_in_need.
_ADMISSIONS, _CONCEPTIONS, _CHILDREN = (1.0, 7.0), (0.0, 4.0), (1.0, 5.0)
# Numbers met in a real file or in programs in use, with the words of the names they had there; a name decides.
INDICATORS = (
    ProfileIndicator(
        "hospital-admissions-of-children-for-injuries", 90284,
        ("injuries", "children", "0 to 14|0 14|14 years and under"), "events", "admissions", 10_000, "financial", COUNCILS,
        age="<15 yrs", hides=_ADMISSIONS, rounded_to=5,
    ),
    ProfileIndicator(
        "hospital-admissions-of-children-for-injuries", 93219,
        ("injuries", "under 15|under 15s|aged 14 years and under", "emergency"), "events", "admissions", 10_000,
        "financial", (WARD, MIDDLE), hides=_ADMISSIONS, rounded_to=5, crude=False,
    ),
    ProfileIndicator(
        "hospital-admissions-of-children-for-asthma", 90810,
        ("asthma", "admissions", "under 19|under 19s|18 years and under"), "events", "admissions", 100_000, "financial",
        COUNCILS, without=("registered",), age="<19 yrs", hides=_ADMISSIONS, rounded_to=5,
    ),
    ProfileIndicator(
        "hospital-admissions-for-falls", 22401, ("falls|fall", "65"), "events", "admissions", 100_000, "financial",
        COUNCILS, without=("65 79", "65 to 79", "hip"), age="65+ yrs", hides=_ADMISSIONS, rounded_to=5, crude=False,
    ),
    ProfileIndicator(
        "hospital-admissions-for-self-harm", 21001, ("emergency", "admissions", "self harm"), "events", "admissions", 100_000,
        "financial", COUNCILS, without=("aged", "years", "yrs", "ratio"), age="All ages", hides=_ADMISSIONS, rounded_to=5,
        crude=False,
    ),
    ProfileIndicator(
        "hospital-admissions-for-self-harm-ratio", 93239, ("admissions", "self harm", "ratio"), "ratio",
        "England = 100", 100, "financial", (WARD, MIDDLE), age="All ages", crude=False,
    ),
    ProfileIndicator(
        "children-on-protection-plans", 90886, ("child protection plan|child protection plans",), "stock", "children", 10_000,
        "day", UPPER_COUNCILS, without=("repeat", "second", "starting", "started", "two years"), age="<18 yrs",
        hides=_CHILDREN,
    ),
    ProfileIndicator(
        "children-in-care", 90803, ("children in care|children looked after|looked after children",), "stock", "children",
        10_000, "day", UPPER_COUNCILS,
        without=("leaving", "immunisations", "unaccompanied", "offending", "mental", "wellbeing", "under 5", "aged 10 to 15"),
        age="<18 yrs", hides=_CHILDREN,
    ),
    ProfileIndicator(
        "children-in-relative-low-income", 93700, ("children", "relative low income"), "proportion", "children", 100,
        "financial", COUNCILS, without=("housing",), age="<16 yrs",
    ),
    ProfileIndicator(
        "good-level-of-development", 90631, ("good level of development", "reception"), "proportion", "children", 100,
        "academic", UPPER_COUNCILS, without=("free school meal", "free school meals"), age="5 yrs",
    ),
    ProfileIndicator(
        "good-level-of-development-free-school-meals", 90632,
        ("good level of development", "reception", "free school meal|free school meals"), "proportion", "children", 100,
        "academic", UPPER_COUNCILS, age="5 yrs",
    ),
    ProfileIndicator(
        "conceptions-under-18", 20401, ("conception|conceptions", "under 18|under 18s|17 years and under"), "events",
        "conceptions", 1_000, "calendar", COUNCILS, without=("abortion", "abortions", "births"), sex="Female",
        age="<18 yrs", hides=_CONCEPTIONS,
    ),
    ProfileIndicator(
        "recorded-depression", 848, ("depression", "qof|quality and outcomes|recorded"), "proportion", "patients", 100,
        "financial", COUNCILS, without=("incidence", "new", "review", "reviewed"), age="18+ yrs",
    ),
    ProfileIndicator(
        "deaths-at-home", 93476, ("deaths", "at home"), "proportion", "deaths", 100, "calendar", COUNCILS,
        without=("care home", "care homes", "aged", "years", "yrs", "dementia", "cancer", "disease"), age="All ages",
    ),
    ProfileIndicator(
        "deaths-in-usual-place-of-residence", 92727, ("deaths", "usual place of residence", "65"), "proportion",
        "deaths", 100, "calendar", COUNCILS, without=("dementia", "cancer", "disease", "65 74", "65 to 74"), age="65+ yrs",
    ),
)  # fmt: skip
MEASURES = measures_of(INDICATORS)
_ELSEWHERE = (
    "Import a CSV that the profiles give for "
    + ", ".join(str(item.number) for item in INDICATORS)
    + "; registers of general practices are imported as practice_profiles."
)


def _read_one(file: Given, context: Context) -> Outcome:
    return read_profile_file(file, context, SOURCE, INDICATORS, _ELSEWHERE)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Files in the profiles' own CSV format, each of any indicators and one area type."""
    files = [given([path], path.name, context.now) for path in find(paths, (".csv",))]
    return read_each(files, _read_one, context, "Reading public health profiles")


def fetch(fetching: Fetching) -> list[Path]:
    """Every indicator used, for every area type it is published for."""
    return fetch_profiles(fetching, INDICATORS)
