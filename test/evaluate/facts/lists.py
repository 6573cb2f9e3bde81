"""
Prints how ir_measures (0.4.3, over pytrec_eval) judges random lists: python lists.py > lists.json. It orders equal scores
by the items' names: where there are such, its figures are averaged over all ways to name the items. The area under the
curve is scikit-learn's (1.7.2).
"""

import itertools
import json

import ir_measures
import numpy as np
from ir_measures import AP, RR, P, R, Success, nDCG
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(16)
num_items, num_users = 12, 3


def expected(scores, relevant, measures):
    """The mean of each measure over the orders of equal scores."""
    groups = [[item for item in scores if scores[item] == value] for value in set(scores.values())]
    sums = {measure: 0.0 for measure in measures}
    orders = list(itertools.product(*(itertools.permutations(group) for group in groups)))
    for order in orders:
        places = [item for group in order for item in group]
        name = {item: place for place, item in enumerate(places)}
        run = [ir_measures.ScoredDoc("q", f"item {name[item]:02}", score) for item, score in scores.items()]
        named = [ir_measures.Qrel("q", f"item {name[item]:02}", 1) for item in relevant]
        for measure, value in ir_measures.calc_aggregate(measures, named, run).items():
            sums[measure] += value
    return {measure: total / len(orders) for measure, total in sums.items()}


cases = []
for _ in range(24):
    count = int(rng.integers(1, num_items + 2))
    measures = {
        "precision": P @ count,
        "recall": R @ count,
        "ndcg": nDCG @ count,
        "map": AP @ count,
        "mrr": RR @ count,
        "hitRate": Success @ count,
    }
    even = bool(rng.random() < 0.7)
    scores = np.round(rng.normal(0, 1.5, (num_users, num_items)), 0 if even else 6)
    seen = rng.random((num_users, num_items)) < 0.4
    relevant = (rng.random((num_users, num_items)) < 0.4) & ~seen
    for user in range(num_users):
        seen[user, 0], relevant[user, 1], seen[user, 1], seen[user, 2], relevant[user, 2] = True, True, False, False, False
        relevant[user, 0] = False
        # Few enough of a kind that all their orders can be gone through.
        values, sizes = np.unique(scores[user, ~seen[user]], return_counts=True)
        for value, size in zip(values, sizes):
            if size > 4:
                at = np.flatnonzero((scores[user] == value) & ~seen[user])
                scores[user, at[4:]] += 0.25 * np.arange(1, size - 3)
    totals = {name: 0.0 for name in [*measures, "aucByUser"]}
    for user in range(num_users):
        own = {int(item): float(scores[user, item]) for item in np.flatnonzero(~seen[user])}
        wanted = [int(item) for item in np.flatnonzero(relevant[user])]
        found = expected(own, wanted, list(measures.values()))
        for name, measure in measures.items():
            totals[name] += found[measure] / num_users
        totals["aucByUser"] += roc_auc_score([item in wanted for item in own], list(own.values())) / num_users
    cases.append(
        {
            "count": count,
            "scores": scores.tolist(),
            "seen": [np.flatnonzero(row).tolist() for row in seen],
            "relevant": [np.flatnonzero(row).tolist() for row in relevant],
            "figures": totals,
        }
    )
print(json.dumps(cases))
