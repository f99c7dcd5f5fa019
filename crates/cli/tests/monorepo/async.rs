//! Coroutines: the old way to the event loop and queries in loops, file by file; no call that blocks.
//! It must not know how the figures were planted.

use std::collections::BTreeMap;

use super::{by_file, expected};

fn planted(rule: &str) -> BTreeMap<String, i64> {
    let expected = expected();
    let plants = expected["plants"][rule]["by-file"].as_table().unwrap();
    plants.iter().map(|(path, count)| (path.clone(), count.as_integer().unwrap())).collect()
}

#[test]
fn every_legacy_call_and_every_query_in_a_loop_is_found() {
    for (rule, total) in [("legacy-get-event-loop", 22), ("query-in-loop", 94)] {
        let planted = planted(rule);
        assert_eq!(by_file(rule), planted, "{rule}");
        assert_eq!(planted.values().sum::<i64>(), total, "{rule}");
    }
    assert!(by_file("blocking-call-in-async").is_empty());
}
