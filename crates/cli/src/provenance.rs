//! Origin of a run, for reports that are kept with those of others: repository, commit, time.
//! It must not know reports.

use std::time::{SystemTime, UNIX_EPOCH};

use analyzer_report::RunInfo;
use analyzer_source::{environment, files};
use camino::Utf8Path;

use crate::git;

/// Reads git and the clock. `SOURCE_DATE_EPOCH` replaces the clock, so that a report can be reproduced.
pub(crate) fn of(root: &Utf8Path) -> RunInfo {
    let repository = root.ancestors().find(|folder| files::exists(&folder.join(".git")));
    let asked = |words: &[&str]| {
        repository.filter(|_| git::fault(root).is_none())?;
        let answer = git::command(root, &[]).args(words).output().ok()?;
        let text = String::from_utf8(answer.stdout).ok()?;
        let text = text.trim();
        (answer.status.success() && !text.is_empty()).then(|| text.to_owned())
    };
    let address = asked(&["config", "--get", "remote.origin.url"]).map(|url| without_user(&url));
    let name = || repository.unwrap_or(root).file_name().map(str::to_owned);
    RunInfo {
        repository: address.or_else(name),
        commit: asked(&["rev-parse", "--verify", "--quiet", "HEAD"]),
        time: Some(rfc3339(seconds())),
    }
}

/// An address without the user, and the password, that it may name.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

fn seconds() -> u64 {
    let told = environment::variable("SOURCE_DATE_EPOCH").and_then(|told| told.parse().ok());
    told.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// Seconds since 1970 as `2026-01-31T23:59:59Z`.
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // From March on, so that the day that leap years add is the last of a year; 400 years have 146,097 days.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + 400 * era + next;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        let shown = [0, 951_782_399, 951_782_400, 1_709_164_800, 1_767_225_599, 4_102_444_800].map(rfc3339);
        assert_eq!(
            shown,
            [
                "1970-01-01T00:00:00Z",
                "2000-02-28T23:59:59Z",
                "2000-02-29T00:00:00Z",
                "2024-02-29T00:00:00Z",
                "2025-12-31T23:59:59Z",
                "2100-01-01T00:00:00Z"
            ]
        );
    }

    #[test]
    fn an_address_tells_no_password() {
        for (url, shown) in [
            ("https://bob:token@example.org/a/b.git", "https://example.org/a/b.git"),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("ssh://git@example.org:22/a", "ssh://example.org:22/a"),
            ("git@example.org:a/b.git", "git@example.org:a/b.git"),
            ("/srv/a.git", "/srv/a.git"),
        ] {
            assert_eq!(without_user(url), shown);
        }
    }
}
