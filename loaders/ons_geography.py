"""Small-area lookups and outlines from the ONS Open Geography portal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from loaders import ons_lookups
from loaders.csv_table import AGAIN, read_table
from loaders.one_by_one import Outcome, account_of, loaded_file, refused, unchanged
from loaders.ons_outlines import Polygon, outlines, polygons
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, LookupFile, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import incomplete, parts_of, unknown_codes
from store.contribution import Contribution, LoadedFile
from store.errors import BadQuestion, OutcomesError, SourceChanged
from store.lookups import EXACT_FIT, WARDS_AND_COUNCILS
from store.source import Source

SOURCE = Source(
    name="ons_geography",
    title="Small-area lookups and outlines",
    publisher="Office for National Statistics, Open Geography portal",
    landing_page="https://geoportal.statistics.gov.uk/",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right.",
    geography="Lower layer super output areas of 2011 and 2021, wards and councils, England and Wales",
    frequency="Lookups of wards yearly; small areas after each census",
    caveats=(
        "Wards and councils are best fits: a ward's small areas need not lie wholly inside it.",
        "Outlines are generalised, and good for a map, not for measuring.",
    ),
    format_evidence="real file",
    address="https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services/",
)

# The portal renames its services with every version; these are the ones looked up last.
EXACT_SERVICE = "LSOA11_LSOA21_LAD22_EW_LU_v5"
WARD_SERVICE = "LSOA21_WD24_LAD24_EW_LU"
OUTLINE_SERVICE = "LSOA_Dec_2011_Boundaries_Generalised_Clipped_BGC_EW_V3"
_PAGE = 1_000
_CODES_IN_A_QUESTION = 100
_LARGEST_PAGE = 100_000_000
_EXACT_EDITION = "2011 to 2021, version 3"


@dataclass(frozen=True, slots=True)
class _Table:
    """A file of one of the lookups, as text."""

    file: Given
    kind: str
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Shapes:
    """A file of polygons."""

    file: Given
    polygons: tuple[Polygon, ...]


def _content(path: Path) -> Mapping[str, Any]:
    """The GeoJSON in ``path``; SourceChanged where it is something else, or the portal's error in its place."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise SourceChanged(
            "The file is not whole GeoJSON: it is damaged or cut short", file=path.name, do=AGAIN
        ) from error
    if isinstance(content, dict) and "error" in content:
        said = content["error"].get("message", "an error") if isinstance(content["error"], dict) else content["error"]
        raise SourceChanged(f"The portal answered: {said}", file=path.name, do="Try again later. " + AGAIN)
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise SourceChanged("The file is not a GeoJSON collection of features", file=path.name, do=AGAIN)
    return content


def _attributes(content: Mapping[str, Any]) -> pd.DataFrame:
    rows = [feature.get("properties") or {} for feature in content["features"]]
    frame = pd.DataFrame(rows, index=range(1, len(rows) + 1)).astype("str")
    return frame.assign(**{column: frame[column].str.strip() for column in frame.columns})


def _open(file: Given) -> _Table | _Shapes:
    path = file.paths[0]
    if path.suffix.lower() == ".csv":
        table = read_table(path, file.name)
        kind = ons_lookups.kind_of(list(table.columns))
    else:
        content = _content(path)
        if not content["features"]:
            raise SourceChanged("The file holds no features", file=file.name, do=AGAIN)
        kind = ons_lookups.kind_of(list(content["features"][0].get("properties") or {}))
        if not kind:
            return _Shapes(file, tuple(polygons(content, file.name)))
        table = _attributes(content)
    if not kind:
        raise SourceChanged(
            "This is neither of the two lookups the project uses", file=file.name, column="CHGIND", rows=[1],
            do="Import LSOA (2011) to LSOA (2021) exact fit, or LSOA (2021) to Electoral Ward best fit, as CSV.",
        )  # fmt: skip
    return _Table(file, kind, table)


