"""The wheel and the archive of a release, installed and run as a user would."""

import hashlib
import json
import tarfile
import zipfile

from conftest import ROOT, run


def test_the_wheel_runs_the_main_job(analyzer):
    told = run(analyzer, "--version").stdout
    assert told.startswith("analyzer "), told
    report = json.loads(run(analyzer, "check", ROOT / "fixtures/monorepo", "--no-cache", "--output-format", "json", code=1).stdout)
    assert report["summary"]["files"] == 588


def test_the_wheel_installs_on_old_systems(dist):
    [wheel] = dist.glob("*.whl")
    assert "manylinux2014" in wheel.name or "manylinux_2_17" in wheel.name, wheel.name
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    assert any(name.endswith("LICENSE-MIT") for name in names), names
    assert sum(".data/scripts/analyzer" in name for name in names) == 1, names


def test_the_archive_holds_the_same_binary_and_has_a_checksum(dist, tmp_path):
    [archive] = dist.glob("*.tar.gz")
    checksum, name = (dist / f"{archive.name}.sha256").read_text().split()
    assert (name, checksum) == (archive.name, hashlib.sha256(archive.read_bytes()).hexdigest())
    with tarfile.open(archive) as content:
        content.extract("analyzer", tmp_path)
        assert {"LICENSE-MIT", "LICENSE-APACHE"} <= set(content.getnames())
    assert run(tmp_path / "analyzer", "--version").stdout.startswith("analyzer ")
