#!/bin/sh
# Installs what pip can't: system libraries, given as library=Debian package, and Python's venv module where Debian has
# split it off.
# As root through apt-get; otherwise prints the exact line to run and stops.
set -eu

python=${PYTHON:-python3}
wanted=""

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3" >&2
    exit 3
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed; $("$python" --version) is here. Name another: make PYTHON=/path/to/python3" >&2
    exit 3
fi
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    wanted="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
fi
for pair in "$@"; do
    if ! "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "${pair%%=*}" >/dev/null 2>&1; then
        wanted="$wanted ${pair#*=}"
    fi
done

[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your system's package manager: ${wanted# }" >&2
    exit 3
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "These system packages are missing. Please run:" >&2
    echo "  sudo apt-get install -y ${wanted# }" >&2
    exit 3
fi
echo "Installing ${wanted# }"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
apt-get install -y -qq --no-install-recommends $wanted >/dev/null
