//! Keys from files and environment variables, for a shop's configuration.
//!
//! Errors name the file or the variable and what to do, and never what is in it.
//!
//! ```no_run
//! # fn main() -> Result<(), alipay_tower::keys::KeyError> {
//! let key = alipay_tower::keys::md5_key_env("ALIPAY_MD5_KEY")?;
//! # Ok(()) }
//! ```

mod error;
mod source;

use std::path::Path;

pub use self::{
    error::{KeyError, KeyErrorKind},
    source::{from_env, from_file},
};
#[cfg(feature = "rsa")]
use crate::protocol::{AesKey, Certificate, Certificates, PrivateKey, PublicKey, RootCertificates};
use crate::protocol::{ConfigError, Md5Key};

/// Line ends around a key of one line are an editor's, not the key's.
fn md5(text: &str) -> Result<Md5Key, ConfigError> {
    Md5Key::new(text.trim_start_matches('\u{feff}').trim())
}

/// The MD5 key of a MAPI merchant from a file.
///
/// # Errors
///
/// [`KeyError`], as of [`from_file`].
pub fn md5_key_file(path: impl AsRef<Path>) -> Result<Md5Key, KeyError> {
    from_file(path, md5)
}

/// The MD5 key of a MAPI merchant from an environment variable.
///
/// # Errors
///
/// [`KeyError`], as of [`from_env`].
pub fn md5_key_env(name: &str) -> Result<Md5Key, KeyError> {
    from_env(name, md5)
}

/// The application's private key from a file, PEM or bare base64.
///
/// # Errors
///
/// [`KeyError`], as of [`from_file`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn private_key_file(path: impl AsRef<Path>) -> Result<PrivateKey, KeyError> {
    from_file(path, PrivateKey::new)
}

/// The application's private key from an environment variable; `\n` may stand for line ends.
///
/// # Errors
///
/// [`KeyError`], as of [`from_env`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn private_key_env(name: &str) -> Result<PrivateKey, KeyError> {
    from_env(name, PrivateKey::new)
}

/// A public key, most often Alipay's, from a file, PEM or bare base64.
///
/// # Errors
///
/// [`KeyError`], as of [`from_file`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn public_key_file(path: impl AsRef<Path>) -> Result<PublicKey, KeyError> {
    from_file(path, PublicKey::new)
}

/// A public key, most often Alipay's, from an environment variable.
///
/// # Errors
///
/// [`KeyError`], as of [`from_env`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn public_key_env(name: &str) -> Result<PublicKey, KeyError> {
    from_env(name, PublicKey::new)
}

/// The AES key of an application from a file.
///
/// # Errors
///
/// [`KeyError`], as of [`from_file`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn aes_key_file(path: impl AsRef<Path>) -> Result<AesKey, KeyError> {
    from_file(path, AesKey::new)
}

/// The AES key of an application from an environment variable.
///
/// # Errors
///
/// [`KeyError`], as of [`from_env`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn aes_key_env(name: &str) -> Result<AesKey, KeyError> {
    from_env(name, AesKey::new)
}

/// The three files of certificate mode, as the console hands them out.
///
/// # Errors
///
/// [`KeyError`] about the file that is at fault.
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn certificate_files(
    app_cert: impl AsRef<Path>,
    alipay_cert: impl AsRef<Path>,
    root_cert: impl AsRef<Path>,
) -> Result<Certificates, KeyError> {
    let (app, roots) = (certificate_file(app_cert)?, from_file(root_cert, RootCertificates::from_pem)?);
    from_file(alipay_cert, |text| Certificates::new(app, Certificate::from_pem(text)?, roots))
}

/// One certificate from a file: Alipay's next one, for instance.
///
/// # Errors
///
/// [`KeyError`], as of [`from_file`].
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub fn certificate_file(path: impl AsRef<Path>) -> Result<Certificate, KeyError> {
    from_file(path, Certificate::from_pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scratch(std::path::PathBuf);

    impl Scratch {
        fn new(name: &str, content: &[u8]) -> Self {
            let path = std::env::temp_dir().join(format!("alipay-tower-{}-{name}", std::process::id()));
            std::fs::write(&path, content).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    const KEY: &str = "r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9";

    #[test]
    fn a_key_is_read_whatever_the_editor_put_around_it() {
        let file = Scratch::new("good", format!("\u{feff}{KEY}\r\n").as_bytes());
        assert!(md5_key_file(&file.0).is_ok());
    }

    #[test]
    fn errors_name_the_file_and_never_its_content() {
        let refused = |name: &str, content: &[u8]| {
            let file = Scratch::new(name, content);
            let error = md5_key_file(&file.0).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.contains(name) && !text.contains(&KEY[..20]), "{text}");
            error.kind
        };
        assert!(matches!(refused("short", &KEY.as_bytes()[..31]), KeyErrorKind::Content(_)));
        assert_eq!(refused("binary", &[0xff, 0xfe, 0]), KeyErrorKind::NotText);
        assert_eq!(refused("huge", KEY.repeat(3000).as_bytes()), KeyErrorKind::TooLong);
        let missing = md5_key_file("no such file").unwrap_err();
        assert_eq!(missing.to_string(), "no such file does not exist: make it, or correct its name");
        assert!(matches!(md5_key_file(std::env::temp_dir()).unwrap_err().kind, KeyErrorKind::Unreadable(_)));
        assert_eq!(md5_key_env("ALIPAY_TOWER_NO_SUCH_KEY").unwrap_err().kind, KeyErrorKind::Missing);
    }

    #[cfg(feature = "rsa")]
    #[test]
    fn keys_of_rsa_come_from_files_too() {
        let key = PrivateKey::generate().unwrap();
        let private = Scratch::new("private.pem", key.dangerous_to_pem().as_bytes());
        let public = Scratch::new("public.pem", key.public().to_pem().as_bytes());
        assert!(private_key_file(&private.0).unwrap().public().is_same_as(key.public()));
        assert!(public_key_file(&public.0).unwrap().is_same_as(key.public()));
        let mixed_up = private_key_file(&public.0).unwrap_err().to_string();
        assert!(mixed_up.contains("public.pem: private key: is a public key"), "{mixed_up}");
        let error = certificate_files(&public.0, &public.0, &public.0).unwrap_err().to_string();
        assert!(error.contains("public.pem: certificate: is a public key"), "{error}");
    }
}
