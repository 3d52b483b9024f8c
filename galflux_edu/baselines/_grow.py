r"""Grow a decision tree one level at a time: all nodes of a level are split at once.

A split sends the rows with ``x <= threshold`` to the left. Writing W for the number of rows of a
node and :math:`S_k` for their sum of target k (for classes: how many rows are of class k), the best
split is the one that leaves the two sides purest together,

.. math::
    \max\, Q(\mathrm{left}) + Q(\mathrm{right}), \qquad
    Q = \sum_k S_k^2 / W \ \text{(gini and mse)}, \qquad
    Q = \sum_k S_k \ln S_k - W \ln W \ \text{(entropy)}.

W times the impurity of a node is a constant minus Q, so this is the split that lowers the impurity
most. Gini is mse: the mean squared error of 0 and 1 for "is of class k", summed over the classes.

To find it, sort the rows of every node by a feature and add up W and S from the left: each place
between two different values is a candidate, and none is left out. Deep levels have thousands of
nodes of a few rows each. A Python loop over them would take minutes, so node, value and row are
packed into one integer, and a single sort puts the rows of *every* node in order.
"""

from typing import NamedTuple

import numpy as np

BLOCK = 1 << 15  # values sorted at a time: a few arrays of them stay in the cache
MOST_ROWS = 1 << 21  # node, value and row share the 63 bits of an integer


class Rules(NamedTuple):
    """When to split, and by what."""

    criterion: str  # "gini", "entropy" or "mse"
    max_depth: float
    min_samples_split: int
    min_samples_leaf: int
    max_features: int


