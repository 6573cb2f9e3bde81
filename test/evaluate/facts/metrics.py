"""Prints metrics of random cases as scikit-learn computes them: python metrics.py > metrics.json (scikit-learn 1.7.2)."""

import json

import numpy as np
from sklearn.metrics import log_loss, mean_absolute_error, ndcg_score, roc_auc_score, root_mean_squared_error

rng = np.random.default_rng(20)
cases = []
for _ in range(20):
    n = int(rng.integers(5, 40))
    z = np.round(rng.normal(0, 2, n), 3 if rng.random() < 0.5 else 0)
    labels = rng.integers(0, 2, n)
    labels[:2] = [0, 1]
    stars = rng.integers(1, 6, n)
    k = int(rng.integers(1, n + 1))
    cases.append(
        {
            "z": z.tolist(),
            "labels": labels.tolist(),
            "stars": stars.tolist(),
            "k": k,
            "logLoss": log_loss(labels, 1 / (1 + np.exp(-z))),
            "auc": roc_auc_score(labels, z),
            "rmse": root_mean_squared_error(stars, z),
            "mae": mean_absolute_error(stars, z),
            "ndcg": ndcg_score([labels], [z], k=k),  # of equal scores the mean over their orders
        }
    )
print(json.dumps(cases))
