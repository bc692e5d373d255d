//! The simulated gateway over real sockets.
#![cfg(test)]

mod buying;
mod callers;
mod cashier;
mod dashboard;
mod delivering;
mod faults;
mod forging;
mod life;
mod refusing;
mod shop;
mod verifying;
mod xml;
