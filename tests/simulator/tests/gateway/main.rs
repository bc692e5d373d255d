//! The simulated gateway over real sockets.
#![cfg(test)]

mod abroad;
mod batches;
mod buying;
mod callers;
mod cashier;
mod dashboard;
mod delivering;
mod escrow;
mod faults;
mod forging;
mod library;
mod life;
mod openapi;
mod products;
mod queries;
mod refusing;
mod rsa;
mod shop;
mod switches;
mod timing_out;
mod verifying;
mod xml;
