"""Errors as people and programs read them."""

from __future__ import annotations

import pytest

from store.errors import BadDrawing, BadPlace, BadQuestion, NoDatabase, OutcomesError, SourceChanged, Unreachable


def test_one_sentence_names_the_place_and_what_to_do() -> None:
    error = SourceChanged("It is wrong", file="a.csv", column="Month", rows=range(2, 40), do="Fetch it again.")
    assert str(error).startswith("It is wrong (a.csv; column Month; rows 2, 3, 4")
    assert str(error).endswith("21). Fetch it again.")
    assert error.as_json() == {
        "kind": "source-changed", "message": "It is wrong", "file": "a.csv", "column": "Month",
        "rows": list(range(2, 22)), "do": "Fetch it again.",
    }  # fmt: skip
    assert str(OutcomesError("Plain")) == "Plain."


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (OutcomesError, "error", 1), (SourceChanged, "source-changed", 1), (BadQuestion, "bad-question", 1),
        (BadPlace, "bad-place", 1), (BadDrawing, "bad-drawing", 1), (NoDatabase, "no-database", 1), (Unreachable, "unreachable", 4),
    ],
)  # fmt: skip
def test_kinds_and_exit_codes(error: type[OutcomesError], kind: str, code: int) -> None:
    assert (error("x").kind, error("x").exit_code) == (kind, code)
    assert issubclass(BadQuestion, ValueError)
