//! `cert-sn`: the number that Alipay knows a certificate by.

use std::{path::PathBuf, process::ExitCode};

use alipay_tower::protocol::{Certificate, RootCertificates};
use clap::Args;

use super::{Failure, merchant, output};

/// Prints the serial number of a certificate as Alipay counts it.
///
/// It is what app_cert_sn and alipay_cert_sn carry: an MD5 digest of the issuer's name and the serial number in decimal,
/// not the serial number of X.509. A file may hold the certificate and those that signed it; the first one counts.
///
/// Exit status: 0 printed, 1 the file holds no certificate, 2 mistake in the flags.
///
/// Examples:
///   alipay-simulator cert-sn appCertPublicKey.crt
///   alipay-simulator cert-sn alipayRootCert.crt --root
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CertSnArgs {
    /// Certificate or bundle of root certificates, in PEM
    file: PathBuf,
    /// The file is the bundle of roots: prints alipay_root_cert_sn, the numbers of those that are signed with RSA
    #[arg(long)]
    root: bool,
}

impl CertSnArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let text = merchant::file_text("FILE", &self.file)?;
        let sn = if self.root {
            RootCertificates::from_pem(&text).map(|roots| roots.sn().to_owned())
        } else {
            Certificate::from_pem(&text).map(|certificate| certificate.sn().to_owned())
        };
        output::line(&sn.map_err(Failure::refused)?)?;
        Ok(ExitCode::SUCCESS)
    }
}
