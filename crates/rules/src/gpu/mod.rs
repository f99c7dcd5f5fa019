//! Models on the graphics card.

pub mod gpu_cache_not_released;
