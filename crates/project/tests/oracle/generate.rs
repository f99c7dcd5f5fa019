//! Random cases, and smaller versions of a case for shrinking.
//! It must not know what happens when a case runs.

use super::case::{Binding, Body, Case, CaseModule, Name, Reading, Statement};

/// SplitMix64: the same cases from the same seed on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

const NAMES: [&str; 4] = ["f", "g", "h", "_k"];
const EXTERNAL: [&str; 3] = ["os.path", "json", "collections.abc"];

pub(crate) fn case(random: &mut Random) -> Case {
    let mut names = vec![("p", true)];
    let pool = [
        ("p.a", false),
        ("p.b", false),
        ("t", false),
        ("p.s", true),
        ("p.s.m", false),
        ("p.s.n", false),
        ("q", true),
        ("q.a", false),
    ];
    let count = 1 + random.below(5);
    while names.len() <= count {
        let found = *random.pick(&pool);
        let known = |name: &str| names.iter().any(|(other, _)| *other == name);
        let parent_known = found.0.rsplit_once('.').is_none_or(|(parent, _)| known(parent));
        if parent_known && !known(found.0) {
            names.push(found);
        }
    }
    let mut modules: Vec<CaseModule> = names
        .iter()
        .map(|(name, package)| CaseModule { name: (*name).to_owned(), package: *package, body: Vec::new() })
        .collect();
    let shape = modules.clone();
    for module in &mut modules {
        // Some packages have no `__init__.py` or an empty one.
        if module.package && random.percent(25) {
            continue;
        }
        let mut scope = Scope { modules: &shape, bound: Vec::new(), has_all: false, classes: 0 };
        let count = 1 + random.below(6);
        module.body = scope.body(random, count, 0, true);
        // At the end, where the simulator has what main guards import.
        if random.percent(15) {
            let import = scope.import(random, true);
            module.body.push(Statement::MainGuard(vec![import]));
        }
    }
    Case { modules }
}

/// The things that the statements of a module can refer to.
struct Scope<'a> {
    modules: &'a [CaseModule],
    /// Paths that imports bound so far.
    bound: Vec<String>,
    has_all: bool,
    /// Number of class bodies so far: their imports bind names that no other scope has, because the simulator does
    /// not tell apart the scopes of a module's classes.
    classes: usize,
}

