"""The hooks, run by the real pre-commit in a repository."""

import os

from conftest import REPOSITORY, run

CLEAN = '"""A module."""\n\n\ndef f(x):\n    return x + 1\n'
BROAD = "\n\ndef g(x):\n    try:\n        return f(x)\n    except Exception:\n        return None\n"


def test_a_repository_with_the_hooks(hooks, git):
    repository = git()
    repository.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {REPOSITORY}\n    rev: v0.1.0\n    hooks:\n      - id: analyzer-fix\n      - id: analyzer\n",
    )
    repository.write("app.py", CLEAN)
    run("pre-commit", "install", "--install-hooks", cwd=repository.folder, env=hooks)
    # The first commit of a repository.
    repository.commit("first", env=hooks)

    # A new broad handler, and a marker without a ticket, stop the commit; each is a note.
    repository.write("app.py", CLEAN + BROAD)
    told = repository.commit("broad", code=1, env=hooks)
    assert "broad-except" in told.stdout + told.stderr, told
    repository.write("app.py", CLEAN + "\n\n# TODO: later\n")
    told = repository.commit("marker", code=1, env=hooks)
    assert "todo-without-ticket" in told.stdout + told.stderr, told

    # Mended, it goes through; what was there before is not asked about.
    repository.write("app.py", CLEAN + BROAD.replace("Exception", "ValueError"))
    repository.commit("mended", env=hooks)

    # A cycle that an import closes is found, although its other half is not part of the commit.
    repository.write("other.py", "import app\n\nprint(app.f(1))\n")
    repository.commit("other", env=hooks)
    repository.write("app.py", CLEAN.replace('"""\n', '"""\n\nimport other\n', 1) + "\n\nprint(other)\n")
    told = repository.commit("cycle", code=1, env=hooks)
    assert "import-cycle" in told.stdout + told.stderr, told


def test_a_fault_that_was_there_does_not_stop_a_commit(hooks, git):
    repository = git()
    repository.write("app.py", CLEAN + BROAD)
    repository.commit("before the hooks")
    repository.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {REPOSITORY}\n    rev: v0.1.0\n    hooks:\n      - id: analyzer\n",
    )
    run("pre-commit", "install", cwd=repository.folder, env=hooks)
    repository.write("app.py", CLEAN.replace("1", "2") + BROAD)
    repository.commit("a line elsewhere", env=hooks)


def test_what_init_leaves_is_a_working_hook(analyzer, hooks, git):
    repository = git()
    repository.write("pyproject.toml", "")
    repository.write("app.py", CLEAN + BROAD)
    theirs = "repos:\n- repo: local\n  hooks:\n  - {id: x, name: x, entry: 'true', language: system}\n"
    repository.write(".pre-commit-config.yaml", theirs)
    run(analyzer, "init", repository.folder)
    run("pre-commit", "validate-config", cwd=repository.folder, env=hooks)
    run("pre-commit", "install", cwd=repository.folder, env=hooks)
    # What is there today is let be.
    repository.commit("first", env=hooks)
    run(analyzer, "check", repository.folder)
    repository.write("new.py", CLEAN + BROAD)
    told = repository.commit("second", code=1, env=hooks)
    assert "broad-except" in told.stdout + told.stderr, told


def test_a_warm_run_is_short(analyzer, monorepo):
    """Against a run that has to read everything anew, in turn with it: how fast the machine is plays no part."""
    warm = [analyzer, "check", monorepo / "main_pc_code/agents/tiered_responder.py", "--fail-on", "error"]
    run(*warm, code=1)
    times = {"warm": [], "cold": []}
    for _ in range(7):
        for name, command in (("warm", warm), ("cold", [*warm, "--no-cache"])):
            before = os.times()
            run(*command, code=1)
            after = os.times()
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            times[name].append(spent)
    least = {name: min(spent) for name, spent in times.items()}
    print(f"{least['warm'] * 1000:.0f} ms of processor time warm, {least['cold'] * 1000:.0f} ms cold")
    assert least["warm"] < least["cold"] / 5, times
