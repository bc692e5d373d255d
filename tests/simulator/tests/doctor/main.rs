//! `doctor`: one little server for each defect, over real sockets.
#![cfg(test)]

mod answers;
mod behaviour;
mod cli;
mod door;
mod examine;
mod layer;
mod network;
mod shop;
