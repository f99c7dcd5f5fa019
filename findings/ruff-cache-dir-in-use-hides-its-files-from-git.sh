#!/usr/bin/env bash
# ruff takes any folder for its cache, and writes a .gitignore of `*` into it: of a project's own folder git then ignores
# every new file.
# Versions: ruff 0.17.5, git 2.47.3.
# Seen: `ruff check --cache-dir . m.py` in a repository; `git status` listed m.py before, and lists nothing after.
# Matters here: `--cache-dir` is spelt as in ruff, and refuses a folder that holds other files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruff==0.17.5
mkdir "$work/project"
cd "$work/project"
git init --quiet
printf 'x = 1\n' >m.py
before=$(git status --short)
../venv/bin/ruff check --isolated --quiet --cache-dir . m.py
after=$(git status --short)
echo "before: '$before'; after: '$after'"
[[ $before == '?? m.py' && -z $after ]]
