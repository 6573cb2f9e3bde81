"""Surprise's SVD: SGD with biases, on one thread."""

from row import dots, run_fits, settings

import surprise
from surprise import SVD, Trainset


def prepare(items, users, values):
    # By user alone, which is all that SVD reads: the same by item would double the memory.
    by_user = {user: [] for user in range(settings["numUsers"])}
    for start in range(0, len(items), 1_000_000):
        part = slice(start, start + 1_000_000)
        for item, user, value in zip(items[part].tolist(), users[part].tolist(), values[part].tolist()):
            by_user[user].append((item, value))
    return Trainset(by_user, {}, settings["numUsers"], settings["numItems"], len(items), settings["range"], {}, {})


def fit(trainset):
    model = SVD(
        n_factors=settings["features"],
        n_epochs=settings["epochs"],
        lr_all=settings["learningRate"],
        reg_all=settings["lambda"],
        init_std_dev=settings.get("initial", 0.1),
        random_state=1,
    )
    return model.fit(trainset)


def predict(model, items, users):
    return model.trainset.global_mean + model.bu[users] + model.bi[items] + dots(model.pu, model.qi, users, items)


run_fits("Surprise", surprise.__version__, prepare, fit, predict)
