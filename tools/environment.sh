#!/bin/sh
# Make .venv with a Python that fits, unless the one that is there does; pip and uv come with it.
# It is made anew when its Python is gone or unfit, when another one is asked for, when the course's
# folder has moved, and when it was left half-made.
#
#   sh tools/environment.sh BIN UV_VERSION [PYTHON]
set -eu
bin=$1 uv_version=$2 asked=${3:-} place=$(pwd -P)

# Print the version of a Python if it fits and has a module; else say why not, and fail.
probe() {
  module=$1
  shift
  "$@" -c '
import platform, sys
version = "%d.%d" % sys.version_info[:2]
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("it is Python " + platform.python_version())
if (sys.platform, platform.machine()) in [("darwin", "x86_64"), ("win32", "ARM64")]:
    sys.exit("TensorFlow has no version for %s on %s" % (platform.machine(), platform.system()))
if sys.maxsize < 2**32:
    sys.exit("it is a 32-bit Python, for which there is no TensorFlow")
try:
    __import__(sys.argv[1])
except ImportError:
    sys.exit("it cannot make an environment: `sudo apt install python%s-venv`, perhaps" % version)
print(version)' "$module" 2>&1
}

# Make .venv with a Python, or note why it does not fit.
make_with() {
  if version=$(probe ensurepip "$@"); then
    echo "Making .venv with Python $version."
    rm -f .venv/uv.done
    "$@" -m venv --clear .venv || exit
  elif command -v "$1" >/dev/null; then
    refused="$refused
  $*: $(echo "$version" | tail -n 1)"
    false
  else
    false
  fi
}

make_with_any() {
  # First the one that is in use here: it may be that of an activated environment.
  for name in python3 python3.13 python3.12 python3.11 python; do
    make_with "$name" && return
  done
  for version in 3.13 3.12 3.11; do
    make_with py "-$version" && return
  done
  false
}

fits() {
  found=$(probe pip "$bin/python") || return 1
  recorded=$(cat .venv/uv.done 2>/dev/null) || :
  [ -z "$recorded" ] || [ "$recorded" = "$place" ] || return 1
  [ -z "$asked" ] || [ "$(probe ensurepip "$asked")" = "$found" ]
}

if ! fits; then
  refused=
  if ! { if [ -n "$asked" ]; then make_with "$asked"; else make_with_any; fi; }; then
    cat >&2 <<END
No Python here fits: the course needs Python 3.11, 3.12 or 3.13.${refused}
Install one, with its module venv, and run make again; \`make lab PYTHON=/path/to/python3.13\` names
one that is not found. Intel Macs and Windows on ARM have no TensorFlow: use the course in a browser.
END
    exit 1
  fi
fi
if [ "$("$bin/uv" --version 2>/dev/null | cut -d ' ' -f 2)" != "$uv_version" ]; then
  "$bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
  rm -f .venv/uv.done
fi
[ "$(cat .venv/uv.done 2>/dev/null)" = "$place" ] || echo "$place" >.venv/uv.done
