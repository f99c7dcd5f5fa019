//! Names of the module that a function creates on first use: `global X`, `if X is None: X = C()`, no lock in sight.
//! It must not know other collectors.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::{CompactString, format_compact};

use crate::interest::Interest;
use crate::walk::{Context, Frame};
use crate::{ScopeId, ScopeKind, Singleton};

/// Collects them on the walk.
#[derive(Default)]
pub(crate) struct SingletonCollector {
    /// Names that functions declare as those of the module.
    globals: Vec<(ScopeId, CompactString)>,
    found: Vec<Singleton>,
}

impl SingletonCollector {
    /// Statements about names that some function declares as those of the module.
    pub(crate) fn interest<'a>(text: &'a str, interest: &mut Interest<'a>) {
        for at in memchr::memmem::find_iter(text.as_bytes(), b"global ") {
            let names = text.get(at + "global ".len()..).unwrap_or("");
            let names = names.lines().next().unwrap_or("");
            let names: Vec<&str> =
                names.split([',', ' ', '\t', ';', '#', '\\']).filter(|name| !name.is_empty()).collect();
            interest.words(&names);
        }
        // A class that makes one instance keeps it in an attribute of its own.
        if memchr::memmem::find(text.as_bytes(), b"def __new__").is_some() {
            interest.words(&["cls"]);
        }
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        match node_kind {
            kind::GLOBAL_STATEMENT if cx.scope != 0 => {
                let mut cursor = node.walk();
                let names = node.named_children(&mut cursor);
                self.globals.extend(names.map(|name| (cx.scope, CompactString::new(cx.slice(&name)))));
            }
            kind::IF_STATEMENT if self.globals.iter().any(|(scope, _)| *scope == cx.scope) => {
                self.test(node, cx)
            }
            kind::IF_STATEMENT => self.test_in_new(node, cx),
            _ => {}
        }
    }

    /// Returns the singletons found, in the order of the text.
    pub(crate) fn finish(self) -> Vec<Singleton> {
        self.found
    }

    /// `if cls._instance is None: cls._instance = super().__new__(cls)`
    fn test_in_new(&mut self, node: &Node, cx: &Context) {
        let Some(scope) = cx.scopes.get(cx.scope as usize).filter(|scope| scope.name == "__new__") else {
            return;
        };
        let Some(class) = cx.scopes.get(scope.parent as usize).filter(|scope| scope.kind == ScopeKind::Class)
        else {
            return;
        };
        let (Some(condition), Some(body)) =
            (node.child_by_field_id(field::CONDITION), node.child_by_field_id(field::CONSEQUENCE))
        else {
            return;
        };
        let condition = cx.slice(&condition).trim_matches(['(', ' ']);
        let mut cursor = body.walk();
        let made = body.named_children(&mut cursor).find_map(|statement| {
            let assignment = statement.named_child(0).filter(|child| child.kind_id() == kind::ASSIGNMENT)?;
            let left = cx.slice(&assignment.child_by_field_id(field::LEFT)?);
            let value = cx.slice(&assignment.child_by_field_id(field::RIGHT)?);
            let attribute = left.strip_prefix("cls.")?;
            let tested = is_unset(condition, left)
                || condition
                    .strip_prefix("not hasattr(cls,")
                    .is_some_and(|rest| rest.trim_matches([' ', '"', '\'', ')']) == attribute);
            (tested && value.contains("__new__(")).then_some((statement.end_byte(), attribute))
        });
        let Some((end, attribute)) = made.filter(|_| !is_guarded(node, cx)) else { return };
        let range = TextRange::new(cx.range(node).start, cx.file_range(node.start_byte(), end).end);
        self.found.push(Singleton {
            name: format_compact!("{}.{attribute}", class.name),
            class: class.name.clone(),
            range,
            scope: cx.scope,
            awaited: false,
            tier: cx.tier(),
        });
    }

    fn test(&mut self, node: &Node, cx: &Context) {
        let Some(condition) = node.child_by_field_id(field::CONDITION) else { return };
        let Some(body) = node.child_by_field_id(field::CONSEQUENCE) else { return };
        let condition = cx.slice(&condition).trim_matches(['(', ')', ' ']);
        let mut own = self.globals.iter().filter(|(scope, _)| *scope == cx.scope);
        let Some((_, name)) = own.find(|(_, name)| is_unset(condition, name)) else { return };
        let Some((end, class, awaited)) = created(&body, name, cx) else { return };
        // The event loop runs nothing else between the test and the assignment.
        let coroutine =
            cx.scopes.get(cx.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::AsyncFunction);
        if coroutine && !awaited || is_guarded(node, cx) {
            return;
        }
        let range = TextRange::new(cx.range(node).start, cx.file_range(node.start_byte(), end).end);
        let (name, class) = (name.clone(), CompactString::new(class));
        self.found.push(Singleton { name, class, range, scope: cx.scope, awaited, tier: cx.tier() });
    }
}