impl Scope<'_> {
    fn body(&mut self, random: &mut Random, count: usize, depth: usize, top: bool) -> Body {
        (0..count).map(|_| self.statement(random, depth, top)).collect()
    }

    fn small(&mut self, random: &mut Random, depth: usize, top: bool) -> Body {
        let count = random.below(3);
        self.body(random, count, depth + 1, top)
    }

    /// A statement; `top` outside classes and functions.
    fn statement(&mut self, random: &mut Random, depth: usize, top: bool) -> Statement {
        match random.below(if depth < 2 { 100 } else { 70 }) {
            0..38 => self.import(random, top),
            38..54 => {
                let how = *random.pick(&[
                    Binding::Assignment,
                    Binding::Annotated,
                    Binding::Function,
                    Binding::Class,
                    Binding::With,
                    Binding::Starred,
                    Binding::Declared,
                ]);
                let name = if top { random.pick(&NAMES) } else { "in_class" };
                if top && random.percent(15) {
                    return Statement::Match { name: name.to_owned(), matches: random.percent(60) };
                }
                if top && depth == 0 && random.percent(3) {
                    return Statement::Bind(Binding::Getattr, "__getattr__".to_owned());
                }
                Statement::Bind(how, name.to_owned())
            }
            54..66 if top || !self.bound.is_empty() => self.read(random),
            66..68 if top => Statement::Delete(self.name(random)),
            66..70 if top && !self.has_all => {
                self.has_all = true;
                let count = random.below(3);
                Statement::All((0..count).map(|_| self.name(random)).collect())
            }
            70..83 => self.guarded(random, depth, top),
            83..89 => self.branch(random, depth, top),
            89..91 => Statement::For { runs: random.percent(50), body: self.small(random, depth, top) },
            91..93 if top => {
                self.classes += 1;
                let before = self.bound.len();
                let body = self.small(random, depth, false);
                self.bound.truncate(before);
                Statement::ClassBody(body)
            }
            93..95 if top => Statement::FunctionBody(self.silent(random, depth)),
            95..97 if top => Statement::TypeChecking(random.below(3) as u8, self.silent(random, depth)),
            97..99 if top => self.called(random),
            _ => self.import(random, top),
        }
    }

    /// A function that imports and is called.
    fn called(&mut self, random: &mut Random) -> Statement {
        self.classes += 1;
        let before = self.bound.len();
        let mut imports = |scope: &mut Self, count: usize| -> Body {
            (0..count).map(|_| scope.import(random, false)).collect()
        };
        let body = imports(self, 1);
        let (inside, rest) = (imports(self, 1), imports(self, 1));
        let branch = random.percent(40).then(|| (random.percent(50), inside));
        let rest = if random.percent(50) { rest } else { Vec::new() };
        self.bound.truncate(before);
        Statement::Called { name: format!("boot{}", self.classes), body, branch, rest }
    }

    /// A body that never runs on import, so that nothing can refer to its names.
    fn silent(&mut self, random: &mut Random, depth: usize) -> Body {
        let before = self.bound.len();
        let body = self.small(random, depth, false);
        self.bound.truncate(before);
        body
    }

    fn guarded(&mut self, random: &mut Random, depth: usize, top: bool) -> Statement {
        let count = 1 + random.below(2);
        let body = self.body(random, count, depth + 1, top);
        let classes = [
            " ImportError",
            " ImportError",
            " AttributeError",
            " Exception",
            " (ImportError, AttributeError, NameError)",
            " ValueError",
        ];
        let mut handlers: Vec<(&'static str, Body)> = Vec::new();
        if random.percent(15) {
            // Whatever raises in it would leave the name.
            handlers.push((" ImportError as error", Vec::new()));
        }
        for _ in 0..random.below(3) {
            handlers.push((*random.pick(&classes), self.handler(random, depth, top)));
        }
        if random.percent(15) {
            handlers.push(("", self.handler(random, depth, top)));
        }
        let or_else = (!handlers.is_empty() && random.percent(25)).then(|| self.small(random, depth, top));
        let finally = (handlers.is_empty() || random.percent(20)).then(|| self.small(random, depth, top));
        Statement::Try { body, handlers, or_else, finally }
    }

    /// The body of a handler, which may raise again what it caught, or only under a condition.
    fn handler(&mut self, random: &mut Random, depth: usize, top: bool) -> Body {
        let mut body = self.small(random, depth, top);
        match random.below(8) {
            0 => body.push(Statement::Raise),
            1 => {
                let arms = vec![(random.percent(50), vec![Statement::Raise])];
                body.push(Statement::If { arms, or_else: None });
            }
            _ => {}
        }
        body
    }

    fn branch(&mut self, random: &mut Random, depth: usize, top: bool) -> Statement {
        let count = 1 + random.below(2);
        let arms = (0..count).map(|_| (random.percent(50), self.small(random, depth, top))).collect();
        let or_else = random.percent(40).then(|| self.small(random, depth, top));
        Statement::If { arms, or_else }
    }

    fn import(&mut self, random: &mut Random, top: bool) -> Statement {
        if random.percent(5) {
            let name = *random.pick(&EXTERNAL);
            let alias = random.percent(50).then(|| "outside".to_owned());
            return Statement::Import { target: Name::External(name), alias };
        }
        let target = random.below(self.modules.len());
        let relative = random.percent(50);
        match random.below(100) {
            0..20 if top => {
                let name = &self.modules[target].name;
                self.bound.push(name.clone());
                self.bound.push(name.split('.').next().unwrap().to_owned());
                Statement::Import { target: Name::Ours(target), alias: None }
            }
            0..35 => {
                let alias = self.alias(random, top);
                self.bound.push(alias.clone());
                Statement::Import { target: Name::Ours(target), alias: Some(alias) }
            }
            35..42 if top => Statement::Star { target: Name::Ours(target), relative },
            42..49 => Statement::Dynamic { target, relative },
            _ => self.from(random, relative, top),
        }
    }

    fn from(&mut self, random: &mut Random, relative: bool, top: bool) -> Statement {
        let mut target = random.below(self.modules.len());
        let children = |of: usize, modules: &[CaseModule]| -> Vec<String> {
            let parent = format!("{}.", modules[of].name);
            let below = modules.iter().filter_map(|module| module.name.strip_prefix(&parent));
            below.filter(|rest| !rest.contains('.')).map(str::to_owned).collect()
        };
        if random.percent(30) {
            target = 0;
        }
        let submodules = children(target, self.modules);
        let count = 1 + usize::from(random.percent(25));
        let names: Vec<(String, Option<String>)> = (0..count)
            .map(|_| {
                let name = if !submodules.is_empty() && random.percent(60) {
                    random.pick(&submodules).clone()
                } else {
                    (*random.pick(&NAMES)).to_owned()
                };
                let alias = (!top || random.percent(25)).then(|| self.alias(random, top));
                self.bound.push(alias.clone().unwrap_or_else(|| name.clone()));
                (name, alias)
            })
            .collect();
        Statement::From { target: Name::Ours(target), relative, names }
    }

    fn alias(&self, random: &mut Random, top: bool) -> String {
        if !top {
            return format!("inner{}", self.classes);
        }
        (*random.pick(&["x", "y", "f", "a"])).to_owned()
    }

    /// A name that a module may have: its own, or a submodule's.
    fn name(&self, random: &mut Random) -> String {
        if random.percent(25) {
            let module = random.pick(self.modules);
            return module.name.rsplit('.').next().unwrap().to_owned();
        }
        (*random.pick(&NAMES)).to_owned()
    }

    fn read(&mut self, random: &mut Random) -> Statement {
        if self.bound.is_empty() {
            return Statement::Bind(Binding::Assignment, (*random.pick(&NAMES)).to_owned());
        }
        let mut path = random.pick(&self.bound).clone();
        if random.percent(70) {
            path = format!("{path}.{}", self.name(random));
        }
        let how = *random.pick(&[Reading::Expression, Reading::Expression, Reading::Default]);
        Statement::Read(how, path)
    }
}

