"""Runs scanners over a folder, each over all that it reads and with suppressions ignored, and gives the lines that they report."""

import json
import os
import pathlib
import re
import subprocess

# The analyser's rules say nothing of generic credentials in tests unless they are asked to.
SETTINGS = "[rules.hardcoded-credential]\ntests = true\n\n[rules.default-credential]\ntests = true\n\n"
SETTINGS += "[rules.secret-token]\ntests = true\n"


def output(*command, cwd=None):
    """Runs a command whose exit code only says that something was found."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SystemExit(f"{command[0]} failed in {cwd}: {done.stderr[-400:]}")
    return done.stdout


def lines_of(path):
    return path.read_bytes().decode("utf8", "replace").split("\n")


def analyzer(folder, program, work):
    """The places of one value are one finding: each of them counts."""
    settings = pathlib.Path(work) / "settings.toml"
    settings.write_text(SETTINGS)
    command = (program, "check", "--select", "secrets", "--include-suppressed", "--no-cache", "--config", settings, "--output-format", "json", ".")
    for finding in json.loads(output(*command, cwd=folder))["findings"]:
        for place in (finding, *finding["related"]):
            if place.get("path"):
                yield place["path"], place["range"]["start"]["line"]


def bandit(folder, program="bandit"):
    """Names the call: the line of the text is looked for in it."""
    command = (program, "-q", "-r", ".", "-t", "B105,B106,B107", "--ignore-nosec", "-f", "json", "--exit-zero")
    for finding in json.loads(output(*command, cwd=folder))["results"]:
        path, line = os.path.normpath(finding["filename"]), finding["line_number"]
        text = re.match(r"Possible hardcoded password: '(.*)'$", finding["issue_text"], re.S)
        if text and text[1]:
            content = lines_of(folder / path)
            span = range(min(finding["line_range"]), max(finding["line_range"]) + 1)
            line = next((number for number in span if text[1] in content[number - 1]), line)
        yield path, line


def ruff(folder, program="ruff"):
    options = ("--isolated", "--ignore-noqa", "--preview", "--no-cache", "--no-respect-gitignore", "--exit-zero")
    for finding in json.loads(output(program, "check", *options, "--select", "S105,S106,S107", "--output-format", "json", ".", cwd=folder)):
        yield os.path.relpath(finding["filename"], os.path.realpath(folder)), finding["location"]["row"]


def detect_secrets(folder, program="detect-secrets"):
    for path, findings in json.loads(output(program, "scan", "--all-files", ".", cwd=folder))["results"].items():
        for finding in findings:
            yield os.path.normpath(path), finding["line_number"]
