//! `alipay-simulator`: a simulated Alipay gateway, and tools for a shop that talks to the real one.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    cli::Cli::parse().run()
}
