"""Reports of the main job in the formats of other programs, read by programs and schemas that no one here wrote."""

import csv
import importlib.util
import json
import xml.etree.ElementTree

import jsonschema
import pytest
from conftest import ROOT, TOOLS, run

FORMATS = ("json", "json-lines", "rdjson", "sonarqube", "checkstyle", "csv", "pylint", "azure")


@pytest.fixture(scope="module")
def reports(analyzer, tmp_path_factory):
    """The folder of the reports, by the names of their formats, and the findings that they are about; one run wrote all."""
    folder = tmp_path_factory.mktemp("reports")
    outputs = [word for name in FORMATS for word in ("-o", f"{name}:{folder / name}")]
    run(analyzer, "check", ROOT / "fixtures/monorepo", "--no-cache", *outputs, code=1)
    findings = json.loads((folder / "json").read_text(encoding="utf-8"))["findings"]
    assert len(findings) > 5000
    return folder, findings


def test_reviewdogs_format_is_kept(reports):
    folder, findings = reports
    validator = TOOLS / "validators/node_modules/.bin/rdformat-validator"
    told = run(TOOLS / "vscode/bin/node", validator, "--strict", "--no-extra-fields", "--format", "json", folder / "rdjson").stdout
    assert '"valid": true' in told or '"valid":true' in told, told
    diagnostics = json.loads((folder / "rdjson").read_text(encoding="utf-8"))["diagnostics"]
    assert len(diagnostics) == len(findings)


def test_reviewdogs_columns_count_bytes(analyzer, tmp_path):
    (tmp_path / "analyzer.toml").touch()
    (tmp_path / "m.py").write_text('x = "é𐐀"; import os\n', encoding="utf-8")
    told = run(analyzer, "check", "--output-format", "rdjson", cwd=tmp_path, code=1).stdout
    [diagnostic] = json.loads(told)["diagnostics"]
    assert diagnostic["location"]["range"]["start"] == {"line": 1, "column": len('x = "é𐐀"; import '.encode()) + 1}


# "Generic issue import format" in SonarQube's documentation; what is not named there is refused.
GENERIC_ISSUES = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["rules", "issues"],
    "properties": {
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "name", "description", "engineId", "cleanCodeAttribute", "type", "severity", "impacts"],
                "properties": {
                    **{name: {"type": "string", "minLength": 1} for name in ("id", "name", "description", "engineId")},
                    "cleanCodeAttribute": {
                        "enum": [
                            "FORMATTED", "CONVENTIONAL", "IDENTIFIABLE", "CLEAR", "LOGICAL", "COMPLETE", "EFFICIENT", "FOCUSED",
                            "DISTINCT", "MODULAR", "TESTED", "LAWFUL", "TRUSTWORTHY", "RESPECTFUL",
                        ]
                    },
                    "type": {"enum": ["BUG", "VULNERABILITY", "CODE_SMELL"]},
                    "severity": {"enum": ["BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"]},
                    "impacts": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["softwareQuality", "severity"],
                            "properties": {
                                "softwareQuality": {"enum": ["MAINTAINABILITY", "RELIABILITY", "SECURITY"]},
                                "severity": {"enum": ["HIGH", "MEDIUM", "LOW"]},
                            },
                        },
                    },
                },
            },
        },
        "issues": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["ruleId", "primaryLocation"],
                "properties": {
                    "ruleId": {"type": "string", "minLength": 1},
                    "primaryLocation": {"$ref": "#/$defs/location"},
                    "secondaryLocations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                },
            },
        },
    },
    "$defs": {
        "location": {
            "type": "object",
            "additionalProperties": False,
            "required": ["message", "filePath", "textRange"],
            "properties": {
                "message": {"type": "string"},
                "filePath": {"type": "string", "minLength": 1},
                "textRange": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["startLine"],
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "endLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 0},
                        "endColumn": {"type": "integer", "minimum": 0},
                    },
                },
            },
        },
    },
}


def test_sonarqubes_format_is_kept(reports):
    folder, findings = reports
    told = json.loads((folder / "sonarqube").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(GENERIC_ISSUES).validate(told)
    assert len(told["issues"]) == len(findings)
    assert {issue["ruleId"] for issue in told["issues"]} == {rule["id"] for rule in told["rules"]}
    # The scanner fails on a place that is not in the file.
    for issue in told["issues"]:
        place = issue["primaryLocation"]
        path, place = ROOT / "fixtures/monorepo" / place["filePath"], place["textRange"]
        if "startColumn" not in place or not path.is_file():
            continue
        lines = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        units = len(lines[place["endLine"] - 1].encode("utf-16-le")) // 2
        assert place["endColumn"] <= units, issue


def test_checkstyles_xml_is_read(reports):
    folder, findings = reports
    root = xml.etree.ElementTree.parse(folder / "checkstyle").getroot()
    told = [(file.get("name"), int(error.get("line"))) for file in root for error in file]
    assert told == [(one["path"], one["range"]["start"]["line"]) for one in findings]


def test_the_table_is_read(reports):
    folder, findings = reports
    with open(folder / "csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert [row["fingerprint"] for row in rows] == [one["fingerprint"] for one in findings]
    assert all(not cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row.values())
    if importlib.util.find_spec("pandas"):
        import pandas

        assert len(pandas.read_csv(folder / "csv")) == len(findings)


def test_each_line_is_an_object(reports):
    folder, findings = reports
    lines = [json.loads(line) for line in (folder / "json-lines").read_text(encoding="utf-8").split("\n")[:-1]]
    assert [line["fingerprint"] for line in lines] == [one["fingerprint"] for one in findings]
    assert all({"repository", "commit", "time"} <= line.keys() for line in lines)


def test_lines_for_logs_are_one_a_finding(reports):
    folder, findings = reports
    for name in ("pylint", "azure"):
        assert (folder / name).read_text(encoding="utf-8").count("\n") == len(findings), name
