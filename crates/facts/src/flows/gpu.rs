//! Uses of the graphics card, and models that are let go while the memory they took stays reserved.
//! It must not know what a maintainer thinks of either.

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier};
use rustc_hash::FxHashMap;

use super::{FlowCollector, Reader};
use crate::ScopeId;
use crate::model::gpu::{GpuFacts, KeptCache, ModelRelease};
use crate::usage::constants::{content, elements};
use crate::walk::{Context, Frame};

/// How many ancestors are asked whether they are loops.
const ANCESTORS: usize = 64;

/// A model that is let go, or loaded again.
#[derive(Clone, Copy)]
struct Release<'t> {
    node: Node<'t>,
    /// The model that is released.
    model: Node<'t>,
    how: ModelRelease,
    scope: ScopeId,
    tier: Tier,
    /// Whether it happens once a round of a loop of the same function.
    looped: bool,
}

/// Uses and releases that the walk met.
#[derive(Default)]
pub(super) struct Notes<'t> {
    uses: Vec<TextRange>,
    releases: Vec<Release<'t>>,
}

impl<'t> Notes<'t> {
    /// Sees a node of a file that speaks of graphics cards.
    pub(super) fn note(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        match node_kind {
            kind::CALL => {
                if uses_card(node, cx) {
                    self.uses.push(cx.range(node));
                }
                self.emptied(node, cx);
            }
            kind::STRING if names_card(cx.slice(node)) && gives_card(node, cx) => {
                self.uses.push(cx.range(node))
            }
            kind::KEYWORD_ARGUMENT => {
                let name = node.child_by_field_id(field::NAME).map_or("", |name| cx.slice(&name));
                let value = node.child_by_field_id(field::VALUE).map(|value| value.kind_id());
                if name == "device_map" && value != Some(kind::NONE) {
                    self.uses.push(cx.range(node));
                }
            }
            kind::DELETE_STATEMENT if cx.scope != 0 => {
                let listed = elements(*node).into_iter().flat_map(|target| match target.kind_id() {
                    kind::EXPRESSION_LIST | kind::TUPLE => elements(target),
                    _ => vec![target],
                });
                let models: Vec<Node> = listed.filter(|target| is_model(target, cx)).collect();
                for model in models {
                    self.release(*node, model, ModelRelease::Deleted, cx);
                }
            }
            kind::ASSIGNMENT if cx.scope != 0 => self.assigned(node, cx),
            _ => {}
        }
    }

    fn release(&mut self, node: Node<'t>, model: Node<'t>, how: ModelRelease, cx: &Context) {
        let own = |frame: &&Frame| frame.kind != kind::FUNCTION_DEFINITION;
        let looped = cx.ancestors.iter().rev().take(ANCESTORS).take_while(own);
        let looped =
            looped.into_iter().any(|frame| matches!(frame.kind, kind::FOR_STATEMENT | kind::WHILE_STATEMENT));
        self.releases.push(Release { node, model, how, scope: cx.scope, tier: cx.tier(), looped });
    }

    /// `self.models.pop(name)`, `self.models.clear()`
    fn emptied(&mut self, call: &Node<'t>, cx: &Context) {
        let Some(function) = call.child_by_field_id(field::FUNCTION) else { return };
        let (Some(object), Some(name)) =
            (function.child_by_field_id(field::OBJECT), function.child_by_field_id(field::ATTRIBUTE))
        else {
            return;
        };
        let ignored = cx.parent_kind() == kind::EXPRESSION_STATEMENT;
        if cx.scope != 0 && ignored && matches!(cx.slice(&name), "pop" | "clear") && is_model(&object, cx) {
            self.release(*call, object, ModelRelease::Deleted, cx);
        }
    }

    /// `self.model = None`, and models that are loaded round by round.
    fn assigned(&mut self, node: &Node<'t>, cx: &Context) {
        let (Some(left), Some(right)) = (node.child(0), node.child_by_field_id(field::RIGHT)) else { return };
        if !is_model(&left, cx) {
            return;
        }
        if right.kind_id() == kind::NONE && matches!(left.kind_id(), kind::ATTRIBUTE | kind::SUBSCRIPT) {
            self.release(*node, left, ModelRelease::Cleared, cx);
        } else if right.kind_id() == kind::CALL && left.kind_id() != kind::SUBSCRIPT {
            let text = cx.slice(&right);
            let loads = ["from_pretrained(", ".cuda()", ".to(\"cuda", ".to('cuda", "torch.load("];
            if loads.iter().any(|load| text.contains(load)) {
                self.release(*node, left, ModelRelease::Replaced, cx);
            }
        }
    }
}

