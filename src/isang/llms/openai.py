"""Any server that speaks OpenAI's chat completions."""

from __future__ import annotations

from typing import Any

from isang.llms.base import MOST_TOKENS, SCHEMA, Llm
from isang.words.ports import Reply, Request


class Openai(Llm):
    """Chat completions as OpenAI made them and Ollama, vLLM, llama.cpp, Azure, OpenRouter and others serve them."""

    auth = ("authorization", "Bearer ")

    def __init__(self, model: str, address: str = "https://api.openai.com/v1") -> None:
        self.model = model
        self.address = address

    @property
    def keyless(self) -> bool:
        """Servers of one's own often want no key."""
        return "api.openai.com" not in self.address

    def body(self, request: Request) -> tuple[str, dict[str, Any]]:
        """A system message, a user message, and the schema of the answer."""
        schema = {"name": "explanation", "strict": True, "schema": SCHEMA}
        return "/chat/completions", {
            "model": self.model,
            "messages": [
                {"role": "system", "content": request.instructions},
                {"role": "user", "content": request.facts},
            ],
            "response_format": {"type": "json_schema", "json_schema": schema},
            "max_completion_tokens": MOST_TOKENS,
        }

    def said(self, answer: Any) -> Reply:
        """The content of the first choice; a refusal has none."""
        text = answer["choices"][0]["message"]["content"]
        usage = answer.get("usage") or {}
        return Reply(str(text or ""), int(usage.get("total_tokens") or 0))
