"""Cornac's matrix factorization: SGD with biases, on all threads without locks."""

from row import dots, run_fits, settings, threads

import cornac
import numpy as np
from cornac.data import Dataset
from cornac.models import MF


def prepare(items, users, values):
    # What Dataset.build makes out of triples, without passing each through Python.
    return Dataset(
        num_users=settings["numUsers"],
        num_items=settings["numItems"],
        uid_map={k: k for k in range(settings["numUsers"])},
        iid_map={k: k for k in range(settings["numItems"])},
        uir_tuple=(users.astype("int64"), items.astype("int64"), values),
    )


def fit(data):
    np.random.seed(1)
    model = MF(
        k=settings["features"],
        max_iter=settings["epochs"],
        learning_rate=settings["learningRate"],
        lambda_reg=settings["lambda"],
        num_threads=threads,
    )
    return model.fit(data)


def predict(model, items, users):
    biases = model.global_mean + model.u_biases[users] + model.i_biases[items]
    return biases + dots(model.u_factors, model.i_factors, users, items)


run_fits("cornac", cornac.__version__, prepare, fit, predict)
