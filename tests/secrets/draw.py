"""Draws the lines to label from what tools that are not ours report, by seed and project.

    draw.py FOLDER

FOLDER holds the unpacked projects of projects.toml. Prints rows like those of labels.csv, without a label.
"""

import collections
import csv
import hashlib
import pathlib
import random
import sys

import candidates
import tools

CAP = 90
KINDS = (*candidates.KINDS, ".py", ".pyi", ".ipynb", ".pem", ".key", ".crt")


def is_read(path):
    """Leaves out pages, scripts of browsers, stylesheets and lock files."""
    name = pathlib.PurePath(path).name.lower()
    return name != "package-lock.json" and (name.endswith(KINDS) or name.startswith((".env", "dockerfile", "id_rsa")))


def of_project(folder):
    places = collections.defaultdict(set)
    for path, line, kind in candidates.of_folder(folder):
        places[path, line].add(kind)
    for tool in (tools.bandit, tools.ruff, tools.detect_secrets):
        for place in tool(folder):
            places[place] |= set()
    order = sorted(place for place in places if is_read(place[0]))
    random.Random("secrets-2026-" + folder.name).shuffle(order)
    texts, seen, kept = {}, collections.Counter(), []
    for path, line in order:
        content = texts.setdefault(path, tools.lines_of(folder / path))
        text = content[line - 1].strip() if line <= len(content) else ""
        seen[text] += 1
        if text and seen[text] <= 2:
            kept.append((path, line, text))
    for path, line, text in sorted(kept[:CAP]):
        kind = "+".join(sorted(places[path, line])) or "other"
        yield folder.name, path, line, kind, "", hashlib.sha256(text.encode()).hexdigest()[:12]


def main(folder):
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("project", "path", "line", "kind", "label", "hash"))
    for project in sorted(pathlib.Path(folder).iterdir()):
        rows.writerows(of_project(project))


if __name__ == "__main__":
    main(*sys.argv[1:])
