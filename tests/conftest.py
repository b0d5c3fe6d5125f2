"""Mirrors on this machine, for all tests that download."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from mirrors import FILES, hashes, send

from cnncourse import downloads


@pytest.fixture
def serve(monkeypatch):
    """Start mirrors of MNIST; each answers with its files' bytes or as its functions will."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setitem(downloads.HASHES, "mnist", hashes(FILES))
    servers = []

    def start(files: dict) -> str:
        class Mirror(BaseHTTPRequestHandler):
            def do_GET(self):
                answer = files.get(self.path.strip("/"))
                with contextlib.suppress(ConnectionError):
                    if callable(answer):
                        answer(self)
                    elif answer is None:
                        self.send_error(404)
                    else:
                        send(self, answer)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror, bind_and_activate=False)
        server.request_queue_size = 50  # many may ask at once
        server.server_bind()
        server.server_activate()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    def start_all(*mirrors: dict) -> list[str]:
        urls = [start(files) for files in mirrors]
        monkeypatch.setitem(downloads.MIRRORS, "mnist", urls)
        return urls

    yield start_all
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def impatient(monkeypatch):
    """Wait for tenths of a second where the course waits for half a minute."""
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(downloads, "CONNECT_SECONDS", 1.2)
    monkeypatch.setattr(downloads, "READ_SECONDS", 0.4)
    monkeypatch.setattr(downloads, "LARGEST", 1_000_000)
