//! The server in real editors: Neovim before and since it pulls findings, Emacs and Helix, and the capabilities of
//! several others. An editor that is not there is a failure where the tests must be complete (`scripts/test`, CI);
//! elsewhere its test is left out.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

#[expect(dead_code, reason = "shared with other tests")]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Project, run};

const PROBE: &str = "\
def f():
    # The probe.
    if h():
        g()
    import json
    return None
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

/// Where `scripts/install-test-tools` and `scripts/install-editors` put what they install.
fn tools() -> PathBuf {
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| repository().join(".tools"), PathBuf::from)
}

/// A program among the tools; none if it is not installed, and need not be.
fn tool(path: &str, script: &str) -> Option<PathBuf> {
    let program = tools().join(path);
    if program.exists() {
        return Some(program);
    }
    let missing = format!("{} is missing: run scripts/{script}", program.display());
    let complete =
        ["CI", "ANALYZER_TESTS_COMPLETE"].into_iter().find(|name| std::env::var_os(name).is_some());
    assert!(complete.is_none(), "{missing} ({} is set)", complete.unwrap_or_default());
    eprintln!("left out: {missing}");
    None
}

/// Output of a session of this Neovim.
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
    let Some(program) = tool("venv/bin/nvim", "install-test-tools") else { return };
    let told = neovim(&program);
    assert!(told.contains("ok utf-"), "{told}");
}

#[test]
fn neovim_with_published_findings() {
    let Some(program) = tool("editors/bin/nvim", "install-editors") else { return };
    let told = neovim(&program);
    assert!(told.contains("ok utf-"), "{told}");
}

