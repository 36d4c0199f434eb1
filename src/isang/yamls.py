"""YAML that people write: plain data only, with the line of what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from isang.errors import UsageError

_POWER = re.compile(r"[-+]?\d+[eE][-+]?\d{1,3}")
_MOST_BYTES = 1_000_000
_DEEPEST = 50
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


def load_mapping(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in a YAML file and the line of each of its keys; UsageError names file and line.

    Aliases and tags are refused: they have no use in a plan, and a small file of aliases can fill the memory.
    """
    text, depth = _text(path), 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if depth > _DEEPEST:
                raise UsageError(f"{path}, line {token.start_mark.line + 1}: nested too deeply for a plan.")
            if isinstance(token, yaml.AliasToken | yaml.TagToken):
                raise UsageError(f"{path}, line {token.start_mark.line + 1}: aliases and tags are not read.")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UsageError(f"{path}{where}: no valid YAML: {getattr(error, 'problem', None) or 'unreadable'}.") from error
    if node is None:
        raise UsageError(f"{path}: the plan is empty; write at least one key, such as 'detector: knn'.")
    if not isinstance(node, yaml.MappingNode) or not isinstance(found, dict):
        raise UsageError(f"{path}: a mapping of keys to values is needed, such as 'detector: knn'.")
    _check_duplicates(path, node)
    return found, {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def scalar(text: str) -> Any:
    """What a value on the command line means: `50` is a number, `true` a flag, `[a, b]` a list, `web-1` a text."""
    try:
        if any(isinstance(token, yaml.AliasToken | yaml.TagToken) for token in yaml.scan(text, Loader=yaml.SafeLoader)):
            raise UsageError(f"'{text}': aliases and tags are not read; put quotes around a text that begins so.")
        found = yaml.safe_load(text)
        # YAML 1.1 takes 1e-3 for a text, since it has no point.
        return float(found) if isinstance(found, str) and _POWER.fullmatch(found) and found == text.strip() else found
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"'{text}' cannot be read as a value; put quotes around a text: \"'{text}'\".") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} is larger than 1 MB: that is no plan.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the plan {path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}."
        ) from error


def _check_duplicates(path: Path, node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_duplicates(path, item)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise UsageError(f"{path}, line {key.start_mark.line + 1}: key '{key.value}' stands twice.")
            seen.add(key.value)
            _check_duplicates(path, value)
