//! The open administrative route: found where it is planted, and no other.
//! It must not know how it was planted.

use super::{by_file, expected, findings, text};

#[test]
fn the_open_administrative_route_is_found_and_no_other() {
    let expected = expected();
    let plants = expected["plants"]["unauthenticated-admin-route"]["by-file"].as_table().unwrap();
    let planted: Vec<&str> = plants.keys().map(String::as_str).collect();
    let found = findings("web");
    let told: Vec<&str> = found.iter().map(|finding| text(finding, "path")).collect();
    assert_eq!(told, planted);
    let reload = &found[0];
    assert_eq!(text(reload, "rule"), "unauthenticated-admin-route");
    assert_eq!((text(reload, "severity"), text(&reload["properties"], "route")), ("error", "/reload_model"));
    assert!(by_file("missing-csrf-protection").is_empty());
}
