//! Routes of web applications.

pub mod missing_csrf_protection;
mod path;
pub mod unauthenticated_admin_route;
