//! Runs the binary.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// Standard output as one object on one line; null when it is none.
    pub(crate) object: Value,
}

/// The binary, with an environment that says nothing about a merchant.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alipay-simulator"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ALIPAY_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary with these flags and this standard input.
pub(crate) fn run(flags: &[&str], input: &[u8]) -> Run {
    run_command(command().args(flags), input)
}

/// Runs a command with this standard input.
pub(crate) fn run_command(command: &mut Command, input: &[u8]) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its flags does not read; that is its right.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    let one_line = stdout.strip_suffix('\n').filter(|line| !line.contains('\n'));
    let object = one_line.and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    Run { status: status.code().unwrap(), stdout, stderr: String::from_utf8(stderr).unwrap(), object }
}
