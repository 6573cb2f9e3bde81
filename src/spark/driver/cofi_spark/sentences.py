"""One sentence for whatever Spark says in pages."""

from __future__ import annotations

import re
from pathlib import Path

import pyspark


def sentence_for(error: Exception) -> tuple[str, bool]:
    """What to say of an error, and whether Spark's log says more."""
    text = str(error)
    missing = re.search(r"No module named '(\w+)'", text)
    package = re.search(r"PACKAGE_NOT_INSTALLED\]?\s*(\w+)", text)
    if missing or package:
        name = (missing or package).group(1).lower()
        return (
            f"the workers' Python must have {name}, got none: install it there, or name another Python in python",
            False,
        )
    version = re.search(r"Python in worker has different version[:]? ?\(?([\d.]+)\)?.*?([\d.]+)", text)
    if "PYTHON_VERSION_MISMATCH" in text or version:
        return f"the workers' Python must be of the driver's version: {_last_error(text)}", False
    if "OutOfMemoryError" in text or "Java heap space" in text:
        return "Spark has run out of memory: give more by memory, or cut finer by parallelism", False
    if "No space left on device" in text:
        return (
            "the disk of a worker is full: Spark needs room there for what does not fit into memory",
            False,
        )
    if "S3AFileSystem not found" in text:
        client = f"org.apache.hadoop:hadoop-aws:{_hadoop_version()}"
        return (
            f'Spark has no client for s3a://: pass conf: {{ "spark.jars.packages": "{client}" }}, or put it on the cluster',
            False,
        )
    scheme = re.search(r'No FileSystem for scheme "?(\w+)', text)
    if scheme:
        instead = " (S3 is s3a:// for Spark)" if scheme.group(1) in ("s3", "s3n") else ""
        return f"Spark reads and writes no {scheme.group(1)}://{instead}", False
    if "JAVA_GATEWAY_EXITED" in text:
        return "Java did not start Spark", True
    return f"Spark failed: {_last_error(text)}", True


def _hadoop_version() -> str:
    """The version of Hadoop that came with PySpark."""
    found = Path(pyspark.__file__).parent.glob("jars/hadoop-client-api-*.jar")
    return next((file.stem.rsplit("-", 1)[-1] for file in found), "3")


def _last_error(text: str) -> str:
    """The line of a long message that says what happened: the innermost exception's."""
    lines = [re.sub(r"^(Caused by)?: ", "", line.strip()) for line in text.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"^(\w+\.)*\w*(Error|Exception|Fault)\b.*:", line)]
    told = [
        line for line in told if "PythonException" not in line and "SparkException: Job aborted" not in line
    ]
    if not told:
        return (lines[0] if lines else "no reason given")[:500]
    # What it is wrapped in may say where it happened.
    line = next(line for line in told if told[-1] in line)
    return re.sub(r"^(?:[\w.]+Exception: )+(?=[\w.]+(?:Error|Exception): )", "", line)[:500]
