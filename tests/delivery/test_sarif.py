"""SARIF of the main job, read by programs that no one here wrote."""

import gzip
import json
import re
import subprocess
import urllib.parse
from collections import Counter

import pytest
from conftest import ROOT, TOOLS, run

MULTITOOL = TOOLS / "validators/node_modules/@microsoft"


@pytest.fixture(scope="module")
def sarif(analyzer, tmp_path_factory):
    path = tmp_path_factory.mktemp("sarif") / "analyzer.sarif"
    run(analyzer, "check", ROOT / "fixtures/monorepo", "--no-cache", "--sarif", "-o", path, code=1)
    return path


def test_the_schema_is_kept(sarif):
    [schema] = MULTITOOL.glob("sarif-multitool-linux/sarif-2.1.0.json")
    run(TOOLS / "venv/bin/check-jsonschema", "--schemafile", schema, sarif)


def test_code_scannings_own_rules_are_kept(sarif, tmp_path):
    """The validator exits with 0 whatever it finds."""
    report = tmp_path / "report.sarif"
    run(
        MULTITOOL / "sarif-multitool-linux/Sarif.Multitool", "validate", sarif,
        "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", report, "--log", "ForceOverwrite",
    )
    runs = json.loads(report.read_text(encoding="utf-8-sig"))["runs"]
    found = [(result["ruleId"], result["message"]) for run_ in runs for result in run_.get("results", [])]
    assert found == []


def test_a_consumer_counts_as_we_do(sarif):
    log = json.loads(sarif.read_text(encoding="utf-8"))
    ours = Counter(result["level"] for result in log["runs"][0]["results"])
    told = subprocess.run([TOOLS / "venv/bin/sarif", "summary", sarif], capture_output=True, text=True, check=True).stdout
    for level, count in ours.items():
        assert f"{level}: {count}" in told, told


def line_hashes(text):
    """GitHub's primaryLocationLineHash of every line, written from its description alone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    units = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    lines, line = [], 1
    kept = []
    start_of_line = True
    for unit in units:
        if unit in (32, 9):
            continue
        if start_of_line:
            lines.append((line, len(kept)))
            start_of_line = False
        kept.append(unit)
        if unit == 10:
            line += 1
            start_of_line = True
    if start_of_line:
        lines.append((line, len(kept)))
    kept += [65535] + [0] * 100
    counts, hashes = Counter(), {}
    for number, start in lines:
        value = 0
        for unit in kept[start : start + 100]:
            value = (value * 37 + unit) % 2**64
        value = f"{value:x}"
        counts[value] += 1
        hashes[number] = f"{value}:{counts[value]}"
    return hashes


def masked(text, regions):
    """The text as it is shown: the values of secrets, wherever they stand, are not."""
    def offset(line, column):
        """Of a line, and a column in UTF-16 units, both from 1."""
        lines = original.split("\n")
        before = lines[line - 1].encode("utf-16-le")[: 2 * (column - 1)].decode("utf-16-le")
        return sum(len(one) + 1 for one in lines[: line - 1]) + len(before)

    original = text
    for region in regions:
        ends = [offset(region[f"{end}Line"], region[f"{end}Column"]) for end in ("start", "end")]
        value = original[slice(*ends)]
        text = text.replace(value, re.sub(r"[^\n]", "*", value))
    return text


def test_the_line_hashes_are_those_of_an_independent_implementation(sarif):
    assert line_hashes("") == {1: "c129715d7a2bc9a3:1"}
    assert line_hashes(" a\nb\n  \t\tc\n d") == {
        1: "271789c17abda88f:1", 2: "54703d4cd895b18:1", 3: "180aee12dab6264:1", 4: "a23a3dc5e078b07b:1",
    }
    assert line_hashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n")[1] == "e9496ae3ebfced30:1"
    log = json.loads(sarif.read_text(encoding="utf-8"))
    places = [
        (result, place["artifactLocation"]["uri"], place["region"])
        for result in log["runs"][0]["results"]
        for place in [result["locations"][0]["physicalLocation"]]
    ]
    secrets = {}
    for _, uri, region in places:
        if set(region.get("snippet", {}).get("text", "-")) <= {"*", "\n"}:
            secrets.setdefault(uri, []).append(region)
    known, compared = {}, 0
    for result, uri, region in places:
        if uri not in known:
            text = (ROOT / urllib.parse.unquote(uri)).read_bytes().decode("utf-8-sig", "replace")
            known[uri] = line_hashes(masked(text, secrets.get(uri, [])))
        told = result["partialFingerprints"]["primaryLocationLineHash"]
        # These may be about files that are not read.
        if result["ruleId"] in ("backup-file", "skipped-file") and told == "c129715d7a2bc9a3:1":
            continue
        assert told == known[uri][region["startLine"]], (uri, region)
        compared += 1
    assert compared > 4_000


def limits_kept(log):
    """GitHub's limits, and that a tool has one run of a category."""
    assert log["version"] == "2.1.0" and len(log["runs"]) <= 20
    names = [(run_["tool"]["driver"]["name"], run_["automationDetails"]["id"]) for run_ in log["runs"]]
    assert len(set(names)) == len(names), names
    for run_ in log["runs"]:
        assert len(run_["results"]) <= 25_000 and len(run_["tool"]["driver"]["rules"]) <= 25_000
        for rule in run_["tool"]["driver"]["rules"]:
            assert len(rule["properties"]["tags"]) <= 20 and len(rule["fullDescription"]["text"]) <= 1_024
        for result in run_["results"]:
            assert len(result["locations"]) + len(result.get("relatedLocations", [])) <= 1_000
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert not uri.startswith("/") and ":" not in uri, uri


