"""Whatever the mirrors and the disk do: a whole data file, or none and the right error."""

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import mirrors
import pytest
from mirrors import FILES, IMAGES, expect_whole, hashes, send

from cnncourse import datafiles

pytestmark = pytest.mark.slow


# What a mirror may do when it is asked for a file


def whole(request, content, draw):
    send(request, content)


def moved(request, content, draw):
    request.send_response(draw.choice([301, 302, 303, 307, 308]))
    request.send_header("Location", f"/moved{request.path}")
    request.end_headers()


def missing(request, content, draw):
    request.send_error(draw.choice([403, 404, 410, 418]))


def busy(request, content, draw):
    request.send_error(draw.choice([429, 500, 502, 503, 504]))


def cut(request, content, draw):
    send(request, content[: draw.randrange(len(content))], claimed=len(content))


def flipped(request, content, draw):
    damaged = bytearray(content)
    damaged[draw.randrange(len(damaged))] ^= draw.randrange(1, 256)
    send(request, bytes(damaged))


def silent(request, content, draw):
    request.close_connection = True


def babbling(request, content, draw):
    request.wfile.write(draw.randbytes(draw.randrange(1, 3000)) + b"\r\n\r\n")


def lying_about_its_size(request, content, draw):
    request.send_response(200)
    request.send_header("Content-Length", draw.choice(["much", "-1", "0", "7", str(2**70)]))
    request.end_headers()
    request.wfile.write(content)


def shared(answer):
    return lambda request, content, draw: answer(request)


BROKEN = [missing, busy, cut, flipped, silent, babbling, lying_about_its_size]
BROKEN += map(shared, (mirrors.log_in, mirrors.cut_unannounced, mirrors.go_round, mirrors.pour))
SLOW = [*map(shared, (mirrors.drip, mirrors.drip_first_lines, mirrors.stall))]


class Moody:
    """The files of a mirror whose every answer is drawn anew."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def get(self, path: str):
        content, draw = FILES[Path(path).name], self.draw
        answers = draw.choices([[whole], [moved], BROKEN, SLOW], [5, 2, 4, 0.2])[0]
        answer = draw.choice(answers)
        return lambda request: answer(request, content, draw)


def test_moody_mirrors_give_a_whole_file_or_none(serve, impatient, amount, tried, tmp_path):
    draw, had = random.Random(0), 0
    urls = serve(Moody(draw), Moody(draw))
    for _ in range(amount(25, 300)):
        started = time.monotonic()
        try:
            path = datafiles.fetch("mnist", tmp_path)
        except OSError as error:
            assert str(error).startswith("no mirror gave "), error
            assert all(url in str(error) for url in urls)
            assert "\n" not in str(error)
        else:
            expect_whole(path)
            path.unlink()
            had += 1
        assert list(tmp_path.iterdir()) == []
        assert time.monotonic() - started < 60
        tried("fetches from mirrors with random failures: whole, or the right error")
    assert had > 0, "the mirrors are not as bad as that"


@pytest.mark.parametrize("answer", [mirrors.drip, mirrors.drip_first_lines, mirrors.stall])
def test_one_byte_a_second_is_given_up_in_time(serve, amount, tried, tmp_path, monkeypatch, answer):
    if not amount(False, True):
        pytest.skip("takes half a minute: in full only")
    sleep = time.sleep
    monkeypatch.setattr(mirrors.time, "sleep", lambda seconds: sleep(max(1, 20 * seconds)))
    serve(FILES | {IMAGES: answer})
    started = time.monotonic()
    with pytest.raises(OSError, match="no mirror gave"):
        datafiles.fetch("mnist", tmp_path)
    assert time.monotonic() - started < 60
    assert list(tmp_path.iterdir()) == []
    tried("fetches from a mirror that sends a byte a second, given up in time")


# A disk of its own, in a name space of its own: it goes when the process does

ON_A_SMALL_DISK = """
mount -t tmpfs -o size=256k tmpfs "$1" && exec "$2" -c "
import sys, test_mirrors
test_mirrors.fill_the_disk(*sys.argv[1:])" "$1" "$3" "$4"
"""


def fill_the_disk(folder: str, url: str, count: str) -> None:
    """Fetch with too little room on the disk, then with enough but read-only."""
    datafiles.SOURCES["mnist"] = datafiles.Source(hashes(FILES), [url])
    disk, draw, full = Path(folder), random.Random(0), 0
    ballast = disk / "ballast"
    for _ in range(int(count)):
        ballast.write_bytes(b"")
        room = os.statvfs(disk)
        ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_bsize - draw.randrange(250_000))))
        try:
            path = datafiles.fetch("mnist", disk)
        except OSError as error:
            assert error.errno == errno.ENOSPC, error
            full += 1
        else:
            kept = disk / "kept"
            kept.mkdir()
            expect_whole(path.rename(kept / path.name))
            shutil.rmtree(kept)
        assert list(disk.iterdir()) == [ballast]
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    try:
        datafiles.fetch("mnist", disk)
    except OSError as error:
        assert error.errno == errno.EROFS, error
        print(full)


def test_full_disk_and_read_only_folder_leave_nothing(serve, amount, tried, tmp_path):
    unshare = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"]).returncode:
        pytest.skip("this machine lets nobody mount a disk of his own")
    (url,), count = serve(FILES), amount(10, 100)
    here = Path(__file__).parent
    paths = os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(here.parent)])
    run = subprocess.run(
        [*unshare, "sh", "-c", ON_A_SMALL_DISK, "-", tmp_path, sys.executable, url, str(count)],
        cwd=here,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    full = int(run.stdout)
    assert 0 < full < count, "some had enough room"
    tried("downloads to a disk that is or gets full", full)
    tried("downloads to a read-only folder")
