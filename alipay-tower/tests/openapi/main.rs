//! The OpenAPI generation at the desk, without a network: a gateway that answers from a script.
#![cfg(test)]

mod certificates;
mod confirm;
mod messages;
mod notifications;
mod precreate;
mod properties;
mod returns;
mod setters;
mod support;
mod verified;
