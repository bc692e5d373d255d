//! Properties of the protocol: what must hold for every input, not only for the published ones.
#![cfg(test)]

mod answers;
mod codec;
mod form;
#[cfg(feature = "rsa")]
mod keys;
mod lattice;
mod products;
mod request;
mod resplit;
mod round_trip;
mod support;
mod values;
