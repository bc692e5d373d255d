//! What a shop is configured with, as files and as variables of its environment.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use alipay_tower::protocol::Scheme;

use super::Credentials;

impl Credentials {
    /// Writes keys and certificates into a directory, which is made when it is not there, and gives the environment of a
    /// shop that is this merchant: names and values, such as `ALIPAY_APP_ID` and `ALIPAY_PRIVATE_KEY_FILE`. A private key is
    /// readable by its owner alone. An MD5 key is not among them: whoever started the gateway has it.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn write_to(&self, directory: &Path) -> io::Result<Vec<(&'static str, String)>> {
        let merchant = self.merchant();
        let mut environment = vec![("ALIPAY_GATEWAY", merchant.gateway().as_str().to_owned())];
        match merchant.scheme() {
            Scheme::OpenApi => {
                environment.push(("ALIPAY_SCHEME", "openapi".to_owned()));
                environment.push(("ALIPAY_APP_ID", merchant.id().to_owned()));
                environment.push(("ALIPAY_SELLER_ID", merchant.seller_id().to_string()));
            }
            _ => environment.push(("ALIPAY_PARTNER", merchant.id().to_owned())),
        }
        environment.extend(merchant.seller_email().map(|email| ("ALIPAY_SELLER_EMAIL", email.to_owned())));
        environment.push(("ALIPAY_CHARSET", merchant.charset().label().to_owned()));
        environment.push(("ALIPAY_SIGN_TYPE", merchant.sign_type().as_str().to_owned()));
        fs::create_dir_all(directory)?;
        for (variable, name, text) in self.files() {
            let path = directory.join(name);
            let secret = variable == "ALIPAY_PRIVATE_KEY_FILE";
            write(&path, &text, secret)?;
            environment.push((variable, path.display().to_string()));
        }
        Ok(environment)
    }

    /// The variable, the name and the text of each file.
    fn files(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut files = Vec::new();
        if let Some(key) = self.private_key() {
            files.push(("ALIPAY_PRIVATE_KEY_FILE", "app_private_key.pem", key.dangerous_to_pem()));
        }
        match (self.certificates(), self.alipay_public_key()) {
            (Some(certificates), _) => files.extend([
                ("ALIPAY_APP_CERT_FILE", "appCertPublicKey.crt", certificates.app().to_owned()),
                ("ALIPAY_CERT_FILE", "alipayCertPublicKey_RSA2.crt", certificates.alipay().to_owned()),
                ("ALIPAY_ROOT_CERT_FILE", "alipayRootCert.crt", certificates.root().to_owned()),
            ]),
            (None, Some(key)) => {
                files.push(("ALIPAY_PUBLIC_KEY_FILE", "alipay_public_key.pem", key.to_pem()))
            }
            (None, None) => {}
        }
        files
    }
}

fn write(path: &Path, text: &str, secret: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if secret { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = secret;
    options.open(path)?.write_all(text.as_bytes())
}