/// Runs a file of editors/tests.
fn pytest(file: &str, editor: Option<(&str, PathBuf)>) {
    let Some(pytest) = tool("venv/bin/pytest", "install-test-tools") else { return };
    let project = project();
    let mut command = Command::new(pytest);
    command.args(["-q", "-p", "no:cacheprovider"]).arg(repository().join("editors/tests").join(file));
    command.env("ANALYZER_PROJECT", project.path("").canonicalize().unwrap());
    command.env("ANALYZER_PROGRAM", env!("CARGO_BIN_EXE_analyzer"));
    // Contents of the screens, for whoever wants to look.
    command.env("ANALYZER_SCREENS", repository().join("target/editors/screens"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.envs(editor);
    let output = run(&mut command);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
}

/// Code that sets Neovim up: the blocks of docs/editors.md, and the lines of `:help analyzer`.
fn setups() -> Vec<String> {
    let page = |path: &str| std::fs::read_to_string(repository().join(path)).unwrap();
    let (guide, help) = (page("docs/editors.md"), page("editors/neovim/doc/analyzer.txt"));
    let blocks = guide.split("```lua\n").skip(1).map(|block| block.split("```").next().unwrap());
    let examples = help.split(" >\n").skip(1).flat_map(|block| block.split("\n<").next().unwrap().lines());
    blocks.chain(examples).map(|setup| setup.trim().to_owned()).collect()
}

#[test]
fn neovim_is_set_up_as_the_pages_say() {
    let project = Project::small();
    let binary = Path::new(env!("CARGO_BIN_EXE_analyzer"));
    let look = project.path("look.lua");
    let wait = "vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)";
    std::fs::write(&look, format!("vim.cmd({wait} and 'qall!' or 'cquit 1')\n")).unwrap();
    let setups = setups();
    assert_eq!(setups.len(), 6, "{setups:?}");
    for setup in setups {
        let is_new = setup.contains("vim.lsp.");
        let new = || tool("venv/bin/nvim", "install-test-tools");
        let program = if is_new { new() } else { tool("editors/bin/nvim", "install-editors") };
        let Some(program) = program else { continue };
        let mut lines = setup.replace("/opt/analyzer", binary.to_str().unwrap());
        if setup.starts_with("vim.lsp.config") {
            lines.push_str("\nvim.lsp.enable('analyzer')");
        }
        project.write("init.lua", &format!("{lines}\n"));
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("src")).unwrap();
        std::os::unix::fs::symlink(repository(), home.path().join("src/analyzer")).unwrap();
        let mut command = Command::new(program);
        command.arg("--headless").arg("-u").arg(project.path("init.lua"));
        if !setup.contains("runtimepath") {
            let plugin = repository().join("editors/neovim");
            command.arg("--cmd").arg(format!("set runtimepath^={}", plugin.display()));
        }
        command.arg("app/one.py").arg("-c").arg(format!("luafile {}", look.display()));
        command.current_dir(project.path("")).stdin(std::process::Stdio::null());
        let path = std::env::var("PATH").unwrap();
        command.env("HOME", home.path());
        command.env("PATH", format!("{}:{path}", binary.parent().unwrap().display()));
        for variable in ["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(variable, home.path());
        }
        let output = run(&mut command);
        assert_eq!(output.code, 0, "{setup}: {}{}", output.stdout, output.stderr);
    }
}

#[test]
fn the_capabilities_of_several_editors() {
    pytest("test_clients.py", None);
}

#[test]
fn emacs_as_its_page_has_it() {
    let Some(program) = tool("editors/bin/emacs", "install-editors") else { return };
    pytest("test_emacs.py", Some(("ANALYZER_EMACS", program)));
}

#[test]
fn helix_as_its_page_has_it() {
    let Some(program) = tool("editors/bin/hx", "install-editors") else { return };
    pytest("test_helix.py", Some(("ANALYZER_HELIX", program)));
}

/// Files of a repository with services, a file in one of them, and the root that everybody finds for it.
type Layout = (&'static [(&'static str, &'static str)], &'static str);

const LAYOUTS: [Layout; 8] = [
    (&[("analyzer.toml", ""), ("services/a/pyproject.toml", "[project]\n")], ""),
    (&[(".git/HEAD", ""), ("services/a/pyproject.toml", "[project]\n")], ""),
    (&[(".git", "gitdir: x\n"), ("services/a/setup.py", "")], ""),
    (&[("pyproject.toml", "[tool.analyzer]\n"), ("services/a/pyproject.toml", "")], ""),
    (
        &[
            (".git/HEAD", ""),
            ("services/pyproject.toml", "[ tool.'analyzer' ]\n"),
            ("services/a/setup.cfg", ""),
        ],
        "services",
    ),
    (&[(".git/HEAD", ""), ("services/a/analyzer.toml", "")], "services/a"),
    (&[("analyzer.toml", ""), ("services/.git/HEAD", ""), ("services/a/pyproject.toml", "")], "services"),
    (&[("setup.cfg", ""), ("services/a/pyproject.toml", "# tool.analyzer\n")], ""),
];

#[test]
fn neovim_finds_the_root_that_the_command_line_finds() {
    let programs = [("venv/bin/nvim", "install-test-tools"), ("editors/bin/nvim", "install-editors")];
    let programs: Vec<PathBuf> = programs.iter().filter_map(|(path, script)| tool(path, script)).collect();
    for (files, root) in LAYOUTS {
        let project = Project::empty();
        std::fs::remove_file(project.path("analyzer.toml")).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project.write("services/a/p/m.py", "x = 1\n");
        let output = run(project.check().arg("services/a/p/m.py"));
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(project.path(root).join(".analyzer_cache").is_dir(), "{files:?}");
        for program in &programs {
            let home = tempfile::tempdir().unwrap();
            let mut command = Command::new(program);
            let plugin = repository().join("editors/neovim");
            command
                .args(["--clean", "--headless", "--cmd"])
                .arg(format!("set runtimepath^={}", plugin.display()));
            let ask = "lua io.stdout:write(require('analyzer').root('services/a/p/m.py') or 'none')";
            command.arg("-c").arg(ask).arg("-c").arg("qall!").env("HOME", home.path());
            command.current_dir(project.path("").canonicalize().unwrap()).stdin(std::process::Stdio::null());
            let output = run(&mut command);
            let expected = project.path("").canonicalize().unwrap().join(root);
            assert_eq!(Path::new(output.stdout.trim()), expected, "{files:?} {}", output.stderr);
        }
    }
}
