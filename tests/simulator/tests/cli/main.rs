//! The command line, run as its users run it.
#![cfg(test)]

mod binary;
mod explain;
mod notify;
mod rsa;
mod serve;
mod sign;
mod usage;
mod vectors;