/// `x.cuda()`, and whatever is asked of `torch.cuda` beyond whether it is there.
fn uses_card(call: &Node, cx: &Context) -> bool {
    let Some(function) = call.child_by_field_id(field::FUNCTION) else { return false };
    if function.kind_id() != kind::ATTRIBUTE {
        return false;
    }
    let name = function.child_by_field_id(field::ATTRIBUTE).map_or("", |name| cx.slice(&name));
    let object = function.child_by_field_id(field::OBJECT).map_or("", |object| cx.slice(&object));
    if name == "cuda" {
        return object != "torch" && object != "torch.backends";
    }
    (object == "torch.cuda" || object.ends_with(".torch.cuda"))
        && !matches!(name, "is_available" | "device_count" | "is_initialized")
}

/// Whether a literal is the name of a graphics card.
fn names_card(literal: &str) -> bool {
    let Some(rest) = content(literal).strip_prefix("cuda") else { return false };
    rest.is_empty() || rest.strip_prefix(':').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the name of a card is handed on, not compared or looked up.
fn gives_card(node: &Node, cx: &Context) -> bool {
    let mut above = cx.ancestors.iter().rev();
    let Some(parent) = above.next() else { return false };
    match parent.kind {
        kind::ARGUMENT_LIST => {
            let callee = above.next().and_then(|call| cx.text.get(call.start..parent.start)).unwrap_or("");
            let name = callee.rsplit('.').next().unwrap_or(callee).trim();
            matches!(name, "to" | "device" | "set_default_device" | "set_device" | "autocast" | "Generator")
        }
        kind::KEYWORD_ARGUMENT => {
            let name = cx.text.get(parent.start..node.start_byte()).unwrap_or("");
            let name = name.trim_end().trim_end_matches('=').trim();
            name.contains("device") || name == "map_location"
        }
        kind::ASSIGNMENT
        | kind::CONDITIONAL_EXPRESSION
        | kind::DEFAULT_PARAMETER
        | kind::TYPED_DEFAULT_PARAMETER
        | kind::BOOLEAN_OPERATOR => true,
        _ => false,
    }
}

/// Last words of the names of models.
const MODELS: [&str; 11] = [
    "model",
    "models",
    "pipeline",
    "pipelines",
    "pipe",
    "pipes",
    "unet",
    "vae",
    "llm",
    "llms",
    "transformer",
];

/// Whether an expression is called like a model of a neural network.
fn is_model(node: &Node, cx: &Context) -> bool {
    let name = match node.kind_id() {
        kind::IDENTIFIER => Some(*node),
        kind::ATTRIBUTE => node.child_by_field_id(field::ATTRIBUTE),
        kind::SUBSCRIPT => {
            let value = node.child_by_field_id(field::VALUE);
            value.map(|value| value.child_by_field_id(field::ATTRIBUTE).unwrap_or(value))
        }
        _ => None,
    };
    let name = name.map_or("", |name| cx.slice(&name)).to_ascii_lowercase();
    let last = name.trim_end_matches('_').rsplit('_').next().unwrap_or("");
    MODELS.contains(&last)
}

/// Reads what was noted.
pub(super) fn read(notes: &FlowCollector, cx: &Reader) -> GpuFacts {
    let mut facts = GpuFacts { uses: notes.gpu.uses.clone(), kept: Vec::new() };
    facts.uses.sort_by_key(|range| (range.start, range.end));
    facts.uses.dedup();
    if facts.uses.is_empty() {
        return facts;
    }
    let functions: FxHashMap<ScopeId, (&str, &str)> = notes
        .binders
        .iter()
        .filter(|binder| binder.node.kind_id() == kind::FUNCTION_DEFINITION)
        .map(|binder| {
            let name = binder.node.child_by_field_id(field::NAME).map_or("", |name| cx.cx.slice(&name));
            (binder.scope, (name, cx.cx.slice(&binder.node)))
        })
        .collect();
    let mut emptying: Vec<&str> =
        functions.values().filter(|(_, text)| empties(text)).map(|(name, _)| *name).collect();
    emptying.sort_unstable();
    let mut last = None;
    for release in &notes.gpu.releases {
        let Some((name, text)) = functions.get(&release.scope) else { continue };
        let lets_go = release.looped || release.how != ModelRelease::Replaced && is_unloading(name);
        let calls = |name: &&str| {
            let behind = |(at, found): (usize, &str)| text.get(at + found.len()..);
            text.match_indices(*name).filter_map(behind).any(|rest| rest.trim_start().starts_with('('))
        };
        let releases = empties(text) || emptying.iter().any(calls);
        // One finding per function: the cache is emptied once, after all of them.
        if !lets_go || releases || last == Some(release.scope) || !is_on_card(release.model, cx) {
            continue;
        }
        last = Some(release.scope);
        facts.kept.push(KeptCache {
            range: cx.cx.range(&release.node),
            model: cx.cx.slice(&release.model).into(),
            release: release.how,
            scope: release.scope,
            tier: release.tier,
        });
    }
    facts
}

/// Whether the file shows that PyTorch put the model of this name on the card: it is moved there, loaded onto it, or is
/// where something else is kept that is.
fn is_on_card(model: Node, cx: &Reader) -> bool {
    const HOPS: usize = 4;
    let text = cx.cx.text;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut open = vec![last_name(cx.cx.slice(&model))];
    for _ in 0..HOPS {
        let Some(name) = open.pop().filter(|name| !name.is_empty()) else { return false };
        for (at, _) in text.match_indices(name) {
            let rest = text.get(at + name.len()..).unwrap_or("");
            if text.get(..at).is_some_and(|before| before.ends_with(is_word)) || rest.starts_with(is_word) {
                continue;
            }
            if puts_on_card(rest.get(..rest.find('(').map_or(0, |end| end + 1)).unwrap_or("")) {
                return true;
            }
            // `models[name] = …`
            let rest = match rest.strip_prefix('[') {
                Some(inside) => inside.split_once(']').map_or("", |(_, rest)| rest),
                None => rest,
            };
            let rest =
                rest.trim_start().strip_prefix('=').filter(|rest| !rest.starts_with('=')).unwrap_or("");
            let value = rest.get(..rest.floor_char_boundary(LONGEST_VALUE)).unwrap_or("");
            let value = statement(value);
            if VALUES.iter().any(|sign| value.contains(sign)) {
                return true;
            }
            let plain = value.trim();
            if !plain.is_empty() && plain.chars().all(|c| is_word(c) || c == '.') {
                open.push(last_name(plain));
            }
        }
    }
    false
}

/// Values are read to so many bytes.
const LONGEST_VALUE: usize = 2_000;

/// Signs in a value that it is on the card.
const VALUES: [&str; 6] = [".cuda(", ".to(", "device_map", "device=", "map_location=", "torch_dtype="];

/// `.cuda(`, `.to(`
fn puts_on_card(call: &str) -> bool {
    matches!(call, ".cuda(" | ".to(")
}

/// A text up to the end of the line on which its brackets are closed.
fn statement(text: &str) -> &str {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '\n' if depth <= 0 => return text.get(..at).unwrap_or(""),
            _ => {}
        }
    }
    text
}

/// The last name of a path, without the brackets after it.
fn last_name(path: &str) -> &str {
    let path = path.split('[').next().unwrap_or(path);
    path.rsplit('.').next().unwrap_or(path).trim()
}

/// Whether a function gives the cached memory back, or calls one whose name says that it does.
fn empties(text: &str) -> bool {
    if text.contains("empty_cache") || text.contains("torch_gc") || text.contains("ipc_collect") {
        return true;
    }
    text.match_indices('(').any(|(at, _)| {
        let callee = text.get(..at).unwrap_or("");
        let name = callee.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        let name = name.to_ascii_lowercase();
        let memory = ["gpu", "cuda", "vram", "device_memory"].iter().any(|word| name.contains(word));
        let frees = ["clear", "clean", "free", "release", "empty", "flush", "reset", "gc"];
        memory && frees.iter().any(|word| name.contains(word))
    })
}

/// Whether a function of this name is there to let models go.
fn is_unloading(name: &str) -> bool {
    const VERBS: [&str; 12] = [
        "unload", "release", "free", "evict", "offload", "reload", "swap", "switch", "cleanup", "destroy",
        "dispose", "del",
    ];
    name.split('_').any(|word| VERBS.contains(&word.to_ascii_lowercase().as_str()))
}
