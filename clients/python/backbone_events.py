"""Reports the requests of an ASGI application (FastAPI, Starlette, ...) to Backbone, with the standard library alone.

    app.add_middleware(BackboneMiddleware, reporter=Reporter("https://backbone.example.org", key))

Nothing here raises into the application or makes a request wait for the network: events are kept in memory, and a
thread sends them. What can't be sent is kept for a while, then dropped and counted. Python 3.9 or later.
"""

from __future__ import annotations

import asyncio
import atexit
import ipaddress
import json
import logging
import os
import random
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

__all__ = ["BackboneMiddleware", "Reporter"]

log = logging.getLogger("backbone_events")

# Answers that say the same to the same events; a wrong key, a busy or a dead server may be put right.
NEVER = frozenset((400, 413, 415, 422))
# Bytes of one request (the server takes 1 MiB), and of one event: more is no event.
REQUEST_BYTES = 900_000
EVENT_BYTES = 65_536
# Bytes of a request that may be too large for what answers nothing but closes the connection.
LARGE_BYTES = 65_536
# Requests that have to go well until more events go together again.
GROWS_AFTER = 20
LONGEST_TEXT = 2_048


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to another place."""

    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirects)

# Accepted, refused, what to send again, seconds to wait at least (None: not at all), whether it was, or may have been,
# too large.
Outcome = Tuple[int, int, List[bytes], Optional[float], bool]


class Reporter:
    """Keeps events and sends them from a thread of its own.

    url, key: of the server; a path before ``/api`` stays; redirects are not followed. The key has the scope
        ``events:write``.
    app: whose feed the events join (default: the server's, ``main``).
    batch: events that are sent together, at most 1,000; as many are waited for.
    interval: how long an event waits for others, seconds.
    most, most_bytes: what is kept at most; beyond it the oldest are dropped.
    timeout: how long an answer is waited for, seconds.
    backoff: first and longest time between two tries, seconds: doubled each time, and spread.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        app: Optional[str] = None,
        batch: int = 200,
        interval: float = 2.0,
        most: int = 10_000,
        most_bytes: int = 8_388_608,
        timeout: float = 10.0,
        backoff: Tuple[float, float] = (0.5, 60.0),
    ) -> None:
        if not 1 <= batch <= 1_000:
            raise ValueError("batch: 1 to 1,000")
        if not url.startswith(("http://", "https://")):
            raise ValueError("url: http:// or https://")
        self._target = url.rstrip("/") + "/api/events"
        self._key, self._app = key, app
        self._batch, self._interval = batch, interval
        self._most, self._most_bytes = most, most_bytes
        self._timeout, self._backoff = timeout, backoff
        self._begin()
        if hasattr(os, "register_at_fork"):
            # A thread does not survive a fork, and what is kept is sent by the parent.
            os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.close)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._queue: Deque[bytes] = deque()
        self._sending: List[bytes] = []
        self._bytes = 0
        self._together = self._batch
        self._went_well = 0
        self._thread: Optional[threading.Thread] = None
        self._oldest = 0.0
        self._until: Optional[float] = None
        self._flushes = 0
        self._counts = {"reported": 0, "accepted": 0, "refused": 0, "dropped": 0}

    def report(self, event: Dict[str, Any]) -> None:
        """Keeps an event to be sent. Never raises, never waits for the network."""
        try:
            self._keep(event)
        except Exception as error:
            with self._changed:
                self._counts["reported"] += 1
                self._drop(1, str(error))

    def counts(self) -> Dict[str, int]:
        """What became of events until now: reported, accepted, refused, dropped, waiting."""
        with self._changed:
            return {**self._counts, "waiting": len(self._queue) + len(self._sending)}

    def flush(self, within: float = 5.0) -> bool:
        """Waits until all that is kept was sent, at most so many seconds; whether it was."""
        deadline = time.monotonic() + within
        with self._changed:
            self._flushes += 1
            self._changed.notify_all()
            while self._queue or self._sending:
                if not self._changed.wait(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    break
            self._flushes -= 1
            return not (self._queue or self._sending)

    def close(self, within: float = 5.0) -> Dict[str, int]:
        """Sends what is kept, with retries, for at most so many seconds; drops the rest. Later events are dropped."""
        with self._changed:
            self._until = time.monotonic() + within
            self._changed.notify_all()
        self.flush(within)
        with self._changed:
            left = len(self._queue) + len(self._sending)
            self._queue.clear()
            self._sending = []
            self._bytes = 0
            self._drop(left, "there was no time to send them")
            self._changed.notify_all()
        return self.counts()

    def _keep(self, event: Dict[str, Any]) -> None:
        text = self._text(event)
        with self._changed:
            if self._until is not None:
                raise ValueError("the reporter is closed")
            self._start()
            if not self._queue:
                self._oldest = time.monotonic()
            self._queue.append(text)
            self._bytes += len(text)
            self._counts["reported"] += 1
            self._make_room()
            if len(self._queue) >= self._batch or len(self._queue) == 1:
                self._changed.notify_all()

    def _text(self, event: Dict[str, Any]) -> bytes:
        known: Dict[str, Any] = {"event_id": str(uuid.uuid4()), "timestamp": int(time.time() * 1000)}
        if self._app is not None:
            known["app"] = self._app
        text = json.dumps({**known, **event}, allow_nan=False, separators=(",", ":")).encode()
        if len(text) > EVENT_BYTES:
            raise ValueError(f"an event has more than {EVENT_BYTES} bytes")
        return text

    # From here to `_run`, `_changed` is held.

    def _make_room(self) -> None:
        dropped = 0
        while self._queue and (
            len(self._queue) + len(self._sending) > self._most or self._bytes > self._most_bytes
        ):
            self._bytes -= len(self._queue.popleft())
            dropped += 1
        self._drop(dropped, "there is no room for more")

    def _drop(self, events: int, reason: str) -> None:
        self._counts["dropped"] += events
        if events:
            log.warning("events were dropped (%d): %s", events, reason)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="backbone-events", daemon=True)
            self._thread.start()

    def _is_due(self, not_before: float) -> bool:
        now = time.monotonic()
        if not self._queue or now < not_before:
            return False
        is_asked = self._flushes > 0 or self._until is not None
        return is_asked or len(self._queue) >= self._batch or now >= self._oldest + self._interval

    def _pause(self, not_before: float) -> Optional[float]:
        if not self._queue:
            return None
        is_asked = self._flushes > 0 or self._until is not None or len(self._queue) >= self._batch
        at = not_before if is_asked else max(not_before, self._oldest + self._interval)
        return max(0.001, at - time.monotonic())

    def _take(self) -> None:
        size = 0
        self._sending = []
        while self._queue and len(self._sending) < min(self._batch, self._together):
            if self._sending and size + len(self._queue[0]) > REQUEST_BYTES:
                break
            text = self._queue.popleft()
            size += len(text) + 1
            self._sending.append(text)
        self._oldest = time.monotonic()

    def _run(self) -> None:
        """The thread that sends."""
        failures = 0
        not_before = 0.0
        while True:
            with self._changed:
                while not self._is_due(not_before):
                    if self._until is not None and not self._queue:
                        return
                    self._changed.wait(self._pause(not_before))
                self._take()
                sending = self._sending
            accepted, refused, again, after, is_too_large = self._post(sending)
            with self._changed:
                if self._sending is not sending:
                    return  # Closed meanwhile: counted as dropped.
                self._counts["accepted"] += accepted
                self._counts["refused"] += refused
                self._bytes += sum(map(len, again)) - sum(map(len, sending))
                self._queue.extendleft(reversed(again))
                self._sending = []
                self._make_room()
                self._resize(len(sending), bool(again), is_too_large)
                if again and after is not None:
                    first, longest = self._backoff
                    longer = min(longest, first * 2 ** min(failures, 20))
                    not_before = time.monotonic() + max(after, longer * (0.5 + random.random() / 2))
                    failures += 1
                else:
                    failures, not_before = 0, 0.0
                self._changed.notify_all()

    def _resize(self, sent: int, has_failed: bool, is_too_large: bool) -> None:
        """What was too large goes in halves; it may have been the network's fault, so that it grows again."""
        self._went_well = 0 if has_failed else self._went_well + 1
        if is_too_large:
            self._together = max(1, sent // 2)
        elif self._went_well and self._went_well % GROWS_AFTER == 0:
            self._together = min(self._batch, self._together * 2)

    def _post(self, texts: List[bytes]) -> Outcome:
        """Never raises."""
        try:
            return self._answer(texts)
        except Exception as error:
            log.warning("events could not be sent: %s", error)
            return 0, 0, texts, 0.0, len(texts) > 1 and sum(map(len, texts)) > LARGE_BYTES

    def _answer(self, texts: List[bytes]) -> Outcome:
        try:
            request = urllib.request.Request(
                self._target,
                data=b"[" + b",".join(texts) + b"]",
                headers={"content-type": "application/json", "x-api-key": self._key},
                method="POST",
            )
            with OPENER.open(request, timeout=self._timeout) as answer:
                body = json.loads(answer.read())
            refused, retry = body["refused"], body["retry"]
            if refused:
                log.warning("events were refused (%d): %s", len(refused), refused[:3])
            again = [texts[index] for index in retry if 0 <= index < len(texts)]
            return len(texts) - len(refused) - len(again), len(refused), again, 0.0, False
        except urllib.error.HTTPError as error:
            with error:
                return self._failed(texts, error)

    def _failed(self, texts: List[bytes], error: urllib.error.HTTPError) -> Outcome:
        if error.code == 413 and len(texts) > 1:
            return 0, 0, texts, None, True
        if 300 <= error.code < 400:
            problem = "events were answered with a redirect (%d), which is not followed: give the url that it leads to"
            log.warning(problem, error.code)
        else:
            log.warning("events were answered %d: %s", error.code, error.read(500).decode(errors="replace"))
        if error.code in NEVER:
            return 0, len(texts), [], 0.0, False
        asked = error.headers.get("retry-after") or ""
        after = min(float(asked), 300.0) if asked.isdigit() else 0.0
        return 0, 0, texts, after, False


Scope = Dict[str, Any]


class BackboneMiddleware:
    """Reports every HTTP request of an ASGI application, and sends what is left at its shutdown.

    event_type: of a request, by its scope, status and content type; None: it is not reported.
    trusted_proxies: how many proxies in front add to X-Forwarded-For; 0: the peer is the visitor.
    more: further members of an event, by its scope (such as ``transfer_id``, ``token``).
    """

    def __init__(
        self,
        app: Callable[..., Any],
        reporter: Reporter,
        *,
        event_type: Optional[Callable[[Scope, int, str], Optional[str]]] = None,
        trusted_proxies: int = 0,
        more: Optional[Callable[[Scope], Dict[str, Any]]] = None,
    ) -> None:
        self._app, self._reporter = app, reporter
        self._event_type = event_type or event_type_of
        self._trusted_proxies, self._more = trusted_proxies, more

    async def __call__(self, scope: Scope, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, self._closing(send))
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        started, now = time.perf_counter(), int(time.time() * 1000)
        # An application that fails before it answers is answered for with 500.
        seen: Dict[str, Any] = {"status": 500, "type": "", "bytes": 0}

        async def seeing(message: Dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                seen["type"] = header(message.get("headers", ()), b"content-type") or ""
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
                if not message.get("more_body"):
                    # Background tasks of the application come after its answer.
                    seen["milliseconds"] = (time.perf_counter() - started) * 1000
            await send(message)

        try:
            await self._app(scope, receive, seeing)
        finally:
            seen.setdefault("milliseconds", (time.perf_counter() - started) * 1000)
            self._report(scope, seen, now)

    def _report(self, scope: Scope, seen: Dict[str, Any], now: int) -> None:
        try:
            event = self._event(scope, seen, now)
            if event is not None:
                self._reporter.report(event)
        except Exception as error:
            log.warning("a request could not be reported: %s", error)

    def _event(self, scope: Scope, seen: Dict[str, Any], now: int) -> Optional[Dict[str, Any]]:
        kind = self._event_type(scope, seen["status"], seen["type"])
        if kind is None:
            return None
        headers = scope.get("headers", ())
        event = {
            "event_type": kind,
            "timestamp": now,
            "method": scope["method"],
            "path": target_of(scope),
            "status_code": seen["status"],
            "duration_ms": round(seen["milliseconds"], 3),
            "content_bytes": seen["bytes"],
            "ip": self._address(scope, headers),
            # No agent at all says something as well: an empty one.
            "user_agent": header(headers, b"user-agent") or "",
            "referrer": header(headers, b"referer"),
            **(self._more(scope) if self._more else {}),
        }
        return {name: value for name, value in event.items() if value is not None}

    def _address(self, scope: Scope, headers: Any) -> Optional[str]:
        peer = (scope.get("client") or ("",))[0]
        passed = [part.strip() for part in (header(headers, b"x-forwarded-for") or "").split(",") if part.strip()]
        # Each proxy adds whom it was asked by; what stands before that the visitor may have made up.
        chain = passed + [peer]
        text = chain[max(0, len(chain) - 1 - self._trusted_proxies)]
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            return None

    def _closing(self, send: Callable[..., Any]) -> Callable[..., Any]:
        async def closing(message: Dict[str, Any]) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                try:
                    await asyncio.get_running_loop().run_in_executor(None, self._reporter.close)
                except Exception as error:
                    log.warning("events could not be sent at shutdown: %s", error)
            await send(message)

        return closing


def event_type_of(scope: Scope, status: int, content_type: str) -> Optional[str]:
    """A page that was shown is a page view, all else an API call."""
    is_page = scope["method"] == "GET" and status in (200, 304) and content_type.startswith("text/html")
    return "page_view" if is_page else "api_call"


def target_of(scope: Scope) -> str:
    """Path and query as they were asked for; the server keeps the query's allowed parameters alone."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}"[:LONGEST_TEXT] if query else path[:LONGEST_TEXT]


def header(headers: Any, name: bytes) -> Optional[str]:
    for known, value in headers:
        if known.lower() == name:
            return value.decode("latin-1")[:LONGEST_TEXT]
    return None
