"""implicit's ALS on likes: the best ten items of each user, less those liked, as their places."""

import json

import implicit
from implicit.cpu.als import AlternatingLeastSquares
from row import ratings, settings
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

items, users, _ = ratings("likes")
likes = csr_matrix(([1.0] * len(items), (users, items)), shape=(settings["numUsers"], settings["numItems"]))
with threadpool_limits(1, "blas"):
    model = AlternatingLeastSquares(factors=64, regularization=20, alpha=4, iterations=15, random_state=0)
    model.fit(likes.astype("f4"), show_progress=False)
    ids, _ = model.recommend(list(range(settings["numUsers"])), likes, N=10, filter_already_liked_items=True)
print(json.dumps({"version": implicit.__version__, "lists": ids.tolist()}))
