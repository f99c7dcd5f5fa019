//! Packages whose requirements disagree, over all lists of a project. It must not know where in a file they
//! are.

mod alternatives;
mod together;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;

use compact_str::CompactString;
use pep508_rs::MarkerTree;
use pep508_rs::pep440_rs::{Operator, Version, VersionSpecifiers};
use version_ranges::Ranges;

use self::alternatives::are_alternatives;
use self::together::{installed_together, is_compiled_from, is_of_package};

/// The parts of a requirement that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The package's normalised name.
    pub name: CompactString,
    /// The versions, as PEP 440 writes them; empty for any.
    pub versions: CompactString,
    /// The extras that it takes along, sorted.
    pub extras: CompactString,
    /// The circumstances, as PEP 508 writes them; empty for all.
    pub marker: CompactString,
    /// The list within the file.
    pub list: CompactString,
    /// Whether it names a place, and so no versions.
    pub direct: bool,
}

/// The requirements of a file, without places.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Lists {
    /// Its requirements, in the order of the text.
    pub asked: Vec<Asked>,
    /// Paths of other lists that are installed with it or limit it, as written: from the folder of the file.
    pub links: Vec<CompactString>,
    /// The versions of Python that its project supports, as PEP 440 writes them; empty where it does not say.
    pub python: CompactString,
}

/// A requirement: its file and its index there.
pub type At = (u32, u32);

/// How a requirement disagrees with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disagreement {
    /// No version is in both.
    Disjoint {
        /// Whether both are installed together, as far as their places show.
        together: bool,
    },
    /// Another list pins a higher version.
    Behind {
        /// Whether one list names both, so that no installation can take them.
        together: bool,
    },
    /// It takes any version, while another list names one.
    Unpinned,
    /// The same list names the package before.
    Twice,
}

/// A requirement that disagrees with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// How.
    pub how: Disagreement,
    /// The requirement.
    pub at: At,
    /// The one that it disagrees with.
    pub with: At,
    /// All other requirements of the package, in order.
    pub others: Vec<At>,
    /// A version that every list takes.
    pub common: Option<CompactString>,
    /// How many later requirements of the package, in other lists, disagree in the same way.
    pub more: u32,
    /// Whether an earlier one represents it.
    pub elsewhere: bool,
}

/// One occurrence of a package, read.
struct Place<'a> {
    at: At,
    path: &'a str,
    asked: &'a Asked,
    pin: Option<Version>,
    range: Ranges<Version>,
    marker: MarkerTree,
}

/// All disagreements, by file and index. `files` gives paths with what they ask for; numbers of files are places there.
#[must_use]
pub fn drifts(files: &[(&str, &Lists)]) -> Vec<Drift> {
    let mut by_name: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    let joined = Joined::read(files);
    let pythons = supported(files);
    for (file, (path, lists)) in (0..).zip(files) {
        let python =
            pythons.iter().rev().find(|(folder, _)| is_below(path, folder)).map(|(_, python)| python);
        for (index, asked) in (0..).zip(&lists.asked) {
            let Some(mut place) = place((file, index), path, asked) else { continue };
            if let Some(python) = python.filter(|_| !asked.marker.is_empty()) {
                // What no supported Python asks for limits nothing.
                let mut met = place.marker;
                met.and(python.clone());
                if met.is_false() {
                    continue;
                }
                place.marker = met;
            }
            by_name.entry(&asked.name).or_default().push(place);
        }
    }
    let mut found = Vec::new();
    for places in by_name.values().filter(|places| places.len() > 1) {
        let first = found.len();
        compare(places, &joined, &mut found);
        gather(found.get_mut(first..).unwrap_or_default());
    }
    found.sort_by_key(|drift| (drift.at, drift.with));
    found
}

