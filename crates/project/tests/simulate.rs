//! The simulator where no oracle is needed: large components, bounds, what is left out around a component.

#[expect(dead_code, clippy::unwrap_used, reason = "helpers that other test files share")]
mod common;

use std::collections::BTreeMap;

use analyzer_project::simulate::gather::gather;
use analyzer_project::simulate::program::{Binds, Form, FromName, ImportStep, Module, Program, Step, Target};
use analyzer_project::simulate::reach::Reach;
use analyzer_project::simulate::trace::{Entry, ErrorKind};
use analyzer_project::simulate::verdict::{Ending, Limits, Verdict, judge};
use analyzer_project::{EdgeFilter, FileId, Graph, ImportLookup, KindSet, Resolution, RootContext, shard};
use common::Project;
use compact_str::CompactString;

struct Lookup<'a>(&'a Project);

impl ImportLookup for Lookup<'_> {
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution {
        self.0.index.resolve(name, context)
    }

    fn exports(&self, file: FileId) -> Option<Vec<CompactString>> {
        self.0.imports[file.0 as usize].exports.clone()
    }

    fn answers(&self, package: FileId, name: &str) -> bool {
        analyzer_project::answers(&self.0.imports[package.0 as usize]).has(name)
    }
}

/// A ring of modules: each imports a name from the next above its own.
fn ring(count: u32, form: &Form) -> Program {
    let module = |number: u32| Module {
        name: format!("m{number}").into(),
        package: false,
        parent: None,
        exports: None,
        opaque: false,
        steps: vec![
            Step::Import(ImportStep {
                target: Target::Module((number + 1) % count),
                form: form.clone(),
                binds: Binds::Module,
                main_only: false,
            }),
            Step::Bind("f".into()),
        ],
    };
    Program::new((0..count).map(module).collect())
}

#[test]
fn a_ring_of_many_modules_is_judged_within_the_bounds() {
    let names = vec![FromName { name: "f".into(), alias: Some("g".into()) }];
    for (form, verdict) in
        [(Form::From(names), Verdict::Crash), (Form::Plain { alias: None }, Verdict::Tolerated)]
    {
        let program = ring(20_000, &form);
        let entries: Vec<Entry> = (0..20_000).map(Entry::Import).collect();
        let report = judge(&program, &entries, Limits::default());
        assert_eq!((report.verdict, report.certain), (verdict, true));
        assert_eq!(report.entries.len(), Limits::default().entries);
    }
    let report =
        judge(&ring(100, &Form::Star), &[Entry::Import(0)], Limits { steps: 10, ..Limits::default() });
    assert_eq!(report.entries[0].ending, Ending::Unfinished);
}

/// How importing `p.a` and `p.b` ends where the package around them imports neither.
fn around(package: &str, a: &str, b: &str) -> Verdict {
    let project = Project::new(&[("p/__init__.py", package), ("p/a.py", a), ("p/b.py", b)]);
    let members: Vec<FileId> =
        (0..3).map(FileId).filter(|id| ["p.a", "p.b"].contains(&project.index.name(*id))).collect();
    let imports_of = |file: FileId| project.imports.get(file.0 as usize);
    let gathered =
        gather(&members, &project.index, &Lookup(&project), &imports_of, &|file| members.contains(&file));
    let entries: Vec<Entry> =
        members.iter().filter_map(|file| gathered.module(*file)).map(Entry::Import).collect();
    assert_eq!(entries.len(), members.len());
    judge(&gathered.program, &entries, Limits::default()).verdict
}

#[test]
fn a_package_that_stays_outside_has_its_modules_once_they_are_done() {
    let (reads, plain) = ("import p.b\nx = p.b.y\n", "import p.a\ny = 1\n");
    for package in ["", "import os\nz = os.name\n", "from ._v import z as __version__\n"] {
        assert_eq!(around(package, reads, plain), Verdict::EntryDependent, "{package}");
    }
    let unknown = [
        "b = 1\n",
        "b: int\n",
        "from os import *\n",
        "def __getattr__(name): return 1\n",
        "globals()['b'] = 1\n",
        "import importlib\n",
        "from .load import load\nload()\n",
        "__path__.append('x')\n",
    ];
    for package in unknown {
        assert_eq!(around(package, reads, plain), Verdict::Tolerated, "{package}");
    }
    let star = "from p import *\n";
    for (package, verdict) in [
        ("__all__ = ['a', 'b']\n", Verdict::Crash),
        ("__all__ = ['a', 'b']\na = b = 1\n", Verdict::Tolerated),
        ("__all__ = [n for n in 'ab']\n", Verdict::Tolerated),
    ] {
        assert_eq!(around(package, star, star), verdict, "{package}");
    }
}

