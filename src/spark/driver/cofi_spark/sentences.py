"""One sentence for whatever Spark says in pages."""

from __future__ import annotations

import re


def sentence_for(error: Exception) -> tuple[str, str]:
    """The kind of an error and its sentence."""
    text = str(error)
    missing = re.search(r"No module named '(\w+)'", text)
    package = re.search(r"PACKAGE_NOT_INSTALLED\]?\s*(\w+)", text)
    if missing or package:
        name = (missing or package).group(1)
        return (
            "Error",
            f"the workers' Python must have {name}, got none: install it there, or name another Python in python",
        )
    version = re.search(r"Python in worker has different version[:]? ?\(?([\d.]+)\)?.*?([\d.]+)", text)
    if "PYTHON_VERSION_MISMATCH" in text or version:
        return "Error", f"the workers' Python must be of the driver's version: {_last_error(text)}"
    if "OutOfMemoryError" in text or "Java heap space" in text:
        return "Error", "Spark has run out of memory: give more by memory, or cut finer by parallelism"
    if "No space left on device" in text:
        return (
            "Error",
            "the disk of a worker is full: Spark needs room there for what does not fit into memory",
        )
    if "JAVA_GATEWAY_EXITED" in text:
        return "Error", "Java did not start Spark"
    return "Error", f"Spark failed: {_last_error(text)}"


def _last_error(text: str) -> str:
    """The line of a long message that says what happened: the innermost exception's."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"^(\w+\.)*\w*(Error|Exception|Fault)\b.*:", line)]
    told = [
        line for line in told if "PythonException" not in line and "SparkException: Job aborted" not in line
    ]
    return (told[-1] if told else lines[0] if lines else "no reason given")[:500]
