"""Conditions by number: nothing asked for is nothing found."""

from __future__ import annotations

from store.numbered import numbered


def test_no_number_is_no_row_and_neighbours_are_a_range() -> None:
    assert numbered("a", []) == "false"
    assert numbered("a", [3, 1, 2, 7]) == "(a BETWEEN 1 AND 3 OR a BETWEEN 7 AND 7)"
