"""How much of what there is the report names: places that recall.py finds by regular expressions and `ast` alone."""

import pathlib

import pytest
import recall
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONOREPO = ROOT / "fixtures/monorepo"
# Copies are reported, and handlers whatever they do, as whoever counts them would want.
COUNTED = 'copies = "report"\n[rules.broad-except]\nstrict = true\n'

PLANTED = {
    "agents/memory.py": "import zmq\n\nzmq.Context().socket(zmq.REP).bind('tcp://*:7101')\n",
    "config/main.yaml": """\
broker:
  host: 192.168.1.77
  peers: [10.0.3.4, "10.0.3.5:7000"]
  url: "http://ann@192.168.1.20:8080/api"
models:
  voice: /home/ann/models/voice.gguf
  cache: "/Users/ann/cache/x"
""",
    "config/settings.json": """\
{
  "host": "192.168.1.78",
  "camera": "rtsp://192.168.1.21/live",
  "data": "/Users/ann/data/x.db"
}
""",
    "run.sh": """\
#!/bin/bash
export BROKER=192.168.1.79
cd /home/ann/assistant && exec python agents/memory.py --peer tcp://10.1.2.3:5556
""",
    "compose.yaml": """\
services:
  memory:
    image: memory
    environment:
      BROKER: 192.168.1.80
    volumes:
      - /home/ann/data:/data
""",
}


@pytest.fixture(scope="module")
def configuration(tmp_path_factory):
    path = tmp_path_factory.mktemp("configuration") / "counted.toml"
    path.write_text(COUNTED)
    return path


@pytest.fixture(scope="module")
def measured(analyzer, configuration):
    findings = recall.report(analyzer, MONOREPO, "--config", configuration)
    return findings, recall.measure(findings, MONOREPO)


@pytest.fixture(scope="module")
def expected():
    return tomllib.loads((MONOREPO / "expected.toml").read_text())


def share(found):
    every, lost = found
    return 1 - len(lost) / len(every)


def test_handlers(measured, expected):
    every, lost = measured[1]["handlers"]
    assert len(every) == expected["handlers"]["total"]
    assert len(lost) <= 0.02 * len(every), lost[:10]


def test_ports_of_binds(measured):
    every, lost = measured[1]["ports of binds"]
    assert len(every) > 20
    assert share((every, lost)) >= 0.9, lost


def test_backup_files(measured, expected):
    planted = set(expected["backups"]["files"])
    named = {path for path, _ in recall.places(measured[0], "backup-file")}
    assert len(planted - named) <= 0.05 * len(planted), planted - named
    every, lost = measured[1]["backup files"]
    assert set(every) <= planted
    assert not lost


def test_first_party_imports_that_are_not_there(measured, expected):
    planted = {(one["path"], one["line"], one["module"]) for one in expected["unresolved"]}
    every, lost = measured[1]["missing imports"]
    assert set(every) == planted
    assert share((every, lost)) >= 0.9
    reported = recall.places([one for one in measured[0] if one["rule"] == "unresolved-import"], "unresolved-import")
    right = {place for place in reported if place in {one[:2] for one in planted}}
    assert len(right) >= 0.95 * len(reported), reported - right


def test_addresses_and_paths_of_configuration(analyzer, configuration, tmp_path):
    for name, text in PLANTED.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    measured = recall.measure(recall.report(analyzer, tmp_path, "--config", configuration), tmp_path)
    for kind, count in (("addresses", 8), ("personal paths", 5)):
        every, lost = measured[kind]
        assert len(every) == count, every
        assert share((every, lost)) >= 0.9, lost
