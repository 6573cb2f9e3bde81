"""Lines of JSON between Cofi and this driver: a request a line comes in, answers and progress go out."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO


class Fault(Exception):
    """What the reader has to mend: `kind` is the name of JavaScript's error."""

    def __init__(self, message: str, kind: str = "RangeError") -> None:
        super().__init__(message)
        self.kind = kind


class Cancelled(Exception):
    """The request under way was taken back."""


class Link:
    """The driver's end of the line.

    Standard output is taken for it, and what Python, Java and the workers print goes to standard error instead: the
    log. A thread of its own reads, so that a request is taken back, and an end seen, while another works.
    """

    def __init__(self) -> None:
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        os.dup2(2, 1)
        self._requests: queue.Queue[dict | None] = queue.Queue()
        self._lock = threading.Lock()
        self._current: int | None = None
        self._cancelled: set[int] = set()
        self.stop_work: Callable[[], None] = lambda: None
        self.at_end: Callable[[], None] = lambda: None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "cancel" in message:
                self._cancel(message["cancel"])
            else:
                self._requests.put(message)
        # Whoever started this is gone, or wants no more.
        self._requests.put(None)
        self.at_end()

    def _cancel(self, request: int) -> None:
        with self._lock:
            self._cancelled.add(request)
            working = self._current == request
        if working:
            self.stop_work()

    def requests(self):
        """The requests, one after the other, up to the end of the line."""
        while (message := self._requests.get()) is not None:
            with self._lock:
                self._current = message["id"]
            yield message
            with self._lock:
                self._current = None
                self._cancelled.discard(message["id"])

    def check(self) -> None:
        """:raises Cancelled: where the request under way was taken back."""
        if self._current in self._cancelled:
            raise Cancelled

    def say(self, **what: Any) -> None:
        self._out.write(json.dumps(what, allow_nan=False) + "\n")

    def progress(self, **what: Any) -> None:
        """Tells how far the request under way is; a good moment to see whether it is still wanted."""
        self.check()
        self.say(id=self._current, progress=what)
