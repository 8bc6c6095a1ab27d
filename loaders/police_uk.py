"""Street-level crime from data.police.uk: bulk archives and street files, counted by small area, month and category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from loaders.reading import Context, Reading
from loaders.session import Fetching
from loaders.street_files import find, find_inside
from loaders.street_reading import StreetsRead, read_streets
from loaders.street_rows import CATEGORIES, HEADER
from store.cells import Cells
from store.contribution import Contribution, Measure
from store.errors import SourceChanged
from store.period import month_number, parse_month
from store.source import Source

__all__ = ["CATEGORIES", "HEADER", "MEASURES", "SOURCE", "fetch", "read"]

SOURCE = Source(
    name="police_uk",
    title="Street-level crime and anti-social behaviour",
    publisher="Home Office, data.police.uk",
    landing_page="https://data.police.uk/data/",
    licence="Open Government Licence v3.0",
    attribution="Contains public sector information licensed under the Open Government Licence v3.0. Source: data.police.uk.",
    geography="Lower layer super output areas of the edition in use that month (2011, then 2021), England and Wales",
    frequency="Monthly, about two months late",
    caveats=(
        "Places are moved to the nearest of a list of map points, which can lie in the next small area.",
        "Records without a place cannot be counted in any neighbourhood; their number is shown by force and month.",
        "Past months are republished: the newest edition of a month is the one in use.",
    ),
    format_evidence="real file",
    address="https://data.police.uk/data/archive/",
)

MEASURES = tuple(Measure(name, "events", "recorded") for name in CATEGORIES.values())

_LARGEST_ARCHIVE = 8_000_000_000
# The archive's address leads on to the publisher's own store of files.
_HOSTS = ("policeuk-data.s3.amazonaws.com",)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Street files in archives, folders or by themselves; outcomes and stop-and-search files are left alone."""
    # Newest edition first: where overlapping archives hold the very same file, it counts as part of the newest.
    found = sorted((item for path in paths for item in find(path)), key=lambda item: item.edition, reverse=True)
    if not any(item.parts for item in found):
        raise SourceChanged(
            "No file here is a police.uk file by its name",
            file=", ".join(path.name for path in paths),
            do="Street files are called YYYY-MM-force-street.csv; import them under the publisher's own names.",
        )
    staged = None if context.staged is None else context.staged / SOURCE.name
    read = read_streets(found, replace(context, staged=staged))
    contributions = (_contribution(read),) if read.streets else ()
    return Reading(contributions, tuple(read.accounts), tuple(read.problems))


def _contribution(read: StreetsRead) -> Contribution:
    measures = tuple(CATEGORIES.values())
    files = range(len(read.streets))
    periods, authorities = tuple(item.month for item in read.streets), tuple(item.force for item in read.streets)
    coverage = pd.DataFrame({
        "file": [file for file in files for _ in measures], "measure": [*measures] * len(files),
        "authority_kind": "police_force", "authority": [force for force in authorities for _ in measures],
        "period_start": pd.to_datetime([month for month in periods for _ in measures]), "period_months": 1,
        "rows_placed": [rows for item in read.streets for rows in item.counted.placed],
        "rows_unlocated": [rows for item in read.streets for rows in item.counted.unlocated],
    })  # fmt: skip
    cells = Cells(read.table, read.areas, measures, periods, authorities)
    return Contribution(SOURCE, tuple(item.file for item in read.streets), MEASURES, coverage=coverage, cells=cells)


def fetch(fetching: Fetching) -> list[Path]:
    """The newest archive (36 months), and older ones until ``since`` is reached."""
    latest = fetching.get("latest.zip", what="archive-latest", largest=_LARGEST_ARCHIVE, hosts=_HOSTS)
    paths = [latest]
    if fetching.since is not None:
        months = [item.parts[1] for item in find_inside(latest) if item.parts]
        while months and (earliest := parse_month(min(months))) > fetching.since:
            before = month_number(earliest) - 1
            name = f"{before // 12:04d}-{before % 12 + 1:02d}.zip"
            path = fetching.get(name, what=f"archive-{name[:-4]}", largest=_LARGEST_ARCHIVE, hosts=_HOSTS)
            paths.append(path)
            months = [item.parts[1] for item in find_inside(path) if item.parts]
            if months and parse_month(min(months)) >= earliest:
                break  # the address led to an archive that goes no further back
    return paths
