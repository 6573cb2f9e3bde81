"""Packs the packages that a worker may not have into an archive that travels with a job."""

import os
import sys
import zipfile

import numpy
import pyarrow  # noqa: F401, only to see that it is there
import pyspark  # noqa: F401
import wasmtime

target = sys.argv[1]
part = f"{target}.part"
with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for package in (numpy, wasmtime):
        folder = os.path.dirname(package.__file__)
        site = os.path.dirname(folder)
        # Beside NumPy lie the libraries that its wheel brings.
        for top in (folder, f"{folder}.libs"):
            for place, _, names in os.walk(top):
                if "__pycache__" in place or f"{os.sep}tests" in place:
                    continue
                for name in names:
                    archive.write(os.path.join(place, name), os.path.relpath(os.path.join(place, name), site))
os.replace(part, target)
