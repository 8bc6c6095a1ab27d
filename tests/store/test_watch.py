"""A query that lasts too long is given up with a sentence, and the next one is answered."""

from __future__ import annotations

import threading
import time

import pytest

from store.database import Store, open_store
from store.errors import TooSlow
from store.folder import Folder

_ENDLESS = "SELECT count(*) FROM range(100_000_000_000) a WHERE a.range % 7 = 3"


@pytest.fixture(scope="module")
def impatient(sample_folder: Folder) -> Store:
    return open_store(sample_folder, patience=0.3)


def test_an_endless_query_is_given_up_and_others_are_answered(impatient: Store) -> None:
    begun, answers = time.monotonic(), []
    other = threading.Thread(target=lambda: answers.extend(impatient.rows("SELECT 42")))
    with pytest.raises(TooSlow, match=r"longer than 0\.3 seconds.*Try again"):
        impatient.rows(_ENDLESS)
    assert 0.3 <= time.monotonic() - begun < 10
    other.start()
    other.join(10)
    assert answers == [(42,)]
    assert len(impatient.frame("SELECT 1 AS one")) == 1


def test_a_view_with_a_draft_is_as_impatient(impatient: Store) -> None:
    view = impatient.with_place(impatient.places[0])
    with pytest.raises(TooSlow):
        view.frame(_ENDLESS)


def test_without_a_limit_a_query_lasts_as_long_as_it_lasts(sample_folder: Folder) -> None:
    assert open_store(sample_folder).rows("SELECT count(*) FROM range(30_000_000) a WHERE a.range % 7 = 3")