def _together(tables: Sequence[_Table], kind: str) -> tuple[str, pd.DataFrame, str] | None:
    """(name, frame, edition) of the lookup these pages make up; None where there are none."""
    pages = [item for item in tables if item.kind == kind]
    if not pages:
        return None
    name = pages[0].file.name
    whole = pages[0].frame if len(pages) == 1 else pd.concat([item.frame for item in pages], ignore_index=True)
    if kind == "exact fit":
        return name, ons_lookups.exact_fit(whole, name), _EXACT_EDITION
    frame, year = ons_lookups.wards(whole, name)
    return name, frame, year


def _lookups(tables: Sequence[_Table], context: Context) -> tuple[LookupFile, ...]:
    exact, best = _together(tables, "exact fit"), _together(tables, "wards")
    ons_lookups.check_against(context.lookups, exact[:2] if exact else None, best[:2] if best else None)
    held = {(str(item["file"]), str(item["sha256"])) for item in context.lookups.provenance}
    made = []
    for kind, found in (("exact fit", exact), ("wards", best)):
        if found is not None:
            files = [item.file for item in tables if item.kind == kind]
            names, hashes = [file.name for file in files], [file.sha256 for file in files]
            lookup = ons_lookups.lookup_file(kind, found[1], names, hashes, found[2])
            if (lookup.name, str(lookup.provenance["sha256"])) not in held:
                made.append(lookup)
    return tuple(made)


def _read_lookups(tables: Sequence[_Table], context: Context) -> tuple[list[Outcome], tuple[LookupFile, ...]]:
    try:
        made = _lookups(tables, context)
    except OutcomesError as error:
        told = next((item for item in tables if item.file.name == error.file), tables[0])
        outcomes = [refused(told.file, error)]
        return outcomes + [Outcome(None, _refused_with(item.file)) for item in tables if item is not told], ()
    new = {lookup.name for lookup in made}
    outcomes = []
    for item in tables:
        name = EXACT_FIT if item.kind == "exact fit" else WARDS_AND_COUNCILS
        rows = len(item.frame) if name in new else 0
        state = "loaded" if name in new else "unchanged"
        account = FileAccount(item.file.name, item.file.sha256, "", "", rows, rows, 0, 0, 0, state)  # type: ignore[arg-type]
        outcomes.append(Outcome(None, account))
    return outcomes, made


def _refused_with(file: Given) -> FileAccount:
    return FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, "refused")


def _read_shapes(shapes: Sequence[_Shapes], context: Context) -> tuple[list[Outcome], Contribution | None]:
    outcomes: list[Outcome] = []
    files: list[LoadedFile] = []
    usable: list[Polygon] = []
    for item in shapes:
        codes = pd.Series([polygon.code for polygon in item.polygons], index=[polygon.row for polygon in item.polygons])
        unknown = codes[~codes.isin(context.placement.stable.keys())]
        edition = item.polygons[0].edition
        column = "LSOA11CD" if edition == "2011" else "LSOA21CD"
        if context.is_as_before(item.file.name, item.file.sha256, len(unknown)):
            outcomes.append(unchanged(item.file))
            continue
        accepting = context.for_file(item.file.name, item.file.sha256)
        problems = unknown_codes(item.file.name, column, unknown, accepting, "Import a newer ONS lookup.")
        account = account_of(item.file, edition, "England and Wales", len(codes), len(unknown), problems)
        outcomes.append(Outcome(None, account, problems))
        if account.state == "loaded":
            files.append(loaded_file(item.file, account, edition))
            usable += [polygon for polygon in item.polygons if polygon.code in context.placement.stable]
    if not usable:
        return outcomes, None
    frame, partial = outlines(usable, parts_of(context.lookups))
    last = outcomes[-1]
    warned = incomplete(last.account.file, "geometry", partial, "outline")
    outcomes[-1] = Outcome(None, last.account, (*last.problems, *warned))
    return outcomes, Contribution(SOURCE, tuple(files), outlines=frame)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Lookups as CSV or as the portal's pages, and outlines as GeoJSON; pages of one lookup are read as one."""
    tables: list[_Table] = []
    shapes: list[_Shapes] = []
    outcomes: list[Outcome] = []
    files = [given([path], path.name, context.now) for path in find(paths, (".csv", ".geojson", ".json"))]
    for file in context.progress(files, "Reading lookups and outlines", len(files)):
        try:
            item = _open(file)
        except OutcomesError as error:
            outcomes.append(refused(file, error))
            continue
        if isinstance(item, _Table):
            tables.append(item)
        elif (file.name, file.sha256) in context.held:
            outcomes.append(unchanged(file))
        else:
            shapes.append(item)
    made: tuple[LookupFile, ...] = ()
    contribution: Contribution | None = None
    if tables:
        more, made = _read_lookups(tables, context)
        outcomes += more
    if shapes:
        more, contribution = _read_shapes(shapes, context)
        outcomes += more
    problems: list[Problem] = [problem for item in outcomes for problem in item.problems]
    return Reading(
        (contribution,) if contribution else (), tuple(item.account for item in outcomes), tuple(problems), made
    )


