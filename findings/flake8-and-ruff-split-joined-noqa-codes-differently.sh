#!/usr/bin/env bash
# flake8 and ruff each honour one joined noqa comment that the other does not: F401-E501 and F401E501.
# Versions: flake8 7.5.0, ruff 0.17.5.
# Seen: "# noqa: F401-E501" silences F401 in flake8 alone (ruff warns); "# noqa: F401E501" silences it in ruff alone.
# Matters here: no reading of such comments agrees with both tools.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check flake8==7.5.0 ruff==0.17.5
cd "$work"
printf 'import os  # noqa: F401-E501\nimport cmd  # noqa: F401E501\n' >m.py
by_flake8=$(venv/bin/flake8 --isolated --select F401 m.py | cut -d: -f2 || true)
by_ruff=$(venv/bin/ruff check --isolated --no-cache --select F401 --output-format concise m.py 2>/dev/null | grep '^m.py' | cut -d: -f2 || true)
echo "flake8 reports line $by_flake8, ruff reports line $by_ruff"
[[ $by_flake8 == 2 && $by_ruff == 1 ]]