/// The Pythons that projects support, by their folders, the outer ones first.
fn supported<'a>(files: &[(&'a str, &Lists)]) -> Vec<(&'a str, MarkerTree)> {
    let read = |&(path, lists): &(&'a str, &Lists)| {
        let versions =
            VersionSpecifiers::from_str(&lists.python).ok().filter(|_| !lists.python.is_empty())?;
        let mut all = MarkerTree::TRUE;
        for one in versions.iter() {
            let marker = format!("python_full_version {} '{}'", one.operator(), one.version());
            all.and(MarkerTree::from_str(&marker).ok()?);
        }
        Some((path.rsplit_once('/').map_or("", |(folder, _)| folder), all))
    };
    let mut found: Vec<(&str, MarkerTree)> = files.iter().filter_map(read).collect();
    found.sort_by_key(|(folder, _)| folder.len());
    found
}

/// Whether a folder holds a file, at any depth.
fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A marker whose ways to name a system are one: `platform_system` and `os_name` say what `sys_platform` does.
fn by_system(marker: &str) -> String {
    const SAME: [(&str, &str); 10] = [
        ("platform_system == 'Linux'", "sys_platform == 'linux'"),
        ("platform_system != 'Linux'", "sys_platform != 'linux'"),
        ("platform_system == 'Windows'", "sys_platform == 'win32'"),
        ("platform_system != 'Windows'", "sys_platform != 'win32'"),
        ("platform_system == 'Darwin'", "sys_platform == 'darwin'"),
        ("platform_system != 'Darwin'", "sys_platform != 'darwin'"),
        ("os_name == 'nt'", "sys_platform == 'win32'"),
        ("os_name != 'nt'", "sys_platform != 'win32'"),
        ("os_name == 'posix'", "sys_platform != 'win32'"),
        ("os_name != 'posix'", "sys_platform == 'win32'"),
    ];
    SAME.iter().fold(marker.to_owned(), |marker, (one, other)| marker.replace(one, other))
}

/// Of the requirements of one package that disagree in one way across lists, the first represents all.
fn gather(found: &mut [Drift]) {
    found.sort_by_key(|drift| (drift.at, drift.with));
    let mut at = 0;
    while let Some((first, later)) = found.get_mut(at..).and_then(<[Drift]>::split_first_mut) {
        at += 1;
        if first.elsewhere || !is_between_lists(first) {
            continue;
        }
        let same = |other: &&mut Drift| other.how == first.how && is_between_lists(other);
        let mut more = 0;
        for other in later.iter_mut().filter(same) {
            other.elsewhere = true;
            more += 1;
        }
        first.more = more;
    }
}

/// Whether two files disagree, rather than the lines of one.
fn is_between_lists(drift: &Drift) -> bool {
    drift.at.0 != drift.with.0
}

fn place<'a>(at: At, path: &'a str, asked: &'a Asked) -> Option<Place<'a>> {
    let versions = VersionSpecifiers::from_str(&asked.versions).ok()?;
    let mut all = versions.iter();
    let pin = match (all.next(), all.next()) {
        (Some(only), None) if *only.operator() == Operator::Equal => Some(only.version().clone()),
        _ => None,
    };
    let range = match &pin {
        // Whatever takes a version takes its local builds.
        Some(pin) if pin.is_local() => Ranges::singleton(pin.clone().without_local()),
        _ if asked.versions.is_empty() => Ranges::full(),
        _ => Ranges::from(versions),
    };
    let marker = MarkerTree::from_str(&by_system(&asked.marker)).unwrap_or(MarkerTree::TRUE);
    Some(Place { at, path, asked, pin, range, marker })
}

