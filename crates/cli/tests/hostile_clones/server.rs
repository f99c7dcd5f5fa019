//! The server is as careful as the command line.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, pushed};
use crate::world::World;

/// Messages of a server about every file of the project.
fn told(world: &World) -> Vec<Value> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_analyzer"));
    let mut client = Client::spawn(command.arg("server").current_dir(world.path("project")));
    let folder = json!([{"uri": format!("file://{}", world.path("project").display()), "name": "project"}]);
    client.initialize(&pushed(), &json!({"diagnosticMode": "workspace"}), &folder);
    let uri = format!("file://{}", world.path("project/m.py").display());
    client.published(&uri, |params| params["diagnostics"][0]["code"] == "unused-import");
    let told = client.everything(Duration::from_millis(500));
    client.shut_down();
    told
}

#[test]
fn links_that_lead_out_are_neither_read_nor_written_through() {
    let world = World::new();
    world.write("outside/notes.txt", "Ann is paid 4711 a month\n");
    world.link("../outside/notes.txt", "project/x.py");
    world.link("../outside", "project/.analyzer_cache");
    world.link("/dev/zero", "project/.gitignore");
    let before = world.outside();
    let told = Value::from(told(&world)).to_string();
    assert!(!told.contains("4711") && told.contains("leads out of the project"), "{told}");
    assert_eq!(world.outside(), before);
}

#[test]
fn a_project_of_traps_is_served() {
    let world = World::new();
    world.write("project/sub/pyproject.toml", "");
    world.commit();
    let program = world.program();
    world.git(&["config", "core.fsmonitor", &program]);
    for path in ["project/.ignore", "project/sub/x.py", "project/ports.yaml", "project/.flake8"] {
        let made = std::process::Command::new("mkfifo").arg(world.path(path)).status().unwrap();
        assert!(made.success());
    }
    told(&world);
    assert!(!world.was_started());
}
