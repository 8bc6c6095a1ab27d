"""People on the disease registers of general practices, from the public health profiles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loaders.fingertips_indicators import PRACTICE, ProfileIndicator, measures_of
from loaders.fingertips_observations import read_profile_file
from loaders.fingertips_service import fetch_profiles
from loaders.one_by_one import Outcome, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Reading
from loaders.session import Fetching
from store.source import Source

SOURCE = Source(
    name="practice_profiles",
    title="Disease registers of general practices",
    publisher="Office for Health Improvement and Disparities and NHS England",
    landing_page="https://fingertips.phe.org.uk/profile/general-practice",
    licence="Open Government Licence v3.0",
    attribution="Office for Health Improvement and Disparities. Public Health Profiles. https://fingertips.phe.org.uk "
    "© Crown copyright. Source: NHS England, Quality and Outcomes Framework. Open Government Licence v3.0.",
    geography="General practices, England",
    frequency="Yearly",
    caveats=(
        "A register counts people with a recorded diagnosis, wherever they live, and not everybody who is ill.",
        "The depression register counts adults with any record since April 2006, so it grows by the way it is made.",
        "Practices were paid for keeping most of these registers until April 2025, and no longer.",
    ),
    format_evidence="documented header",
    address="https://fingertips.phe.org.uk/api/",
)

_FRAMEWORK = "qof|quality and outcomes"
# Numbers met in programs in use, with the words of the names they had there; a name decides.
INDICATORS = tuple(
    ProfileIndicator(
        measure, number, (disease, _FRAMEWORK), "proportion", "patients", 100, "financial", (PRACTICE,),
        without=("incidence", "new", "review", "reviewed", "undiagnosed", "estimated"), age=age,
    )
    for measure, number, disease, age in (
        ("depression-register", 848, "depression", "18+ yrs"),
        ("diabetes-register", 241, "diabetes", "17+ yrs"),
        ("asthma-register", 90933, "asthma", "6+ yrs"),
        ("copd-register", 253, "copd|chronic obstructive pulmonary disease", "All ages"),
        ("coronary-heart-disease-register", 273, "chd|coronary heart disease", "All ages"),
    )
)  # fmt: skip
MEASURES = measures_of(INDICATORS)
_ELSEWHERE = (
    "Import a CSV that the profiles give for general practices and "
    + ", ".join(str(item.number) for item in INDICATORS)
    + "; figures of councils are imported as fingertips."
)


def _read_one(file: Given, context: Context) -> Outcome:
    return read_profile_file(file, context, SOURCE, INDICATORS, _ELSEWHERE)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Files in the profiles' own CSV format, for general practices."""
    files = [given([path], path.name, context.now) for path in find(paths, (".csv",))]
    return read_each(files, _read_one, context, "Reading disease registers")


def fetch(fetching: Fetching) -> list[Path]:
    """Every register used, one answer each: there are some 6,500 practices."""
    return fetch_profiles(fetching, INDICATORS)
