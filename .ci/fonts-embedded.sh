#!/bin/sh
# Fails when a font of the given PDF is not embedded, not subset, or has no way back to Unicode.
set -eu
loose=$(pdffonts "$1" | tail -n +3 | grep -v 'yes yes yes' || true)
[ -z "$loose" ] || { printf '%s:\n%s\n' "$1" "$loose" >&2; exit 1; }
