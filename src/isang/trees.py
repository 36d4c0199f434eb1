"""The trees of an isolation forest as flat arrays: they can be saved and checked, unlike the objects that grew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.tree._tree import NODE_DTYPE, Tree

from isang.words.frame import Floats, Integers

_LEAF = -1
_DEEPEST = 64  # scikit-learn grows no deeper than the logarithm of a tree's rows
_EULER = 0.5772156649015329


@dataclass(frozen=True)
class Trees:
    """The nodes of all trees one after the other; `first` (trees,) is the first node of each.

    `left` and `right` (nodes,) are numbers within the own tree, -1 at a leaf; a row whose `feature` is at most
    `threshold` goes left. `length` (nodes,) is how many cuts isolate a row that ends there, `usual_length` how many
    do usually. ValueError where that is no forest: scikit-learn follows these numbers without looking.
    """

    columns: int
    first: Integers
    left: Integers
    right: Integers
    feature: Integers
    threshold: Floats
    length: Floats
    usual_length: float

    def __post_init__(self) -> None:
        if not all(one.shape == (len(self.left),) for one in (self.right, self.feature, self.threshold, self.length)):
            raise ValueError("each node of a tree needs two children, a column, a threshold and a length.")
        _depths(self.first, self.left, self.right)
        cut = self.feature[self.left != _LEAF]
        if self.columns < 1 or np.any(cut < 0) or np.any(cut >= self.columns):
            raise ValueError(f"a tree cuts a column that is not there; there are {self.columns}.")
        if not np.all(self.length >= 0) or not self.usual_length >= 0:
            raise ValueError("the length of a path cannot be negative.")

    def isolation(self, X: Floats) -> Floats:
        """(n,) between 0 and 1, the higher the fewer cuts isolate a row; about 0.5 is usual. X has no NaN."""
        if X.shape[1] != self.columns:
            raise ValueError(f"{X.shape[1]} columns came; the trees cut {self.columns}.")
        rows = np.ascontiguousarray(X, dtype=np.float32)
        total = np.zeros(len(rows))
        for start, tree in zip(self.first, self._grown, strict=True):
            total += self.length[start + tree.apply(rows)]
        usual = len(self.first) * self.usual_length
        return np.asarray(2.0 ** -(total / usual if usual else np.ones(len(rows))))

    @cached_property
    def _grown(self) -> list[Any]:
        """The trees as scikit-learn walks down them, which is fast."""
        return [self._tree(start, size) for start, size in zip(self.first, _sizes(self.first, self.left), strict=True)]

    def _tree(self, start: int, size: int) -> Any:
        nodes = np.zeros(size, dtype=NODE_DTYPE)
        own = slice(start, start + size)
        nodes["left_child"], nodes["right_child"] = self.left[own], self.right[own]
        nodes["feature"], nodes["threshold"] = self.feature[own], self.threshold[own]
        tree = Tree(self.columns, np.ones(1, dtype=np.intp), 1)
        values = np.zeros((size, 1, 1))
        tree.__setstate__({"max_depth": _DEEPEST, "node_count": int(size), "nodes": nodes, "values": values})
        return tree


def flattened(forest: Any) -> Trees:
    """The trees of a fitted `sklearn.ensemble.IsolationForest`."""
    trees = [one.tree_ for one in forest.estimators_]
    first = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
    left = np.concatenate([tree.children_left for tree in trees])
    right = np.concatenate([tree.children_right for tree in trees])
    rows = np.concatenate([tree.n_node_samples for tree in trees])
    return Trees(
        columns=int(forest.n_features_in_),
        first=first,
        left=left,
        right=right,
        feature=np.concatenate([tree.feature for tree in trees]),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        length=_depths(first, left, right) + _usual_length(rows),
        usual_length=float(_usual_length(np.array([forest.max_samples_]))[0]),
    )


def _usual_length(rows: Integers) -> Floats:
    """Mean length of an unsuccessful search in a binary tree of so many rows (Liu, Ting & Zhou 2008, equation 1)."""
    more = np.maximum(rows, 3).astype(np.float64)
    many = 2 * (np.log(more - 1) + _EULER) - 2 * (more - 1) / more
    return np.where(rows > 2, many, np.where(rows == 2, 1.0, 0.0))


def _sizes(first: Integers, left: Integers) -> Integers:
    return np.diff(first, append=len(left))


def _depths(first: Integers, left: Integers, right: Integers) -> Floats:
    """(nodes,) how many cuts lie above each node; ValueError unless every node hangs on one node before it."""
    sizes = _sizes(first, left)
    if first.ndim != 1 or not len(first) or first[0] != 0 or np.any((sizes < 1) | (sizes > len(left))):
        raise ValueError("a forest needs trees, and each tree a node.")
    start, size = np.repeat(first, sizes), np.repeat(sizes, sizes)
    here, inner = np.arange(len(left)) - start, left != _LEAF
    for child in (left, right):
        if np.any(inner & ((child <= here) | (child >= size))) or np.any(~inner & (child != _LEAF)):
            raise ValueError("a child in a tree does not stand after its parent, in the same tree.")
    hung = np.concatenate([(start + left)[inner], (start + right)[inner], first])
    if not np.array_equal(np.bincount(hung, minlength=len(left)), np.ones(len(left))):
        raise ValueError("a node in a tree does not hang on exactly one other.")
    return _levels(first, start, left, right)


def _levels(level: Integers, start: Integers, left: Integers, right: Integers) -> Floats:
    depth = np.zeros(len(start))
    for cuts in range(_DEEPEST):
        depth[level] = cuts
        level = level[left[level] != _LEAF]
        if not len(level):
            return depth
        level = np.concatenate([start[level] + left[level], start[level] + right[level]])
    raise ValueError(f"a tree is deeper than {_DEEPEST} cuts.")
