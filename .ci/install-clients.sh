#!/bin/sh
# The programs that fill in forms in the tests of clients, and those that show what was filled in: LibreOffice (the one
# with windows: without its dialogs Calc shows no sheet to type into) with its Python, Chromium, pdf.js, poppler with
# the maps of Chinese fonts, MuPDF. Debian packages, as root; pdf.js by npm into the given folder.
set -eu
folder=$1
pdfjs=6.5.438
missing=""
for part in calc/libscuilo writer/libswuilo; do
    [ -e "/usr/lib/libreoffice/program/${part#*/}.so" ] || missing="$missing libreoffice-${part%%/*}"
done
/usr/bin/python3 -c 'import uno' 2>/dev/null || missing="$missing python3-uno"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -d /usr/share/poppler/cMap ] || missing="$missing poppler-data"
command -v mutool >/dev/null 2>&1 || missing="$missing mupdf-tools"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
[ -n "$(find /usr/share/fonts -name 'NotoSerifCJK-Regular.*' 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
# shellcheck disable=SC2086 # a list of packages
sh "$(dirname "$0")/apt-install.sh" $missing
grep -qs "\"version\": \"$pdfjs\"" "$folder/node_modules/pdfjs-dist/package.json" ||
    npm install --silent --no-audit --no-fund --omit=optional --prefix "$folder" "pdfjs-dist@$pdfjs"
