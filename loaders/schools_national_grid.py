"""Eastings and northings of the National Grid as longitude and latitude.

Ordnance Survey, A guide to coordinate systems in Great Britain, Annexes A to C: the inverse transverse Mercator
projection on the Airy ellipsoid, then a seven-parameter Helmert transformation to WGS84. The guide gives its accuracy as
about 5 m; that is enough to draw a school, and not enough to say on which side of a boundary it stands.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

# Semi-major and semi-minor axes in metres.
_AIRY_1830 = (6377563.396, 6356256.909)
_WGS84 = (6378137.0, 6356752.3141)
_SCALE = 0.9996012717
_TRUE_ORIGIN = (math.radians(49.0), math.radians(-2.0))  # latitude, longitude
_FALSE_ORIGIN = (400_000.0, -100_000.0)  # easting, northing of the true origin
# From OSGB36 to WGS84: metres, parts per million, seconds of arc.
_SHIFT = (446.448, -125.157, 542.060)
_PARTS_PER_MILLION = -20.4894
_ROTATION = (0.1502, 0.2470, 0.8421)
# The Isles of Scilly and Shetland lie inside; anything else is no place in Great Britain.
WIDEST = (700_000.0, 1_300_000.0)


def longitude_latitude(eastings: Array, northings: Array) -> tuple[Array, Array]:
    """WGS84 degrees of National Grid metres; NaN stays NaN. Good to about 5 m."""
    latitude, longitude = _unprojected(eastings, northings)
    x, y, z = _to_wgs84(*_cartesian(latitude, longitude))
    latitude, longitude = _geodetic(x, y, z)
    return np.degrees(longitude), np.degrees(latitude)


def _unprojected(eastings: Array, northings: Array) -> tuple[Array, Array]:
    """Latitude and longitude in radians on the Airy ellipsoid (Annex C, C.2)."""
    a, b = _AIRY_1830
    squared = (a * a - b * b) / (a * a)
    north = northings - _FALSE_ORIGIN[1]
    latitude = north / (a * _SCALE) + _TRUE_ORIGIN[0]
    # Each step shrinks the error a thousandfold; six leave less than a hundredth of a millimetre anywhere on the grid.
    for _ in range(6):
        latitude = latitude + (north - _meridional_arc(latitude)) / (a * _SCALE)
    sine, cosine, tangent = np.sin(latitude), np.cos(latitude), np.tan(latitude)
    transverse = a * _SCALE / np.sqrt(1 - squared * sine**2)
    meridional = a * _SCALE * (1 - squared) * (1 - squared * sine**2) ** -1.5
    excess = transverse / meridional - 1
    t2, t4, t6 = tangent**2, tangent**4, tangent**6
    east = eastings - _FALSE_ORIGIN[0]
    seventh = tangent / (2 * meridional * transverse)
    eighth = tangent / (24 * meridional * transverse**3) * (5 + 3 * t2 + excess - 9 * t2 * excess)
    ninth = tangent / (720 * meridional * transverse**5) * (61 + 90 * t2 + 45 * t4)
    tenth = 1 / (cosine * transverse)
    eleventh = 1 / (6 * cosine * transverse**3) * (transverse / meridional + 2 * t2)
    twelfth = 1 / (120 * cosine * transverse**5) * (5 + 28 * t2 + 24 * t4)
    last = 1 / (5040 * cosine * transverse**7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6)
    return (
        latitude - seventh * east**2 + eighth * east**4 - ninth * east**6,
        _TRUE_ORIGIN[1] + tenth * east - eleventh * east**3 + twelfth * east**5 - last * east**7,
    )


def _meridional_arc(latitude: Array) -> Array:
    """Metres along the central meridian from the true origin (Annex C, equation C3)."""
    a, b = _AIRY_1830
    n = (a - b) / (a + b)
    less, more = latitude - _TRUE_ORIGIN[0], latitude + _TRUE_ORIGIN[0]
    arc = (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(less) * np.cos(more)
        + (1.875 * n**2 + 1.875 * n**3) * np.sin(2 * less) * np.cos(2 * more)
        - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
    )
    return np.asarray(b * _SCALE * arc)


def _cartesian(latitude: Array, longitude: Array) -> tuple[Array, Array, Array]:
    """Metres from the centre of the Airy ellipsoid, at height nought (Annex B, B.1)."""
    a, b = _AIRY_1830
    squared = (a * a - b * b) / (a * a)
    radius = a / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    return (
        radius * np.cos(latitude) * np.cos(longitude),
        radius * np.cos(latitude) * np.sin(longitude),
        (1 - squared) * radius * np.sin(latitude),
    )


def _to_wgs84(x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """The Helmert transformation (section 6 of the guide, with the signs of its table turned round)."""
    scale = 1 + _PARTS_PER_MILLION / 1e6
    rx, ry, rz = (math.radians(angle / 3600) for angle in _ROTATION)
    return (
        _SHIFT[0] + scale * x - rz * y + ry * z,
        _SHIFT[1] + rz * x + scale * y - rx * z,
        _SHIFT[2] - ry * x + rx * y + scale * z,
    )


def _geodetic(x: Array, y: Array, z: Array) -> tuple[Array, Array]:
    """Latitude and longitude in radians on the WGS84 ellipsoid (Annex B, B.2)."""
    a, b = _WGS84
    squared = (a * a - b * b) / (a * a)
    across = np.hypot(x, y)
    latitude = np.arctan2(z, across * (1 - squared))
    # Each step shrinks the error by the square of the eccentricity (0.0067).
    for _ in range(6):
        radius = a / np.sqrt(1 - squared * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + squared * radius * np.sin(latitude), across)
    return latitude, np.arctan2(y, x)
