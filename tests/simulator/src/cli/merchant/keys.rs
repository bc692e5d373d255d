//! Keys in files, and the ones that stand where a merchant needs a key that a command has no use for.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use alipay_tower::protocol::{PrivateKey, PublicKey};

use super::variable;
use crate::cli::Failure;

/// No key and no certificate file is larger, in bytes.
const LIMIT: u64 = 256 * 1024;

/// The text of a file that a flag or an environment variable names; `None` when neither does.
pub(super) fn text(flag: &str, file: Option<&Path>, name: Option<&str>) -> Result<Option<String>, Failure> {
    let named = name.and_then(variable).map(PathBuf::from);
    file.map(Path::to_owned).or(named).map(|file| file_text(flag, &file)).transpose()
}

/// The text of a file that a flag names.
pub(crate) fn file_text(flag: &str, file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    File::open(file)
        .and_then(|open| open.take(LIMIT).read_to_string(&mut text))
        .map_err(|error| Failure::usage(format!("{flag} {}: {error}", file.display())))?;
    Ok(text)
}

/// A private key of a file.
pub(super) fn private(
    flag: &str,
    file: Option<&Path>,
    name: Option<&str>,
) -> Result<Option<PrivateKey>, Failure> {
    let text = text(flag, file, name)?;
    text.map(|text| PrivateKey::new(&text))
        .transpose()
        .map_err(|error| Failure::usage(format!("{flag}: {error}")))
}

/// A public key of a file.
pub(super) fn public(
    flag: &str,
    file: Option<&Path>,
    name: Option<&str>,
) -> Result<Option<PublicKey>, Failure> {
    let text = text(flag, file, name)?;
    text.map(|text| PublicKey::new(&text))
        .transpose()
        .map_err(|error| Failure::usage(format!("{flag}: {error}")))
}

/// A private key that is not the other half of this one: verifying needs none, but a merchant has one.
pub(super) fn placeholder(alipay: &PublicKey) -> Result<PrivateKey, Failure> {
    demo().map(|[app, other]| if app.public().is_same_as(alipay) { other } else { app })
}

/// A public key that is not this one's half: signing needs none, but a merchant has one.
pub(super) fn other_half(own: &PrivateKey) -> Result<PublicKey, Failure> {
    let [app, other] = demo()?;
    let key = if own.public().is_same_as(app.public()) { other } else { app };
    Ok(key.public().clone())
}

/// A public key that stands where there is none.
pub(super) fn nobodys() -> Result<PublicKey, Failure> {
    demo().map(|[_, other]| other.public().clone())
}

/// The demo application's key, and the one of the simulated Alipay.
pub(super) fn demo() -> Result<[PrivateKey; 2], Failure> {
    let read = |text| PrivateKey::new(text).map_err(Failure::usage);
    Ok([read(include_str!("../../../keys/app.pem"))?, read(include_str!("../../../keys/alipay.pem"))?])
}
