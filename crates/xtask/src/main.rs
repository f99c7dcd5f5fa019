//! Development tasks of this repository; never shipped.

fn main() {}
