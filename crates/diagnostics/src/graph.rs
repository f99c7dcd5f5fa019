//! The import graph as it is shown: paths, names and lines. It must not know how it was found.

/// A module of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// The file, relative to the project root.
    pub path: String,
    /// Its dotted name.
    pub module: String,
    /// The number of the cycle that it lies on, if it lies on one.
    pub cycle: Option<u32>,
}

/// One import statement that leads from a file to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphEdge {
    /// Path of the importing file.
    pub from: String,
    /// Path of the imported file.
    pub to: String,
    /// The kind of import, such as `eager`, `deferred` or `typing`.
    pub kind: String,
    /// Line of the statement, from 1.
    pub line: u32,
    /// Whether no statement names the target: a package runs because a module inside it is imported.
    pub implicit: bool,
}

/// The import graph of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphView {
    /// Sorted by path, each path once.
    pub nodes: Vec<GraphNode>,
    /// Sorted by (from, line, to).
    pub edges: Vec<GraphEdge>,
}
