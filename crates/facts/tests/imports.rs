//! Imports of one file: forms, positions, uses, exports and the import-time program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use analyzer_facts::{Event, FileFacts, ImportKind, Limits, Position, Tier, Uses, extract};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::default()).unwrap()
}

/// Each import as `<dots><module>[:name[ as alias],…|:*][ as alias]`.
fn forms(text: &str) -> Vec<String> {
    let show = |import: &analyzer_facts::Import| {
        let mut shown = ".".repeat(import.level.into()) + &import.module;
        if import.kind == ImportKind::Dynamic {
            shown.insert(0, '!');
        }
        if import.star {
            shown += ":*";
        }
        let names: Vec<String> = import
            .names
            .iter()
            .map(|n| n.alias.as_ref().map_or(n.name.to_string(), |alias| format!("{} as {alias}", n.name)))
            .collect();
        if !names.is_empty() {
            shown += &format!(":{}", names.join(","));
        }
        if let Some(alias) = &import.alias {
            shown += &format!(" as {alias}");
        }
        shown
    };
    facts(text).imports.iter().map(show).collect()
}

#[test]
fn every_form_is_read() {
    assert_eq!(
        forms("import a.b as c, d.e; import f\nfrom ..x.y import (a as b,  # why\n  c,)\nfrom . import *\n"),
        ["a.b as c", "d.e", "f", "..x.y:a as b,c", ".:*"]
    );
    assert_eq!(forms("from __future__ import annotations\n"), ["__future__:annotations"]);
    assert_eq!(forms("from .... import a\nfrom ...b import c\n"), ["....:a", "...b:c"]);
    assert_eq!(forms("from a \\\n  . b import (\n c\n)\n"), ["a.b:c"]);
}

#[test]
fn lazy_imports_wait_for_their_first_use() {
    let text = "import a\nlazy import b.c as d, e  # why\nlazy from .f import (g,\n    h as i)\nlazy = 1\nlazy.x = g\nif lazy:\n    lazy  from . import j\n";
    let found = facts(text);
    assert_eq!(found.syntax, None);
    assert_eq!(forms(text), ["a", "b.c as d", "e", ".f:g,h as i", ".:j"]);
    let deferred = found.imports.iter().map(|import| import.position.has(Position::DEFERRED));
    assert_eq!(deferred.collect::<Vec<_>>(), [false, true, true, true, true]);
    assert!(found.imports.iter().all(|import| import.scope == 0 && import.tier == Tier::A));
    let run = found.program.iter().filter(|event| matches!(event, Event::Import(_)));
    assert_eq!(run.collect::<Vec<_>>(), [&Event::Import(0)]);
    let ranges: Vec<&str> = found.imports[2..].iter().map(|import| import.range.slice(text)).collect();
    assert_eq!(
        ranges,
        ["lazy import b.c as d, e", "lazy from .f import (g,\n    h as i)", "lazy  from . import j"]
    );
    assert_eq!(found.imports[3].names[1].range.slice(text), "h as i");
    let broken = facts("lazy import a\ndef f(:\n    pass\n");
    assert!(broken.syntax.is_some() && broken.imports[0].position.has(Position::DEFERRED));
}

#[test]
fn ranges_are_those_of_the_text() {
    let text = "import a, b.c\nfrom .d import e as f\n";
    let found = facts(text).imports;
    let modules: Vec<&str> = found.iter().map(|i| i.module_range.slice(text)).collect();
    assert_eq!(modules, ["a", "b.c", ".d"]);
    assert_eq!(found[1].range.slice(text), "import a, b.c");
    assert_eq!(found[2].names[0].range.slice(text), "e as f");
}

#[test]
fn literal_dynamic_imports_resolve_through_the_names_of_the_file() {
    let text = r#"
import importlib
import importlib as il
from importlib import import_module, import_module as im
load = importlib.import_module
importlib.import_module("a.b")
il.import_module(name="c")
im("d" ".e")
load("f")
__import__("g.h")
__import__("i", globals(), locals(), ["x"], 1)
import_module(".j", __package__)
import_module("..k", package="p.q.r")
import_module(name)
import_module(f"{x}.y")
other.import_module("z")
import_module(".l")
"#;
    let dynamic: Vec<String> = forms(text).into_iter().filter(|f| f.starts_with('!')).collect();
    assert_eq!(dynamic, ["!a.b", "!c", "!d.e", "!f", "!g.h", "!.i", "!.j", "!p.q.k"]);
}

