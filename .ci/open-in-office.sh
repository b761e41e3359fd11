#!/bin/sh
# Opens every DOCX and XLSX of the demo in LibreOffice and turns it into PDF: two at work, each in a profile of its own.
set -eu
folder=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/in" "$work/out"
# form/lang/sample.format becomes form.lang.sample.format.format, so that all names differ when the suffix is gone
find "$folder" \( -name '*.docx' -o -name '*.xlsx' \) | while read -r file; do
    name=$(echo "${file#"$folder"/}" | tr / .)
    ln -s "$(realpath "$file")" "$work/in/$name.${file##*.}"
done
find "$work/in" -name '*.docx' | sort >"$work/docx"
find "$work/in" -name '*.xlsx' | sort >"$work/xlsx"
for half in docx xlsx; do
    xargs -n 40 soffice "-env:UserInstallation=file://$work/$half.profile" --headless --convert-to pdf \
        --outdir "$work/out" <"$work/$half" >/dev/null 2>&1 &
done
wait
unopened=0
while read -r file; do
    name=$(basename "$file")
    [ -s "$work/out/${name%.*}.pdf" ] || { echo "LibreOffice can't open $name" >&2; unopened=1; }
done <<END
$(cat "$work/docx" "$work/xlsx")
END
[ "$unopened" -eq 0 ] || exit 1
echo "LibreOffice opened $(cat "$work/docx" "$work/xlsx" | wc -l) files"
