"""Children and young people: results, absence, suspensions, free school meals, children in need and protection plans.

Councils, regions and England, from the data files of the Department for Education's Explore Education Statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loaders.csv_table import need
from loaders.explore_education_api import fetch_formats
from loaders.explore_education_files import SUFFIXES, read_published
from loaders.explore_education_formats import FORMATS, format_of
from loaders.explore_education_observations import outcome_of
from loaders.one_by_one import Outcome, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.session import Fetching
from store.source import Source

SOURCE = Source(
    name="explore_education",
    title="Explore Education Statistics",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/data-catalogue",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Education, Explore Education Statistics. Open Government Licence v3.0.",
    geography="Councils with schools and social care, regions and England",
    frequency="Yearly, two to nine months after the school or financial year",
    caveats=(
        "Small counts are hidden, and others with them where a total would give them away; a hidden count is a range.",
        "In social care, counts of regions and England are rounded to 10.",
        "Councils that were merged or divided keep their own figures under their old codes; nothing is added up across.",
        "Results of children in social care are of three groups that do not overlap, never of all pupils.",
        "Free school meals: pupils who had them since 2018 kept them, so the share grew without more need.",
        "Not every release is in the publisher's API; import the data file of one that is not.",
    ),
    format_evidence="real file",
    address="https://api.education.gov.uk/statistics/v1/",
)

MEASURES = tuple({measure.name: measure for item in FORMATS for measure in item.measures}.values())
_LONGEST_HEADING = 20_000
# Files that lie beside the data files and hold no figures, by headings only they have.
_NO_FIGURES = {
    "a lookup of districts and counties": ("LTLA23CD", "UTLA23CD"),
    "the list of each council's statistical neighbours": ("LA num", "SN1"),
}


def _headings(path: Path) -> set[str]:
    """The first line's words, as far as can be told before the file is known to be sound."""
    with path.open("rb") as file:
        first = file.readline(_LONGEST_HEADING).decode("utf-8-sig", errors="replace")
    return {word.strip(' "\r\n') for word in first.split(",")}


def _ignored(file: Given, what: str) -> Outcome:
    """A file that is left alone, and why."""
    return Outcome(
        None,
        FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, "ignored"),
        (Problem("warning", file.name, None, (), f"The file is left alone: it is {what}", "Nothing needs doing."),),
    )


def _read_one(file: Given, context: Context) -> Outcome:
    (path,) = file.paths
    headings = _headings(path)
    for what, known in _NO_FIGURES.items():
        if headings >= set(known):
            return _ignored(file, what)
    table = read_published(path, file.name)
    need(table, ("time_period", "time_identifier", "geographic_level"), file.name, {})
    declared = format_of(table, file.name, FORMATS)
    if declared is None:
        return _ignored(file, "a data file of something this project does not read")
    return outcome_of(file, table, declared, SOURCE, context)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Data files of releases or of the API as CSV, in the publisher's column names; other topics' files are left alone."""
    files = [given([path], path.name, context.now) for path in find(paths, SUFFIXES)]
    return read_each(files, _read_one, context, "Reading education statistics")


def fetch(fetching: Fetching) -> list[Path]:
    """The newest data set of every kind that is in the publisher's API, whole."""
    return fetch_formats(fetching, FORMATS)
