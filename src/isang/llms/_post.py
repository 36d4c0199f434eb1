"""One HTTP call with a deadline: JSON there, JSON back, or Unanswered with a reason that holds nothing secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from isang.llms._environment import KEY
from isang.words.ports import Unanswered

_CONNECT_S = 3.0
_MOST_BYTES = 1_000_000
_WHY = {
    400: "the server takes no such request",
    401: f"the key in {KEY} was refused",
    403: f"the key in {KEY} may not do that",
    404: "there is no such model or address",
    429: "too many requests, or the quota is used up",
}


def post(url: str, headers: Mapping[str, str], content: bytes, within_s: float) -> Any:
    """The JSON of the answer. No redirect is followed, so that a key goes nowhere else.

    It runs in a thread of its own, since notebooks have a loop running in theirs.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_posted(url, headers, content, within_s))).result()


async def _posted(url: str, headers: Mapping[str, str], content: bytes, within_s: float) -> Any:
    limits = httpx2.Timeout(within_s, connect=min(_CONNECT_S, within_s))
    try:
        # The deadline of the whole: those of httpx2 begin anew with each byte.
        async with (
            asyncio.timeout(within_s),
            httpx2.AsyncClient(timeout=limits) as client,
            client.stream("POST", url, headers=headers, content=content) as response,
        ):
            _check(response)
            return await _json(response)
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise Unanswered(f"no answer within {within_s:.0f} s", again=True) from error
    except httpx2.ConnectError as error:
        raise Unanswered("the server cannot be reached", again=True) from error
    except httpx2.TransportError as error:
        raise Unanswered("the connection broke", again=True) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        raise Unanswered(f"the server cannot be asked: {type(error).__name__}") from error


def _check(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 200:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Unanswered(f"not JSON came but {kind[:40] or 'something unnamed'}: is the address right?")
        return
    why = _WHY.get(status, "the server failed" if status >= 500 else "the server answered otherwise")
    again = status in (408, 429) or status >= 500
    raise Unanswered(f"HTTP {status}: {why}", again=again, after_s=_wait(response.headers.get("retry-after", "")))


async def _json(response: httpx2.Response) -> Any:
    whole = bytearray()
    async for part in response.aiter_bytes():
        whole += part
        if len(whole) > _MOST_BYTES:
            raise Unanswered("the answer is longer than 1 MB")
    try:
        return json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise Unanswered("the answer is no JSON, or is cut off", again=True) from error


def _wait(told: str) -> float | None:
    """Seconds, or the moment, of a `Retry-After`."""
    if told.strip().isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
        return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
