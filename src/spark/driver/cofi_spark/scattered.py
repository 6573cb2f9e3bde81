"""Numbers drawn by a hash of their place: those of `scattered` in src/math/random.ts."""

from __future__ import annotations

import numpy as np


def _mixed(value: np.ndarray) -> np.ndarray:
    """The finalizer of MurmurHash3, of 32 bits."""
    z = (value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    z = (z ^ (z >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return z ^ (z >> np.uint32(16))


def scattered(key: int, rows: np.ndarray, columns: int) -> np.ndarray:
    """For each of some rows of a matrix its numbers, uniform in [-1, 1), as doubles.

    :param key: The matrix.
    :param rows: The rows' places.
    """
    step = np.uint32(0x9E3779B9)
    with np.errstate(over="ignore"):
        of_row = _mixed(np.uint32(key) + (rows.astype(np.uint32) + np.uint32(1)) * step)
        of_column = (np.arange(columns, dtype=np.uint32) + np.uint32(1)) * step
        drawn = _mixed(of_row[:, None] + of_column[None, :])
    return drawn / 2.0**31 - 1.0
