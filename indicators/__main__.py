"""``python -m indicators``: ask about a neighbourhood from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from indicators.calibration import RUNS, calibrate_loaded, calibrate_simulated
from indicators.calibration_rows import CalibrationRow, as_text
from indicators.communities import communities
from indicators.frozen_plan import plan_of, question_from, same_data
from indicators.local_indicators import local_names
from indicators.questions import board_indicators, question_of
from indicators.scan import ScanQuestion
from indicators.scan_summary import summary_of
from indicators.scan_workers import scan
from indicators.starts import StudiedStarts, study_starts
from indicators.study import study_all
from indicators.whole_area import WholeArea, whole_area
from indicators.whole_series import WholeSeries, whole_series_of
from loaders.importing import ensure_database
from outputs import scan_words, sentence, together_words, whole_area_words
from outputs.finding_json import board_as_json, studied_as_json
from outputs.place_words import titled
from outputs.scan_file import save_unnamed, write_scan
from outputs.scan_words import scan_as_json
from outputs.shift_words import shift_words
from outputs.starts_json import shift_as_json, starts_as_json
from outputs.starts_words import band_words
from store.commands import Commands, fail
from store.database import Store, open_store
from store.errors import BadQuestion, OutcomesError
from store.folder import Folder, data_folder, is_shipped_folder
from store.period import Window, parse_month, parse_window
from store.place import Place, read_place
from store.scans import read_codes

_LARGEST_PLAN = 5_000_000


@click.group(cls=Commands)
def main() -> None:
    """Ask whether a neighbourhood has changed more than places like it."""


def _month(said: str | None) -> date | None:
    """What was said, also where it was nothing at all: only an option left out is none."""
    return None if said is None else parse_month(said)


def _window(said: str | None) -> Window | None:
    return None if said is None else parse_window(said)


def _today() -> date:  # pragma: no cover – no test reads the wall clock
    return datetime.now(UTC).date()


@main.command("study")
@click.option("--area", required=True, help="The neighbourhood, as its file in data/areas is called.")
@click.option("--indicator", "name", help="One indicator; without it the whole board.")
@click.option("--before", help="The earlier period, YYYY-MM:YYYY-MM.")
@click.option("--after", help="The later period, YYYY-MM:YYYY-MM.")
@click.option("--start", help="The month it started, YYYY-MM.")
@click.option("--without-breaks", is_flag=True, help="Leave out months that lie in a recording break.")
@click.option(
    "--save-plan", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan of one indicator here."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def study_command(
    area: str, name: str | None, before: str | None, after: str | None, start: str | None, without_breaks: bool,
    save_plan: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Compare before with after, and with similar places."""
    if save_plan is not None and name is None:
        raise click.UsageError("A plan is of one indicator: name it with --indicator.")
    try:
        store = _store()
        place = read_place(data_folder().areas, area)
        questions = [
            question_of(
                store, place, item, today=_today(),
                before=_window(before), after=_window(after), start=_month(start), without_breaks=without_breaks,
            )
            for item in ([name] if name is not None else board_indicators(place, store.measures(), local_names(store, place)))
        ]  # fmt: skip
        asked = study_starts(store, place, questions, today=_today())
        shifts = whole_series_of(store, questions)
        studied = [item.studied for item in asked]
        whole = None if name is not None else whole_area(store, [item.finding for item in studied])
    except OutcomesError as error:
        fail(error, as_json)
    if save_plan is not None:
        try:
            save_plan.write_text(
                json.dumps(plan_of(studied[0].finding), indent=1, ensure_ascii=False), encoding="utf-8"
            )
        except OSError:
            fail(BadQuestion("The plan cannot be written", file=str(save_plan), do="Name another folder."), as_json)
    if as_json:
        click.echo(json.dumps(_document(place, asked, shifts, whole), ensure_ascii=False, allow_nan=False))
    else:
        _print(place, asked, shifts)
        if whole is not None:
            click.echo(f"\n{whole_area_words.sentence(whole)}")


