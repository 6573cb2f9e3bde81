"""Sums that come out the same in whatever order Spark adds: those of src/math/orderless.ts, as whole numbers."""

from __future__ import annotations

import math

from pyspark.sql import Column
from pyspark.sql import functions as F


def unit_for(most: float, count: int) -> float:
    """The unit, a power of two, of which multiples are added: for `count` numbers between -most and most."""
    return _power_of_two_from(most) * _power_of_two_from(count) / 2.0**51


def in_units(value: Column, unit: float) -> Column:
    """The nearest multiple of the unit, as a whole number; of two as near the even one."""
    return F.rint(value * F.lit(1.0 / unit)).cast("bigint")


def _power_of_two_from(value: float) -> float:
    """The least power of two that is not below a number; 1 for zero."""
    if value == 0:
        return 1.0
    fraction, exponent = math.frexp(value)
    return math.ldexp(1.0, exponent - 1 if fraction == 0.5 else exponent)
