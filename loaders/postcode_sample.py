"""The sample's list of postcodes: one police force area, from any table of postcodes the ONS publishes.

For the maintainers: ``python -m loaders.postcode_sample TABLE.csv`` writes it anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from loaders.importing import utc_now
from loaders.postcodes import edition_of, table_of, tidy
from loaders.reading import Context, lookups_in_use
from loaders.sample import FOLDER
from store.errors import OutcomesError, SourceChanged
from store.lookups import ROWS_IN_A_PIECE, force_name
from store.placing import placement
from store.postcodes import POSTCODES


def write_postcodes(path: Path, authority: str, folder: Path, context: Context) -> Path:
    """Compile the postcodes of one force's area from a published table into ``folder``; returns the file written.

    Postcodes are stored by what each adds to the one before it, which in a sorted list is little.
    """
    rows = tidy(path, path.name).rows
    force = rows["code"].map(context.placement.stable).map(context.placement.force)
    table = table_of(rows[force == authority], context, edition_of(path.name), f"the area of {force_name(authority)}")
    if table.empty:
        raise SourceChanged(
            f"The table has no postcode in the area of {authority}", file=path.name, do="Check the force's name."
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / POSTCODES
    table.to_parquet(
        target, index=False, compression="zstd", compression_level=19, row_group_size=ROWS_IN_A_PIECE,
        use_dictionary=["stable"], column_encoding={"postcode": "DELTA_BYTE_ARRAY"},
    )  # fmt: skip
    return target


@click.command()
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", default="devon-and-cornwall", show_default=True, help="The police force area.")
@click.option("--to", "target", default=FOLDER, type=click.Path(path_type=Path), help="The folder to write.")
def main(table: Path, force: str, target: Path) -> None:
    """Compile the sample's list of postcodes from TABLE, a table of postcodes of the ONS as CSV."""
    try:
        lookups = lookups_in_use()
        written = write_postcodes(table, force, target, Context(placement(lookups), utc_now(), lookups=lookups))
    except OutcomesError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    click.echo(f"{written.name}: {written.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
