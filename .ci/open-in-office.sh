#!/bin/sh
# Opens one DOCX and one XLSX of every form of the demo in LibreOffice and turns them into PDF.
set -eu
folder=$1
profile=$(mktemp -d)
results=$(mktemp -d)
trap 'rm -rf "$profile" "$results"' EXIT
for form in "$folder"/*/; do
    for format in docx xlsx; do
        file="${form}zh-Hans/ordinary.$format"
        [ -f "$file" ] || file="${form}zh-Hans/blank.$format"
        soffice "-env:UserInstallation=file://$profile" --headless --convert-to pdf --outdir "$results" "$file" >/dev/null 2>&1
        made="$results/$(basename "$file" ".$format").pdf"
        [ -s "$made" ] || { echo "LibreOffice can't open $file" >&2; exit 1; }
        rm -f "$made"
    done
done
echo "LibreOffice opened a DOCX and an XLSX of each form"
