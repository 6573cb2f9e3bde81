"""implicit's top lists: for every user the best items of a model, less those rated."""

from row import column, ratings, report, settings, stopwatch, threads

import warnings

import implicit
import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

num_items, num_users, features = settings["numItems"], settings["numUsers"], settings["features"]
items, users, values = ratings("train")
rated = csr_matrix((values, (users, items)), shape=(num_users, num_items))
warnings.filterwarnings("ignore", message="OpenBLAS is configured")
model = AlternatingLeastSquares(factors=features + 1, num_threads=threads)
# The items' means are one more feature, which every user weighs with 1.
X = column("factors-X.f32", "<f4").reshape(num_items, features)
W = column("factors-W.f32", "<f4").reshape(num_users, features)
model.item_factors = np.hstack([X, column("factors-mu.f32", "<f4")[:, None]])
model.user_factors = np.hstack([W, np.ones((num_users, 1), "f4")])



def recommend(users):
    elapsed = stopwatch()
    ids, scores = model.recommend(users, rated[: len(users)], N=settings["count"], filter_already_liked_items=True)
    return elapsed(), scores


def on(blas_threads, work):
    with threadpool_limits(blas_threads, "blas"):
        return work()


# It shares users out to threads, and BLAS shares out each product again: which of them is to have the cores is tried.
everyone = np.arange(num_users)
some = everyone[:4000]
best = min((1, threads), key=lambda count: on(count, lambda: [recommend(some) for _ in range(2)][1][0]))
seconds = []
for _ in range(settings["repeats"]):
    taken, scores = on(best, lambda: recommend(everyone))
    seconds.append(taken)
# The sum of all scores: whoever finds the same lists has the same.
report("implicit", implicit.__version__, seconds, checksum=float(scores.sum(dtype="f8")), note=f"BLAS on {best}")
