"""implicit's ALS on counts, here likes: every one of `least` stars or more counts once."""

from row import ndcg, ratings, report, settings, stopwatch, threads

import warnings

import implicit
import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore", message="OpenBLAS is configured")
items, users, values = ratings("train")
liked = values >= settings["least"]
shape = (settings["numUsers"], settings["numItems"])
# Its confidence is alpha times the value itself, where Cofi's is 1 more.
counts = csr_matrix((np.ones(liked.sum(), "f4"), (users[liked], items[liked])), shape=shape)
seconds = []
# It shares rows out to threads; as it advises, BLAS is to have one for each of them.
with threadpool_limits(1, "blas"):
    for seed in range(settings["repeats"]):
        model = AlternatingLeastSquares(
            factors=settings["features"],
            regularization=settings["lambda"],
            alpha=settings["confidence"],
            iterations=settings["iterations"],
            num_threads=threads,
            random_state=seed,
        )
        elapsed = stopwatch()
        model.fit(counts, show_progress=False)
        seconds.append(elapsed())
    lists, _ = model.recommend(np.arange(shape[0]), counts, N=10, filter_already_liked_items=True)
report("implicit", implicit.__version__, seconds, ndcg=ndcg(lists))
