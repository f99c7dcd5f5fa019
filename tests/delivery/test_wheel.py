"""The wheel and the archive of a release, installed and run as a user would."""

import hashlib
import json
import os
import shutil
import sys
import tarfile
import zipfile

from conftest import ROOT, TOOLS, run


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


def test_uv_and_pipx_install_the_wheel(dist, tmp_path):
    [wheel] = dist.glob("*.whl")
    uv = {**os.environ, "UV_TOOL_DIR": str(tmp_path / "uv"), "UV_TOOL_BIN_DIR": str(tmp_path / "uv-bin"), "UV_CACHE_DIR": str(tmp_path / "cache")}
    sources = ["--offline", "--no-index", "--find-links", dist, "--python", sys.executable]
    run(TOOLS / "venv/bin/uv", "tool", "install", *sources, "analyzer-py", env=uv)
    pipx = {**os.environ, "PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "pipx-bin"), "USE_EMOJI": "0"}
    run(TOOLS / "venv/bin/pipx", "install", "--python", sys.executable, wheel, env=pipx)
    for folder in ("uv-bin", "pipx-bin"):
        assert run(tmp_path / folder / "analyzer", "--version").stdout.startswith("analyzer "), folder


def test_cargo_installs_from_a_clone(tmp_path):
    """For debugging, from what the tests have built: a release takes minutes."""
    command = ["cargo", "install", "--quiet", "--debug", "--locked", "--path", "crates/cli", "--root", tmp_path]
    run(*command, cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")})
    assert run(tmp_path / "bin/analyzer", "--version").stdout.startswith("analyzer ")


def test_the_steps_of_the_dockerfile_build_the_program(tmp_path):
    """Without Docker, and for debugging: the context that .dockerignore leaves is enough to build from."""
    ignored, *kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored == "*" and all(line.startswith("!") for line in kept), kept
    context = tmp_path / "build"
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout.split("\0")
    for name in listed:
        if any(name == line[1:] or name.startswith(line[1:] + "/") for line in kept) and (ROOT / name).is_file():
            (context / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, context / name)
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    [build] = [line[4:] for line in dockerfile.splitlines() if line.startswith("RUN cargo")]
    command, strip = build.split("&&")
    assert " --release " in command and strip.split() == ["strip", "target/release/analyzer"]
    target = ROOT / "target"
    run("bash", "-c", command.replace(" --release ", " "), cwd=context, env={**os.environ, "CARGO_TARGET_DIR": str(target)})
    shutil.copy(target / "debug/analyzer", tmp_path / "analyzer")
    run("strip", tmp_path / "analyzer")
    # What the image holds: the program, a project that is mounted, and no home.
    (tmp_path / "project").mkdir()
    (tmp_path / "project/a.py").write_text("x = 1\n", encoding="utf-8")
    told = run(tmp_path / "analyzer", "check", cwd=tmp_path / "project", env={}).stdout
    assert "Checked 1 file" in told, told