#[test]
fn positions_follow_the_surroundings() {
    let text = r#"
from typing import TYPE_CHECKING as TC
import typing as t
if TC:
    import typing_only
else:
    import eager_else
if t.TYPE_CHECKING:
    import typing_only
if not TC:
    import eager_not
if False:
    import never
def f(x=__import__("default")):
    import deferred
class C:
    import in_class
    def m(self):
        import deferred
try:
    import guarded
except (ImportError, ValueError):
    import fallback
try:
    import unguarded
except ValueError:
    pass
with contextlib.suppress(ModuleNotFoundError):
    import suppressed
if sys.version_info < (3,):
    import old
if x:
    import conditional
if __name__ == "__main__":
    import main
"#;
    let found = facts(text);
    let at = |module: &str| {
        let mut all = found.imports.iter().filter(|i| i.module == module);
        let first = all.next().unwrap().position;
        assert!(all.all(|i| i.position == first), "{module}");
        first
    };
    let guarded = Position::CONDITIONAL.with(Position::GUARDED);
    assert_eq!(at("typing_only"), Position::TYPING);
    assert_eq!(at("never"), Position::TYPING);
    for eager in ["eager_else", "eager_not", "in_class", "default"] {
        assert_eq!(at(eager), Position::EAGER, "{eager}");
    }
    assert_eq!(at("deferred"), Position::DEFERRED);
    assert_eq!(at("guarded"), guarded);
    assert_eq!(at("suppressed"), guarded);
    assert_eq!(at("fallback"), guarded);
    assert_eq!(at("old"), guarded);
    for conditional in ["unguarded", "conditional"] {
        assert_eq!(at(conditional), Position::CONDITIONAL, "{conditional}");
    }
    assert_eq!(at("main"), Position::MAIN_GUARD);
    assert!(found.main_guard);
}

/// Uses of the only import of a text, as letters: eager, deferred, annotation, exported.
fn uses(text: &str) -> String {
    let found = facts(text).imports;
    let import = found.iter().find(|i| i.module != "__future__").unwrap();
    let Uses { eager, deferred, annotation, exported, .. } =
        import.names.first().map_or(import.uses, |n| n.uses);
    let marks = [(eager, 'e'), (deferred, 'd'), (annotation, 'a'), (exported, 'x')];
    marks.iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect()
}

#[test]
fn uses_tell_when_a_name_is_needed() {
    assert_eq!(uses("import a.b\n"), "");
    assert_eq!(uses("import a.b\na.b.c()\n"), "e");
    assert_eq!(uses("import a.b\nx.a\nf(a=1)\n"), "");
    assert_eq!(uses("from a import b\ndef f():\n  return b\n"), "d");
    assert_eq!(uses("from a import b\ndef f(x: b, y: 'list[b]') -> b: pass\n"), "a");
    assert_eq!(uses("from a import b\ndef f(x=b): pass\n"), "e");
    assert_eq!(uses("from a import b\n@b\ndef f(): pass\n"), "e");
    assert_eq!(uses("from a import b\nclass C(b): pass\n"), "e");
    assert_eq!(uses("from a import b\nx = lambda: b\n"), "d");
    assert_eq!(uses("from a import b as c\n__all__ = ['c']\n"), "x");
    assert_eq!(uses("from a import b as b\n"), "x");
    assert_eq!(uses("from a import b\nx = cast('b', y)\n"), "a");
    assert_eq!(uses("from a import b\nmatch x:\n  case b.c: pass\n"), "e");
    assert_eq!(uses("from a import b\nx: 'c.b'\n"), "");
}

#[test]
fn uses_beyond_plain_code_count() {
    assert_eq!(uses("from a import b\nx = []  # type: list[b]\n"), "a");
    assert_eq!(uses("from a import b\ndef f(x):\n  # type: (b) -> None\n  pass\n"), "a");
    assert_eq!(uses("from a import b\nx = 1  # type: ignore[b]\n"), "");
    assert_eq!(uses("from a import b\nfrom typing import Union\nX = Union[int, 'b[str]']\n"), "a");
    assert_eq!(uses("from a import b\nimport typing as t\nX = t.TypeVar('X', bound='b')\n"), "a");
    assert_eq!(uses("from a import b\nfrom typing import Any\nX = table['b']\n"), "");
    assert_eq!(uses("from a import b\n__all__ = [n for n in dir()]\n"), "x", "anything may be exported");
    assert_eq!(uses("def f():\n  global b\n  import b\ndef g():\n  return b\n"), "d");
    assert!(facts("from a import b\ndef test(b): pass\n").imports[0].names[0].uses.parameter);
}

#[test]
fn attributes_of_imported_names_are_listed() {
    let attributes = |text: &str| -> Vec<String> {
        let found = facts(text).attributes;
        found.iter().map(|one| format!("{}:{:?}:{}", one.import, one.name, one.attribute)).collect()
    };
    assert_eq!(
        attributes("import a.b\nfrom c import d, e as f\ndef g(x):\n  x.y\n  return a.b.h(f.i)\n"),
        ["0:None:b", "0:None:h", "1:Some(1):i"]
    );
    assert!(attributes("import a\na(b.c)\nx.a.y\n").is_empty());
}

