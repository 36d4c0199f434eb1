"""What the environment says of language models. The key is read nowhere else, and when it is needed."""

from __future__ import annotations

import os

from isang.errors import UsageError

KEY, MODEL, ADDRESS = "ISANG_LLM_KEY", "ISANG_LLM_MODEL", "ISANG_LLM_ADDRESS"


def key() -> str:
    """The key, empty where none is set."""
    return os.environ.get(KEY, "").strip()


def of_environment() -> dict[str, str]:
    """The member that `--explain llm` means: any OpenAI-compatible server where an address is set, else Gemini."""
    address, model = os.environ.get(ADDRESS, "").strip(), os.environ.get(MODEL, "").strip()
    if address and not model:
        raise UsageError(f"{ADDRESS} names a server: set {MODEL} to the name of a model there.")
    told = {"address": address, "model": model}
    return {"name": "openai" if address else "gemini", **{name: value for name, value in told.items() if value}}
