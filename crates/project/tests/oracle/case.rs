//! Abstract cases, and both their renderings: Python text, and the simulator's program with the line of each step.
//! It must not know how cases are generated or judged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analyzer_project::simulate::program::{
    Binds, Catches, Form, FromName, ImportStep, Module, Program, Step, Target,
};
use analyzer_project::simulate::trace::Site;

/// How a name is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Assignment,
    Annotated,
    Function,
    Class,
    With,
    /// The target of a `with`, beside a starred one.
    Starred,
    /// A declaration, which binds nothing.
    Declared,
    /// A module's `__getattr__`, which answers for any name.
    Getattr,
}

/// How a path is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Expression,
    Default,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Statement {
    Import {
        target: Name,
        alias: Option<String>,
    },
    From {
        target: Name,
        relative: bool,
        names: Vec<(String, Option<String>)>,
    },
    Star {
        target: Name,
        relative: bool,
    },
    Dynamic {
        target: usize,
        relative: bool,
    },
    Bind(Binding, String),
    All(Vec<String>),
    Delete(String),
    Raise,
    Read(Reading, String),
    Try {
        body: Body,
        handlers: Vec<(&'static str, Body)>,
        or_else: Option<Body>,
        finally: Option<Body>,
    },
    If {
        arms: Vec<(bool, Body)>,
        or_else: Option<Body>,
    },
    For {
        runs: bool,
        body: Body,
    },
    ClassBody(Body),
    FunctionBody(Body),
    /// A pattern that binds the name, if it matches.
    Match {
        name: String,
        matches: bool,
    },
    /// A function that is called at once: imports, perhaps a condition, and what follows it.
    Called {
        name: String,
        body: Body,
        branch: Option<(bool, Body)>,
        rest: Body,
    },
    /// In one of several forms.
    TypeChecking(u8, Body),
    MainGuard(Body),
}

pub(crate) type Body = Vec<Statement>;

/// The module that an import names: one of the case, or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Ours(usize),
    External(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CaseModule {
    pub(crate) name: String,
    pub(crate) package: bool,
    pub(crate) body: Body,
}

/// Modules in any order; the parent of each is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) modules: Vec<CaseModule>,
}

#[derive(Debug, Clone)]
pub(crate) struct RenderedModule {
    pub(crate) name: String,
    pub(crate) package: bool,
    pub(crate) text: String,
    /// The line of each step, from 1.
    pub(crate) lines: Vec<u64>,
    steps: Vec<Step>,
    exports: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rendered {
    pub(crate) modules: Vec<RenderedModule>,
    /// The choices that the branches really take.
    pub(crate) branches: BTreeMap<Site, u32>,
    /// Index of the module, and whether it is a script.
    pub(crate) entries: Vec<(usize, bool)>,
}

impl Rendered {
    pub(crate) fn new(case: &Case) -> Self {
        let mut branches = BTreeMap::new();
        let modules: Vec<RenderedModule> = (0..case.modules.len())
            .map(|index| {
                let mut writer = Writer::new(case, index);
                writer.body(&case.modules[index].body, 0, Place::default());
                branches.append(&mut writer.branches);
                writer.out
            })
            .collect();
        let imports = (0..modules.len()).map(|index| (index, false));
        let scripts = (0..modules.len()).filter(|index| !modules[*index].package).map(|index| (index, true));
        let entries = imports.chain(scripts).collect();
        Self { modules, branches, entries }
    }

    pub(crate) fn program(&self) -> Program {
        let index = |name: &str| self.modules.iter().position(|module| module.name == name);
        Program::new(
            self.modules
                .iter()
                .map(|module| Module {
                    name: module.name.as_str().into(),
                    package: module.package,
                    parent: module
                        .name
                        .rsplit_once('.')
                        .and_then(|(parent, _)| index(parent))
                        .map(|i| i as u32),
                    exports: module
                        .exports
                        .as_ref()
                        .map(|all| all.iter().map(|n| n.as_str().into()).collect()),
                    opaque: false,
                    steps: module.steps.clone(),
                })
                .collect(),
        )
    }

    /// The choices of a module's branches, in the order of the text.
    pub(crate) fn choices(&self, module: usize) -> impl Iterator<Item = u32> + '_ {
        let ours = move |(site, _): &(&Site, &u32)| site.module as usize == module;
        self.branches.iter().filter(ours).map(|(_, choice)| *choice)
    }

    pub(crate) fn listing(&self) -> String {
        let mut text = String::new();
        for module in &self.modules {
            let kind = if module.package { " (package)" } else { "" };
            writeln!(text, "# {}{kind}\n{}", module.name, module.text).unwrap();
        }
        text
    }
}

/// The place of a statement.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    in_class: bool,
    main_only: bool,
    /// Text only: it never runs on import.
    silent: bool,
}

