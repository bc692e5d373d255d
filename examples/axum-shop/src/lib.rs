//! The example shop on axum: its routes. The pages are the `shop` crate's, which knows no framework.

mod guest;
mod reply;
mod routes;
mod trace;

pub use self::{
    routes::router,
    trace::{RouteSpan, trace},
};