fn compare<'a>(places: &[Place<'a>], joined: &Joined<'a>, found: &mut Vec<Drift>) {
    let highest = places.iter().filter_map(|place| place.pin.as_ref()).max();
    // What every list takes, pins left out: these are what is to be brought into line.
    let common = highest.filter(|version| {
        places.iter().all(|place| place.pin.is_some() || place.asked.direct || place.range.contains(version))
    });
    let mut add = |how, place: &Place, with: &Place| {
        let others = places.iter().filter(|other| other.at != place.at).map(|other| other.at).collect();
        let common = common.map(|version| version.to_string().into());
        found.push(Drift { how, at: place.at, with: with.at, others, common, more: 0, elsewhere: false });
    };
    for (number, place) in places.iter().enumerate() {
        if place.asked.direct {
            continue;
        }
        let (before, _) = places.split_at(number);
        let alongside = |other: &&Place| !other.asked.direct && !place.marker.is_disjoint(&other.marker);
        let earlier = || before.iter().filter(alongside);
        // Of two that hold in different circumstances one may well say more than the other.
        let excluded = |other: &Place| match (&place.pin, &other.pin) {
            (Some(one), Some(other)) => !are_one_version(one, other),
            _ => place.range.intersection(&other.range) == Ranges::empty(),
        };
        let repeats = |other: &Place| {
            excluded(other) || place.marker == other.marker && place.asked.extras == other.asked.extras
        };
        if let Some(first) = earlier().find(|other| same_list(place, other) && repeats(other)) {
            if excluded(first) {
                add(Disagreement::Disjoint { together: true }, place, first);
            } else {
                add(Disagreement::Twice, place, first);
            }
            continue;
        }
        let clash = earlier().find(|other| {
            let pins = place.pin.is_some() && other.pin.is_some();
            !pins
                && are_compared(place, other)
                && excluded(other)
                && !is_provided_for(place, other, places)
                && !is_provided_for(other, place, places)
        });
        if let Some(other) = clash {
            let together = joined.are(place, other) || joined.beside(place, other);
            add(Disagreement::Disjoint { together }, place, other);
            continue;
        }
        let others = || {
            places
                .iter()
                .filter(alongside)
                .filter(|other| are_compared(place, other) && !same_list(place, other))
                .filter(|other| joined.are(place, other) || !are_alternatives(place.path, other.path))
        };
        if let Some(pin) = &place.pin {
            let ahead = others()
                .filter(|other| {
                    place.marker == other.marker || !is_split(place, places) && !is_split(other, places)
                })
                .filter(|other| other.pin.as_ref().is_some_and(|other| is_ahead(other, pin)));
            // What is installed together comes first: it fails.
            let weight = |other: &Place| (joined.are(place, other), other.pin.clone(), Reverse(other.at));
            if let Some(ahead) = ahead.max_by_key(|other| weight(other)) {
                add(Disagreement::Behind { together: joined.are(place, ahead) }, place, ahead);
            }
        } else if place.asked.versions.is_empty() && is_plain_list(place) {
            let limited = others().any(|other| {
                !other.asked.versions.is_empty()
                    && (joined.are(place, other) || is_compiled_from(other.path, place.path))
            });
            let named = others().filter(|other| !limited && is_plain_list(other));
            if let Some(named) = named.filter(|other| other.pin.is_some()).min_by_key(|other| other.at) {
                add(Disagreement::Unpinned, place, named);
            }
        }
    }
}

/// Whether the list of a requirement that holds in some circumstances asks in the others for what the other list takes: its author
/// knows of both.
fn is_provided_for(place: &Place, other: &Place, places: &[Place]) -> bool {
    !place.marker.is_true()
        && other.marker.is_true()
        && !same_list(place, other)
        && places.iter().any(|beside| {
            beside.at != place.at
                && same_list(beside, place)
                && beside.marker.is_disjoint(&place.marker)
                && beside.range.intersection(&other.range) != Ranges::empty()
        })
}

/// Whether two pins are met by one version: a local part on one side alone makes no difference.
fn are_one_version(one: &Version, other: &Version) -> bool {
    if one.is_local() == other.is_local() {
        return one == other;
    }
    one.clone().without_local() == other.clone().without_local()
}

/// Whether a pin is higher than another one, and not only by a local part.
fn is_ahead(one: &Version, other: &Version) -> bool {
    !are_one_version(one, other) && one > other
}

/// Whether a list names the package several times, for different circumstances.
fn is_split(place: &Place, places: &[Place]) -> bool {
    places.iter().filter(|other| other.at.0 == place.at.0 && other.asked.list == place.asked.list).count() > 1
}

/// Which files some file names, itself included, through any number of others: they are installed together.
struct Joined<'a> {
    /// By file: the files that name it, sorted.
    named_by: Vec<Vec<u32>>,
    paths: Vec<&'a str>,
}

