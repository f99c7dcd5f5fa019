"""What the tests of delivery share: the wheel, built once as a release is built, and a fresh environment that holds it."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(os.environ.get("ANALYZER_TEST_TOOLS", ROOT / ".tools"))


def run(*command, code=0, **options):
    """Runs a command to its end and returns what it printed; its exit code must be `code`."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == code, f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The folder of a release's files for this machine."""
    folder = tmp_path_factory.mktemp("dist")
    # As a release, but for a profile that is built in a third of the time.
    environment = {
        "ANALYZER_PROFILE": "quick",
        **os.environ,
        "ANALYZER_DIST": str(folder),
        "PATH": f"{TOOLS / 'venv/bin'}:{os.environ['PATH']}",
    }
    target = f"{platform.machine()}-unknown-linux-gnu"
    run(ROOT / "scripts/build-release", target, "manylinux2014", cwd=ROOT, env=environment)
    return folder


@pytest.fixture(scope="session")
def analyzer(request, tmp_path_factory):
    """The binary, installed from the wheel into a fresh environment; $ANALYZER_TEST_BINARY saves the time while one works on a test."""
    if binary := os.environ.get("ANALYZER_TEST_BINARY"):
        return pathlib.Path(binary)
    [wheel] = request.getfixturevalue("dist").glob("*.whl")
    environment = tmp_path_factory.mktemp("environment")
    # Not venv: Debian packs ensurepip apart from Python.
    run(sys.executable, "-m", "virtualenv", "--quiet", environment)
    run(environment / "bin/python", "-m", "pip", "install", "--quiet", "--no-index", wheel)
    return environment / "bin/analyzer"


@pytest.fixture
def monorepo(tmp_path):
    """A copy of fixtures/monorepo in a folder of its own."""
    folder = tmp_path / "monorepo"
    shutil.copytree(ROOT / "fixtures/monorepo", folder, ignore=shutil.ignore_patterns(".analyzer_cache"))
    return folder


class Git:
    """A git repository in a folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main")
        self("config", "user.name", "Someone")
        self("config", "user.email", "someone@example.com")

    def __call__(self, *arguments, code=0, **options):
        return run("git", *arguments, cwd=self.folder, code=code, **options)

    def write(self, path, text):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, message, code=0, **options):
        self("add", "--all")
        return self("commit", "--quiet", "--message", message, code=code, **options)


@pytest.fixture
def git(tmp_path):
    """Makes a repository."""
    return lambda name="repository": Git(tmp_path / name)
