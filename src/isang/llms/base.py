"""What a member promises: how a request is posted to its kind of server, and where the answer stands in the reply."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from isang.errors import UsageError
from isang.family import name_of
from isang.llms._environment import KEY, key
from isang.llms._post import post
from isang.words.ports import Reply, Request, Unanswered

# Reasoning models think in these as well: with fewer, some end before they have said a word.
MOST_TOKENS = 2000
SCHEMA = {
    "type": "object",
    "properties": {"sentence": {"type": "string"}},
    "required": ["sentence"],
    "additionalProperties": False,
}
_KEY = re.compile(r"[!-~]*")
_MODEL = re.compile(r"[\w.:/@-]{1,200}")


class Llm(ABC):
    """A server of language models, asked by HTTP: one request, one call. The key comes from ISANG_LLM_KEY alone.

    `model` is the server's name of the model, `address` where the server is, without key or query. `keyless`: whether
    it may be asked without a key.
    """

    auth: ClassVar[tuple[str, str]]  # the header of the key, and what stands before it there
    model: str
    address: str

    @property
    @abstractmethod
    def keyless(self) -> bool:
        """Whether it may be asked without a key."""

    @abstractmethod
    def body(self, request: Request) -> tuple[str, dict[str, Any]]:
        """The path below `address`, and what is posted there."""

    @abstractmethod
    def said(self, answer: Any) -> Reply:
        """The text in an answer. LookupError, TypeError or ValueError where it is none."""

    @property
    def name(self) -> str:
        """`openai:llama3.2`."""
        return f"{name_of(self)}:{self.model}"

    def check(self) -> None:
        """Raise UsageError for a model or an address that cannot be."""
        if not _MODEL.fullmatch(self.model):
            raise UsageError(f"explain: the model {self.model!r} is no name of a model.")
        try:
            parts = urlsplit(self.address)
            plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            plain = False
        if not plain:
            raise UsageError(f"explain: the address {self.address!r} must begin with http:// or https:// and a host.")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise UsageError(f"explain: an address holds no key, name or query; the key belongs into {KEY}.")

    def shown(self, request: Request) -> str:
        """Address, headers and body as they would go out."""
        url, headers, content = self._posted(request, f"${KEY}" if key() or not self.keyless else "")
        told = "\n".join(f"{name}: {value}" for name, value in headers.items())
        return f"POST {url}\n{told}\n\n{content.decode()}\n"

    def answer(self, request: Request, within_s: float) -> Reply:
        """One call; Unanswered where no usable answer comes within so many seconds."""
        own = key()
        if not own and not self.keyless:
            raise Unanswered(f"{self.name} needs a key: set {KEY}")
        if not _KEY.fullmatch(own):
            raise Unanswered(f"{KEY} holds characters that no key has")
        answer = post(*self._posted(request, own), within_s)
        try:
            return self.said(answer)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Unanswered(f"{self.name} sent an answer without a text") from error

    def _posted(self, request: Request, own: str) -> tuple[str, Mapping[str, str], bytes]:
        path, body = self.body(request)
        headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "isang"}
        if own:
            headers[self.auth[0]] = self.auth[1] + own
        return f"{self.address.rstrip('/')}{path}", headers, json.dumps(body, ensure_ascii=False).encode()
