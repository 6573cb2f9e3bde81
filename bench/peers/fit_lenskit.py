"""LensKit's biased matrix factorization: alternating least squares."""

from row import dots, run_fits, settings, threads

import lenskit
import numpy as np
import pandas
from lenskit.als import BiasedMFScorer
from lenskit.data import from_interactions_df
from lenskit.parallel import initialize
from lenskit.training import TrainingOptions

initialize(threads=threads, backend_threads=1, processes=1)


def prepare(items, users, values):
    table = pandas.DataFrame({"user_id": users, "item_id": items, "rating": values})
    return from_interactions_df(table)


def fit(data):
    model = BiasedMFScorer(
        embedding_size=settings["features"], epochs=settings["epochs"], regularization=settings["lambda"]
    )
    model.train(data, TrainingOptions(rng=1))
    return model


def predict(model, items, users):
    rows = model.users.numbers(users, missing="negative")
    columns = model.items.numbers(items, missing="negative")
    bias = model.bias
    scores = np.full(len(items), bias.global_bias)
    scores += np.where(rows >= 0, bias.user_biases[rows], 0) + np.where(columns >= 0, bias.item_biases[columns], 0)
    known = (rows >= 0) & (columns >= 0)
    scores[known] += dots(model.user_embeddings, model.item_embeddings, rows[known], columns[known])
    return scores


run_fits("LensKit", lenskit.__version__, prepare, fit, predict)