impl<'a> Joined<'a> {
    fn read(files: &[(&'a str, &Lists)]) -> Self {
        let number = |path: &str| files.binary_search_by(|(known, _)| known.cmp(&path)).ok();
        let mut named_by = vec![Vec::new(); files.len()];
        for (first, _) in files.iter().enumerate().filter(|(_, (_, lists))| !lists.links.is_empty()) {
            let mut seen = vec![first];
            let mut next = 0;
            while let Some((path, lists)) = seen.get(next).and_then(|file| files.get(*file)) {
                let targets = lists.links.iter().filter_map(|link| number(&linked(path, link)?));
                for target in targets {
                    if !seen.contains(&target) {
                        seen.push(target);
                    }
                }
                next += 1;
            }
            for file in seen {
                named_by[file].push(first as u32);
            }
        }
        Self { named_by, paths: files.iter().map(|(path, _)| *path).collect() }
    }

    /// The files that name the one of a requirement.
    fn of(&self, place: &Place) -> &[u32] {
        self.named_by.get(place.at.0 as usize).map(Vec::as_slice).unwrap_or_default()
    }

    fn are(&self, one: &Place, other: &Place) -> bool {
        self.of(one).iter().any(|file| self.of(other).contains(file))
    }

    /// Whether one installation takes both, as far as places show: a list that a package names is part of what it says of itself.
    fn beside(&self, one: &Place<'a>, other: &Place<'a>) -> bool {
        let stands_for = |place: &Place<'a>| -> Vec<&'a str> {
            let named = self.of(place).iter().filter_map(|file| self.paths.get(*file as usize).copied());
            std::iter::once(place.path).chain(named.filter(|path| is_of_package(path))).collect()
        };
        let others = stands_for(other);
        !(one.path != other.path && are_alternatives(one.path, other.path))
            && stands_for(one).iter().any(|path| others.iter().any(|other| installed_together(path, other)))
    }
}

/// The path that a link of the list at `from` leads to, from the root; none above it, for an address, or where a variable
/// stands in it.
#[must_use]
pub fn linked(from: &str, link: &str) -> Option<String> {
    if link.starts_with(['/', '~']) || link.contains([':', '$', '{', '%']) {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn same_list(one: &Place, other: &Place) -> bool {
    one.at.0 == other.at.0 && one.asked.list == other.asked.list && !is_run(one)
}

/// Whether the requirement is in a list for an installer rather than in what a package says of itself.
fn is_plain_list(place: &Place) -> bool {
    place.asked.list.is_empty() || is_run(place)
}

/// Whether it is a word of a command.
fn is_run(place: &Place) -> bool {
    place.asked.list.starts_with("run ")
}

/// Whether two requirements of different lists can meet in one environment. What builds a package never meets what
/// runs it, and extras or groups of one file may exclude each other on purpose.
fn are_compared(one: &Place, other: &Place) -> bool {
    let (a, b) = (one.asked.list.as_str(), other.asked.list.as_str());
    let build = (a == "build") != (b == "build");
    let optional = |list: &str| list.starts_with("extra ") || list.starts_with("group ");
    !(build || one.at.0 == other.at.0 && optional(a) && optional(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(written: &str) -> Asked {
        let (written, list) = written.split_once(" @ ").unwrap_or((written, ""));
        let (written, marker) = written.split_once(';').unwrap_or((written, ""));
        let at = written.find(|c: char| !c.is_alphanumeric()).unwrap_or(written.len());
        Asked {
            name: written[..at].into(),
            versions: written[at..].into(),
            extras: CompactString::default(),
            marker: marker.trim().into(),
            list: list.into(),
            direct: false,
        }
    }

    fn told(files: &[(&str, &[&str])]) -> Vec<(Disagreement, At, At, Option<String>)> {
        let lists = |lines: &[&str]| {
            let links = lines.iter().filter_map(|line| line.strip_prefix("-r "));
            let asks = lines.iter().filter(|line| !line.starts_with('-'));
            Lists {
                asked: asks.map(|line| asked(line)).collect(),
                links: links.map(CompactString::from).collect(),
                python: lines
                    .iter()
                    .find_map(|line| line.strip_prefix("-python "))
                    .unwrap_or_default()
                    .into(),
            }
        };
        let read: Vec<(&str, Lists)> = files.iter().map(|(path, lines)| (*path, lists(lines))).collect();
        let files: Vec<(&str, &Lists)> = read.iter().map(|(path, all)| (*path, all)).collect();
        let told = |drift: Drift| (drift.how, drift.at, drift.with, drift.common.map(Into::into));
        drifts(&files).into_iter().map(told).collect()
    }

    #[test]
    fn pins_that_fall_behind() {
        let found = told(&[("a/r.txt", &["t==2.0"]), ("b/r.txt", &["t==2.2.1"]), ("r.txt", &["t>=1", "u"])]);
        assert_eq!(
            found,
            [(Disagreement::Behind { together: false }, (0, 0), (1, 0), Some("2.2.1".to_owned()))]
        );
        let found = told(&[("a.txt", &["t==2.0"]), ("b.txt", &["t==3.0"]), ("c.txt", &["t<3"])]);
        assert_eq!(found[0], (Disagreement::Behind { together: false }, (0, 0), (1, 0), None));
        assert_eq!(found[1], (Disagreement::Disjoint { together: false }, (2, 0), (1, 0), None));
        assert_eq!(told(&[("a.txt", &["t==2.0"]), ("b.txt", &["t==2"])]), []);
        assert_eq!(told(&[("a.txt", &["t==2.0"]), ("b.txt", &["t==2.0+cu121"])]), []);
        assert_eq!(told(&[("a.txt", &["t==2.0+cu118"]), ("b.txt", &["t==2.0+cu121"])]).len(), 1);
        assert_eq!(told(&[("a/py3.9/r.txt", &["t==2.0"]), ("a/py3.11/r.txt", &["t==3.0"])]), []);
        assert_eq!(told(&[("r-cpu.txt", &["t==2.0"]), ("r-gpu.txt", &["t==3.0"])]), []);
    }

    #[test]
    fn ranges_without_a_common_version() {
        let found = told(&[("pyproject.toml", &["t>=2 @ project"]), ("requirements.txt", &["t<2"])]);
        assert_eq!(found, [(Disagreement::Disjoint { together: true }, (1, 0), (0, 0), None)]);
        let found = told(&[("requirements.txt", &["t>=2"]), ("svc/requirements.txt", &["t<2"])]);
        assert_eq!(found[0].0, Disagreement::Disjoint { together: false });
        let found = told(&[("a/r.txt", &["t>=2"]), ("b/r.txt", &["t<2"])]);
        assert_eq!(found, [(Disagreement::Disjoint { together: false }, (1, 0), (0, 0), None)]);
        assert_eq!(told(&[("a.txt", &["t>=2"]), ("b.txt", &["t<3"])]), []);
        let extras = ["t<2 @ extra old", "t>=2 @ extra new"];
        assert_eq!(told(&[("pyproject.toml", &extras)]), []);
        assert_eq!(told(&[("pyproject.toml", &["t<2 @ build", "t>=2 @ project"])]), []);
        assert_eq!(told(&[("pyproject.toml", &["t<2 @ project", "t>=2 @ extra new"])]).len(), 1);
        // A list that a package names is part of what it says of itself.
        let lists = |beside| {
            [("needs/run.txt", &["t<2"][..]), (beside, &["t>=2"]), ("setup.cfg", &["-r needs/run.txt"])]
        };
        let together = |beside| {
            let mut files = lists(beside);
            files.sort_by_key(|(path, _)| *path);
            told(&files).iter().map(|found| found.0).collect::<Vec<_>>()
        };
        assert_eq!(together("requirements.txt"), [Disagreement::Disjoint { together: true }]);
        for apart in ["other/requirements.txt", "docs.txt"] {
            assert_eq!(together(apart), [Disagreement::Disjoint { together: false }], "{apart}");
        }
    }

    #[test]
    fn names_that_stand_twice() {
        let found = told(&[("r.txt", &["t==2", "u", "t>=1"])]);
        assert_eq!(found, [(Disagreement::Twice, (0, 2), (0, 0), Some("2".to_owned()))]);
        assert_eq!(told(&[("r.txt", &["t==2", "t==3"])])[0].0, Disagreement::Disjoint { together: true });
        let apart = ["t<2; python_version < '3.9'", "t>=2; python_version >= '3.9'"];
        assert_eq!(told(&[("r.txt", &apart)]), []);
        let more = ["t>=1", "t>=3; python_version >= '3.12'"];
        assert_eq!(told(&[("r.txt", &more)]), []);
        assert_eq!(told(&[("Dockerfile", &["t @ run 1", "t @ run 2"])]), []);
    }

    #[test]
    fn circumstances_that_never_meet() {
        let systems = ["t==1; sys_platform == 'win32'", "t==2; platform_system == 'Linux'"];
        assert_eq!(told(&[("r.txt", &systems)]), []);
        assert_eq!(told(&[("r.txt", &["t==1; os_name == 'nt'", "t==2; sys_platform == 'darwin'"])]), []);
        assert_eq!(told(&[("r.txt", &["t==1; os_name == 'nt'", "t==2; sys_platform == 'win32'"])]).len(), 1);
        let project = ("a/pyproject.toml", &["-python >=3.9"][..]);
        let old = ("a/old.txt", &["t==1; python_version < '3'"][..]);
        assert_eq!(told(&[old, project, ("a/r.txt", &["t==2"])]), []);
        assert_eq!(told(&[old, ("a/r.txt", &["t==2"]), ("b/pyproject.toml", &["-python >=3.9"])]).len(), 1);
    }

    #[test]
    fn versions_for_each_python() {
        let split = ["t>=7; python_version >= '3.9'", "t==5; python_version < '3.9'"];
        let lists =
            |split: &[&str]| told(&[("docs/requirements.txt", &["t>=7,<10"]), ("r.txt", split)]).len();
        assert_eq!(lists(&split), 0);
        assert_eq!(lists(&split[1..]), 1);
        let neither = ["t>=11; python_version >= '3.9'", "t==5; python_version < '3.9'"];
        assert!(lists(&neither) > 0);
    }

    #[test]
    fn versions_that_are_left_open() {
        let found = told(&[("a.txt", &["t"]), ("b.txt", &["t==1"]), ("pyproject.toml", &["t @ project"])]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0, found[0].1), (Disagreement::Unpinned, (0, 0)));
        assert_eq!(told(&[("a.txt", &["t"]), ("b.txt", &["t>=1"])]), []);
        assert_eq!(told(&[("a.in", &["t"]), ("a.txt", &["t==1"]), ("b.txt", &["t==1"])]), []);
    }

    #[test]
    fn lists_that_name_each_other_are_installed_together() {
        let both = ("all.txt", &["-r a/r.txt", "-r ./b/../b/r.txt"][..]);
        let found = told(&[("a/r.txt", &["t==2.0"]), both, ("b/r.txt", &["t==2.2"])]);
        assert_eq!(
            found,
            [(Disagreement::Behind { together: true }, (0, 0), (2, 0), Some("2.2".to_owned()))]
        );
        let found = told(&[("a/r.txt", &["t>=2"]), both, ("b/r.txt", &["-r ../c.txt"]), ("c.txt", &["t<2"])]);
        assert_eq!(found, [(Disagreement::Disjoint { together: true }, (3, 0), (0, 0), None)]);
        let limits = ("c.txt", &["t==1"][..]);
        assert_eq!(told(&[("a/r.txt", &["-r ../c.txt", "t"]), limits]), []);
        assert_eq!(told(&[("a/r.txt", &["t"]), limits]).len(), 1);
        let circle = told(&[("a.txt", &["-r b.txt", "t==1"]), ("b.txt", &["-r a.txt", "-r ../../x.txt"])]);
        assert_eq!(circle, []);
    }

    #[test]
    fn links_lead_from_the_folder_of_their_list() {
        let from = |link| linked("a/b/r.txt", link);
        assert_eq!(from("c.in").as_deref(), Some("a/b/c.in"));
        assert_eq!(from("./../c").as_deref(), Some("a/c"));
        for link in ["../../../c.txt", "/c.txt", "https://example.org/c.txt", "${LISTS}/c.txt", "~/c.txt"] {
            assert_eq!(from(link), None, "{link}");
        }
    }
}