/// Every case that lacks one statement of this one, or has the body of a compound statement in its place.
pub(crate) fn smaller(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    for (index, module) in case.modules.iter().enumerate() {
        for body in smaller_bodies(&module.body) {
            let mut modules = case.modules.clone();
            modules[index].body = body;
            found.push(Case { modules });
        }
    }
    found
}

fn smaller_bodies(body: &Body) -> Vec<Body> {
    let mut found = Vec::new();
    for (at, statement) in body.iter().enumerate() {
        let mut replaced = |by: Vec<Statement>| {
            let mut new = body.clone();
            new.splice(at..=at, by);
            found.push(new);
        };
        replaced(Vec::new());
        match statement {
            Statement::Try { body, handlers, or_else, finally } => {
                replaced(body.clone());
                for inner in smaller_bodies(body).into_iter().filter(|inner| !inner.is_empty()) {
                    replaced(vec![Statement::Try {
                        body: inner,
                        handlers: handlers.clone(),
                        or_else: or_else.clone(),
                        finally: finally.clone(),
                    }]);
                }
                for (number, (classes, inner)) in handlers.iter().enumerate() {
                    for inner in smaller_bodies(inner) {
                        let mut handlers = handlers.clone();
                        handlers[number] = (*classes, inner);
                        let (or_else, finally) = (or_else.clone(), finally.clone());
                        replaced(vec![Statement::Try { body: body.clone(), handlers, or_else, finally }]);
                    }
                }
                if !handlers.is_empty() && (or_else.is_some() || finally.is_some()) {
                    let (body, handlers) = (body.clone(), handlers.clone());
                    replaced(vec![Statement::Try { body, handlers, or_else: None, finally: None }]);
                }
            }
            Statement::If { arms, or_else } => {
                arms.iter().for_each(|(_, inner)| replaced(inner.clone()));
                or_else.iter().for_each(|inner| replaced(inner.clone()));
            }
            Statement::For { body, .. } => replaced(body.clone()),
            Statement::ClassBody(inner) => {
                smaller_bodies(inner).into_iter().for_each(|i| replaced(vec![Statement::ClassBody(i)]));
            }
            Statement::From { target, relative, names } if names.len() > 1 => {
                for name in names {
                    let names = vec![name.clone()];
                    replaced(vec![Statement::From { target: target.clone(), relative: *relative, names }]);
                }
            }
            _ => {}
        }
    }
    found
}
