//! What the rules of the family share about places: tests, and ports that everyone knows.
//! It must not know findings.

/// Ports that belong to a protocol or to a product that everyone knows by its number.
const WELL_KNOWN: &[u16] = &[
    20, 21, 22, 23, 25, 53, 67, 68, 69, 80, 110, 119, 123, 135, 137, 138, 139, 143, 161, 162, 389, 443, 445,
    465, 514, 587, 636, 853, 989, 990, 993, 995, 1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 3306, 3389,
    4317, 4318, 5432, 5671, 5672, 5984, 6379, 6443, 8086, 8125, 8883, 9042, 9090, 9092, 11211, 15672, 26379,
    27017, 27018, 27019,
];

/// Whether a port is known by its number.
pub(super) fn is_well_known(port: u16) -> bool {
    WELL_KNOWN.binary_search(&port).is_ok()
}

/// Whether a file belongs to tests, by its path.
pub(super) fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    file.starts_with("test_")
        || file.ends_with("_test.py")
        || matches!(file, "conftest.py" | "tests.py")
        || parts.any(|folder| matches!(folder, "test" | "tests" | "testing" | "e2e" | "integration_tests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_ports_are_sorted() {
        assert!(WELL_KNOWN.is_sorted());
        assert!(is_well_known(6379) && !is_well_known(5556) && !is_well_known(9200));
    }

    #[test]
    fn tests_are_told_by_their_path() {
        assert!(is_test("tests/a.py") && is_test("p/test_x.py") && is_test("conftest.py"));
        assert!(!is_test("p/latest.py") && !is_test("testament/x.py"));
    }
}
