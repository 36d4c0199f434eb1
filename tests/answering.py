"""A server of language models on this machine, over a real socket, that answers well or badly as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """`modes` are taken one after another, the last of them for ever; `received` is what came in."""

    address: str
    modes: list[str] = field(default_factory=lambda: ["good"])
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [json.loads(body) for *_, body in self.received]


@contextmanager
def answering() -> Iterator[Server]:
    """A server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            server.received.append((self.path, dict(self.headers), body))
            mode = server.modes.pop(0) if len(server.modes) > 1 else server.modes[0]
            answer(self, mode, json.loads(body))

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_port}/v1")
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def answer(handler: BaseHTTPRequestHandler, mode: str, asked: dict[str, Any]) -> None:
    if mode.isdigit() or mode.startswith("429"):
        status, _, wait = mode.partition(" ")
        send(handler, b"{}", status=int(status), headers={"retry-after": wait} if wait else None)
    elif mode == "redirect":
        send(handler, b"", status=307, headers={"location": f"{handler.path}/elsewhere"})
    elif mode == "html":
        send(handler, b"<html>Sign in</html>", kind="text/html")
    elif mode == "hang":
        time.sleep(3)
    elif mode == "drip":
        drip(handler)
    else:
        whole = json.dumps(reply(handler, mode, asked), ensure_ascii=False).encode()
        if mode == "huge":
            whole = b" " * 10_000_000 + whole
        send(handler, whole, cut=20 if mode == "cut" else 0)


def send(
    handler: BaseHTTPRequestHandler,
    content: bytes,
    *,
    status: int = 200,
    kind: str = "application/json",
    cut: int = 0,
    headers: dict[str, str] | None = None,
) -> None:
    try:
        handler.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(content)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content[: len(content) - cut])
    except OSError:
        pass  # the other side had enough


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    try:
        for _ in range(60):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def reply(handler: BaseHTTPRequestHandler, mode: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer in the way of the server that was asked for."""
    if mode == "no choices":
        return {}
    text, usage = said(mode, asked), {"totalTokenCount": 50, "total_tokens": 50}
    if handler.path.endswith(":generateContent"):
        blocked = {"candidates": [{"finishReason": "SAFETY"}]}
        parts = [{"text": "let me think", "thought": True}, {"text": text}]
        return blocked if mode == "refusal" else {"candidates": [{"content": {"parts": parts}}], "usageMetadata": usage}
    message = {"content": None, "refusal": "I cannot"} if mode == "refusal" else {"content": text}
    return {"choices": [{"message": message}], "usage": usage}


def said(mode: str, asked: dict[str, Any]) -> str:
    """The text of an answer; a mode that is none of those below is the sentence itself."""
    instructions, facts = parts_of(asked)
    korean = "Korean" in instructions
    sentence = good(facts, korean)
    texts: dict[str, Callable[[], str]] = {
        "empty": lambda: "",
        "prose": lambda: f"Sure! {sentence}",
        "other schema": lambda: json.dumps({"text": sentence}),
        "more schema": lambda: json.dumps({"sentence": sentence, "risk": 0}),
        "wrong number": lambda: worded(sentence.replace(facts["drivers"][0]["actual"], "31,337")),
        "too long": lambda: worded(sentence.replace(":", f" {'아주 ' if korean else 'very '}" * 40 + ":")),
        "echo": lambda: worded(f"{instructions} {json.dumps(facts)}"),
        "other language": lambda: worded(good(facts, not korean)),
    }
    known = ("good", "huge", "cut", "refusal")
    return texts[mode]() if mode in texts else worded(sentence if mode in known else mode)


def worded(sentence: str) -> str:
    return json.dumps({"sentence": sentence}, ensure_ascii=False)


def good(facts: dict[str, Any], korean: bool) -> str:
    """A sentence that holds nothing but facts."""
    first = facts["drivers"][0]
    name, actual, expected = first["column"], first["actual"], first["expected"]
    if korean:
        return f"{name}의 값 {actual}, 예상 {expected}에서 벗어남: 즉시 확인 필요"
    return f"The value of {name} was {actual} where {expected} was expected: look at it at once."


def parts_of(asked: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Instructions and facts of either kind of request."""
    if "messages" in asked:
        system, user = (message["content"] for message in asked["messages"])
    else:
        system, user = asked["systemInstruction"]["parts"][0]["text"], asked["contents"][0]["parts"][0]["text"]
    return system, json.loads(user)