struct Writer<'a> {
    case: &'a Case,
    index: usize,
    out: RenderedModule,
    branches: BTreeMap<Site, u32>,
}

impl<'a> Writer<'a> {
    fn new(case: &'a Case, index: usize) -> Self {
        let module = &case.modules[index];
        let out = RenderedModule {
            name: module.name.clone(),
            package: module.package,
            text: String::new(),
            lines: Vec::new(),
            steps: Vec::new(),
            exports: None,
        };
        Self { case, index, out, branches: BTreeMap::new() }
    }

    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.out.text, "{}{text}", "    ".repeat(depth)).unwrap();
    }

    /// Adds a step that belongs to the line written last, unless the place never runs.
    fn step(&mut self, place: Place, step: Step) {
        if !place.silent {
            self.out.lines.push(self.out.text.lines().count() as u64);
            self.out.steps.push(step);
        }
    }

    fn body(&mut self, body: &[Statement], depth: usize, place: Place) {
        for statement in body {
            self.statement(statement, depth, place);
        }
        if body.is_empty() && depth > 0 {
            self.line(depth, "pass");
        }
    }

    fn statement(&mut self, statement: &Statement, depth: usize, place: Place) {
        match statement {
            Statement::Import { target, alias } => {
                let suffix = alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
                self.line(depth, &format!("import {}{suffix}", self.dotted(target)));
                self.import(place, target, Form::Plain { alias: alias.as_deref().map(Into::into) });
            }
            Statement::From { target, relative, names } => {
                let list: Vec<String> = names
                    .iter()
                    .map(|(name, alias)| match alias {
                        Some(alias) => format!("{name} as {alias}"),
                        None => name.clone(),
                    })
                    .collect();
                let from = self.from(target, *relative);
                self.line(depth, &format!("from {from} import {}", list.join(", ")));
                let names = names.iter().map(|(name, alias)| FromName {
                    name: name.as_str().into(),
                    alias: alias.as_deref().map(Into::into),
                });
                self.import(place, target, Form::From(names.collect()));
            }
            Statement::Star { target, relative } => {
                let from = self.from(target, *relative);
                self.line(depth, &format!("from {from} import *"));
                self.import(place, target, Form::Star);
            }
            Statement::Dynamic { target, relative } => {
                let target = Name::Ours(*target);
                let from = self.from(&target, *relative);
                let package = if from.starts_with('.') { ", __package__" } else { "" };
                self.line(depth, "from importlib import import_module");
                let external = Name::External("importlib");
                let name = FromName { name: "import_module".into(), alias: None };
                self.import(place, &external, Form::From(vec![name]));
                self.line(depth, &format!("import_module(\"{from}\"{package})"));
                self.import(place, &target, Form::Dynamic);
            }
            Statement::Bind(how, name) => self.bind(*how, name, depth, place),
            Statement::All(names) => {
                let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                self.line(depth, &format!("__all__ = [{}]", quoted.join(", ")));
                self.step(place, Step::Bind("__all__".into()));
                self.out.exports = Some(names.clone());
            }
            Statement::Delete(name) => {
                self.line(depth, &format!("del {name}"));
                self.step(place, Step::Unbind(name.as_str().into()));
            }
            Statement::Raise => {
                self.line(depth, "raise");
                self.step(place, Step::Raise);
            }
            Statement::Read(how, path) => self.read(*how, path, depth, place),
            Statement::Try { .. } | Statement::If { .. } | Statement::For { .. } => {
                self.control(statement, depth, place);
            }
            Statement::ClassBody(body) => {
                self.line(depth, "class Body:");
                self.body(body, depth + 1, Place { in_class: true, ..place });
                self.step(place, Step::Bind("Body".into()));
            }
            Statement::FunctionBody(body) => {
                self.line(depth, "def later():");
                self.step(place, Step::Bind("later".into()));
                self.body(body, depth + 1, Place { silent: true, ..place });
            }
            Statement::Match { .. } | Statement::Called { .. } => self.branching(statement, depth, place),
            Statement::TypeChecking(form, body) => {
                self.line(depth, "from typing import TYPE_CHECKING");
                let name = FromName { name: "TYPE_CHECKING".into(), alias: None };
                self.import(place, &Name::External("typing"), Form::From(vec![name]));
                match form {
                    0 => self.line(depth, "if TYPE_CHECKING:"),
                    1 => self.line(depth, "if TYPE_CHECKING and (anything or no):"),
                    _ => {
                        self.line(depth, "if no:");
                        self.line(depth + 1, "pass");
                        self.line(depth, "elif not (not TYPE_CHECKING):");
                        self.choice(place, 2, 3);
                    }
                }
                self.body(body, depth + 1, Place { silent: true, ..place });
            }
            Statement::MainGuard(body) => {
                self.line(depth, "if __name__ == \"__main__\":");
                self.body(body, depth + 1, Place { main_only: true, ..place });
            }
        }
    }

    /// A branch with so many empty alternatives.
    fn choice(&mut self, place: Place, chosen: u32, alternatives: u32) {
        let site = self.site();
        self.step(place, Step::Branch);
        (1..alternatives).for_each(|_| self.step(place, Step::Alternative));
        self.step(place, Step::End);
        self.choose(site, chosen, place);
    }

    fn choose(&mut self, site: Site, chosen: u32, place: Place) {
        if !place.silent {
            self.branches.insert(site, chosen);
        }
    }

    fn branching(&mut self, statement: &Statement, depth: usize, place: Place) {
        match statement {
            Statement::Match { name, matches } => {
                let site = self.site();
                self.line(depth, &format!("match {}:", if *matches { "once" } else { "never" }));
                self.line(depth + 1, &format!("case [object() as {name}, *_]: pass"));
                self.step(place, Step::Branch);
                if !place.in_class {
                    self.step(place, Step::Bind(name.as_str().into()));
                }
                self.step(place, Step::Alternative);
                self.step(place, Step::End);
                self.choose(site, u32::from(!*matches), place);
            }
            Statement::Called { name, body, branch, rest } => {
                let inside = Place { in_class: true, ..place };
                self.line(depth, &format!("def {name}():"));
                if !place.in_class {
                    self.step(place, Step::Bind(name.as_str().into()));
                }
                self.body(body, depth + 1, inside);
                if let Some((holds, body)) = branch {
                    let arms = vec![(*holds, body.clone())];
                    self.control(&Statement::If { arms, or_else: None }, depth + 1, inside);
                    // What follows may not run, as far as anybody looks.
                    let site = self.site();
                    self.step(place, Step::Branch);
                    self.choose(site, 0, place);
                }
                self.body(rest, depth + 1, inside);
                if branch.is_some() {
                    self.step(place, Step::Alternative);
                    self.step(place, Step::End);
                }
                self.line(depth, &format!("{name}()"));
            }
            _ => {}
        }
    }

    fn control(&mut self, statement: &Statement, depth: usize, place: Place) {
        match statement {
            Statement::Try { body, handlers, or_else, finally } => {
                self.line(depth, "try:");
                self.step(place, Step::Try);
                self.body(body, depth + 1, place);
                for (classes, body) in handlers {
                    self.line(depth, &format!("except{classes}:"));
                    let catches = match *classes {
                        " ImportError" | " ImportError as error" => Catches::ImportError,
                        " AttributeError" => Catches::AttributeError,
                        " ValueError" => Catches::Neither,
                        _ => Catches::Both,
                    };
                    self.step(place, Step::Handler(catches));
                    let named = classes.ends_with(" as error") && !place.in_class;
                    if named {
                        self.step(place, Step::Bind("error".into()));
                    }
                    self.line(depth + 1, &format!("caught(\"{}\")", self.out.name));
                    self.body(body, depth + 1, place);
                    if named {
                        self.step(place, Step::Bind("error".into()));
                        self.step(place, Step::Unbind("error".into()));
                    }
                }
                if let Some(body) = or_else {
                    self.line(depth, "else:");
                    self.step(place, Step::OrElse);
                    self.body(body, depth + 1, place);
                }
                if let Some(body) = finally {
                    self.line(depth, "finally:");
                    self.step(place, Step::Finally);
                    self.body(body, depth + 1, place);
                }
                self.step(place, Step::End);
            }
            Statement::If { arms, or_else } => {
                let site = self.site();
                let chosen = arms.iter().position(|(holds, _)| *holds).unwrap_or(arms.len());
                for (number, (holds, body)) in arms.iter().enumerate() {
                    let keyword = if number == 0 { "if" } else { "elif" };
                    self.line(depth, &format!("{keyword} {}:", if *holds { "yes" } else { "no" }));
                    self.step(place, if number == 0 { Step::Branch } else { Step::Alternative });
                    self.body(body, depth + 1, place);
                }
                if let Some(body) = or_else {
                    self.line(depth, "else:");
                    self.step(place, Step::Alternative);
                    self.body(body, depth + 1, place);
                } else {
                    self.step(place, Step::Alternative);
                }
                self.step(place, Step::End);
                if !place.silent {
                    self.branches.insert(site, chosen as u32);
                }
            }
            Statement::For { runs, body } => {
                let site = self.site();
                self.line(depth, &format!("for item in {}:", if *runs { "once" } else { "never" }));
                self.step(place, Step::Branch);
                if !place.in_class {
                    self.step(place, Step::Bind("item".into()));
                }
                self.body(body, depth + 1, place);
                self.step(place, Step::Alternative);
                self.step(place, Step::End);
                if !place.silent {
                    self.branches.insert(site, u32::from(!*runs));
                }
            }
            _ => {}
        }
    }

    fn site(&self) -> Site {
        Site { module: self.index as u32, step: self.out.steps.len() as u32 }
    }

    fn bind(&mut self, how: Binding, name: &str, depth: usize, place: Place) {
        match how {
            Binding::Assignment => self.line(depth, &format!("{name} = anything")),
            Binding::Annotated => self.line(depth, &format!("{name}: object = anything")),
            Binding::Function => {
                self.line(depth, "@anything");
                self.line(depth, &format!("def {name}(): return anything"));
            }
            Binding::Class => {
                self.line(depth, "@anything");
                self.line(depth, &format!("class {name}: inner = anything"));
            }
            Binding::With => self.line(depth, &format!("with anything as {name}: pass")),
            Binding::Starred => self.line(depth, &format!("with anything as ({name}, *_): pass")),
            Binding::Declared => return self.line(depth, &format!("{name}: object")),
            Binding::Getattr => {
                self.line(depth, "def __getattr__(name):");
                self.line(depth + 1, "if name.startswith('__'): raise AttributeError(name)");
                self.line(depth + 1, "return anything");
            }
        }
        if !place.in_class {
            self.step(place, Step::Bind(name.into()));
            if how == Binding::Starred {
                self.step(place, Step::Bind("_".into()));
            }
        }
    }

    fn read(&mut self, how: Reading, path: &str, depth: usize, place: Place) {
        let used = Step::Use(path.into());
        match how {
            Reading::Expression => {
                self.line(depth, path);
                self.step(place, used);
                return;
            }
            Reading::Default => {
                self.line(depth, &format!("def default(x={path}): return x"));
                self.step(place, used);
            }
        }
        if !place.in_class {
            self.step(place, Step::Bind("default".into()));
        }
    }

    fn import(&mut self, place: Place, target: &Name, form: Form) {
        let target = match target {
            Name::Ours(index) => Target::Module(*index as u32),
            Name::External(name) => Target::External((*name).into()),
        };
        let binds = if place.in_class { Binds::Class } else { Binds::Module };
        self.step(place, Step::Import(ImportStep { target, form, binds, main_only: place.main_only }));
    }

    fn dotted(&self, target: &Name) -> String {
        match target {
            Name::Ours(index) => self.case.modules[*index].name.clone(),
            Name::External(name) => (*name).to_owned(),
        }
    }

    /// The text after `from`: relative where asked for and possible.
    fn from(&self, target: &Name, relative: bool) -> String {
        let absolute = self.dotted(target);
        let own = &self.case.modules[self.index];
        let package =
            if own.package { Some(own.name.as_str()) } else { own.name.rsplit_once('.').map(|s| s.0) };
        let (true, Some(mut package)) = (relative, package) else { return absolute };
        let mut dots = ".".to_owned();
        loop {
            if absolute == package {
                return dots;
            }
            if let Some(rest) = absolute.strip_prefix(package).and_then(|rest| rest.strip_prefix('.')) {
                return dots + rest;
            }
            match package.rsplit_once('.') {
                Some((outer, _)) => package = outer,
                None => return absolute,
            }
            dots.push('.');
        }
    }
}
