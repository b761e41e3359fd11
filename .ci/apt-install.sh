#!/bin/sh
# Installs Debian packages that are missing, as root; else says the line to run. Nothing to do without a name.
set -eu
[ $# -gt 0 ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "Please run: sudo apt-get install -y $*" >&2
    exit 3
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