def test_the_limits_of_code_scanning_are_kept(sarif):
    limits_kept(json.loads(sarif.read_text(encoding="utf-8")))
    assert len(gzip.compress(sarif.read_bytes())) < 10_000_000


def test_26_000_findings_are_cut_to_what_is_taken(analyzer, git, tmp_path):
    repository = git()
    handler = "    try:\n        pass\n    except:\n        pass\n"
    for number in range(26):
        body = "".join(f"def f{at}():\n{handler}\n\n" for at in range(1_000))
        repository.write(f"m{number}.py", body)
    # What is more severe than all the others is among those that stay.
    repository.write("z.py", "import y\n\nX = y.Y\n")
    repository.write("y.py", "import z\n\nY = z.X\n")
    path = tmp_path / "many.sarif"
    told = run(analyzer, "check", repository.folder, "--select", "bare-except,import-cycle", "--sarif", "-o", path, code=1)
    assert "Left out the 1,001 least severe findings: code scanning refuses more than 25,000." in told.stderr, told.stderr
    log = json.loads(path.read_text(encoding="utf-8"))
    limits_kept(log)
    levels = Counter(result["level"] for result in log["runs"][0]["results"])
    assert levels == {"error": 1, "warning": 24_999}
    said = [note["message"]["text"] for note in log["runs"][0]["invocations"][0]["toolExecutionNotifications"]]
    assert said[0] in told.stderr


def test_addresses_are_relative_wherever_one_stands(analyzer, git, tmp_path):
    repository = git()
    repository.write("services/billing/pyproject.toml", "")
    repository.write("services/billing/my app.py", "def f():\n    try:\n        g()\n    except:\n        pass\n")
    addresses = set()
    for folder, path in [("/", repository.folder / "services/billing"), (repository.folder / "services", "billing")]:
        log = json.loads(run(analyzer, "check", path, "--sarif", cwd=folder, code=1).stdout)
        [result] = log["runs"][0]["results"]
        addresses.add(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    # Code scanning counts from the repository's root, not from the project's.
    assert addresses == {"services/billing/my%20app.py"}


def test_parts_of_a_repository_are_uploaded_together(analyzer, tmp_path):
    """One upload may hold several runs, but only one of a category."""
    parts = {}
    for part in ("main_pc_code", "pc2_code"):
        parts[part] = tmp_path / f"{part}.sarif"
        folder = ROOT / "fixtures/monorepo" / part
        run(analyzer, "check", folder, "--no-cache", "--category", part, "--sarif", "-o", parts[part], code=1)
    run(TOOLS / "venv/bin/sarif", "copy", "-o", tmp_path / "all.sarif", *parts.values())
    log = json.loads((tmp_path / "all.sarif").read_text(encoding="utf-8-sig"))
    assert {run_["automationDetails"]["id"] for run_ in log["runs"]} == {"main_pc_code/", "pc2_code/"}
    limits_kept(log)
    # The same category twice is what an upload is refused for.
    again = {**log, "runs": [log["runs"][0], log["runs"][0]]}
    with pytest.raises(AssertionError):
        limits_kept(again)
    paths = {
        part: {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].split("/")[2]
               for result in json.loads(path.read_text(encoding="utf-8"))["runs"][0]["results"]}
        for part, path in parts.items()
    }
    assert paths == {part: {part} for part in parts}