/// Whether a condition holds as long as the name has no value.
fn is_unset(condition: &str, name: &str) -> bool {
    let negated =
        condition.strip_prefix("not ").map(str::trim_start).and_then(|rest| rest.strip_prefix(name));
    let compared = || {
        let rest = condition.strip_prefix(name)?.trim_start();
        let rest = rest.strip_prefix("is").or_else(|| rest.strip_prefix("=="))?;
        rest.trim_start().strip_prefix("None")
    };
    let rest = negated.or_else(compared);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" or "))
}

/// The end of the statement that creates the object, its class, and whether that is awaited.
fn created<'t>(body: &Node<'t>, name: &str, cx: &Context<'t>) -> Option<(usize, &'t str, bool)> {
    let mut cursor = body.walk();
    let statements: Vec<Node> = body.named_children(&mut cursor).collect();
    statements.iter().find_map(|statement| {
        if statement.kind_id() == kind::TRY_STATEMENT {
            let inner = statement.child_by_field_id(field::BODY)?;
            let mut cursor = inner.walk();
            let inner: Vec<Node> = inner.named_children(&mut cursor).collect();
            return inner.iter().find_map(|statement| assigned(statement, name, cx));
        }
        assigned(statement, name, cx)
    })
}

fn assigned<'t>(statement: &Node<'t>, name: &str, cx: &Context<'t>) -> Option<(usize, &'t str, bool)> {
    let assignment = statement.named_child(0).filter(|child| child.kind_id() == kind::ASSIGNMENT)?;
    let left = assignment.child_by_field_id(field::LEFT)?;
    let mut value = assignment.child_by_field_id(field::RIGHT)?;
    let awaited = value.kind_id() == kind::AWAIT;
    if awaited {
        value = value.named_child(0)?;
    }
    if cx.slice(&left) != name || value.kind_id() != kind::CALL {
        return None;
    }
    let class = cx.slice(&value.child_by_field_id(field::FUNCTION)?);
    let last = class.rsplit('.').next().unwrap_or(class).trim_start_matches('_');
    // Only the thread of the screen may make these.
    let of_screen = matches!(last, "QApplication" | "QGuiApplication" | "QCoreApplication" | "Tk");
    let makes = !of_screen && (last.starts_with(|c: char| c.is_uppercase()) || is_factory(last));
    (makes && class.len() <= 80).then(|| (statement.end_byte(), class, awaited))
}

/// Whether a function of this name makes something new each time; one that computes or reads may well do so twice.
fn is_factory(name: &str) -> bool {
    const VERBS: [&str; 12] = [
        "make",
        "create",
        "build",
        "new",
        "open",
        "connect",
        "init",
        "initialize",
        "initialise",
        "start",
        "spawn",
        "construct",
    ];
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split('_');
    words.next().is_some_and(|first| VERBS.contains(&first)) || lower.ends_with("factory")
}

