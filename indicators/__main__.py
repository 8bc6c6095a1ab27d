"""``python -m indicators``: ask about a neighbourhood from the command line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import Any

import click

from indicators.finding import Finding
from indicators.questions import board_indicators, question_of
from indicators.study import Studied, study_all
from loaders.importing import ensure_database
from outputs import sentence
from outputs.finding_json import board_as_json, studied_as_json
from store.database import open_store
from store.errors import OutcomesError
from store.folder import data_folder, is_shipped_folder
from store.period import parse_month, parse_window
from store.place import Place, read_place


@click.group()
def main() -> None:
    """Ask whether a neighbourhood has changed more than places like it."""


def _fail(error: OutcomesError, as_json: bool) -> None:
    click.echo(f"Error: {error}", err=True)
    if as_json:
        click.echo(json.dumps({"error": error.as_json()}, ensure_ascii=False))
    sys.exit(error.exit_code)


def _today() -> date:
    return datetime.now(UTC).date()


@main.command("study")
@click.option("--area", required=True, help="The neighbourhood, as its file in data/areas is called.")
@click.option("--indicator", "name", help="One indicator; without it the whole board.")
@click.option("--before", help="The earlier period, YYYY-MM:YYYY-MM.")
@click.option("--after", help="The later period, YYYY-MM:YYYY-MM.")
@click.option("--start", help="The month it started, YYYY-MM.")
@click.option("--without-breaks", is_flag=True, help="Leave out months that lie in a recording break.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def study_command(
    area: str, name: str | None, before: str | None, after: str | None, start: str | None, without_breaks: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Compare before with after, and with similar places."""
    try:
        folder = data_folder()
        if is_shipped_folder():
            ensure_database(folder)
        store = open_store(folder)
        place = read_place(folder.areas, area)
        questions = [
            question_of(
                store, place, item, today=_today(),
                before=parse_window(before) if before else None, after=parse_window(after) if after else None,
                start=parse_month(start) if start else None, without_breaks=without_breaks,
            )
            for item in ([name] if name else board_indicators(place))
        ]  # fmt: skip
        studied = study_all(store, questions)
    except OutcomesError as error:
        _fail(error, as_json)
        return
    if as_json:
        click.echo(json.dumps(_document(place, studied, whole=name is None), ensure_ascii=False, allow_nan=False))
    else:
        _print(place, [item.finding for item in studied])


def _document(place: Place, studied: list[Studied], *, whole: bool) -> dict[str, Any]:
    if whole:
        return board_as_json(studied, area=place.slug, area_name=place.name)
    return studied_as_json(studied[0], area_name=place.name)


def _print(place: Place, findings: list[Finding]) -> None:
    click.echo(f"{place.name}, {place.town}")
    for finding in findings:
        click.echo(f"\n{finding.title}: {finding.verdict}")
        click.echo(sentence.of(finding))
        for _, text in finding.caveats:
            click.echo(f"  – {text}")


if __name__ == "__main__":
    main()
