#!/bin/sh
# The programs that look at the demo's files from outside: qpdf, poppler, LibreOffice and its fonts. Debian packages, as root.
set -eu
missing=""
command -v qpdf >/dev/null 2>&1 || missing="$missing qpdf"
command -v pdffonts >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-writer-nogui libreoffice-calc-nogui"
fonts=/usr/share/fonts
[ -n "$(find "$fonts" -name 'LiberationSans-Regular.*' 2>/dev/null)" ] || missing="$missing fonts-liberation"
[ -n "$(find "$fonts" -name 'NotoSerifCJK-Regular.*' 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
[ -n "$(find "$fonts" -name 'DejaVuSans.ttf' 2>/dev/null)" ] || missing="$missing fonts-dejavu-core"
# shellcheck disable=SC2086 # a list of packages
sh "$(dirname "$0")/apt-install.sh" $missing