class Ranked(NamedTuple):
    """A table by ranks: to sort by 0, 1, 2 ... is to sort by the values, and packs better."""

    values: np.ndarray  # (P, N), each column of X sorted
    ranks: np.ndarray  # (P, N), place of the first such value, shifted to the left by `bits`
    bits: int  # what the number of a row or a rank needs

    @classmethod
    def of(cls, X: np.ndarray) -> "Ranked":
        """Rank every column of X, shape (N, P)."""
        bits = max(1, (len(X) - 1).bit_length())
        values = np.sort(X.T, axis=1)
        ranks = [np.searchsorted(v, column) for v, column in zip(values, X.T, strict=True)]
        return cls(values, np.asarray(ranks, np.int64) << bits, bits)

    def at(self, feature: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the shifted ranks of `rows` in the column that `feature` names for each."""
        return self.ranks.take(feature * self.ranks.shape[1] + rows)

    def between(self, feature: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Return the middle of two neighbouring values, or where it rounds up, the lower one."""
        a, b = self.values[feature, low], self.values[feature, high]
        middle = a / 2 + b / 2
        return np.where((a <= middle) & (middle < b), middle, a)


class Nodes(NamedTuple):
    """A grown tree, root first; a node's children follow each other, the left one first."""

    feature: np.ndarray  # the column it asks for, -1 in a leaf
    threshold: np.ndarray  # rows with a value of at most this go left
    left: np.ndarray  # number of the left child; the right one is the next
    value: np.ndarray  # (nodes, K): mean of each target over its rows
    samples: np.ndarray  # number of different rows
    gain: np.ndarray  # by how much its split raises Q

    def leaves(self, X: np.ndarray) -> np.ndarray:
        """Return the leaf that each row of X ends in."""
        node, rows = np.zeros(len(X), np.int64), np.arange(len(X))
        while rows.size:
            rows = rows[self.feature[node[rows]] >= 0]
            at = node[rows]
            node[rows] = self.left[at] + (X[rows, self.feature[at]] > self.threshold[at])
        return node


class Level(NamedTuple):
    """The rows that are still on their way down, each with the node it has come to."""

    rows: np.ndarray  # (M,), of the table
    node: np.ndarray  # (M,), 0 to count - 1
    count: int
    y: np.ndarray  # (M,)
    amounts: np.ndarray  # (1 + K, M): weight, and weight times each target

    def totals(self) -> np.ndarray:
        """Return W and every S of each node, shape (1 + K, count)."""
        sums = [np.bincount(self.node, a, self.count) for a in self.amounts]
        return np.asarray(sums, self.amounts.dtype)

    def sizes(self) -> np.ndarray:
        """Return the number of rows of each node."""
        return np.bincount(self.node, minlength=self.count)

    def mixed(self) -> np.ndarray:
        """Say of each node whether its rows differ in y."""
        one = np.empty(self.count, self.y.dtype)
        one[self.node] = self.y  # of any of its rows
        return np.bincount(self.node, self.y != one[self.node], self.count) > 0

    def only(self, kept: np.ndarray) -> "Level":
        """Return the level with those nodes for which `kept`, (count,), is true."""
        number, stays = np.cumsum(kept) - 1, kept[self.node]
        rows, node, y = (part.compress(stays) for part in (self.rows, self.node, self.y))
        amounts = self.amounts.compress(stays, axis=1)
        return Level(rows, number.take(node), number[-1] + 1, y, amounts)


class Splits(NamedTuple):
    """The best split of each node of a level."""

    score: np.ndarray  # Q of both sides, -inf where nothing can be split
    feature: np.ndarray
    low: np.ndarray  # rank of the largest value on the left
    high: np.ndarray  # rank of the smallest value on the right


def grow(
    table: Ranked, y: np.ndarray, classes: int, weight: np.ndarray, rules: Rules, rng
) -> Nodes:
    """Grow a tree.

    Parameters
    ----------
    table
        The features of N rows.
    y
        Numbers, or class codes 0, 1, ... `classes` - 1, shape (N,).
    classes
        0 if y holds numbers.
    weight
        How often each row counts, whole, shape (N,).
    rules
        When to split, and by what.
    rng
        Draws the features if not all are tried.
    """
    rows = np.flatnonzero(weight)
    shift = 0.0 if classes else np.median(y)  # small sums round less, an outlier apart
    # Counts stay whole numbers: exact, and faster to add up.
    targets = y[rows] == np.arange(classes)[:, None] if classes else y[rows][None] - shift
    amounts = weight[rows] * np.concatenate([np.ones((1, rows.size), int), targets])
    level = Level(rows, np.zeros(rows.size, np.int64), 1, y[rows], amounts)
    parts, total, depth = [], 0, 0
    while level.count:
        totals, sizes, count = level.totals(), level.sizes(), level.count
        open_ = level.mixed() & (sizes >= rules.min_samples_split) & (depth < rules.max_depth)
        total, depth = total + count, depth + 1
        feature, threshold = np.full(count, -1), np.zeros(count)
        left, gain = np.zeros(count, np.int64), np.zeros(count)
        parts.append((feature, threshold, left, (totals[1:] / totals[0]).T + shift, sizes, gain))

        level = level.only(open_)
        if not level.count:
            break
        splits = _search(table, level, totals[:, open_], rules, rng)
        found = np.isfinite(splits.score)
        where = np.flatnonzero(open_)[found]
        score, feature[where], low, high = (part[found] for part in splits)
        left[where] = total + 2 * np.arange(where.size)
        gain[where] = np.maximum(score - _purity(totals[:, where], rules.criterion), 0)
        threshold[where] = table.between(feature[where], low, high)
        level = level.only(found)
        right = table.at(feature[where][level.node], level.rows) >> table.bits > low[level.node]
        level = level._replace(node=2 * level.node + right, count=2 * level.count)
    return Nodes(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _search(table: Ranked, level: Level, totals: np.ndarray, rules: Rules, rng) -> Splits:
    """Find the best split of each node, by some features drawn at random or by all of them.

    Where none of the drawn ones can split a node (they are constant there) others are tried.
    """
    features = len(table.ranks)
    draws = np.tile(np.arange(features), (level.count, 1))
    if rules.max_features < features:
        draws = rng.permuted(draws, axis=1)
    splits = _best_splits(table, level, totals, draws[:, : rules.max_features], rules)
    for k in range(rules.max_features, features):
        lost = np.isinf(splits.score)
        if not lost.any():
            break
        more = _best_splits(table, level.only(lost), totals[:, lost], draws[lost, k : k + 1], rules)
        for part, new in zip(splits, more, strict=True):
            part[lost] = new
    return splits


def _best_splits(
    table: Ranked, level: Level, totals: np.ndarray, draws: np.ndarray, rules: Rules
) -> Splits:
    """Find the best split of each node by the features in its row of `draws`, (count, F)."""
    sizes, length = level.sizes(), level.rows.size
    starts = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(level.count), sizes)  # the node at each place once sorted
    on_left = np.arange(1, length + 1) - starts[owner]
    forbidden = np.minimum(on_left, sizes[owner] - on_left) < rules.min_samples_leaf
    node_and_row = (level.node << 2 * table.bits) + np.arange(length)
    until = np.cumsum(totals, axis=1)  # the end of each node
    before, after = (t.take(owner, axis=1)[:, None] for t in (until - totals, until))
    low_bits = (1 << table.bits) - 1

    best = Splits(np.full(level.count, -np.inf), *np.zeros((3, level.count), np.int64))
    step = max(1, BLOCK // length)
    for block in (draws[:, i : i + step].T for i in range(0, draws.shape[1], step)):
        key = table.at(block.take(level.node, axis=1), level.rows) + node_and_row
        key.sort(axis=1)
        amounts = np.cumsum(level.amounts.take(key & low_bits, axis=1), axis=2)
        score = _purity(amounts - before, rules.criterion)
        score += _purity(after - amounts, rules.criterion)
        equal = key[:, 1:] ^ key[:, :-1] <= low_bits
        np.copyto(score, -np.inf, where=forbidden)
        np.copyto(score[:, :-1], -np.inf, where=equal)

        top = np.maximum.reduceat(score, starts, axis=1).max(axis=0)
        better = top > best.score
        # Of equal scores the first counts; written last, it stays.
        k, place = (i[::-1] for i in np.nonzero(score == np.where(better, top, np.nan)[owner]))
        at = owner[place]
        best.score[at], best.feature[at] = top[at], block[k, at]
        best.low[at] = key[k, place] >> table.bits & low_bits
        best.high[at] = key[k, place + 1] >> table.bits & low_bits
    return best


def _purity(amounts: np.ndarray, criterion: str) -> np.ndarray:
    """Return Q of W and S, stacked along the first axis; an empty side has none."""
    weight, sums = np.maximum(amounts[0], 1), amounts[1:]
    if criterion == "entropy":
        return (sums * np.log(np.maximum(sums, 1))).sum(axis=0) - weight * np.log(weight)
    return (sums * sums).sum(axis=0) / weight