def _pages(fetching: Fetching, service: str, what: str, question: Mapping[str, str]) -> list[Path]:
    """Every page of a question to a service, until ``exceededTransferLimit`` is no longer said."""
    found: list[Path] = []
    offset = 0
    while True:
        path = fetching.get(
            f"{service}/FeatureServer/0/query",
            what=f"{what}-{offset:06d}",
            params={
                **question,
                "outSR": "4326",
                "f": "geojson",
                "resultOffset": str(offset),
                "resultRecordCount": str(_PAGE),
            },
            largest=_LARGEST_PAGE,
            extension="geojson",
        )
        content = _content(path)
        if content["features"]:
            found.append(path)
        offset += len(content["features"])
        # GeoJSON pages of newer servers say it among the collection's properties.
        more = content.get("exceededTransferLimit") or (content.get("properties") or {}).get("exceededTransferLimit")
        if not more:
            return found
        if not content["features"]:
            raise SourceChanged("The portal promises more and sends nothing", file=path.name, do=AGAIN)


def fetch(fetching: Fetching) -> list[Path]:
    """Both lookups whole, and the outlines of 2011 of the councils wanted (all of England and Wales without any)."""
    every = {"where": "1=1", "outFields": "*", "returnGeometry": "false"}
    exact = _pages(fetching, EXACT_SERVICE, "exact-fit", every)
    best = _pages(fetching, WARD_SERVICE, "wards", every)
    shape = {"outFields": "LSOA11CD,LSOA11NM", "returnGeometry": "true"}
    if not fetching.councils:
        return [*exact, *best, *_pages(fetching, OUTLINE_SERVICE, "outlines-2011", {**shape, "where": "1=1"})]
    codes = _codes_in(fetching.councils, exact, best)
    found = [*exact, *best]
    for first in fetching.progress(range(0, len(codes), _CODES_IN_A_QUESTION), "Fetching outlines", None):
        wanted = ",".join(f"'{code}'" for code in codes[first : first + _CODES_IN_A_QUESTION])
        name = f"outlines-2011-{codes[first].lower()}"
        found += _pages(fetching, OUTLINE_SERVICE, name, {**shape, "where": f"LSOA11CD IN ({wanted})"})
    return found


def _codes_in(councils: Sequence[str], exact: Sequence[Path], best: Sequence[Path]) -> list[str]:
    """The 2011 areas that are, in whole or part, of these councils."""
    placed, _ = ons_lookups.wards(
        pd.concat([_attributes(_content(path)) for path in best], ignore_index=True), best[0].name
    )
    links = ons_lookups.exact_fit(
        pd.concat([_attributes(_content(path)) for path in exact], ignore_index=True), exact[0].name
    )
    inside = placed["lsoa21"][placed["council"].isin(councils)]
    codes = sorted(set(links["lsoa11"][links["lsoa21"].isin(inside)]))
    if not codes:
        raise BadQuestion(
            f"No small area is known in {', '.join(councils)}", do="Give council codes such as E06000026."
        )
    return codes
