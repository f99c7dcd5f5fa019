//! Files that cannot be read or parsed as they should.

pub mod syntax_error;
