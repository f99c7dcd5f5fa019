#!/usr/bin/env bash
# ruff's rdjson counts columns in characters; reviewdog's format counts them in bytes of UTF-8.
# Versions: ruff 0.17.5; reviewdog's proto/rdf/reviewdog.proto ("Column number, starting at 1 (byte count in UTF-8)").
# Seen: of `os` in `x = "é𐐀"; import os` ruff tells column 18; before it stand 21 bytes, so that it is 22.
# Matters here: a suggestion that reviewdog places by such a column lands beside its text behind every character that is not
# ASCII. The analyser's rdjson counts bytes, and cannot be compared with ruff's there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruff==0.17.5
cd "$work"
printf 'x = "é𐐀"; import os\n' >m.py
column=$(venv/bin/ruff check --isolated --no-cache --select F401 --output-format rdjson m.py |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["diagnostics"][0]["location"]["range"]["start"]["column"])' || true)
bytes=$(printf 'x = "é𐐀"; import ' | wc -c)
echo "ruff tells column $column; in bytes it is $((bytes + 1))"
[[ $column == 18 && $bytes == 21 ]]