#[test]
fn uses_respect_scopes() {
    assert_eq!(uses("from a import b\ndef f(b):\n  return b\n"), "", "a parameter hides it");
    assert_eq!(uses("from a import b\ndef f():\n  b = 1\n  return b\n"), "", "a local variable hides it");
    assert_eq!(uses("from a import b\ndef f():\n  global b\n  b = b + 1\n"), "d", "global does not hide");
    assert_eq!(uses("def f():\n  from a import b\n  return b\nb\n"), "d", "another scope's name");
    assert_eq!(uses("def f():\n  from a import b\n  def g():\n    return b\n"), "d", "a closure");
}

#[test]
fn exports_are_folded() {
    let exports = |text: &str| facts(text).exports.map(|names| names.join(" "));
    assert_eq!(exports("__all__ = ['a', \"b\"] + ['c']\n").as_deref(), Some("a b c"));
    assert_eq!(
        exports("__all__ = ('a',)\n__all__ += ['b']\n__all__.extend(['c'])\n").as_deref(),
        Some("a b c")
    );
    assert_eq!(exports("__all__: list[str] = ['a' 'b']\n").as_deref(), Some("ab"));
    assert_eq!(exports("__all__ = ['a'] + x.__all__\n"), None);
    assert_eq!(exports("x = 1\n"), None);
}

#[test]
fn module_names_are_all_that_may_be_bound() {
    let text = "import a.b\nfrom c import d as e\ndef f(): \n  global g\n  h = 1\nclass I: j = 1\nk, (l, *m) = x\n\
                for n in x: pass\nwith x as o: pass\nif (p := 1): q: int\ntype R = int\n";
    let names = facts(text).names;
    assert_eq!(names.bindings.join(" "), "I R a e f g k l m n o p q");
    assert!(!names.dynamic);
    assert!(facts("globals()['x'] = 1\n").names.dynamic);
    assert!(facts("import sys\nsys.modules[__name__] = X()\n").names.dynamic);
    assert!(facts("__path__ = extend_path(__path__, __name__)\n").names.extends_path);
}

#[test]
fn folders_of_sys_path_are_folded() {
    let paths = |text: &str| -> Vec<String> {
        let found = facts(&format!("import sys, os\nfrom pathlib import Path\n{text}\n"));
        found.names.search_paths.iter().map(|p| format!("{:?}:{}", p.base, p.path)).collect()
    };
    assert_eq!(paths("sys.path.insert(0, 'lib/x')"), ["WorkingDirectory:lib/x"]);
    assert_eq!(paths("sys.path.append(os.path.dirname(__file__))"), ["FileFolder:"]);
    assert_eq!(
        paths("sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))"),
        ["FileFolder:../lib"]
    );
    assert_eq!(
        paths("ROOT = Path(__file__).resolve().parent.parent\nsys.path.insert(0, str(ROOT / 'src'))"),
        ["FileFolder:../src"]
    );
    assert_eq!(paths("sys.path.insert(0, str(Path(__file__).parents[2]))"), ["FileFolder:../.."]);
    assert_eq!(paths("sys.path.insert(0, os.getcwd())"), [""; 0]);
    assert_eq!(paths("sys.path.insert(0, '/opt/x')"), [""; 0]);
}

