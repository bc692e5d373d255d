//! The example shop on Rocket: its routes. The pages are the `shop` crate's, which knows no framework.

mod addresses;
mod catchers;
mod elsewhere;
mod fields;
mod guest;
mod method;
mod reply;
mod routes;
mod server;
mod stop;
mod trace;

pub use self::{server::build, trace::trace};
