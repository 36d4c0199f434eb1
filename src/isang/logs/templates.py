"""The templates of a log, learnt from its different masked texts, block by block."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from isang.logs.evidence import Evidence
from isang.logs.mask import WILD
from isang.logs.merging import Merging
from isang.logs.template import OTHER, Learnt, Template, first_seen, no_room
from isang.logs.tokens import Tokens, is_fixed, tokens, without_lists
from isang.logs.tree import Tree
from isang.words.frame import Integers

UNSEEN = -1
_FEWEST_NEW = 200  # templates, before they are merged while texts still come
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 100_000, 500  # texts that needn't be walked down the tree again


class Templates:
    """Learns templates from different masked texts; `most` of them, all further texts have one called `other`.

    A text fits a template, or is a new one; templates that differ in places of many values are merged (see Merging).
    Words in `protected` never become a wildcard. The same texts in the same calls give the same templates.
    """

    def __init__(self, most: int = 10_000, protected: tuple[str, ...] = ()) -> None:
        self.most = most
        self.protected = protected
        self._kept = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in protected) or r"(?!)")
        self._tree, self._evidence = Tree(self._is_fixed), Evidence(self._is_fixed)
        self._templates: list[Template] = []
        # A slot is given out once and stays; which row of `_templates` it means changes when templates are merged.
        self._rows: list[int] = []
        self._slots: list[int] = []
        self._new: list[int] = []  # the lengths of templates that no merging has seen
        self._were_known = 0
        self._other: int | None = None
        self._remembered: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._templates)

    def __iter__(self) -> Iterator[Template]:
        """In the order of first appearance: the first has number 0."""
        return iter(self._templates)

    def learn(self, texts: Sequence[str], counts: Sequence[int] | Integers) -> Integers:
        """A slot for each text (n,), which stands for so many lines; `numbers` tells the template at any later time."""
        slots = [self._slot(text) for text in texts]
        self._merge()
        for slot, count in zip(slots, counts, strict=True):
            self._templates[self._rows[slot]].count += int(count)
        return np.asarray(slots, np.int64)

    def numbers(self, slots: Integers) -> Integers:
        """The present number of the template of each slot (n,)."""
        return np.asarray(self._rows, np.int64)[slots]

    def match(self, texts: Iterable[str]) -> Integers:
        """The number of the template that fits each text (n,), UNSEEN where none does; nothing is learnt."""
        slots = (self._find(tokens(text)) for text in texts)
        return np.fromiter((UNSEEN if slot is None else self._rows[slot] for slot in slots), np.int64)

    def state(self) -> Any:
        """What was learnt as what JSON can hold. Slots given out are not part of it."""
        return Learnt(self.most, self.protected, self._templates, list(self._evidence.known)).state()

    @classmethod
    def from_state(cls, state: Any) -> Templates:
        """Templates as they were, to match or to learn more; ModelError for what is no state."""
        learnt = Learnt.from_state(state)
        templates = cls(learnt.most, learnt.protected)
        templates._evidence.known.update(dict.fromkeys(learnt.known))
        for template in learnt.templates:
            templates._enter(template)
        templates._new, templates._were_known = [], len(learnt.known)
        return templates

    def _slot(self, text: str) -> int:
        slot = self._remembered.get(text)
        if slot is None:
            slot = self._found_or_new(tokens(text))
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            if len(text) <= _LONGEST_REMEMBERED and slot != self._other:  # later there may be room
                self._remembered[text] = slot
        return slot

    def _found_or_new(self, found: Tokens) -> int:
        slot = self._find(found)
        if slot is None and len(self._new) >= max(_FEWEST_NEW, len(self._templates) // 2):
            self._merge()
            slot = self._find(found)
        if slot is not None:
            self._know(found, self._templates[self._rows[slot]].tokens)
            return slot
        if len(self._templates) < self.most:
            return self._enter(first_seen(found))
        return self._enter(no_room()) if self._other is None else self._other

    def _find(self, found: Tokens) -> int | None:
        slot = self._tree.find(found)
        if slot is None and (shorter := without_lists(found)) != found:
            return self._tree.find(shorter)
        return slot

    def _enter(self, template: Template) -> int:
        slot = len(self._rows)
        self._rows.append(len(self._templates))
        self._slots.append(slot)
        self._templates.append(template)
        if template.id == OTHER:
            self._other = slot
        else:
            self._tree.add(template.tokens, slot)
            self._new.append(len(template.tokens))
        return slot

    def _know(self, found: Tokens, pattern: Tokens) -> None:
        if len(found) == len(pattern):
            pairs = enumerate(zip(found, pattern, strict=True))
            self._evidence.learn(found, [place for place, (token, wanted) in pairs if wanted == WILD != token])

    def _merge(self) -> None:
        lengths = set(self._new)
        if len(self._evidence.known) > self._were_known:
            lengths.update(len(one.tokens) for one in self._templates if one.id != OTHER)
        if not lengths:
            return
        named = [(one, slot) for one, slot in zip(self._templates, self._slots, strict=True) if one.id != OTHER]
        merging = Merging({one.tokens: slot for one, slot in named}, self._evidence)
        touched = merging.run(lengths)
        self._new, self._were_known = [], len(self._evidence.known)
        if merging.moves:
            self._move(merging.moves)
            self._rebuild(merging.numbers, touched)

    def _move(self, moves: Sequence[tuple[int, int]]) -> None:
        """Templates into those that they are; slots follow."""
        gone: dict[int, int] = {}
        for old, new in moves:
            loser, winner = self._templates[self._rows[old]], self._templates[self._rows[new]]
            winner.count += loser.count
            winner.merged_from += [loser.id, *loser.merged_from]
            gone[old] = new
        for old in reversed(gone):  # a later move may have taken what an earlier one gave
            gone[old] = gone.get(gone[old], gone[old])
        left = [slot for slot in self._slots if slot not in gone]
        row_of = {slot: row for row, slot in enumerate(left)}
        owner = [gone.get(slot, slot) for slot in self._slots]
        self._templates = [self._templates[self._rows[slot]] for slot in left]
        self._rows = [row_of[owner[row]] for row in self._rows]
        self._slots = left

    def _rebuild(self, numbers: Mapping[Tokens, int], lengths: Collection[int]) -> None:
        """The tree of the templates of so many tokens."""
        for length in lengths:
            self._tree.drop(length)
        for pattern, slot in numbers.items():
            self._templates[self._rows[slot]].tokens = pattern
            if len(pattern) in lengths:
                self._tree.add(pattern, slot)

    def _is_fixed(self, token: str) -> bool:
        return is_fixed(token) or bool(self._kept.search(token))
