//! The command line, run as its users run it.
#![cfg(test)]

mod binary;
mod certificates;
mod explain;
mod notify;
mod published;
mod rsa;
mod serve;
mod sign;
mod usage;
mod vectors;