/// Whether the function speaks of a lock before the test: a `with`, a decorator, an `acquire`.
fn is_guarded(node: &Node, cx: &Context) -> bool {
    let function = cx.ancestors.iter().rposition(|frame| frame.kind == kind::FUNCTION_DEFINITION);
    let decorated = function.and_then(|at| cx.ancestors.get(at.checked_sub(1)?));
    let decorated = decorated.filter(|frame| frame.kind == kind::DECORATED_DEFINITION);
    let Some(frame) = decorated.or_else(|| cx.ancestors.get(function?)) else { return false };
    let before = cx.text.get(frame.start..node.start_byte()).unwrap_or("");
    // `with cls._guard:`
    let holds = |above: &Frame| {
        let header = cx.text.get(above.start..above.end).and_then(|with| with.lines().next()).unwrap_or("");
        let item =
            header.trim_start_matches("async ").strip_prefix("with ").and_then(|rest| rest.strip_suffix(':'));
        item.is_some_and(|item| item.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')))
    };
    let inside = cx.ancestors.get(function.unwrap_or_default()..).unwrap_or_default();
    if inside.iter().any(|above| above.kind == kind::WITH_STATEMENT && holds(above)) {
        return true;
    }
    // Whatever is decorated so is called once.
    if before.starts_with('@') && ["cache", "once", "synchronized"].iter().any(|word| before.contains(word)) {
        return true;
    }
    ["lock", "Lock", "LOCK", "mutex", "Mutex", "emaphore"].iter().any(|word| {
        before.match_indices(word).any(|(at, _)| {
            let joined = before[..at].ends_with(|c: char| c.is_alphanumeric());
            !(joined && *word == "lock")
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::{Limits, extract};

    fn names(body: &str) -> Vec<String> {
        let text = format!("_x = None\n\n\n{body}");
        let facts = extract(&text, Limits::default()).unwrap();
        facts.singletons.into_iter().map(|one| format!("{} {}", one.name, one.class)).collect()
    }

    #[test]
    fn singletons() {
        for (body, found) in [
            ("def f():\n    global _x\n    if _x is None:\n        _x = C()\n    return _x\n", "_x C"),
            (
                "def f():\n    global _y, _x\n    if not _x:\n        log()\n        _x = a.Client(1)\n",
                "_x a.Client",
            ),
            (
                "def f():\n    global _x\n    if (_x == None) or True:\n        try:\n            _x = C()\n        except E:\n            pass\n",
                "",
            ),
            ("def f():\n    global _x\n    if _x is None or stale():\n        _x = C()\n", "_x C"),
            (
                "async def f():\n    global _x\n    if _x is None:\n        _x = await Pool.Create()\n",
                "_x Pool.Create",
            ),
            ("async def f():\n    global _x\n    if _x is None:\n        _x = C()\n", ""),
            ("def f():\n    global _x\n    with _lock:\n        if _x is None:\n            _x = C()\n", ""),
            (
                "def f():\n    global _x\n    if _x is None:\n        with _lock:\n            if _x is None:\n                _x = C()\n",
                "",
            ),
            ("@synchronized\ndef f():\n    global _x\n    if _x is None:\n        _x = C()\n", ""),
            ("def f():\n    '''Block.'''\n    global _x\n    if _x is None:\n        _x = C()\n", "_x C"),
            ("def f():\n    global _x\n    if _x is None:\n        _x = compute()\n", ""),
            ("def f():\n    global _x\n    if _x is None:\n        _x = QtWidgets.QApplication([])\n", ""),
            (
                "def f():\n    global _x\n    if _x is None:\n        _x = pools.make_pool(3)\n",
                "_x pools.make_pool",
            ),
            (
                "class P:\n    def __new__(cls):\n        if cls._one is None:\n            cls._one = super().__new__(cls)\n        return cls._one\n",
                "P._one P",
            ),
            (
                "class P:\n    def __new__(cls):\n        if not hasattr(cls, '_one'):\n            cls._one = object.__new__(cls)\n        return cls._one\n",
                "P._one P",
            ),
            (
                "class P:\n    def __new__(cls):\n        with cls._lock:\n            if cls._one is None:\n                cls._one = super().__new__(cls)\n        return cls._one\n",
                "",
            ),
            ("def f():\n    global _y\n    if _x is None:\n        _x = C()\n", ""),
            ("def f():\n    if _x is None:\n        _x = C()\n", ""),
        ] {
            assert_eq!(names(body).join(", "), found, "{body}");
        }
    }
}
