"""What the tests of delivery share: what a release consists of, built once as a release builds it, and installed."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/analyzer-py/analyzer"
TOOLS = pathlib.Path(os.environ.get("ANALYZER_TEST_TOOLS", ROOT / ".tools"))


def run(*command, code=0, **options):
    """Runs a command to its end and returns what it printed; its exit code must be `code`."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == code, f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The folder of a release's files for this machine; $ANALYZER_TEST_DIST saves the time while one works on a test."""
    if known := os.environ.get("ANALYZER_TEST_DIST"):
        return pathlib.Path(known)
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


@pytest.fixture(scope="session")
def vsix(tmp_path_factory):
    """The extension for VS Code, packed."""
    file = tmp_path_factory.mktemp("vsix") / "analyzer.vsix"
    environment = {**os.environ, "PATH": f"{TOOLS / 'vscode/bin'}:{os.environ['PATH']}"}
    run(ROOT / "scripts/package-vscode", file, env=environment)
    return file


@pytest.fixture(scope="session")
def hooks(tmp_path_factory):
    """A repository of hooks as pre-commit clones it, this one's files with the tag of the version, and what makes git take it for the
    published one. Its wheel is built for debugging, into the folder of the tests: a release takes minutes."""
    folder = tmp_path_factory.mktemp("hooks") / "analyzer"
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout.split("\0")
    wanted = ("crates/", "rules/", "Cargo.", "pyproject.toml", ".pre-commit-hooks.yaml", "LICENSE", "README.md", "analyzer.schema.json", ".cargo/")
    for name in listed:
        if name.startswith(wanted) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    version = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    options = ["-c", "user.name=Someone", "-c", "user.email=someone@example.com"]
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run("git", *options, "commit", "--quiet", "--message", "hooks", cwd=folder)
    run("git", "tag", f"v{version}", cwd=folder)
    return {
        **os.environ,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{folder}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("home")),
        "MATURIN_PEP517_ARGS": "--profile dev",
        "CARGO_TARGET_DIR": str(ROOT / "target"),
        "PATH": f"{TOOLS / 'venv/bin'}:{os.environ['PATH']}",
    }


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
