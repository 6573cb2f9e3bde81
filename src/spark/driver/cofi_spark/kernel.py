"""Cofi's WebAssembly kernel `descend` in Python, by wasmtime. Nothing of Spark is in here."""

from __future__ import annotations

import ctypes
import math
import struct
from functools import lru_cache

import numpy as np

PAGE = 65536


@lru_cache(maxsize=1)
def _compiled(wasm: bytes):
    from wasmtime import Engine, Module

    engine = Engine()
    return engine, Module(engine, wasm)


class Memory:
    """WebAssembly's memory, handed out from the bottom up, with the kernels over it.

    Its size is known before it is made, because a memory that grows may move.
    """

    def __init__(self, wasm: bytes, size: int) -> None:
        from wasmtime import FuncType, Limits, Linker, MemoryType, Store, ValType
        from wasmtime import Memory as WasmMemory

        pages = size // PAGE + 2
        if pages > PAGE:
            raise MemoryError(f"a block must fit into 4 GiB, got {size / 2**30:.1f} GiB")
        engine, module = _compiled(wasm)
        self._store = Store(engine)
        memory = WasmMemory(self._store, MemoryType(Limits(pages, PAGE)))
        linker = Linker(engine)
        linker.define(self._store, "env", "memory", memory)
        number = FuncType([ValType.f64()], [ValType.f64()])
        linker.define_func("env", "log1p", number, math.log1p)
        linker.define_func("env", "exp", number, math.exp)
        self._exports = linker.instantiate(self._store, module).exports(self._store)
        base = ctypes.addressof(memory.data_ptr(self._store).contents)
        self._bytes = np.frombuffer((ctypes.c_uint8 * (pages * PAGE)).from_address(base), np.uint8)
        self._memory = memory
        self._top = 64

    def room(self, size: int) -> int:
        """The address of so many fresh bytes, at the beginning of a line of the cache."""
        address = self._top
        self._top = -(-(address + size) // 64) * 64
        return address

    def write(self, address: int, data: bytes) -> None:
        self._bytes[address : address + len(data)] = np.frombuffer(data, np.uint8)

    def put(self, data: bytes) -> int:
        """The address of a copy of these bytes."""
        address = self.room(len(data))
        self.write(address, data)
        return address

    def get(self, address: int, size: int) -> bytes:
        return self._bytes[address : address + size].tobytes()

    def descend(self, job: int) -> None:
        self._exports["descend"](self._store, 0, 1, job)


# The record Descent of src/wasm/records.ts, with one block row and one block column.
_DESCENT = struct.Struct("<12I4d")


class Descent:
    """Stochastic gradient descent over blocks whose rows of W and X lie in one memory."""

    def __init__(
        self, wasm: bytes, width: int, rows: dict[str, dict[int, bytes]], blocks: list[dict]
    ) -> None:
        """
        :param width: Numbers in a row.
        :param rows: Under "w" the rows of each block row as float32, under "x" those of each block column.
        :param blocks: The blocks to come: `starts` (i32), `items` (u16), `values` (f32), each as bytes.
        """
        self._row = 4 * width
        self._sizes = {kind: {place: len(data) for place, data in of.items()} for kind, of in rows.items()}
        room = {
            name: max((len(block[name]) for block in blocks), default=0)
            for name in ("starts", "items", "values")
        }
        held = sum(size + 64 for of in self._sizes.values() for size in of.values())
        self._memory = memory = Memory(wasm, held + sum(room.values()) + 4096)
        self._at = {
            kind: {place: memory.put(data) for place, data in of.items()} for kind, of in rows.items()
        }
        self._room = {name: memory.room(size) for name, size in room.items()}
        self._bounds = {kind: memory.room(8) for kind in ("w", "x")}
        self._squares = memory.room(8)
        self._job = memory.room(_DESCENT.size)

    def run(self, block: dict, rate: float, penalty: float, bias_penalty: float) -> float:
        """Goes over a block's ratings once; gives the sum of their squared errors."""
        memory, s, t = self._memory, block["s"], block["t"]
        users, items = self._sizes["w"][s] // self._row, self._sizes["x"][t] // self._row
        for name, address in self._room.items():
            memory.write(address, block[name])
        memory.write(self._bounds["w"], struct.pack("<2i", 0, users))
        memory.write(self._bounds["x"], struct.pack("<2i", 0, items))
        words = [
            self._row,
            self._at["w"][s],
            self._at["x"][t],
            users,
            1,
            self._bounds["w"],
            self._bounds["x"],
        ]
        words += [self._room[name] for name in ("starts", "items", "values")] + [0, self._squares]
        memory.write(self._job, _DESCENT.pack(*words, rate, penalty, bias_penalty, 0.0))
        memory.descend(self._job)
        return struct.unpack("<d", memory.get(self._squares, 8))[0]

    def rows(self, kind: str, place: int) -> bytes:
        """The rows of W of a block row ("w"), or those of X of a block column ("x"), as they are now."""
        return self._memory.get(self._at[kind][place], self._sizes[kind][place])
