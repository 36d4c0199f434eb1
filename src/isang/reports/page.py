"""A page that opens offline, loads nothing, and runs no script but its own two."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from isang.reports.markup import Markup, element, raw
from isang.reports.phrases import phrase


def page(title: str, top: Markup, content: Sequence[Markup], run: dict[str, Any], lang: str) -> str:
    """The page as text, from its header and the parts below it; `run` has the versions."""
    version = str((run.get("versions") or {}).get("isang", ""))
    body = element(
        "body",
        None,
        top,
        element("noscript", None, element("p", {"class": "mark"}, phrase("no_script", lang))),
        element("main", None, *content),
        element("footer", None, phrase("made_offline", lang, version=version)),
        raw("script", {}, _asset("plotly-cartesian.min.js")),
        raw("script", {}, _asset("report.js")),
    )
    return "<!doctype html>\n" + element("html", {"lang": lang}, _head(title), body) + "\n"


def _head(title: str) -> Markup:
    return element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _policy()}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", None, title),
        raw("style", {}, _asset("report.css")),
    )


def _policy() -> str:
    """Only our two scripts, by their hashes. Plotly writes style rules at run time, hence 'unsafe-inline' there."""
    hashes = " ".join(f"'sha256-{_hash(_asset(name))}'" for name in ("plotly-cartesian.min.js", "report.js"))
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _asset(name: str) -> str:
    return (files("isang.reports") / "assets" / name).read_text(encoding="utf-8")
