//! Keys for shops in other processes, in files.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use alipay_simulator::Credentials;

use crate::cli::output;

/// Writes what each merchant with RSA keys is configured with, and tells where.
pub(super) fn write(directory: &Path, all: &[Credentials]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for credentials in all {
        let id = credentials.merchant().id();
        let store = |heading: &str, kind: &str, text: &str| {
            let path = directory.join(format!("{id}_{kind}.pem"));
            private(&path)?.write_all(text.as_bytes())?;
            output::item(heading, &path.display().to_string())
        };
        if let Some(key) = credentials.private_key() {
            store("private key", "private_key", &key.dangerous_to_pem())?;
        }
        if let Some(key) = credentials.alipay_public_key() {
            store("Alipay's key", "alipay_public_key", &key.to_pem())?;
        }
        if let Some(files) = credentials.certificates() {
            store("certificate", "app_cert", files.app())?;
            store("Alipay's", "alipay_cert", files.alipay())?;
            store("roots", "root_cert", files.root())?;
        }
    }
    Ok(())
}

/// A new file, or an emptied one, for its owner alone.
fn private(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}