/// The program, one word an event.
fn program(text: &str) -> String {
    let found = facts(text);
    let show = |event: &Event| match event {
        Event::Import(index) => format!("import:{}", found.imports[*index as usize].module),
        Event::Bind(name) => format!("={name}"),
        Event::Unbind(name) => format!("-{name}"),
        Event::Use(path) => path.to_string(),
        Event::Try => "try".to_owned(),
        Event::Handler(catches) => format!("except:{catches:?}"),
        Event::Raise => "raise".to_owned(),
        Event::OrElse => "else".to_owned(),
        Event::Finally => "finally".to_owned(),
        Event::Branch => "branch".to_owned(),
        Event::Alternative => "or".to_owned(),
        Event::End => "end".to_owned(),
    };
    found.program.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_program_follows_the_order_of_execution() {
    assert_eq!(program("import p.b\nx = p.b.g(1)\ndel x\n"), "import:p.b p.b.g =x -x");
    assert_eq!(program("import p\ndef f(a=p.x): return p.y\n"), "import:p p.x =f");
    assert_eq!(
        program("import p\n@p.d\nclass C(p.B):\n  x = p.c\n  def m(self): p.z\n"),
        "import:p p.d p.B p.c =C"
    );
    assert_eq!(
        program(
            "try:\n  import a\nexcept ImportError as e:\n  a = None\nelse:\n  b = 1\nfinally:\n  c = 1\n"
        ),
        "try import:a except:ImportError =e =a =e -e else =b finally =c end"
    );
    assert_eq!(program("if x:\n  import a\n"), "branch import:a or end");
    assert_eq!(
        program(
            "try:\n  import a\nexcept ImportError:\n  if x:\n    raise\n  def f():\n    raise\nraise x\n"
        ),
        "try import:a except:ImportError branch raise or end =f end"
    );
    assert_eq!(
        program("if x:\n  import a\nelif y:\n  import b\nelse:\n  import c\n"),
        "branch import:a or import:b or import:c end"
    );
    assert_eq!(
        program("for i in x:\n  import a\nelse:\n  import b\n"),
        "branch =i import:a or end branch import:b or end"
    );
    assert_eq!(
        program("match x:\n  case y: import a\n  case 1: import b\n"),
        "branch =y import:a or import:b or end"
    );
    assert_eq!(program("if TYPE_CHECKING:\n  import a\nelse:\n  import b\n"), "import:b");
    assert_eq!(program("if TYPE_CHECKING:\n  import a\nelif y:\n  import b\n"), "branch import:b or end");
    assert_eq!(program("if not TYPE_CHECKING:\n  import a\nelse:\n  import b\n"), "import:a");
    assert_eq!(program("if __name__ == '__main__':\n  import a\n"), "");
    assert_eq!(program("import a\nx: a.B\ny: a.C = 1\n"), "import:a a.B a.C =y");
    assert_eq!(
        program("from __future__ import annotations\nimport a\nx: a.B = 1\n"),
        "import:__future__ import:a =x"
    );
    assert_eq!(program("with x as y:\n  import a\n"), "=y import:a");
}

#[test]
fn handlers_say_what_of_a_failed_import_they_catch() {
    let caught = |clause: &str| program(&format!("try: pass\n{clause}: pass\n"));
    assert_eq!(caught("except"), "try except:Both end");
    assert_eq!(caught("except (builtins.ImportError, AttributeError)"), "try except:Both end");
    assert_eq!(caught("except AttributeError"), "try except:AttributeError end");
    assert_eq!(caught("except ModuleNotFoundError"), "try except:Other end");
    assert_eq!(caught("except Exception as e"), "try except:Both =e =e -e end");
}

#[test]
fn the_projection_forgets_places() {
    let first = facts("import a\n\n\ndef f():\n    return a.b\n").imports_projection();
    let moved = facts("# comment\nimport a\ndef f():\n    x = 1\n    return a.c, x\n").imports_projection();
    let other = facts("import b\ndef f():\n    return a.b\n").imports_projection();
    assert_eq!(first, moved);
    assert_ne!(first, other);
}

#[test]
fn broken_files_keep_their_imports() {
    let found = facts("import a\ndef f(:\n    import b\nfrom c import d\n");
    let modules: Vec<&str> = found.imports.iter().map(|i| i.module.as_str()).collect();
    assert_eq!(modules, ["a", "b", "c"]);
    assert!(found.imports.iter().all(|i| i.tier != Tier::A));
}

/// Every prefix and every text with one piece cut out, whatever tree that gives.
#[test]
fn damaged_texts_keep_programs_balanced() {
    let text = "import a, b as c\ntry:\n    from d import e\nexcept ImportError as x:\n    e = None\nelse:\n    for i in a.b:\n\
                \x20       import f\n    else:\n        del i\nif TYPE_CHECKING:\n    import g\nelif c:\n    import h\n\
                class K(a.B):\n    import j\n    y: 'a.T' = [c for c in (a, b)]\n__all__ = ['a'] + ['b']\n";
    let check = |damaged: &str| {
        let found = facts(damaged);
        let mut open = 0;
        for event in found.program.iter() {
            match event {
                Event::Try | Event::Branch => open += 1,
                Event::End => open -= 1,
                Event::Import(index) => assert!((*index as usize) < found.imports.len()),
                _ => {}
            }
            assert!(open >= 0, "{damaged}");
        }
        assert_eq!(open, 0, "{damaged}");
        assert!(found.imports.is_sorted_by_key(|import| import.module_range), "{damaged}");
    };
    for at in 0..=text.len() {
        check(&text[..at]);
        check(&text[at..]);
        for width in [1, 4, 9, 30] {
            check(&format!("{}{}", &text[..at], &text[(at + width).min(text.len())..]));
        }
    }
}

#[test]
fn deep_trees_do_not_overflow() {
    let text = format!("import a\nx = {}a{}\n", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(facts(&text).imports.len(), 1);
    let text = format!("import a\nx = a{}\n", ".b".repeat(50_000));
    assert_eq!(facts(&text).imports.len(), 1);
}
