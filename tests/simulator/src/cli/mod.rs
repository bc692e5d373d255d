//! The command line: one file for each subcommand.

mod cert_sn;
mod doctor;
mod explain;
mod form;
mod merchant;
mod notify;
mod output;
mod serve;
mod sign;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum, error::ErrorKind};

pub(crate) use self::merchant::{AlipayArgs, Contract, MerchantArgs, Parties, Patient};

/// A simulated Alipay gateway on this machine, and the tools to find out why a payment message was refused.
///
/// Three in the morning and "verification failed"? Save the raw POST body and ask:
///
///   alipay-simulator explain --partner 2088… --key … < body.txt
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    CertSn(cert_sn::CertSnArgs),
    Doctor(doctor::DoctorArgs),
    Explain(explain::ExplainArgs),
    Notify(notify::NotifyArgs),
    Serve(serve::ServeArgs),
    Sign(sign::SignArgs),
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The gateway's POST to notify_url
    Notify,
    /// The browser's GET of return_url
    Return,
}

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was done, and the answer is no: exit status 1.
    Refused(String),
    /// The flags do not fit together: exit status 2.
    Usage(String),
}

impl Failure {
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }

    pub(crate) fn refused(message: impl std::fmt::Display) -> Self {
        Self::Refused(message.to_string())
    }
}

/// A line that could not be written ends the work: nobody reads any more.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::refused(error)
    }
}

impl Cli {
    /// Runs the command: status 0 for yes, 1 for no, 2 for a mistake in the flags.
    pub(crate) fn run(self) -> ExitCode {
        let result = match self.command {
            Command::CertSn(args) => args.run(),
            Command::Doctor(args) => args.run(),
            Command::Explain(args) => args.run(),
            Command::Notify(args) => args.run(),
            Command::Serve(args) => args.run(),
            Command::Sign(args) => args.run(),
        };
        match result {
            Ok(code) => code,
            Err(Failure::Refused(message)) => {
                output::note(&format!("error: {message}"));
                ExitCode::from(1)
            }
            Err(Failure::Usage(message)) => {
                let command = <Self as clap::CommandFactory>::command();
                // Prints the message with the usual frame; the code of the process is ours.
                let _ = command.clone().error(ErrorKind::ValueValidation, message).print();
                ExitCode::from(2)
            }
        }
    }
}
