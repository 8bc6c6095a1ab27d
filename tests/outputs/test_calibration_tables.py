"""The calibration's tables: every cell is a row's own number in 100, or a mean over outcomes."""

from __future__ import annotations

from outputs.calibration_tables import falls_found, false_alarms, ranges_and_answers
from outputs.calibration_words import SIMULATED
from tests.outputs.test_calibration_words import ALARMS, ASIDE, BAD_YEAR, FIXED, FOUND, RANGES, SMALL, row


def test_nothing_measured_is_an_empty_table() -> None:
    for table in (false_alarms([]), falls_found([]), ranges_and_answers([])):
        assert table.rows == ()


def test_false_alarms_give_mean_lowest_and_highest_of_each_rule() -> None:
    table = false_alarms(ALARMS)
    assert (FIXED, "verdict", 208, 3.0, 2.0, 4.0) in table.rows
    assert (FIXED, "before and after alone", 208, 40.0, 30.0, 50.0) in table.rows
    assert len(table.rows) == 3
    assert false_alarms(ASIDE).rows[1][0] == "made up by the computer: typical"


def test_falls_found_have_a_column_for_every_size_and_leave_gaps_empty() -> None:
    table = falls_found([*FOUND, row("violence", "headline", effect=-30.0, power=0.9)])
    assert table.header[3:] == ("Fall of 10 % found, in 100", "Fall of 30 % found, in 100")
    assert (FIXED, "Violence and sexual offences", 208, 8.0, 66.0) in table.rows
    assert (FIXED, "Burglary", 208, None, 0.4) in table.rows
    assert ("made up by the computer: stable", "any", 208, None, 100.0) in table.rows
    assert len(table.rows) == 5
    assert falls_found([*FOUND, row("violence", "headline", effect=-30.0, power=0.9)], "headline").rows == (
        (FIXED, "Violence and sexual offences", 208, 90.0),
    )


def test_ranges_and_answers_put_both_rules_beside_each_other() -> None:
    table = ranges_and_answers([*ALARMS, *RANGES, row(SIMULATED, scenario="typical", false=0.03)])
    assert (FIXED, "Burglary", 208, 2.0, 5.0, 95.0, 98.0) in table.rows
    assert (BAD_YEAR, "Violence and sexual offences", 208, 5.0, 10.0, 90.0, 0.0) in table.rows
    assert ("made up by the computer: typical", "any", 208, 3.0, None, None, 0.0) in table.rows
    # A row of the main method alone, without a verdict beside it, is not shown.
    assert not [cells for cells in table.rows if cells[0] == SMALL]