def _folder() -> Folder:
    folder = data_folder()
    if is_shipped_folder():
        ensure_database(folder)
    return folder


def _store() -> Store:
    return open_store(_folder())


@main.command("repeat")
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def repeat_command(plan: Path, as_json: bool) -> None:
    """Ask the question of a saved PLAN again; says when the data are no longer those it was made with."""
    try:
        document = read_plan(plan)
        question = question_from(document)
        store = _store()
        place = read_place(data_folder().areas, question.area)
        asked = study_starts(store, place, [question], today=_today())
        shifts = whole_series_of(store, [question])
    except OutcomesError as error:
        fail(error, as_json)
    if not same_data(document, asked[0].studied.finding):
        click.echo("The data have changed since the plan was saved, so the numbers may differ.", err=True)
    if as_json:
        click.echo(json.dumps(_document(place, asked, shifts, None), ensure_ascii=False, allow_nan=False))
    else:
        _print(place, asked, shifts)


@main.command("together")
@click.argument("areas", nargs=-1, required=True)
@click.option("--indicator", "name", required=True, help="The one outcome that is pooled.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def together_command(areas: tuple[str, ...], name: str, as_json: bool) -> None:
    """Pool the evidence of several communities (AREAS), each with the dates of its own file."""
    try:
        store = _store()
        places = [read_place(data_folder().areas, area) for area in areas]
        studied = study_all(store, [question_of(store, place, name, today=_today()) for place in places])
        found = communities([item.finding for item in studied])
    except OutcomesError as error:
        fail(error, as_json)
    names = {place.slug: place.name for place in places}
    if as_json:
        click.echo(json.dumps(together_words.together_as_json(found, names), ensure_ascii=False, allow_nan=False))
        return
    for line in together_words.lines(found, names):
        click.echo(line)


@main.command("calibrate")
@click.option("--source", type=click.Choice(["loaded", "simulated", "both"]), default="both", show_default=True)
@click.option(
    "--effect", default="0,-10,-20,-30,-50", show_default=True, help="Effects in percent put into the later counts."
)
@click.option(
    "--areas", type=click.IntRange(min=1), help="At most this many made-up neighbourhoods (or simulated runs)."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--save", is_flag=True, help="Write the rows to the data folder's “calibration”, to be shown on the pages."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def calibrate_command(source: str, effect: str, areas: int | None, seed: int, save: bool, as_json: bool) -> None:
    """Measure how often the tool raises a false alarm, and what falls it would find. Takes minutes."""
    try:
        effects = tuple(float(part) for part in effect.split(","))
    except ValueError as error:
        raise click.UsageError("Write effects as numbers with commas between, for example 0,-30.") from error
    rows: dict[str, list[CalibrationRow]] = {}
    try:
        if source != "simulated":
            rows["real"] = calibrate_loaded(
                _store(), computed_on=_today(), seed=seed, effects=effects, areas=areas, heard=_heard
            )
        if source != "loaded":
            runs = areas or RUNS
            rows["simulated"] = calibrate_simulated(
                computed_on=_today(), seed=seed, effects=effects, runs=runs, heard=_heard
            )
    except OutcomesError as error:
        fail(error, as_json)
    if save:
        folder = data_folder().root / "calibration"
        folder.mkdir(parents=True, exist_ok=True)
        for name, part in rows.items():
            (folder / f"{name}.json").write_text(as_text(part), encoding="utf-8")
    everything = [row for part in rows.values() for row in part]
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "rows": [asdict(row) for row in everything]}, ensure_ascii=False))
        return
    for row in everything:
        shares = [
            f"{words} {100 * share:.1f} %"
            for words, share in (
                ("false findings", row.false_findings),
                ("found", row.power),
                ("coverage", row.coverage),
            )
            if share is not None
        ]
        click.echo(
            f"{row.scenario} · {row.indicator} · {row.rule} · {row.effect_percent:+.0f} %: {', '.join(shares)}; "
            f"no answer {100 * row.no_answer:.1f} % of {row.runs:,}"
        )


