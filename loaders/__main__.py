"""``python -m loaders``: list, import, refresh and check the sources."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from loaders.checking import coverage_report
from loaders.discovery import all_loaders
from loaders.fetching_snapshot import Origin, fetch_snapshot
from loaders.importing import SAMPLE, Imported, import_files, utc_now
from loaders.local_template import FORMATS, template_rows, write_rows
from loaders.publishing import publish, publish_parquet
from loaders.reading import Label, Problem
from loaders.refreshing import Refreshed, refresh_sources, refreshable
from loaders.report_words import check_lines, fetched_lines, publish_lines, refresh_lines
from loaders.sample import FOLDER, sample_months, write_sample
from loaders.surveys import SCALES, summarise
from store.commands import Commands, fail
from store.database import Store, open_store
from store.errors import OutcomesError, SourceChanged
from store.folder import data_folder
from store.period import parse_month, parse_window
from store.place import read_place

LOCAL = "local"
_PATIENCE = 2.0
# A line that rewrites itself is for a terminal; a log gets one line now and then.
_EVERY_ON_A_TERMINAL, _EVERY_IN_A_LOG = 0.5, 5.0


def _progress(items: Iterable[Any], label: Label, length: int | None, in_place: bool = True) -> Iterator[Any]:
    """The items, with a line on stderr once they have taken longer than two seconds.

    On a terminal the line rewrites itself, unless several are shown at the same time (not ``in_place``).
    """
    started = shown = time.monotonic()
    terminal = in_place and sys.stderr.isatty()
    every = _EVERY_ON_A_TERMINAL if terminal else _EVERY_IN_A_LOG
    start_of_line = "\r" if terminal else ""
    told = False
    total = f" of {length:,}" if length else ""
    for number, item in enumerate(items, start=1):
        now = time.monotonic()
        if now - started > _PATIENCE and now - shown > every:
            click.echo(f"{start_of_line}{_said(label)}: {number:,}{total}", nl=not terminal, err=True)
            shown, told = now, True
        yield item
    if told:
        click.echo(f"{start_of_line}{_said(label)}: done{' ' * 20 if terminal else ''}", err=True)


def _said(label: Label) -> str:
    return label if isinstance(label, str) else label()


@click.group(cls=Commands)
def main() -> None:
    """Bring publishers' files into the database."""


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def list_sources(as_json: bool) -> None:
    """List every source: who publishes it, under which licence, and on what its format rests."""
    rows = [
        {"name": s.name, "title": s.title, "publisher": s.publisher, "licence": s.licence, "geography": s.geography,
         "frequency": s.frequency, "format_evidence": s.format_evidence, "landing_page": s.landing_page}
        for s in (item.SOURCE for item in all_loaders().values())
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "sources": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['name']:<18} {row['title']} – {row['publisher']}; {row['frequency']}; format: {row['format_evidence']}"
        )
    click.echo(f"{SAMPLE:<18} The shipped sample: “python -m loaders import {SAMPLE}”")


@main.command("import")
@click.argument("source")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--accept-refused", default=0, show_default=True, help="Use files with up to this many rows of unknown codes."
)
@click.option("--accept-fewer", is_flag=True, help="Let a publisher's figures give way to fewer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def import_command(
    source: str, paths: tuple[Path, ...], accept_refused: int, accept_fewer: bool, as_json: bool
) -> None:
    """Import files of SOURCE from PATHS: a file, a folder or a zip, exactly as the publisher ships them."""
    if source != SAMPLE and not paths:
        raise click.UsageError("Say which file, folder or zip to import.")
    try:
        done = import_files(
            data_folder(), source, paths, accept_refused=accept_refused, accept_fewer=accept_fewer, progress=_progress
        )
    except OutcomesError as error:
        fail(error, as_json)
    report = done.reading.as_json(source, done.built.superseded if done.built else ())
    report["revisions"] = list(done.built.revisions) if done.built else []
    report["fewer"] = [row.as_json() for row in done.fewer]
    report["database"] = {"swapped": done.built is not None, "stamp": data_folder().stamp()}
    if done.reading.errors:
        first = done.reading.errors[0]
        refused = SourceChanged(first.message, file=first.file, column=first.column, rows=first.rows, do=first.do)
        # A community mends its own file in one go, so it is told of everything; a publisher's is fetched again whole.
        for other in done.reading.errors[1:] if source == LOCAL else done.reading.errors[1:20]:
            click.echo(f"Also: {_in_words(other) if source == LOCAL else f'{other.file}: {other.message}'}", err=True)
        fail(refused, as_json, **report)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print_import(report, done)


