"""Street-level crime from data.police.uk: bulk archives and street files, counted by small area, month and category."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from loaders.reading import Context, FileAccount, Problem, Reading, sha256_of
from loaders.session import Fetching
from loaders.street_files import StreetFile, find, find_inside, on_disk
from store.contribution import Contribution, LoadedFile, Measure
from store.errors import OutcomesError, SourceChanged
from store.lookups import FORCES_WITHOUT_COUNCILS
from store.period import month_number, month_text, parse_month
from store.source import Source

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

HEADER = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
CATEGORIES = {
    "Anti-social behaviour": "anti-social-behaviour",
    "Bicycle theft": "bicycle-theft",
    "Burglary": "burglary",
    "Criminal damage and arson": "criminal-damage",
    "Drugs": "drugs",
    "Other crime": "other-crime",
    "Other theft": "other-theft",
    "Possession of weapons": "possession-of-weapons",
    "Public order": "public-order",
    "Robbery": "robbery",
    "Shoplifting": "shoplifting",
    "Theft from the person": "theft-from-the-person",
    "Vehicle crime": "vehicle-crime",
    "Violence and sexual offences": "violence",
}
MEASURES = tuple(Measure(name, "events", "recorded") for name in CATEGORIES.values())

_OUTSIDE = ("northern-ireland",)  # its areas are in no lookup of England and Wales
_NAMED_OTHERWISE = {"btp": "british-transport"}
_LARGEST_ARCHIVE = 8_000_000_000
# The archive's address leads on to the publisher's own store of files.
_HOSTS = ("policeuk-data.s3.amazonaws.com",)


def _check_header(path: Path, name: str) -> None:
    with path.open("rb") as file:
        first = file.readline(4096)
    try:
        header = next(csv.reader([first.decode("utf-8-sig")]), [])
    except UnicodeDecodeError as error:
        raise SourceChanged(
            "The file is not UTF-8 text", file=name, rows=[1], do="Fetch it again from data.police.uk."
        ) from error
    header = [column.strip() for column in header]
    if tuple(header) != HEADER:
        expected = next((column for column in HEADER if column not in header), None)
        added = next((column for column in header if column not in HEADER), None)
        raise SourceChanged(
            "The header is not that of a police.uk street file"
            + (f": “{added}” stands where “{expected}” was expected" if added and expected else ""),
            file=name,
            column=expected or added or "Crime ID",
            rows=[1],
            do="Fetch the file again; if the publisher has changed its format, this loader must be changed first.",
        )


def tidy(path: Path, name: str, month: date, force: str) -> pd.DataFrame:
    """Counts of one street file by published code and category: ``code`` (empty = no place), ``category, rows, lines``.

    ``lines`` are those of the first 20 of these rows; the header is line 1.

    Raises SourceChanged naming file, column and rows for any row that is not what the file's name says.
    """
    _check_header(path, name)
    columns = dict.fromkeys(HEADER, "VARCHAR")
    relation = (
        "SELECT *, row_number() OVER () + 1 AS line FROM read_csv(?, columns = ?, header = true, delim = ',', "
        "quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, encoding = 'utf-8')"
    )
    with contextlib.closing(duckdb.connect()) as connection:
        try:
            connection.execute(f"CREATE TEMP TABLE street AS {relation}", [str(path), columns])
        except duckdb.Error as error:
            raise _diagnosis(path, name) from error
        if connection.execute("SELECT count(*) FROM street").fetchall()[0][0] == 0:
            raise SourceChanged("The file holds no rows", file=name, do="Fetch it again from data.police.uk.")
        wanted = _NAMED_OTHERWISE.get(force, force)
        for column, test, values, problem in (
            ("Month", '"Month" IS DISTINCT FROM ?', [month_text(month)], f"rows of another month than {month_text(month)}"),
            ("Falls within", "NOT contains(replace(replace(lower(coalesce(\"Falls within\", '')), '&', 'and'), ' ', '-'), ?)",
             [wanted], f"rows of another force than {force}"),
            ("Crime type", '"Crime type" IS NULL OR "Crime type" NOT IN (SELECT unnest(?))', [list(CATEGORIES)],
             "a crime type the project does not know"),
            ("LSOA code", '"LSOA code" IS NOT NULL AND NOT regexp_full_match("LSOA code", \'[A-Z][0-9]{8}|[0-9A-Z]{8,9}\')', [],
             "something that is not a small-area code"),
        ):  # fmt: skip
            bad = connection.execute(
                f'SELECT line, "{column}" FROM street WHERE {test} ORDER BY line LIMIT 20', values
            ).fetchall()
            if bad:
                raise SourceChanged(
                    f"The file holds {problem}, such as “{bad[0][1]}”",
                    file=name,
                    column=column,
                    rows=[row[0] for row in bad],
                    do="Fetch the file again; if the publisher has changed its format, this loader must be changed first.",
                )
        return connection.execute(
            'SELECT coalesce("LSOA code", \'\') AS code, "Crime type" AS category, count(*) AS rows, '
            "list_slice(list(line ORDER BY line), 1, 20) AS lines FROM street GROUP BY ALL ORDER BY ALL"
        ).df()


def _diagnosis(path: Path, name: str) -> SourceChanged:
    """Which row the CSV reader stumbled over, in words."""
    advice = "Fetch the file again from data.police.uk."
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.reader(file), start=1):
                if len(row) != len(HEADER):
                    return SourceChanged(
                        f"A row has {len(row)} columns instead of {len(HEADER)}: the file is damaged or cut short",
                        file=name, column=HEADER[min(len(row), len(HEADER)) - 1] if row else HEADER[0], rows=[line], do=advice,
                    )  # fmt: skip
    except UnicodeDecodeError:
        with path.open("rb") as raw:
            for number, piece in enumerate(raw, start=1):
                line = number
                try:
                    piece.decode("utf-8")
                except UnicodeDecodeError:
                    break
        return SourceChanged("The file is not UTF-8 text", file=name, column="Location", rows=[line], do=advice)
    except csv.Error:
        pass
    return SourceChanged("The file is not the CSV that data.police.uk publishes", file=name, rows=[line], do=advice)


@dataclass(frozen=True, slots=True)
class _Street:
    """One street file, read and placed."""

    file: LoadedFile
    account: FileAccount
    counts: pd.DataFrame
    coverage: pd.DataFrame
    problems: tuple[Problem, ...]


def _read_one(found: StreetFile, context: Context) -> _Street | FileAccount:
    parts = found.parts
    if parts is None:
        return FileAccount(found.name, "", "", "", 0, 0, 0, 0, 0, "ignored")
    month, force, kind = parse_month(parts[1]), parts[2], parts[3]
    with on_disk(found) as path:
        sha256 = sha256_of(path)
        account = FileAccount(found.name, sha256, month_text(month), force, 0, 0, 0, 0, 0, "ignored")
        if kind != "street" or force in _OUTSIDE:
            return account
        if (found.name, sha256) in context.held:
            return FileAccount(found.name, sha256, month_text(month), force, 0, 0, 0, 0, 0, "unchanged")
        if month_number(month) > month_number(context.now.date()):
            raise SourceChanged(
                f"The file says it holds {month_text(month)}, which is in the future", file=found.name, column="Month",
                do="Check the file's name and this machine's date.",
            )  # fmt: skip
        forces = {*context.placement.force.values(), *FORCES_WITHOUT_COUNCILS}
        if force not in forces:
            raise SourceChanged(
                f"“{force}” is no police force the project knows", file=found.name, do="Check the file's name."
            )
        counts = tidy(path, found.name, month, force)
        size = path.stat().st_size
    street = _place(found, sha256, size, month, force, counts, context.for_file(found.name, sha256))
    if context.is_as_before(found.name, sha256, street.account.rows_refused):
        return FileAccount(found.name, sha256, month_text(month), force, 0, 0, 0, 0, 0, "unchanged")
    return street


def _place(
    found: StreetFile, sha256: str, size: int, month: date, force: str, counts: pd.DataFrame, context: Context
) -> _Street:
    placement = context.placement
    counts = counts.assign(stable=counts["code"].map(placement.stable), measure=counts["category"].map(CATEGORIES))
    blank = counts["code"] == ""
    refused = counts["stable"].isna() & ~blank
    placed = counts[counts["stable"].notna()]
    outside = placed["rows"][placed["stable"].map(placement.force) != force].sum()
    rows = {
        "rows_read": int(counts["rows"].sum()),
        "rows_placed": int(placed["rows"].sum()),
        "rows_unlocated": int(counts["rows"][blank].sum()),
        "rows_refused": int(counts["rows"][refused].sum()),
    }
    problems: tuple[Problem, ...] = ()
    state = "loaded"
    if rows["rows_refused"]:
        accepted = rows["rows_refused"] <= context.accept_refused
        unknown = sorted(counts["code"][refused].unique())
        lines = sorted(int(line) for some in counts["lines"][refused] for line in some)
        state = "loaded" if accepted else "refused"
        problems = (
            Problem(
                "warning" if accepted else "error", found.name, "LSOA code", tuple(lines[:20]),
                f"{rows['rows_refused']} rows have a small-area code that no lookup knows, such as {unknown[0]}",
                "Import a newer ONS lookup, or repeat with --accept-refused "
                f"{rows['rows_refused']} to leave these rows out.",
            ),
        )  # fmt: skip
    totals = placed.groupby("measure")["rows"].sum().reindex(list(CATEGORIES.values()), fill_value=0)
    lost = counts[blank].groupby("measure")["rows"].sum().reindex(totals.index, fill_value=0)
    frame = placed.groupby(["stable", "measure"], as_index=False)["rows"].sum()
    coverage = pd.DataFrame({"measure": totals.index, "rows_placed": totals.values, "rows_unlocated": lost.values})
    return _Street(
        file=LoadedFile(found.name, sha256, size, "", context.now, found.edition, "publisher", **rows),
        account=FileAccount(
            found.name,
            sha256,
            month_text(month),
            force,
            **rows,
            rows_outside_authority=int(outside),
            state=state,  # type: ignore[arg-type]
        ),
        counts=frame.assign(period_start=month, authority=force),
        coverage=coverage,
        problems=problems,
    )


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
    streets: list[_Street] = []
    accounts: list[FileAccount] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for item in context.progress(found, "Reading street files", len(found)):
        try:
            result = _read_one(item, context)
        except OutcomesError as error:
            problems.append(Problem.of(error, item.name))
            accounts.append(FileAccount(item.name, "", "", "", 0, 0, 0, 0, 0, "refused"))
            continue
        if isinstance(result, _Street):
            account = result.account
            if (account.file, account.sha256) in seen:
                accounts.append(
                    FileAccount(
                        account.file, account.sha256, account.period, account.authority, 0, 0, 0, 0, 0, "unchanged"
                    )
                )
                continue
            seen.add((account.file, account.sha256))
            accounts.append(account)
            problems += result.problems
            if account.state == "loaded":
                streets.append(result)
        else:
            accounts.append(result)
            if item.parts is None:
                words = "Not a police.uk file by its name, so it was left alone"
                problems.append(Problem("warning", item.name, None, (), words, "Nothing, if it does not belong here."))
    contributions = (_contribution(streets),) if streets else ()
    return Reading(contributions, tuple(accounts), tuple(problems))


def _contribution(streets: Sequence[_Street]) -> Contribution:
    counts = pd.concat([item.counts.assign(file=number) for number, item in enumerate(streets)], ignore_index=True)
    observations = pd.DataFrame({
        "file": counts["file"], "area_kind": "stable", "area_code": counts["stable"], "measure": counts["measure"],
        "period_start": pd.to_datetime(counts["period_start"]), "period_months": 1, "numerator": counts["rows"].astype(float),
        "denominator": float("nan"), "value": float("nan"), "status": "observed", "low": float("nan"), "high": float("nan"),
        "authority_kind": "police_force", "authority": counts["authority"],
    })  # fmt: skip
    coverage = pd.concat(
        [
            item.coverage.assign(
                file=number, authority_kind="police_force", authority=item.account.authority,
                period_start=pd.Timestamp(parse_month(item.account.period)), period_months=1,
            )
            for number, item in enumerate(streets)
        ],
        ignore_index=True,
    )  # fmt: skip
    return Contribution(SOURCE, tuple(item.file for item in streets), MEASURES, observations, coverage)


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
