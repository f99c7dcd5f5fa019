//! Commands that a shell reads.

pub mod shell_constant_command;
pub mod shell_dash_c;
pub mod shell_dynamic_command;
pub mod shell_with_argument_list;
mod shims;
mod verdict;
