//! Whether anything in a file looks at annotations while the program runs.
//! It must not know imports that are moved.

use crate::{FileFacts, ImportKind};

/// Packages that read the annotations of what is defined with them.
const READERS: [&str; 44] = [
    "adaptix",
    "aiocache",
    "apischema",
    "attr",
    "attrs",
    "beanie",
    "beartype",
    "blacksheep",
    "cattr",
    "cattrs",
    "cyclopts",
    "dacite",
    "dagster",
    "dataclasses",
    "dataclasses_json",
    "dependency_injector",
    "dramatiq",
    "esmerald",
    "fastapi",
    "fastmcp",
    "faststream",
    "flytekit",
    "injector",
    "kopf",
    "langchain_core",
    "lagom",
    "litestar",
    "marshmallow_dataclass",
    "mashumaro",
    "msgspec",
    "ninja",
    "odmantic",
    "pandera",
    "plum",
    "prefect",
    "pydantic",
    "pydantic_settings",
    "serde",
    "sqlalchemy",
    "sqlmodel",
    "strawberry",
    "typeguard",
    "typer",
    "tyro",
];

/// Names that read annotations wherever they come from.
const WORDS: [&str; 10] = [
    "__annotations__",
    "get_type_hints",
    "get_annotations",
    "NamedTuple",
    "TypedDict",
    "signature",
    "singledispatch",
    "singledispatchmethod",
    "dataclass",
    "dataclass_transform",
];

/// Decorators that do not look at the annotations of what they decorate.
const HARMLESS: [&str; 19] = [
    "property",
    "staticmethod",
    "classmethod",
    "abstractmethod",
    "abc.abstractmethod",
    "override",
    "typing.override",
    "overload",
    "typing.overload",
    "final",
    "typing.final",
    "cached_property",
    "functools.cached_property",
    "lru_cache",
    "functools.lru_cache",
    "functools.cache",
    "functools.wraps",
    "contextmanager",
    "contextlib.contextmanager",
];

/// Base classes that do not look at the annotations of their subclasses.
const PLAIN_BASES: [&str; 6] = ["object", "ABC", "abc.ABC", "Protocol", "typing.Protocol", "Exception"];

/// Whether the file uses a package or a function that reads annotations at run time.
pub(super) fn are_read(facts: &FileFacts, text: &str) -> bool {
    let reader = facts.imports.iter().any(|import| {
        let package = import.module.split('.').next().unwrap_or("");
        import.kind != ImportKind::Dynamic && import.level == 0 && READERS.contains(&package)
    });
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let speaks = |word: &str| {
        text.match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
    };
    reader || WORDS.into_iter().any(speaks)
}

/// Whether decorators, in the text in front of a definition, may read its annotations.
pub(super) fn decorators_read(decorators: &str) -> bool {
    decorators.lines().map(str::trim).filter_map(|line| line.strip_prefix('@')).any(|decorator| {
        let name = decorator.split(['(', '#']).next().unwrap_or("").trim();
        !(HARMLESS.contains(&name) || name.ends_with(".setter") || name.ends_with(".deleter"))
    })
}

/// Whether the bases of a class, in its header, may read the annotations in its body.
pub(super) fn bases_read(definition: &str) -> bool {
    let header = definition.split_once(':').map_or(definition, |(header, _)| header);
    let Some((_, bases)) = header.split_once('(') else { return false };
    let bases = bases.trim_end().trim_end_matches(')');
    bases.split(',').map(str::trim).any(|base| !base.is_empty() && !PLAIN_BASES.contains(&base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorators_and_bases_are_judged_by_name() {
        assert!(!decorators_read("@property\n    @functools.lru_cache(maxsize=None)\n    "));
        assert!(decorators_read("@app.get('/')\n"));
        assert!(!bases_read("class A:\n    x: int"));
        assert!(!bases_read("class A(ABC, Exception):\n    x: int"));
        assert!(bases_read("class A(Model):\n    x: int"));
    }
}
