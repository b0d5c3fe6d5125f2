"""Download a file from mirrors that may fail, lie or dawdle: the right one, or an error."""

import hashlib
import threading
import time
from concurrent.futures import Future
from pathlib import Path

CONNECT_SECONDS, READ_SECONDS = 5, 20
SLOWEST, PATIENCE_SECONDS = 20_000, 30  # bytes a second, judged after so many seconds
LARGEST = 500_000_000  # bytes; none of the course's files has half as many


def download(mirrors: list[str], path: Path, md5: str) -> None:
    """Download a file, asking its mirrors in turn until one gives what has the right md5.

    Args:
        mirrors: Addresses of folders that hold a file of this name.
        path: Where to write the file; what is there after an error is not to be used.
        md5: As the file's authors publish it.

    Raises:
        OSError: If no mirror gives the right file, with all reasons, or it cannot be written.
    """
    reasons = []
    for mirror in mirrors:
        try:
            _stream(mirror + path.name, path)
            if md5_of(path) == md5:
                return
            why = "its md5 is not the published one"
        except Exception as error:  # ours, or one of the many that requests and urllib3 raise
            if isinstance(error, OSError) and error.errno:
                raise  # a full disk, say, which no other mirror mends
            why = _reason(error)
        reasons.append(f"{mirror}: {why}")
    raise OSError(f"no mirror gave {path.name} ({'; '.join(reasons)})")


def _reason(error: Exception) -> str:
    """Return what went wrong on the way, with the remedy where the network wants something."""
    kind, text = type(error).__name__, (str(error) or repr(error)).splitlines()[0]
    if kind == "SSLError":
        return (
            "its certificate is not trusted. A school's network that reads along signs with its "
            "own: ask for that file, and set REQUESTS_CA_BUNDLE to it"
        )
    if kind in ("ProxyError", "InvalidProxyURL") or text.startswith("407 "):
        return (
            f"the proxy lets nothing through ({text[:60]}): set HTTPS_PROXY and HTTP_PROXY to "
            "http://user:password@host:port, as your network's people say"
        )
    return "no connection" if kind == "ConnectionError" else text[:120]


def md5_of(path: Path) -> str:
    """Return a file's md5 as its authors publish it."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _stream(url: str, path: Path) -> None:
    """Download a file, but give a mirror up when it is hopelessly slow."""
    from tqdm.auto import tqdm

    started = time.monotonic()
    with _ask(url) as answer, open(path, "wb") as file:
        answer.raise_for_status()
        total = int(answer.headers.get("Content-Length", 0)) or None
        with tqdm(
            total=total, unit="B", unit_scale=True, desc=path.name, leave=False, delay=1
        ) as bar:
            # iter_content() waits for a whole chunk, however slowly it drips; read1() does not.
            while chunk := answer.raw.read1(1 << 16):
                bar.update(file.write(chunk))
                seconds = time.monotonic() - started
                if seconds > PATIENCE_SECONDS and file.tell() < SLOWEST * seconds:
                    raise OSError(f"slower than {SLOWEST / 1000:.0f} kB/s after {seconds:.0f} s")
                if file.tell() > LARGEST:
                    raise OSError(f"more than {LARGEST / 1e6:.0f} MB, so it is another file")


def _ask(url: str):
    """Open an address in a thread, which is left alone when the answer does not begin in time.

    The time-outs of requests start anew with each byte of an answer's first lines.
    """
    import requests  # takes a moment

    answer: Future = Future()
    times = (CONNECT_SECONDS, READ_SECONDS)
    as_it_is = {"Accept-Encoding": "identity"}  # the hash is that of the compressed file

    def ask() -> None:
        try:
            answer.set_result(requests.get(url, stream=True, timeout=times, headers=as_it_is))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(timeout=sum(times))
    except TimeoutError:
        raise OSError(f"no answer after {sum(times):.0f} s") from None