def _heard(what: str) -> None:
    click.echo(what, err=True)


@main.command("scan")
@click.option("--indicator", "name", required=True, help="The one outcome: monthly counts of small areas.")
@click.option("--start", help="The month in which something is supposed to have started everywhere, YYYY-MM.")
@click.option("--before", help="The earlier period, YYYY-MM:YYYY-MM.")
@click.option("--after", help="The later period, YYYY-MM:YYYY-MM.")
@click.option(
    "--places",
    metavar="single|saved|FILE",
    help="Only small areas one by one, only saved neighbourhoods, or the small areas whose codes stand in FILE.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write every place to this .csv or .parquet file."
)
@click.option(
    "--save",
    is_flag=True,
    help="Write how answers spread, without names, to the data folder's “scans”, to be shown on the pages.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes at once; without it as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def scan_command(
    name: str, start: str | None, before: str | None, after: str | None, places: str | None, out: Path | None, save: bool,
    workers: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Ask about every small area as if something had started there, and about every saved neighbourhood.

    For calibration and for finding places with too few similar ones: not for putting places in order, not for targeting, and
    nothing found by looking through it is a finding. One small area mostly has too few events to tell.
    """
    try:
        question = ScanQuestion(name, _month(start), _window(before), _window(after), _today())
        found = scan(_folder(), question, workers=workers, heard=_areas_done, **_places(places))
        written = [] if out is None else write_scan(found, out)
        if save:
            written.append(save_unnamed(found, _folder()))
    except OutcomesError as error:
        fail(error, as_json)
    summary = summary_of(found.rows)
    if as_json:
        rows = () if out is not None else found.rows
        click.echo(json.dumps(scan_as_json(found, summary, rows), ensure_ascii=False, allow_nan=False))
        return
    for line in (*scan_words.lines(found, summary), *(f"Written: {path}" for path in written)):
        click.echo(line)


def _places(given: str | None) -> dict[str, Any]:
    """What is scanned: everything, one kind, or the small areas whose codes stand in a file."""
    if given in (None, "single", "saved"):
        return {"which": (given,)} if given else {}
    return {"which": ("single",), "codes": read_codes(Path(str(given)))}


def _areas_done(done: int, total: int) -> None:
    _heard(f"{done:,} of {total:,} small areas")


def read_plan(path: Path) -> Any:
    """The plan's document; BadQuestion where the file is not there, too large or not JSON."""
    try:
        if path.stat().st_size > _LARGEST_PLAN:
            raise BadQuestion("The plan's file is too large", file=path.name, do="Save it again.")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, BadQuestion):
            raise
        raise BadQuestion(
            "The plan cannot be read", file=path.name, do="Save it again with “study --save-plan”."
        ) from error


def _document(
    place: Place, asked: list[StudiedStarts], shifts: list[WholeSeries | None], whole: WholeArea | None
) -> dict[str, Any]:
    dated = [
        {"starts": starts_as_json(item.band), "shift": shift_as_json(shift)}
        for item, shift in zip(asked, shifts, strict=True)
    ]
    if whole is None:
        return studied_as_json(asked[0].studied, area_name=place.name, **dated[0])
    board = board_as_json([item.studied for item in asked], area=place.slug, area_name=place.name, dated=dated)
    return board | {"whole_area": whole_area_words.whole_area_as_json(whole)}


def _print(place: Place, asked: list[StudiedStarts], shifts: list[WholeSeries | None]) -> None:
    click.echo(titled(place))
    for item, shift in zip(asked, shifts, strict=True):
        finding = item.studied.finding
        click.echo(f"\n{finding.title}: {finding.verdict}")
        click.echo(sentence.of(finding))
        if item.band is not None:
            click.echo(band_words(finding, item.band))
        if shift is not None:
            click.echo(shift_words(finding, shift))
        for _, text in (*finding.caveats, *(shift.caveats if shift else ())):
            click.echo(f"  – {text}")


if __name__ == "__main__":
    main()
