"""The lookups on disk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from store.errors import NoDatabase
from store.folder import SHIPPED
from store.lookups import EXACT_FIT, PROVENANCE, RESIDENTS, read_lookups, write_lookup


@pytest.mark.parametrize("name", [EXACT_FIT, PROVENANCE, "council_to_police_force.csv"])
def test_an_absent_lookup_is_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "lookups"
    shutil.copytree(SHIPPED / "lookups", folder)
    (folder / name).unlink()
    with pytest.raises(NoDatabase) as error:
        read_lookups(folder)
    assert Path(error.value.file or "").name == name


def test_a_lookup_is_replaced_with_its_line_of_provenance(tmp_path: Path) -> None:
    folder = tmp_path / "lookups"
    shutil.copytree(SHIPPED / "lookups", folder)
    frame = pd.DataFrame({"lsoa21": ["E01000001"], "residents": [5]})
    write_lookup(
        folder, RESIDENTS, frame, {"publisher_file": "new.csv", "sha256": "0" * 64, "edition": "2022", "rows": 1}
    )
    held = read_lookups(folder)
    pd.testing.assert_frame_equal(held.residents, frame, check_dtype=False)
    lines = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    assert [line["edition"] for line in lines if line["file"] == RESIDENTS] == ["2022"]
    assert len(lines) == len(read_lookups(SHIPPED / "lookups").provenance)
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_shipped_lookups_say_where_they_come_from() -> None:
    held = read_lookups(SHIPPED / "lookups")
    assert {line["file"] for line in held.provenance} >= {EXACT_FIT, RESIDENTS}
    assert all(len(str(line["sha256"])) == 64 for line in held.provenance)
    assert held.exact_fit.shape[0] == 35_796
