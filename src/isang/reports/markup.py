"""HTML by construction: text is escaped unless it is Markup, and only `element` and `joined` make Markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

_VOID = ("meta", "br", "col")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Text made harmless, quotes and control characters included."""
    if isinstance(text, Markup):
        return text
    visible = "".join(c for c in text if c >= " " or c in "\n\t").replace("\x7f", "")
    return Markup(html.escape(visible, quote=True).encode("utf-8", "replace").decode("utf-8"))


def element(name: str, attributes: Mapping[str, str] | None = None, *children: str) -> Markup:
    """One element; attribute values and children are escaped unless they are Markup."""
    written = "".join(f' {key}="{escaped(value)}"' for key, value in (attributes or {}).items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """Several pieces, one after the other."""
    return Markup("".join(escaped(child) for child in children))


def raw(name: str, attributes: Mapping[str, str], content: str) -> Markup:
    """A script or style element with content of our own; ValueError if it could end the element early."""
    if f"</{name}" in content.lower() or "<!--" in content:
        raise ValueError(f"content would end its <{name}> early")
    written = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{content}</{name}>")