def _in_words(problem: Problem) -> str:
    return str(
        SourceChanged(problem.message, file=problem.file, column=problem.column, rows=problem.rows, do=problem.do)
    )


def _print_import(report: dict[str, Any], done: Imported) -> None:
    for row in report["by_file"]:
        if row["state"] in ("loaded", "superseded"):
            click.echo(
                f"{row['file']}: {row['rows_read']:,} rows read = {row['rows_placed']:,} placed + "
                f"{row['rows_unlocated']:,} without a place + {row['rows_refused']:,} refused ({row['state']})"
            )
    states = [row["state"] for row in report["by_file"]]
    click.echo(", ".join(f"{states.count(state):,} {state}" for state in dict.fromkeys(states)) + ".")
    click.echo(
        f"In all {report['rows_read']:,} rows read = {report['rows_placed']:,} placed + "
        f"{report['rows_unlocated']:,} without a place + {report['rows_refused']:,} refused."
    )
    for problem in report["problems"]:
        click.echo(
            f"{problem['level'].capitalize()}: {problem['file']}: {problem['message']}. {problem['do']}", err=True
        )
    if report["revisions"]:
        click.echo(f"{len(report['revisions']):,} past figures were revised.")
    click.echo("The database is as it was." if done.built is None else f"Database in use: {done.built.stamp}")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--area", help="Only what this neighbourhood and its comparison need.")
@click.option("--since", help="Go back to this month, YYYY-MM.")
@click.option("--accept-fewer", is_flag=True, help="Use releases that have less than is held of their publisher.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def refresh(names: tuple[str, ...], area: str | None, since: str | None, accept_fewer: bool, as_json: bool) -> None:
    """Fetch NAMES (or all) from their publishers and rebuild; whatever cannot be reached keeps yesterday's files."""
    folder = data_folder()
    try:
        place = read_place(folder.areas, area) if area else None
        # A source without an address, such as a community's own figures, is brought and never fetched.
        chosen = refreshable(all_loaders()) if not names or "all" in names else list(dict.fromkeys(names))
        done = refresh_sources(
            folder, chosen, place=place, since=parse_month(since) if since else None, accept_fewer=accept_fewer,
            progress=partial(_progress, in_place=False), now=utc_now(),
        )  # fmt: skip
    except OutcomesError as error:
        fail(error, as_json)
    if as_json:
        click.echo(json.dumps(done.as_json(), ensure_ascii=False))
    else:
        _print_refresh(done)
    sys.exit(done.exit_code)


def _print_refresh(done: Refreshed) -> None:
    for item in done.sources:
        click.echo(f"{item.source}: {item.state}. {item.message}".rstrip())
        for warning in item.warnings:
            click.echo(f"Warning: {item.source}: {warning}", err=True)
    if done.report is not None:
        for line in refresh_lines(done.report):
            click.echo(line)
        click.echo(f"Report: {done.report['report_file']}")
    click.echo(f"Database in use: {done.stamp}" if done.swapped else "The database is as it was.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def check(as_json: bool) -> None:
    """Show what is loaded and what looks wrong: coverage, suspect and absent months, spikes, codes nobody knows."""
    folder = data_folder()
    known = [item.SOURCE for item in all_loaders().values()]
    try:
        # Without the neighbourhood files: one that cannot be read is something to report, not to stop at.
        report = coverage_report(Store(folder.database()), folder, known, utc_now().date())
    except OutcomesError as error:
        fail(error, as_json)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for line in check_lines(report):
        click.echo(line)


@main.command("compile-sample")
@click.option("--force", default="devon-and-cornwall", show_default=True, help="The police force area.")
@click.option("--months", help="FIRST:LAST; by default all months loaded.")
@click.option("--to", "target", default=FOLDER, type=click.Path(path_type=Path), help="The folder to write.")
def compile_sample(force: str, months: str | None, target: Path) -> None:
    """Compile the sample anew from the database in use (after “refresh”), for the maintainers."""
    try:
        folder = data_folder()
        store = open_store(folder)
        span = parse_window(months) if months else sample_months(store, force)
        for path in write_sample(store, force, span, target, utc_now()):
            click.echo(f"{path.name}: {path.stat().st_size:,} bytes")
    except OutcomesError as error:
        fail(error, False)


@main.command()
@click.argument("source", type=click.Choice([LOCAL]))
@click.option("--indicator", help="Only this indicator; a name of your own gives an empty row for it.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By default what the name after --out ends with.")
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="The new file to write.")
def template(source: str, indicator: str | None, kind: str | None, target: Path) -> None:
    """Write an empty template for SOURCE, to be filled in and brought back with “import”."""
    try:
        write_rows(template_rows(indicator), target, kind or _format_of(target))
    except OutcomesError as error:
        fail(error, False)
    click.echo(f"Written: {target}. Fill it in, then: python -m loaders import {source} {target}")


def _format_of(target: Path) -> str:
    return "xlsx" if target.suffix.lower() == ".xlsx" else "csv"


@main.command("summarise-survey")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--scale", required=True, type=click.Choice(SCALES), help="What the answers are.")
@click.option("--area", default="", help="For the template: the area file's name, or a small area's code.")
@click.option("--period", default="", help="For the template: when people answered, such as 2024-03.")
@click.option("--people-asked", type=click.IntRange(min=1), help="For the template: how many were asked.")
@click.option("--design-effect", type=float, help="For the template; 1 where everybody was asked.")
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="The new file to write.")
def summarise_survey(
    path: Path, scale: str, area: str, period: str, people_asked: int | None, design_effect: float | None, target: Path
) -> None:
    """Make template rows from answers in PATH, a row a person without any name or number; PATH is nowhere kept."""
    given = {
        "area": area, "period_start": period, "people_asked": str(people_asked or ""),
        "design_effect": "" if design_effect is None else f"{design_effect:g}",
    }  # fmt: skip
    try:
        done = summarise(path, scale, given)
        for problem in done.problems:
            click.echo(f"Error: {_in_words(problem)}", err=True)
        if done.problems:
            sys.exit(1)
        write_rows(done.rows, target, _format_of(target))
    except OutcomesError as error:
        fail(error, False)
    for note in done.notes:
        click.echo(note)
    click.echo(f"Written: {target}. It holds exact counts: import it here, and do not pass it on.")


