"""Drain3 in an interpreter of its own: `PYTHON _drain3.py masked|plain < messages.json`, which has drain3 installed.

In: name → messages. Out: {"seconds": …, "lines": …, "found": name → [cluster, template] for each message}; seconds of
the processor. It is fed every message in turn, as it asks for. Masked: with what is usually masked (its example
configuration, and more).
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib import import_module

_MASKS = (
    (r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b", "UUID"),
    (r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?Z?", "TIME"),
    (r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\b", "IP"),
    (r"\b[\w.+-]+@[\w-]+\.[\w.]+\b", "MAIL"),
    (r"\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{16}\b", "HEX"),
    (r"-?\b\d+(?:\.\d+)?", "NUM"),
)


def main() -> None:
    drain3, masking, settings = map(import_module, ("drain3", "drain3.masking", "drain3.template_miner_config"))

    found, seconds, lines = {}, 0.0, 0
    for name, messages in json.load(sys.stdin).items():
        config = settings.TemplateMinerConfig()
        config.profiling_enabled = False
        if sys.argv[1] == "masked":
            config.masking_instructions = [masking.MaskingInstruction(pattern, word) for pattern, word in _MASKS]
        miner = drain3.TemplateMiner(config=config)
        began = time.process_time()
        clusters = [miner.add_log_message(message)["cluster_id"] for message in messages]
        seconds, lines = seconds + time.process_time() - began, lines + len(messages)
        texts = {one.cluster_id: re.sub(r"<[A-Z]+>", "<*>", one.get_template()) for one in miner.drain.clusters}
        found[name] = [(cluster, texts[cluster]) for cluster in clusters]
    json.dump({"seconds": seconds, "lines": lines, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
