"""Google's Gemini, by its own interface."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from isang.llms.base import MOST_TOKENS, SCHEMA, Llm
from isang.words.ports import Reply, Request


class Gemini(Llm):
    """Gemini's generateContent. The usual model is an alias that lasts: named versions are switched off in time."""

    auth = ("x-goog-api-key", "")

    def __init__(
        self, model: str = "gemini-flash-latest", address: str = "https://generativelanguage.googleapis.com/v1beta"
    ) -> None:
        self.model = model
        self.address = address

    @property
    def keyless(self) -> bool:
        """Google asks for a key; a gateway of one's own may hold it."""
        return "googleapis.com" not in self.address

    def body(self, request: Request) -> tuple[str, dict[str, Any]]:
        """The instruction, the facts, and the schema of the answer."""
        return f"/models/{quote(self.model, safe='')}:generateContent", {
            "systemInstruction": {"parts": [{"text": request.instructions}]},
            "contents": [{"role": "user", "parts": [{"text": request.facts}]}],
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseJsonSchema": SCHEMA,
                "maxOutputTokens": MOST_TOKENS,
            },
        }

    def said(self, answer: Any) -> Reply:
        """The parts of the first candidate that are no thoughts; a blocked request has none."""
        parts = answer["candidates"][0]["content"]["parts"]
        text = "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))
        usage = answer.get("usageMetadata") or {}
        return Reply(text, int(usage.get("totalTokenCount") or 0))