@main.command("publish")
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), help="The folder of the snapshot.")
@click.option("--parquet", type=click.Path(path_type=Path, file_okay=False), help="The folder of the Parquet files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def publish_command(target: Path | None, parquet: Path | None, as_json: bool) -> None:
    """Write the database in use as files for a web server or object storage, without communities' own figures."""
    if target is None and parquet is None:
        raise click.UsageError("Say where: --to for replicas, --parquet for other engines.")
    report: dict[str, Any] = {"schema_version": 1, "snapshot": None, "parquet": None}
    try:
        if target is not None:
            report["snapshot"] = publish(data_folder(), target).as_json()
        if parquet is not None:
            report["parquet"] = {"folder": str(parquet), "local_left_out": publish_parquet(data_folder(), parquet)}
    except OutcomesError as error:
        fail(error, as_json)
    for line in [json.dumps(report, ensure_ascii=False)] if as_json else publish_lines(report):
        click.echo(line)


@main.command("fetch-snapshot")
@click.option(
    "--from", "where", required=True, envvar="OUTCOMES_SNAPSHOT", show_envvar=True,
    help="The https address, or the folder, of a published snapshot.",
)  # fmt: skip
@click.option("--take-over", is_flag=True, help="Let it take the place of a database and files made here.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def fetch_snapshot_command(where: str, take_over: bool, as_json: bool) -> None:
    """Bring a published snapshot here and switch to it; where anything is wrong with it, nothing changes."""
    folder = data_folder()
    try:
        done = fetch_snapshot(folder, Origin(where, utc_now(), _progress), take_over=take_over)
    except OutcomesError as error:
        fail(error, as_json, database={"swapped": False, "stamp": folder.stamp()})
    report = done.as_json()
    for line in [json.dumps(report, ensure_ascii=False)] if as_json else fetched_lines(report):
        click.echo(line)


if __name__ == "__main__":
    main()
