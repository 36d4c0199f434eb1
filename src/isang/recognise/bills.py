"""Whose bill a table is, by its header: which of its columns are time, cost, currency, category and dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from isang.errors import UnknownColumnError, UsageError
from isang.recognise.bill_layouts import CURRENCY, CUSTOMER, DIMENSIONS, LAYOUTS, SUBSCRIPTION, Layout, Names, plain
from isang.recognise.matching import nearest_of

AMORTISED = "AmortizedCost"  # of bills that have no such column and yet all that it is made of
TAG = "tag:"
_COVERED = {"savingsplan": "savingsplancoveredusage", "": "discountedusage"}


@dataclass(frozen=True)
class Key:
    """A dimension: its name, the column it stands in, and the tag that is looked for there, if it is one."""

    name: str
    column: str
    tag: str = ""


@dataclass(frozen=True)
class BillColumns:
    """The columns of one bill by what they mean, None or empty where it has none such.

    `amortised` is as in `Layout`, with the names of this bill; `units` tell apart what two exports of one bill share.
    """

    layout: str
    time: str
    cost: str
    end: str | None = None
    currency: str | None = None
    category: str | None = None
    period: str | None = None
    correction: tuple[str, str] | None = None
    keys: tuple[Key, ...] = ()
    units: Names = ()
    amortised: tuple[tuple[str, str, Names], ...] = ()
    billed: str = ""
    identity: Names = ()
    alike: Names = ()
    pieces: bool = False
    utc: bool = True
    known: Mapping[str, Key] = field(default_factory=dict)

    def needed(self) -> list[str]:
        """The columns that must be read."""
        terms = [name for _, gate, names in self.amortised for name in (gate, *names)]
        cost = [self.billed, *(name.removeprefix("-") for name in terms)] if self.amortised else [self.cost]
        one = [self.time, self.end, self.currency, self.category, (self.correction or ("", ""))[0]]
        several = [*cost, *(key.column for key in self.keys), *self.units, *self.identity, *self.alike]
        return list(dict.fromkeys(name for name in [*one, *several] if name))


def find_bill(names: Sequence[str]) -> BillColumns | None:
    """The columns of a bill that is laid out as a known vendor does it."""
    by_plain = {plain(name): name for name in reversed(names)}
    for layout in LAYOUTS:
        chosen = _first(layout.time, by_plain), _first(layout.cost, by_plain)
        if all(chosen) and all(need in by_plain for need in layout.needs):
            return _resolved(layout, by_plain)
    return None


def _resolved(layout: Layout, by_plain: Mapping[str, str]) -> BillColumns:
    keys = [Key(name, column) for name in DIMENSIONS if (column := _first(layout.dimensions.get(name, ()), by_plain))]
    period = _first(layout.period, by_plain)
    units = [key.column for key in keys if key.name in (CUSTOMER, SUBSCRIPTION)]
    version = next((f" {number}" for number, marker in layout.markers if marker in by_plain), "")
    amortised = _amortised(layout, by_plain)
    cost = str(_first(layout.cost, by_plain))
    identity = tuple(by_plain[name] for name in layout.identity if name in by_plain)
    mark, text = layout.correction
    return BillColumns(
        layout.name + (version or " 1.0" if layout.markers else ""),
        str(_first(layout.time, by_plain)),
        AMORTISED if amortised else cost,
        end=_first(layout.end, by_plain),
        currency=_first(layout.currency, by_plain),
        category=_first(layout.category, by_plain),
        period=period,
        correction=(by_plain[mark], text) if mark in by_plain else None,
        keys=tuple(keys),
        units=(*([period] if period else []), *units),
        amortised=amortised,
        billed=cost,
        identity=identity if len(identity) == len(layout.identity) else (),
        alike=tuple(by_plain[name] for name in layout.alike if name in by_plain),
        pieces=layout.pieces,
        utc=layout.utc,
        known=_known(layout, by_plain, keys),
    )


def _known(layout: Layout, by_plain: Mapping[str, str], keys: Iterable[Key]) -> dict[str, Key]:
    """What `--key` and `--where` may name: dimensions, columns, and the tags that stand in columns of their own."""
    found = {name: Key(name, name) for name in by_plain.values()}
    found |= {key.name: key for key in keys}
    if currency := _first(layout.currency, by_plain):
        found[CURRENCY] = Key(CURRENCY, currency)
    for prefix in reversed(layout.tag_prefixes):
        tagged = {name: column for name, column in by_plain.items() if name.startswith(prefix) and name != prefix}
        found |= {TAG + name.removeprefix(prefix): Key(TAG, column) for name, column in tagged.items()}
    if tags := _first(layout.tags, by_plain):
        found[TAG] = Key(TAG, tags)
    return found


def _amortised(layout: Layout, by_plain: Mapping[str, str]) -> tuple[tuple[str, str, Names], ...]:
    """The amortised costs that this bill has all columns of; none at all where no commitment could stand in it."""
    found = []
    for category, gate, terms in layout.amortised:
        wanted = [term.removeprefix("-") for term in terms]
        if all(name in by_plain for name in [*wanted, *([gate] if gate else [])]):
            named = tuple(("-" if term.startswith("-") else "") + by_plain[term.removeprefix("-")] for term in terms)
            found.append((category, by_plain.get(gate, ""), named))
    # What covers usage must be known, or what was paid for it would be left out.
    known = {category for category, *_ in found}
    return tuple(one for one in found if _COVERED["savingsplan" if one[0].startswith("savingsplan") else ""] in known)


def _first(names: Names, by_plain: Mapping[str, str]) -> str | None:
    return next((by_plain[name] for name in names if name in by_plain), None)


def as_asked(
    bill: BillColumns, names: Sequence[str], *, time: str | None, value: Sequence[str], key: Sequence[str]
) -> BillColumns:
    """The same with the time, the cost and the dimensions that were asked for.

    Raises UnknownColumnError for what the bill does not have.
    """
    if len(value) > 1:
        raise UsageError(f"--value came {len(value)} times; a bill is judged by one cost at a time.")
    if time is not None:
        bill = replace(bill, time=column_named("time", time, names), end=bill.end if time == bill.time else None)
    if value and value[0] != bill.cost:
        bill = replace(bill, cost=column_named("value", value[0], names), amortised=())
    if taken := {bill.time, bill.cost}.intersection(key):
        raise UsageError(f"--key {min(taken)}: that column is the time or the cost of the bill; name a dimension.")
    keys = tuple(key_named(bill, name, "key") for name in dict.fromkeys(key) if name != CURRENCY)
    return replace(bill, keys=keys) if key else bill


def key_named(bill: BillColumns, name: str, option: str) -> Key:
    """The dimension of that name: `customer`, `tag:team` or a column of the bill."""
    tag = name.removeprefix(TAG) if name.startswith(TAG) else ""
    if tag and TAG + plain(tag) in bill.known:
        return replace(bill.known[TAG + plain(tag)], name=name)
    if tag and TAG in bill.known:
        return replace(bill.known[TAG], name=name, tag=tag)
    if name not in bill.known or name == TAG:
        raise UnknownColumnError(option, name, nearest_of(name, [one for one in bill.known if not one.startswith(TAG)]))
    return bill.known[name]


def column_named(option: str, name: str, names: Sequence[str]) -> str:
    """The column that an option names, without case and punctuation; UnknownColumnError where there is none."""
    found = next((one for one in names if one == name or plain(one) == plain(name)), None)
    if found is None:
        raise UnknownColumnError(option, name, nearest_of(name, names))
    return found
