"""What the Python peers share: the settings they are given, the files they read, the line they print."""

import json
import os
import resource
import sys
import time

settings = json.loads(sys.argv[1])
threads = settings.get("threads", 1)
# Before NumPy is loaded, which reads them once.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LK_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402


def column(name, kind):
    return np.fromfile(os.path.join(settings["data"], name), dtype=kind)


def ratings(part, values="f32"):
    """The three columns of one part, "train" or "test": items, users, values."""
    return (
        column(f"{part}-items.i32", "<i4"),
        column(f"{part}-users.i32", "<i4"),
        column(f"{part}-values.{values}", f"<f{int(values[1:]) // 8}"),
    )


def stopwatch():
    started = time.perf_counter()
    return lambda: time.perf_counter() - started


def rmse(predicted, actual):
    """Root mean squared error of predictions, moved into the range of the stars."""
    low, high = settings["range"]
    return float(np.sqrt(np.mean((np.clip(predicted, low, high) - actual) ** 2)))


def ndcg(lists):
    """NDCG of lists of items, one for each user, on the part "test", where `least` stars or more are relevant."""
    items, users, values = ratings("test")
    wanted = {}
    for item, user in zip(items[values >= settings["least"]], users[values >= settings["least"]]):
        wanted.setdefault(int(user), set()).add(int(item))
    gains = 1 / np.log2(np.arange(lists.shape[1]) + 2)
    found = [
        gains[[item in relevant for item in lists[user].tolist()]].sum() / gains[: len(relevant)].sum()
        for user, relevant in wanted.items()
    ]
    return float(np.mean(found))


def dots(left, right, rows, columns, block=1 << 16):
    """The dot products of rows of two matrices, block by block, so that no big copy is made."""
    scores = np.empty(len(rows))
    for start in range(0, len(rows), block):
        part = slice(start, start + block)
        scores[part] = np.einsum("kf,kf->k", left[rows[part]], right[columns[part]])
    return scores


def peak_mb():
    """The most memory this process has held, in MB; Linux's count starts anew with each program, getrusage's does not."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def report(peer, version, seconds, **rest):
    line = {"peer": peer, "version": version, "work": settings["work"], "seconds": seconds, "threads": threads}
    print(json.dumps({**line, "peakMB": round(peak_mb()), **rest}), flush=True)


def run_fits(peer, version, prepare, fit, predict):
    """
    Fits and tests: one fit after the other on one part, or on each fold of several. `prepare` makes the peer's own data
    set of the columns, which is not timed; `fit` is timed; `predict` gives scores of cells.
    """
    seconds, errors = [], []
    for folder in settings.get("folds", ["."]):
        data = prepare(*ratings(f"{folder}/train"))
        times = []
        for _ in range(settings["repeats"]):
            elapsed = stopwatch()
            model = fit(data)
            times.append(elapsed())
        seconds += [min(times)] if "folds" in settings else times
        items, users, values = ratings(f"{folder}/test")
        errors.append(rmse(predict(model, items, users), values))
    report(peer, version, seconds, rmse=float(np.mean(errors)))
