#!/usr/bin/env bash
# pylint: "disable=all" after a statement silences the whole file, the lines above it included.
# Versions: pylint 4.1.4 with astroid 4.3.4.
# Seen: no message for unused imports before and after the comment's line; without the comment there are two.
# Matters here: any other name in a comment after a statement covers its line alone; "all" covers the file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pylint==4.1.4 astroid==4.3.4
cd "$work"
printf '"""A module."""\nimport os\nx = 1\nimport re\n' >plain.py
printf '"""A module."""\nimport os\nx = 1  # pylint: disable=all\nimport re\n' >all.py
printf '"""A module."""\nimport os\nx = 1  # pylint: disable=unused-import\nimport re\n' >one.py
count() { venv/bin/pylint --rcfile=/dev/null --disable=all --enable=unused-import "$1" | grep -c unused-import || true; }
plain=$(count plain.py) all=$(count all.py) one=$(count one.py)
echo "messages without a comment: $plain, with disable=unused-import: $one, with disable=all: $all"
[[ $plain == 2 && $one == 2 && $all == 0 ]]
