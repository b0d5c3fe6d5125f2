"""Install the course into .venv with uv, from where pip is set up to install."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from tools import COURSE, run

# What pip calls it, and uv. Whoever has set uv's own is not asked for pip's.
NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
SECTIONS = ("global", "install", ":env:")  # the later one counts


def settings_for_uv(listing: str) -> dict[str, str]:
    r"""Return the environment variables that make uv install from where pip does.

    Args:
        listing: What ``pip config list`` prints.

    Example:
        >>> settings_for_uv("global.index-url='https://mirror.school/simple'\n")
        {'UV_DEFAULT_INDEX': 'https://mirror.school/simple'}
    """
    found: dict[str, str] = {}
    for section in SECTIONS:
        for line in listing.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(f"{section}.") and (ours := NAMES.get(name[len(section) + 1 :])):
                parts = ast.literal_eval(value).split()
                found[ours] = ("," if ours == "UV_FIND_LINKS" else " ").join(parts)
    if "UV_INDEX" in found:  # as pip does, whichever index has the version that is wanted
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return found


def main(arguments: list[str] | None = None, course: Path = COURSE) -> None:
    """Install the course with the extras that the command line names, such as ``lab,test``."""
    (extras,) = sys.argv[1:] if arguments is None else arguments
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    listing = subprocess.run([*pip, "config", "list"], capture_output=True, text=True).stdout
    # On Windows an editable install fails in a folder with an umlaut.
    editable = [] if os.name == "nt" else ["--editable"]
    what = ["--quiet", "--constraint", "constraints.txt", *editable, f".[{extras}]"]
    uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--compile-bytecode"]
    here = ["--python", sys.executable]  # not into another environment that is active
    environment = settings_for_uv(listing) | os.environ
    if subprocess.run([*uv, *here, *what], cwd=course, env=environment).returncode:
        print("uv could not install the course: now pip tries.", flush=True)
        if subprocess.run([*pip, "install", *what], cwd=course).returncode:
            raise RuntimeError("The course could not be installed: the lines above say why.")


if __name__ == "__main__":
    run(main)
