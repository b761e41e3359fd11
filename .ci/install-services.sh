#!/bin/sh
# The servers that the tests of services start, as far as pip doesn't bring them: PostgreSQL. A Debian package, as root.
set -eu
command -v initdb >/dev/null 2>&1 && exit 0
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "Please run: sudo apt-get install -y postgresql" >&2
    exit 3
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends postgresql >/dev/null
