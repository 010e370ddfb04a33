"""Drives an ASGI application behind the middleware, as a server would: one JSON line of orders on standard input, one
of answers on standard output. `fastapi` or `plain` names the application."""

import asyncio
import json
import logging
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../clients/python"))
from backbone_events import BackboneMiddleware, Reporter  # noqa: E402

warnings = []


class Kept(logging.Handler):
    def emit(self, record):
        warnings.append(record.getMessage())


logging.getLogger("backbone_events").addHandler(Kept())
logging.getLogger("backbone_events").propagate = False


async def plain(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] == "/fails":
        raise RuntimeError("a mistake of the application")
    kind = b"text/html; charset=utf-8" if scope["path"] == "/" else b"application/json"
    await send({"type": "http.response.start", "status": 404 if scope["path"] == "/gone" else 200,
                "headers": [(b"Content-Type", kind)]})
    await send({"type": "http.response.body", "body": b"12345", "more_body": True})
    await send({"type": "http.response.body", "body": b"67"})


def fastapi_application(reporter):
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    app = FastAPI()
    app.add_middleware(BackboneMiddleware, reporter=reporter, trusted_proxies=1)

    @app.get("/", response_class=HTMLResponse)
    def page():
        return "<p>hello"

    @app.get("/api/files/{name}")
    def file(name: str):
        return {"name": name}

    @app.get("/fails")
    def fails():
        raise RuntimeError("a mistake of the application")

    return app


async def ask(app, path, headers=(), client=("203.0.113.9", 5000), query=b""):
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query, "root_path": "", "client": client,
        "server": ("127.0.0.1", 80), "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    seen = {}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            seen["status"] = message["status"]
        else:
            seen["body"] = seen.get("body", b"") + message.get("body", b"")

    try:
        await app(scope, receive, send)
    except RuntimeError as error:
        seen["raised"] = str(error)
    return {**seen, "body": seen.get("body", b"").decode()}


async def live(app, work):
    """The application's life: startup, work, shutdown."""
    told = asyncio.Queue()
    answers = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
    life = asyncio.ensure_future(app(scope, told.get, answers.put))
    await told.put({"type": "lifespan.startup"})
    await answers.get()
    done = await work()
    await told.put({"type": "lifespan.shutdown"})
    await answers.get()
    await life
    return done


def main():
    orders = json.loads(sys.stdin.readline())
    reporter = Reporter(orders["url"], orders["key"], **{"interval": 0.05, "timeout": 0.5, "backoff": (0.005, 0.04), **orders.get("options", {})})
    app = fastapi_application(reporter) if orders["app"] == "fastapi" else BackboneMiddleware(plain, reporter, **orders.get("middleware", {}))
    longest = 0.0

    async def work():
        nonlocal longest
        answers = []
        for path, headers in orders["requests"] * orders.get("times", 1):
            started = time.perf_counter()
            client = tuple(orders.get("client", ("203.0.113.9", 5000)))
            answers.append(await ask(app, path, headers, client, orders.get("query", "").encode()))
            longest = max(longest, time.perf_counter() - started)
        # Rests so long at most, or until all of it was accepted.
        until = time.monotonic() + orders.get("rest", 0)
        while time.monotonic() < until and reporter.counts()["waiting"] > 0:
            await asyncio.sleep(0.01)
        return answers

    if orders.get("fork"):
        # As servers with several workers do: one more process, forked after the parent has reported.
        asyncio.run(work())
        if os.fork() == 0:
            asyncio.run(work())
            counts = reporter.close()
            os._exit(0 if counts["accepted"] == counts["reported"] == len(orders["requests"]) else 1)
        _, status = os.wait()
        answers = [{"child": status}]
        reporter.close()
    elif orders.get("exit"):
        answers = asyncio.run(work())
    else:
        answers = asyncio.run(live(app, work))
    print(json.dumps({"answers": answers, "counts": reporter.counts(), "longest": longest, "warnings": warnings}), flush=True)


main()
