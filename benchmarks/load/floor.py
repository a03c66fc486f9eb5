"""The floor: the same HTTP server, which commits each body to SQLite and does nothing else.

python -m load.floor PORT DATABASE
"""

from __future__ import annotations

import signal
import sqlite3
import sys
from typing import Any

from openline.http_server import HttpServer, listen

_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (path TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID"


class Floor:
    """Keeps the body of each PUT under its path; answers anything else with the one kept there."""

    def __init__(self, path: str) -> None:
        self._kept = sqlite3.connect(path, isolation_level=None)
        self._kept.execute("PRAGMA journal_mode = WAL")
        self._kept.execute("PRAGMA synchronous = FULL")
        self._kept.execute(_SCHEMA)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["method"] == "PUT":
            self._kept.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (scope["path"], body))
        else:
            found = self._kept.execute("SELECT body FROM kept WHERE path = ?", (scope["path"],))
            body = (found.fetchone() or (b"",))[0]
        head = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


def main(port: int, path: str) -> None:
    """Serves until it is stopped."""
    server = HttpServer(Floor(path), lambda: None)
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run_on(listen("127.0.0.1", port))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
