"""Cofi's part of a Spark job: what the driver does, and what it sends to the workers.

The packages that a worker may not have come along as an archive; those that it has are taken first.
"""

import sys

#: The folder that the archive of packages is unpacked as.
PACKAGES = "cofi_packages"


def _find_packages() -> None:
    try:
        from pyspark import SparkFiles

        sys.path.append(SparkFiles.get(PACKAGES))
    except Exception:  # no job is under way: the driver has them all
        pass


_find_packages()
