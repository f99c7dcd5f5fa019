//! `gpu-cache-not-released`: a model goes, and the memory that it took stays reserved.
//! It must not know how models are recognised.

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::ModelRelease;

use crate::Check;

/// Reports functions and loops that let models go without emptying the allocator's cache.
pub fn gpu_cache_not_released(cx: &Check, out: &mut Vec<Diagnostic>) {
    for kept in &cx.facts.gpu.kept {
        let done = match kept.release {
            ModelRelease::Deleted => "deleted",
            ModelRelease::Cleared => "let go",
            ModelRelease::Replaced => "loaded again in each round",
        };
        let model = kept.model.split_whitespace().collect::<Vec<_>>().join(" ");
        out.push(
            cx.diagnostic(kept.range, format!("`{model}` is {done}, but its memory on the card stays reserved"))
                .note("PyTorch keeps freed blocks in its own cache: other processes, and larger models, do not get them")
                .help("let go of every reference, then call `gc.collect()` and `torch.cuda.empty_cache()`")
                .tier(kept.tier)
                .property("model", model),
        );
    }
}
