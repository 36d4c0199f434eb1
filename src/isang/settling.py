"""Plan file, options and changes → one checked plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from isang.bills import bills_among
from isang.checking import check
from isang.errors import UsageError
from isang.family import nearest
from isang.log_files import are_logs
from isang.plan import EXCLUSIVE, Plan
from isang.specs import in_words, spec
from isang.yamls import load_mapping, scalar

_PACKS = Path(__file__).parent / "packs"
_FAMILIES = {"detector": "detectors", "lines": "detectors", "threshold": "thresholds", "explain": "llms"}


def make_plan(told: Mapping[str, Any], base: Mapping[str, Any], changes: Sequence[str] = ()) -> Plan:
    """A checked plan: `path=value` changes win over options, options over `base`, `base` over the pack's defaults.

    UsageError names what is unknown, of a wrong kind or at odds.
    """
    named = _over(_keys(base), told)
    if pack := _pack_of_files(named):
        named["pack"] = pack
    if named.get("pack") == "logs" and "detector" in named and "lines" not in named:
        named["lines"] = named.pop("detector")  # what judges the slots is the pack's
    defaults = {} if named.get("model") else _defaults(str(named.get("pack") or "auto"), named.get("preset"))
    known = _over(defaults, named)
    if _of_korea(known):
        known["holidays"] = "KR"
    for change in changes:
        _apply(known, change)
    plan = _plan(known)
    check(plan)
    return plan


def _pack_of_files(named: Mapping[str, Any]) -> str | None:
    """The pack of bills or logs, which are judged in ways of their own, where none is named and the inputs are such."""
    if named.get("pack") not in (None, "auto") or named.get("preset") or named.get("model"):
        return None
    inputs = named.get("inputs")
    listed = [inputs] if isinstance(inputs, str) else inputs if isinstance(inputs, list) else []
    paths = [path for path in listed if isinstance(path, str)]
    if bills_among(paths, named.get("encoding"), "auto", strict=False):
        return "cost"
    return "logs" if are_logs(paths) else None


def _of_korea(known: Mapping[str, Any]) -> bool:
    """Whether counters with a season are told of in Korean, and nothing of holidays."""
    korean = known.get("pack") == "counters" and known.get("lang") == "ko"
    return korean and "season" in (known.get("features") or {}) and "holidays" not in known


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the one above winning, also over what says the same thing in another way."""
    displaced = {name for group in EXCLUSIVE if set(group) & set(above) for name in group}
    return {**{name: value for name, value in below.items() if name not in displaced}, **above}


def load_plan(path: Path) -> dict[str, Any]:
    """The keys of a plan file; UsageError names the file, and the line of an unknown key or a wrong value."""
    found, lines = load_mapping(path)
    where = {key: f"{path}, line {line}: " for key, line in lines.items()}
    keys = _keys(found, where, f"{path}: ")
    try:
        check(_plan(keys, where))
    except UsageError as error:
        raise UsageError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from error
    return keys


def _keys(found: Mapping[str, Any], where: Mapping[str, str] = {}, file: str = "") -> dict[str, Any]:
    """The keys of a plan without its schema, all of them known."""
    if found.get("schema", 1) != 1:
        raise UsageError(f"{file}schema {found['schema']} came; this version reads plans of schema 1.")
    keys = {str(key): value for key, value in found.items() if key != "schema"}
    for key in keys:
        if key not in Plan.model_fields:
            raise UsageError(f"{where.get(key, file)}unknown key '{key}'.{nearest(key, Plan.model_fields)}")
    return keys


def _plan(keys: Mapping[str, Any], where: Mapping[str, str] = {}) -> Plan:
    try:
        return Plan(**keys)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        wanted = in_words(Plan.model_fields[name].annotation)
        raise UsageError(f"{where.get(name, '')}{name} is {first['input']!r}; {wanted} is needed.") from error


def _defaults(pack: str, preset: Any) -> dict[str, Any]:
    """What a pack says where nothing else does; a preset, which belongs to one pack, says it in its stead."""
    known = {file.stem: load_mapping(file)[0] for file in sorted(_PACKS.glob("*.yaml"))}
    presets = {name: settings for name, settings in known.items() if "pack" in settings}
    if preset is None:
        return {} if pack in presets else known.get("series" if pack == "auto" else pack, {})
    if preset not in presets:
        raise UsageError(f"--preset {preset}: there is none of that name.{nearest(str(preset), presets)}")
    own = presets[preset]["pack"]
    if pack not in ("auto", own):
        raise UsageError(f"--preset {preset} belongs to pack {own}, not to {pack}.")
    return {**_over(known[own], presets[preset]), "preset": preset}


def _apply(told: dict[str, Any], change: str) -> None:
    """`detector.window_rows=50`: one value into the mapping of mappings, made on the way."""
    path, equals, text = change.partition("=")
    first, *rest = path.strip().split(".")
    if not equals or not all([first, *rest]):
        raise UsageError(f"--set {change}: write PATH=VALUE, such as detector.window_rows=50.")
    if first not in Plan.model_fields:
        raise UsageError(f"--set {change}: a plan has no '{first}'.{nearest(first, Plan.model_fields)}")
    if not rest:
        told[first] = scalar(text)
        return
    usual = next(iter(told.pop("detectors", None) or ()), None) if first == "detector" else None
    inner = told[first] = _opened(first, told.get(first, usual))
    for part in rest[:-1]:
        inner[part] = _opened(part, inner.get(part), nested=True)
        inner = inner[part]
    inner[rest[-1]] = scalar(text)


def _opened(key: str, value: Any, *, nested: bool = False) -> dict[str, Any]:
    """The value as a mapping that can be added to; a text inside a member is the name of another."""
    if key in _FAMILIES and not nested:
        return spec(_FAMILIES[key], value or {})
    if nested and isinstance(value, str):
        return {"name": value}
    if value is not None and not isinstance(value, Mapping):
        raise UsageError(f"--set: {value!r} has nothing inside that could be set.")
    return dict(value or {})
