"""Columns of Arrow tables as NumPy arrays, and back. Needs nothing that a worker does not have."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_types = {
    pa.int32(): np.dtype("<i4"),
    pa.int64(): np.dtype("<i8"),
    pa.float32(): np.dtype("<f4"),
    pa.float64(): np.dtype("<f8"),
}


def numbers(table: pa.Table | pa.RecordBatch, name: str) -> np.ndarray:
    """A column of numbers without gaps; the array shares Arrow's memory and is not to be written to."""
    column = table[name] if isinstance(table, pa.Table) else table.column(name)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    arrays = []
    for chunk in chunks:
        if chunk.null_count > 0:
            raise ValueError(f"{name} must have no gaps, got {chunk.null_count}")
        dtype = _types[chunk.type]
        if len(chunk) > 0:
            offset = chunk.offset * dtype.itemsize
            arrays.append(np.frombuffer(chunk.buffers()[1], dtype, len(chunk), offset))
    if not arrays:
        return np.empty(0, _types[column.type])
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def lists(rows: np.ndarray) -> pa.ListArray:
    """A matrix as a column of lists, one for each row."""
    count, width = rows.shape
    offsets = pa.array(range(0, width * count + 1, width) if width else [0] * (count + 1), pa.int32())
    values = np.ascontiguousarray(rows).ravel()
    return pa.ListArray.from_arrays(offsets, pa.array(values, pa.from_numpy_dtype(values.dtype)))
