"""Eastings and northings as degrees, against worked examples and points known in both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.schools_national_grid import WIDEST, _meridional_arc, _unprojected, longitude_latitude

_METRES_A_DEGREE = 111_320


def _one(easting: float, northing: float) -> tuple[float, float]:
    longitude, latitude = longitude_latitude(np.array([easting]), np.array([northing]))
    return float(longitude[0]), float(latitude[0])


def test_the_projection_is_that_of_the_ordnance_survey_s_worked_example() -> None:
    # Annex C: 651,409.903 m E, 313,177.270 m N are 52° 39′ 27.2531″ N, 1° 43′ 4.5177″ E on the Airy ellipsoid.
    latitude, longitude = _unprojected(np.array([651_409.903]), np.array([313_177.270]))
    assert math.degrees(latitude[0]) == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=2e-8)
    assert math.degrees(longitude[0]) == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=2e-8)


@pytest.mark.parametrize(
    ("easting", "northing", "longitude", "latitude", "metres"),
    [
        # The Ordnance Survey's point at Caister, by its exact transformation.
        (651_409.804, 313_177.450, 1.716073973, 52.658007833, 5.0),
        # The postcode BD8 7DY as postcodes.io gives it, which uses the same approximation: to the last digit.
        (415_938, 434_169, -1.759482, 53.803578, 0.1),
    ],
)
def test_points_known_in_both_are_within_the_accuracy_stated(
    easting: float, northing: float, longitude: float, latitude: float, metres: float
) -> None:
    east, north = _one(easting, northing)
    across = (east - longitude) * _METRES_A_DEGREE * math.cos(math.radians(latitude))
    assert math.hypot(across, (north - latitude) * _METRES_A_DEGREE) < metres


def test_what_is_not_known_stays_so() -> None:
    longitude, latitude = longitude_latitude(np.array([math.nan, 400_000.0]), np.array([math.nan, 300_000.0]))
    assert np.isnan([longitude[0], latitude[0]]).all()
    assert np.isfinite([longitude[1], latitude[1]]).all()


@given(st.floats(0, WIDEST[0]), st.floats(0, WIDEST[1]))
def test_every_point_of_the_grid_lies_in_or_near_great_britain(easting: float, northing: float) -> None:
    longitude, latitude = _one(easting, northing)
    assert -10 < longitude < 5
    assert 49 < latitude < 62


@given(st.floats(100_000, 600_000), st.floats(0, 1_200_000))
def test_a_hundred_metres_are_a_hundred_metres(easting: float, northing: float) -> None:
    longitude, latitude = _one(easting, northing)
    east, north = _one(easting + 100, northing)
    across = (east - longitude) * _METRES_A_DEGREE * math.cos(math.radians(latitude))
    assert math.hypot(across, (north - latitude) * _METRES_A_DEGREE) == pytest.approx(100, rel=0.01)


@given(st.floats(0, WIDEST[1]))
def test_the_footpoint_is_found_to_a_hundredth_of_a_millimetre(northing: float) -> None:
    latitude, _ = _unprojected(np.array([400_000.0]), np.array([northing]))
    assert float(_meridional_arc(latitude)[0]) == pytest.approx(northing + 100_000.0, abs=1e-5)
