"""The course-lab run over the rated cells only, in NumPy and SciPy: sparse products for both gradients."""

from row import column, ratings, report, settings, stopwatch

import numpy as np
import scipy
from scipy.sparse import csr_matrix

precision = settings["precision"]
num_items, num_users, features = settings["numItems"], settings["numUsers"], settings["features"]
items, users, values = ratings("train", "f64")
order = np.lexsort((users, items))  # as a CSR matrix holds them
items, users, values = items[order], users[order], values[order].astype(precision)
lambda_ = 1.0


def run(iterations):
    shapes = {"X": (num_items, features), "W": (num_users, features), "b": (num_users,)}
    parameters = [column(f"{name}.f64", "<f8").reshape(shape).astype(precision) for name, shape in shapes.items()]
    X, W, b = parameters
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    spare = [np.empty_like(p) for p in parameters]
    errors = csr_matrix((values.copy(), (items, users)), shape=(num_items, num_users))
    losses = []
    for iteration in range(iterations):
        errors.data[:] = np.einsum("kf,kf->k", X[items], W[users]) + b[users] - values
        if iteration % 20 == 0:
            penalty = lambda_ / 2 * (np.sum(X**2, dtype="f8") + np.sum(W**2, dtype="f8"))
            losses.append(float(np.sum(errors.data**2, dtype="f8") / 2 + penalty))
        gradients = [
            errors @ W + lambda_ * X,
            errors.T @ X + lambda_ * W,
            np.bincount(users, errors.data, num_users).astype(precision),
        ]
        rate = 0.1 * np.sqrt(1 - 0.999 ** (iteration + 1)) / (1 - 0.9 ** (iteration + 1))
        for p, g, m, v, s in zip(parameters, gradients, first, second, spare):
            m *= 0.9
            m += np.multiply(g, 0.1, out=s)
            v *= 0.999
            v += np.multiply(np.multiply(g, g, out=g), 0.001, out=s)
            np.sqrt(v, out=s)
            s += 1e-7
            np.divide(m, s, out=s)
            s *= rate
            p -= s
    return losses


run(2)
seconds = []
for _ in range(settings["repeats"]):
    elapsed = stopwatch()
    losses = run(settings["iterations"])
    seconds.append(elapsed())
report("NumPy and SciPy, rated cells only", f"{np.__version__}, {scipy.__version__}", seconds, losses=losses)
