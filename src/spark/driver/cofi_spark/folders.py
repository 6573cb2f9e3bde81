"""Folders that tables are put into: of this machine, which the workers may not see, or of the cluster's storage."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import Protocol

import pyarrow.parquet as parquet
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .protocol import Fault
from .spark import Cluster, here

#: So many numbers are brought home at a time.
AT_ONCE = 8_000_000


class Folder(Protocol):
    """A folder for tables and a text that is the last to come."""

    def names(self) -> list[str]: ...

    def remove(self, name: str) -> None: ...

    def put(self, table: DataFrame, size: int, numbers: int, name: str) -> dict[str, str]:
        """Writes a table of `size` rows by their `index`, and gives the SHA-256 of each file, by its name."""
        ...

    def put_text(self, name: str, text: str) -> None: ...


def folder_at(cluster: Cluster, path: str) -> Folder:
    """A folder by its path, or, of the cluster's storage, by its URL.

    :raises Fault: for a URL over Spark Connect, where storage cannot be reached but by tables.
    """
    if "://" not in path:
        return Home(cluster, path)
    if cluster.is_remote:
        raise Fault(f"folder must be one of this machine over Spark Connect, got {path}")
    return Storage(cluster, path)


def bring_home(cluster: Cluster, table: DataFrame, order: list[str], size: int, rows: int, width: int, path: str) -> None:
    """Writes a table as Parquet files into a folder of this machine, in order.

    :param order: Columns to sort by; the first is a number from 0 to `size`, exclusive.
    :param rows: How many rows there are, about; `width` how many numbers in each.
    """
    in_order = table.orderBy(*order)
    if cluster.writes_here:
        cluster.write(in_order, here(path), "zstd")
        return
    # Workers see none of this machine's folders: rows come over the line, some at a time.
    stored = cluster.stored(in_order, "home")
    os.makedirs(path, exist_ok=True)
    step = max(1, int(size * AT_ONCE / max(1, rows * width)))
    for k, first in enumerate(range(0, max(size, 1), step)):
        some = stored.where((F.col(order[0]) >= first) & (F.col(order[0]) < first + step)).toArrow()
        parquet.write_table(
            some.sort_by([(name, "ascending") for name in order]), f"{path}/part-{k:05d}.parquet", compression="zstd"
        )


class Home:
    """A folder of this machine."""

    def __init__(self, cluster: Cluster, path: str) -> None:
        self._cluster, self._path = cluster, path
        os.makedirs(path, exist_ok=True)

    def names(self) -> list[str]:
        return os.listdir(self._path)

    def remove(self, name: str) -> None:
        path = f"{self._path}/{name}"
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)

    def put(self, table: DataFrame, size: int, numbers: int, name: str) -> dict[str, str]:
        self.remove(name)
        path = f"{self._path}/{name}"
        bring_home(self._cluster, table, ["index"], size, size, numbers, path)
        files: dict[str, str] = {}
        for file in sorted(os.listdir(path)):
            if _is_table(file):
                files[f"{name}/{file}"] = _checksum(f"{path}/{file}")
            else:
                os.remove(f"{path}/{file}")
        return files

    def put_text(self, name: str, text: str) -> None:
        part = f"{self._path}/{name}.part"
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, f"{self._path}/{name}")


class Storage:
    """A folder of the cluster's storage."""

    def __init__(self, cluster: Cluster, url: str) -> None:
        self._cluster, self._url = cluster, url.rstrip("/")
        self._files, folder = cluster.hadoop(url)
        self._files.mkdirs(folder)

    def names(self) -> list[str]:
        return self._names("")

    def remove(self, name: str) -> None:
        self._files.delete(self._place(name), True)

    def put(self, table: DataFrame, size: int, numbers: int, name: str) -> dict[str, str]:
        self._cluster.write(table.orderBy("index"), f"{self._url}/{name}", "zstd")
        for file in self._names(f"/{name}"):
            if not _is_table(file):
                self.remove(f"{name}/{file}")
        # The workers read the files through once more: they need not come here for it.
        files = self._cluster.spark.read.format("binaryFile").load(f"{self._url}/{name}")
        sums = files.select("path", F.sha2("content", 256).alias("sum")).collect()
        return dict(sorted((f"{name}/{row['path'].rsplit('/', 1)[-1]}", row["sum"]) for row in sums))

    def put_text(self, name: str, text: str) -> None:
        out = self._files.create(self._place(f"{name}.part"), True)
        out.write(bytearray(text, "utf-8"))
        out.close()
        self._files.delete(self._place(name), False)
        self._files.rename(self._place(f"{name}.part"), self._place(name))

    def _place(self, name: str):
        return self._cluster.hadoop(f"{self._url}/{name}")[1]

    def _names(self, below: str) -> list[str]:
        found = self._files.listStatus(self._cluster.hadoop(self._url + below)[1])
        return [status.getPath().getName() for status in found]


def _is_table(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith(".")


def _checksum(file: str) -> str:
    sha = hashlib.sha256()
    with open(file, "rb") as stream:
        while piece := stream.read(1 << 20):
            sha.update(piece)
    return sha.hexdigest()
