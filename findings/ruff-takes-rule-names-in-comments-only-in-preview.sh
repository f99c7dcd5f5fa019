#!/usr/bin/env bash
# ruff's own comments take a rule by its code, and by its name only with --preview: without it a name is passed over in
# silence, and what the comment should have silenced is reported.
# Versions: ruff 0.17.5.
# Seen: `import os  # ruff: ignore[unused-import]` is reported as F401, and not with --preview; `ignore[F401]` is honoured
# by both.
# Matters here: names of ruff's rules in such comments silence nothing here either, as in its stable version.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruff==0.17.5
cd "$work"
printf 'import os  # ruff: ignore[unused-import]\nimport re  # ruff: ignore[F401]\n' >m.py
lines() {
  venv/bin/ruff check --isolated --no-cache --exit-zero --select F401 --output-format json "$@" m.py |
    python3 -c 'import json, sys; print([one["location"]["row"] for one in json.load(sys.stdin)])'
}
stable=$(lines)
preview=$(lines --preview)
echo "stable: $stable; preview: $preview"
[[ $stable == '[1]' && $preview == '[]' ]]
