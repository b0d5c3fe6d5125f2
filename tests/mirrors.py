"""A stand-in for MNIST's files, and mirrors on this machine that answer with what they will."""

import contextlib
import gzip
import hashlib
import io
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from cnncourse import datafiles, downloads

RNG = np.random.default_rng(0)


def as_idx(array: np.ndarray) -> bytes:
    """Return an array in the format of MNIST's files."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return gzip.compress(header + array.tobytes(), mtime=0)


def as_batches(members: dict[str, bytes]) -> bytes:
    """Return an archive of the kind of CIFAR-10's."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


ARRAYS = {
    "x_train": RNG.integers(256, size=(60, 28, 28), dtype=np.uint8),
    "y_train": np.arange(60, dtype=np.uint8) % 10,
    "x_test": RNG.integers(256, size=(20, 28, 28), dtype=np.uint8),
    "y_test": np.arange(20, dtype=np.uint8) % 10,
}
FILES = {
    "train-images-idx3-ubyte.gz": as_idx(ARRAYS["x_train"]),
    "train-labels-idx1-ubyte.gz": as_idx(ARRAYS["y_train"]),
    "t10k-images-idx3-ubyte.gz": as_idx(ARRAYS["x_test"]),
    "t10k-labels-idx1-ubyte.gz": as_idx(ARRAYS["y_test"]),
}
IMAGES = "train-images-idx3-ubyte.gz"


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.md5(content).hexdigest() for name, content in files.items()}


def send(request: BaseHTTPRequestHandler, content: bytes, claimed: int | None = None) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(claimed or len(content)))
    request.end_headers()
    request.wfile.write(content)


def cut(request: BaseHTTPRequestHandler) -> None:
    """Promise the whole file, send half and hang up."""
    send(request, FILES[IMAGES][:20_000], claimed=len(FILES[IMAGES]))


def cut_unannounced(request: BaseHTTPRequestHandler) -> None:
    """Send half of the file as if it were all."""
    send(request, FILES[IMAGES][:20_000])


def log_in(request: BaseHTTPRequestHandler) -> None:
    """Answer as the wifi of a hotel."""
    send(request, b"<html>Please log in</html>")


def drip(request: BaseHTTPRequestHandler) -> None:
    """Send one byte at a time, long enough for the test to fail if nobody hangs up."""
    send(request, b"", claimed=len(FILES[IMAGES]))
    for byte in FILES[IMAGES][:200]:
        request.wfile.write(bytes([byte]))
        time.sleep(0.05)


def stall(request: BaseHTTPRequestHandler) -> None:
    """Send a part of the file, then nothing."""
    send(request, FILES[IMAGES][:20_000], claimed=len(FILES[IMAGES]))
    time.sleep(1)


def drip_first_lines(request: BaseHTTPRequestHandler) -> None:
    """Send the first lines of the answer one byte at a time."""
    for byte in b"HTTP/1.0 200 OK\r\nServer: " + bytes([97]) * 100:
        request.wfile.write(bytes([byte]))
        time.sleep(0.05)


def go_round(request: BaseHTTPRequestHandler) -> None:
    """Send the client back to where it came from."""
    request.send_response(302)
    request.send_header("Location", request.path)
    request.end_headers()


def pour(request: BaseHTTPRequestHandler) -> None:
    """Send more than any file has, without saying when it ends."""
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(bytes(100_000))


def expect_whole(path) -> None:
    with np.load(path) as found:
        assert set(found) == set(ARRAYS)
        for key, array in ARRAYS.items():
            assert found[key].dtype == np.uint8
            assert np.array_equal(found[key], array)
    assert list(path.parent.iterdir()) == [path], "something was left behind"


@pytest.fixture
def serve(monkeypatch):
    """Start mirrors, of MNIST if nothing else is said, and return their addresses.

    Each answers with its files' bytes or as its functions will; `known` are the files' hashes.
    """
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
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

    def start_all(*mirrors: dict, name: str = "mnist", known: dict | None = None) -> list[str]:
        urls = [start(files) for files in mirrors]
        source = datafiles.Source(known or hashes(FILES), urls)
        monkeypatch.setitem(datafiles.SOURCES, name, source)
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
