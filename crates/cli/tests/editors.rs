//! The server in real editors: Neovim as Debian and as PyPI have it, and the capabilities of several others. Editors that
//! are not installed are left out; `scripts/install-test-tools` installs what needs no administrator.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "shared with other tests")]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Project, run};

const PROBE: &str = "\
def f():
    # The probe.
    try:
        g()
    except:
        if h():
            raise
";

/// A copy of the fixture with a few files of the tests' own.
fn project() -> Project {
    let project = Project::monorepo();
    project.write("probe.py", PROBE);
    project.write("cycle/__init__.py", "");
    project.write("cycle/one.py", "import cycle.two\n");
    project.write("cycle/two.py", "x = 1\n");
    project
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A program among the tools that the tests compare with, if it is installed.
fn tool(name: &str) -> Option<PathBuf> {
    let tools =
        std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| repository().join(".tools"), PathBuf::from);
    Some(tools.join("venv/bin").join(name)).filter(|program| program.exists())
}

/// What a session of this Neovim says.
fn neovim(program: &Path) -> String {
    let project = project();
    let plugin = repository().join("editors/neovim");
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    command.args(["--clean", "--headless", "--cmd"]);
    command.arg(format!("set runtimepath^={}", plugin.display()));
    command.arg("-c").arg("runtime plugin/analyzer.lua");
    command.arg("-c").arg(format!("luafile {}", plugin.join("tests/session.lua").display()));
    command.current_dir(project.path("")).stdin(std::process::Stdio::null());
    command.env("ANALYZER_PROJECT", project.path("").canonicalize().unwrap());
    command.env("ANALYZER_PROGRAM", env!("CARGO_BIN_EXE_analyzer"));
    for variable in ["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(variable, home.path());
    }
    let output = run(&mut command);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    format!("{}{}", output.stdout, output.stderr)
}

#[test]
fn neovim_with_pulled_findings() {
    let Some(program) = tool("nvim") else { return };
    let told = neovim(&program);
    assert!(told.contains("ok utf-"), "{told}");
}

#[test]
fn neovim_with_published_findings() {
    let program = Path::new("/usr/bin/nvim");
    if !program.exists() {
        return;
    }
    let told = neovim(program);
    assert!(told.contains("ok utf-"), "{told}");
}

#[test]
fn the_capabilities_of_several_editors() {
    let (Some(pytest), project) = (tool("pytest"), project()) else { return };
    let mut command = Command::new(pytest);
    command.args(["-q", "-p", "no:cacheprovider"]).arg(repository().join("editors/tests"));
    command.env("ANALYZER_PROJECT", project.path("").canonicalize().unwrap());
    command.env("ANALYZER_PROGRAM", env!("CARGO_BIN_EXE_analyzer"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let output = run(&mut command);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
}