#[test]
fn modules_whose_text_is_not_there_become_attributes_as_well() {
    let files = |lib: &'static str, compiled: &'static str| {
        [
            ("p/__init__.py", ""),
            ("p/lib/__init__.py", lib),
            ("p/lib/b.py", "from .fast import walk\nimport p.lib.c\n"),
            ("p/lib/c.py", "from p.lib import b\n"),
            (compiled, ""),
        ]
    };
    let verdict = |files: &[(&str, &str)]| {
        let project = Project::new(files);
        let members = ["p/lib/__init__.py", "p/lib/b.py", "p/lib/c.py"].map(|path| project.file(path));
        let imports_of = |file: FileId| project.imports.get(file.0 as usize);
        let lookup = Lookup(&project);
        let gathered = gather(&members, &project.index, &lookup, &imports_of, &|_| true);
        let entries = members.map(|file| Entry::Import(gathered.module(file).unwrap()));
        judge(&gathered.program, &entries, Limits::default()).verdict
    };
    let sound = "from . import b\nfrom . import fast\nfrom . import made\n";
    assert_eq!(verdict(&files(sound, "p/lib/fast.so")), Verdict::Tolerated);
    // What something else binds is no module that a build makes.
    let late = "from p.lib import b\nfrom p.lib import LATE\nLATE = 1\n";
    assert_eq!(verdict(&files(late, "p/lib/fast.so")), Verdict::Crash);
}

#[test]
fn only_what_leads_back_is_simulated() {
    let project = Project::new(&[
        ("p/__init__.py", "from p import start\n"),
        ("p/start.py", "import p.a\n"),
        ("p/a.py", "import p.helper\nfrom p.b import g\nf = 1\n"),
        ("p/b.py", "f = 0\nfrom p.a import f\ng = 1\n"),
        ("p/helper.py", "from p.other import x\n"),
        ("p/other.py", "from p.helper import y\nx = 1\n"),
    ]);
    let files: BTreeMap<&str, FileId> =
        (0..6).map(|id| (project.index.name(FileId(id)), FileId(id))).collect();
    let graph = Graph::new(project.index.order(), [&shard((0..).map(FileId).zip(&project.edges))]);
    let filter = EdgeFilter::kinds(KindSet::ON_IMPORT);
    let node = |file: FileId| (0..graph.len() as u32).find(|n| graph.file(*n) == Some(file)).unwrap();
    let members = [files["p.a"], files["p.b"]];
    let leads = Reach::new(&graph, filter).leads_to(&members.map(node));
    let leads_back = |file: FileId| leads[node(file) as usize];
    assert!(leads_back(files["p"]) && leads_back(files["p.start"]) && !leads_back(files["p.helper"]));

    let lookup = Lookup(&project);
    let imports_of = |file: FileId| project.imports.get(file.0 as usize);
    let gathered = gather(&members, &project.index, &lookup, &imports_of, &leads_back);
    // The crash between helper and other is another component's.
    assert!(gathered.module(files["p.other"]).is_none());
    let entries = members.map(|file| Entry::Import(gathered.module(file).unwrap()));
    let report = judge(&gathered.program, &entries, Limits::default());
    // The package starts with p.a, so that p.b is never the first of the two.
    assert_eq!((report.verdict, report.certain), (Verdict::Crash, true));
    let (entry, failure) = report.first_failure().unwrap();
    assert_eq!((entry, failure.kind), (entries[0], ErrorKind::ImportError));
    assert_eq!(gathered.file(failure.site.module), Some(files["p.b"]));
    assert_eq!(gathered.import(failure.site), Some(0));
    let chain: Vec<&str> = failure.chain.iter().map(|site| gathered.program.name(site.module)).collect();
    assert_eq!(chain, ["p", "p.start", "p.a", "p.b"]);
}
