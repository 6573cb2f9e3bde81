"""The Spark session: started, told what to send to the workers, and asked whether these can work."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from . import PACKAGES
from .protocol import Fault, Link
from .yarn import check_yarn

# Rounds of few large tasks: what Spark would merge, or send to everybody, is known better here.
SETTINGS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.autoBroadcastJoinThreshold": str(64 << 20),
}

# Fixed once the session runs: of a server over Spark Connect they are its own.
STATIC = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # What is brought home is a part of the ratings, or a number for each user: of how many, is not for Spark to judge.
    "spark.driver.maxResultSize": "0",
}


def here(path: str) -> str:
    """A path of this machine as Spark takes it, whatever file system is the cluster's own."""
    return f"file://{path}"


class Cluster:
    """A running session, and the folder that driver and workers share."""

    def __init__(self, link: Link, options: dict) -> None:
        self.link = link
        self.options = options
        self.is_remote = "remote" in options
        #: Whether what workers write to a path stands there on this machine too.
        self.writes_here = options["isHere"]
        with open(options["kernels"], "rb") as file:
            self.wasm = file.read()
        self.spark = self._start()
        link.stop_work = self._stop_work
        self._ship()
        self._folder = self._shared_folder()
        self.storage = f"{self._folder}/cofi-{uuid.uuid4().hex}"
        self.slots = options.get("parallelism") or self._count_slots()
        self.spark.conf.set("spark.sql.shuffle.partitions", str(max(self.slots, 2)))
        self._names = 0
        try:
            self._check_workers()
        except BaseException:
            self.close()
            raise

    def _start(self) -> SparkSession:
        options = self.options
        builder = SparkSession.builder.appName("Cofi")
        settings = dict(SETTINGS)
        if self.is_remote:
            builder = builder.remote(options["remote"])
        else:
            if options["master"] == "yarn":
                check_yarn()
            builder = builder.master(options["master"])
            settings.update(STATIC)
            settings["spark.local.dir"] = options["scratch"]
            settings["spark.sql.warehouse.dir"] = os.path.join(options["scratch"], "warehouse")
            if "memory" in options:
                settings["spark.driver.memory"] = settings["spark.executor.memory"] = options["memory"]
            if options["isHere"]:
                settings["spark.driver.host"] = settings["spark.driver.bindAddress"] = "127.0.0.1"
        settings.update(options.get("conf", {}))
        for name, value in settings.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        if self.is_remote:
            for name, value in {**SETTINGS, **options.get("conf", {})}.items():
                spark.conf.set(name, value)
        else:
            spark.sparkContext.setLogLevel("WARN")
        return spark

    def _ship(self) -> None:
        """This package goes to the workers, and what it needs of others."""
        here = os.path.dirname(os.path.abspath(__file__))
        code = os.path.join(self.options["scratch"], "cofi_spark.zip")
        with zipfile.ZipFile(code, "w") as archive:
            for name in sorted(os.listdir(here)):
                if name.endswith(".py"):
                    archive.write(os.path.join(here, name), f"cofi_spark/{name}")
        packages = self.options.get("packages")
        unpacked = f"#{PACKAGES}"
        if self.is_remote:
            self.spark.addArtifacts(code, pyfile=True)
            self.spark.addArtifacts(packages + unpacked, archive=True)
        else:
            self.spark.sparkContext.addPyFile(code)
            if packages:
                # As an address: a blank in a path would hide the name behind it.
                self.spark.sparkContext.addArchive(Path(packages).as_uri() + unpacked)

    def _shared_folder(self) -> str:
        """The folder that driver and workers share: the one asked for, else one of this machine, or of the cluster's file system.

        :raises Fault: where there is none.
        """
        given, scratch = self.options.get("storage"), self.options["scratch"]
        if given is not None:
            return given.rstrip("/")
        if self.is_remote:
            return scratch
        if self.writes_here:
            return here(scratch)
        files, place = self.hadoop("/tmp")
        url = files.makeQualified(place).toString()
        if url.startswith("file:"):
            raise Fault(
                "storage must be a folder that all of the cluster writes and reads, such as hdfs://head/tmp, got none"
            )
        return url

    def _count_slots(self) -> int:
        """How many tasks run at a time, as Spark cuts what nobody has cut."""
        if not self.is_remote and self.spark.sparkContext.master.startswith("local"):
            return self.spark.sparkContext.defaultParallelism
        parts = self.spark.range(100_000).select(F.spark_partition_id().alias("part"))
        return parts.agg(F.max("part")).first()[0] + 1

    def _check_workers(self) -> None:
        """Every worker runs the kernel, and writes where the driver reads.

        :raises Fault: where one does not.
        """
        wasm = self.wasm

        def check(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            from cofi_spark.kernel import Memory

            Memory(wasm, 1)
            yield from batches

        path = self.new_path("check")
        tried = self.spark.range(0, self.slots, numPartitions=self.slots).mapInArrow(check, "id long")
        self.write(tried, path)
        try:
            found = self.spark.read.schema("id long").parquet(path).count()
        except Exception:
            found = 0
        if found != self.slots:
            raise Fault(
                f"storage must be a folder that all of the cluster writes and reads, got {self._folder}: "
                f"of {self.slots} files that the workers wrote the driver found {found}"
            )

    def new_path(self, name: str) -> str:
        """A path in storage that nothing else has."""
        self._names += 1
        return f"{self.storage}/{name}-{self._names}"

    def write(self, frame: DataFrame, path: str, compression: str = "none") -> None:
        frame.write.mode("overwrite").option("compression", compression).parquet(path)

    def stored(self, frame: DataFrame, name: str, compression: str = "zstd") -> DataFrame:
        """The same table, computed once and read from storage from now on."""
        path = self.new_path(name)
        self.write(frame, path, compression)
        return self.spark.read.schema(frame.schema).parquet(path)

    def table(self, columns: dict[str, np.ndarray]) -> DataFrame:
        """A table of numbers that the driver has."""
        return self.spark.createDataFrame(
            pa.table({name: pa.array(values) for name, values in columns.items()})
        )

    def remove(self, path: str) -> None:
        """Removes a folder of storage, as far as this end of the line can."""
        if not self.is_remote:
            # By the cluster's own files: a path without a scheme is one of theirs, not of this machine's.
            files, place = self.hadoop(path)
            files.delete(place, True)
        elif "://" not in path or path.startswith("file://"):
            shutil.rmtree(path.removeprefix("file://"), ignore_errors=True)

    def hadoop(self, url: str):
        """Hadoop's file system of a URL, and the URL as a path of it: there is none over Spark Connect."""
        path = self.spark._jvm.org.apache.hadoop.fs.Path(url)
        return path.getFileSystem(self.spark._jsparkSession.sessionState().newHadoopConf()), path

    def _stop_work(self) -> None:
        if self.is_remote:
            self.spark.interruptAll()
        else:
            self.spark.sparkContext.cancelAllJobs()

    def close(self) -> None:
        self.remove(self.storage)
        self.spark.stop()
