#!/bin/sh
# What the tests of the desk's page use: Chromium with a font for Chinese, a Debian package as root; axe-core by npm, into
# the given folder.
set -eu
folder=$1
axe=4.14.1
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
[ -n "$(find /usr/share/fonts -name 'NotoSerifCJK-Regular.*' 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
# shellcheck disable=SC2086 # a list of packages
sh "$(dirname "$0")/apt-install.sh" $missing
grep -qs "\"version\": \"$axe\"" "$folder/node_modules/axe-core/package.json" ||
    npm install --silent --no-audit --no-fund --omit=optional --ignore-scripts --prefix "$folder" "axe-core@$axe"
