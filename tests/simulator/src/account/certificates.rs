//! The chain of certificate mode: a root, an intermediate, Alipay's certificate and the application's.

use std::time::SystemTime;

use alipay_tower::{
    ConfigError, Merchant,
    protocol::{
        AppId, Certificate, Certificates, PrivateKey, PublicKey, RootCertificates, SellerId, SignType,
        Timestamp,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::der::{
    BOOLEAN, EXTENSIONS, GENERALIZED_TIME, NULL, OCTET_STRING, OID, SEQUENCE, SET, UTF8_STRING, VERSION,
    bits, element, integer, nested,
};
use crate::random;

/// The files of certificate mode, as PEM.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    app: String,
    alipay: String,
    root: String,
    /// The key that issues, and what Alipay's certificate is issued for: another can follow.
    issuer: Authority,
    alipay_name: String,
    alipay_key: PublicKey,
}

/// Somebody who issues certificates, with his own certificate.
#[derive(Clone, Debug)]
struct Authority {
    name: String,
    key: PrivateKey,
    pem: String,
}

/// Who is certified, and whether he may certify others.
struct Subject<'a> {
    name: &'a str,
    key: &'a PublicKey,
    authority: bool,
}

impl CertificateFiles {
    /// Makes the chain: two new authorities, and the certificates of these two keys.
    pub(super) fn issue(
        app_id: &str,
        seller_id: &SellerId,
        app: &PublicKey,
        alipay: &PublicKey,
    ) -> Result<Self, ConfigError> {
        let (root, between) = (PrivateKey::generate()?, PrivateKey::generate()?);
        let (root_name, name) = ("Simulated Root CA", "Simulated Class 1 CA");
        let certificate = |subject, issuer: &str, key: &PrivateKey| certificate(&subject, issuer, key);
        let top = Subject { name: root_name, key: root.public(), authority: true };
        let middle = Subject { name, key: between.public(), authority: true };
        let root_pem = certificate(top, root_name, &root)?;
        let pem = certificate(middle, root_name, &root)?;
        let alipay_name = format!("Simulated Alipay {seller_id}");
        let issuer = Authority { name: name.to_owned(), key: between, pem };
        Ok(Self {
            app: issuer.certify(&format!("{app_id}.simulated"), app)?,
            alipay: issuer.certify(&alipay_name, alipay)?,
            root: root_pem,
            issuer,
            alipay_name,
            alipay_key: alipay.clone(),
        })
    }

    /// The application's certificate (`appCertPublicKey_….crt`), and its issuer's.
    #[must_use]
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Alipay's certificate (`alipayCertPublicKey_RSA2.crt`), and its issuer's.
    #[must_use]
    pub fn alipay(&self) -> &str {
        &self.alipay
    }

    /// The root (`alipayRootCert.crt`).
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// `alipay_cert_sn` of what Alipay signs now.
    pub(crate) fn alipay_sn(&self) -> Result<String, ConfigError> {
        Certificate::from_pem(&self.alipay).map(|certificate| certificate.sn().to_owned())
    }

    /// `app_cert_sn` and `alipay_root_cert_sn` that requests must name.
    pub(crate) fn numbers_of_requests(&self) -> Result<(String, String), ConfigError> {
        let app = Certificate::from_pem(&self.app)?;
        let root = RootCertificates::from_pem(&self.root)?;
        Ok((app.sn().to_owned(), root.sn().to_owned()))
    }

    /// The same with another certificate of Alipay's, for the same key.
    pub(super) fn renewed(&self) -> Result<Self, ConfigError> {
        let alipay = self.issuer.certify(&self.alipay_name, &self.alipay_key)?;
        Ok(Self { alipay, ..self.clone() })
    }

    /// The shop's side of an application in certificate mode.
    pub(super) fn merchant(
        &self,
        app_id: AppId,
        seller_id: SellerId,
        own: &PrivateKey,
    ) -> Result<Merchant, ConfigError> {
        let certificates = Certificates::from_pem(&self.app, &self.alipay, &self.root)?;
        Merchant::certified(app_id, seller_id, own.clone(), certificates)
    }
}

impl Authority {
    /// A certificate with its issuer's behind it.
    fn certify(&self, name: &str, key: &PublicKey) -> Result<String, ConfigError> {
        let leaf = certificate(&Subject { name, key, authority: false }, &self.name, &self.key)?;
        Ok(format!("{leaf}{}", self.pem))
    }
}

/// `sha256WithRSAEncryption`, as an algorithm.
fn algorithm() -> Vec<u8> {
    let oid = element(OID, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]);
    nested(SEQUENCE, &[oid, element(NULL, &[])])
}

/// A certificate for ten years, as PEM (RFC 5280).
fn certificate(subject: &Subject<'_>, issuer: &str, key: &PrivateKey) -> Result<String, ConfigError> {
    let failed = |_| ConfigError::Invalid("certificate", "could not be signed");
    let now = Timestamp::from(SystemTime::now()).unix_seconds();
    let day = 24 * 60 * 60;
    let validity = [now - day, now + 3650 * day].map(|at| element(GENERALIZED_TIME, utc(at).as_bytes()));
    let spki: String = subject.key.to_pem().lines().filter(|line| !line.starts_with("-----")).collect();
    let spki = BASE64_STANDARD.decode(spki).unwrap_or_default();
    let contents = nested(
        SEQUENCE,
        &[
            nested(VERSION, &[integer(2)]),
            integer(random::bits() >> 1),
            algorithm(),
            named(issuer),
            nested(SEQUENCE, &validity),
            named(subject.name),
            spki,
            nested(EXTENSIONS, &[nested(SEQUENCE, &extensions(subject.authority))]),
        ],
    );
    let signature = key.sign(SignType::Rsa2, &contents).map_err(failed)?;
    let signature = BASE64_STANDARD.decode(signature).unwrap_or_default();
    let whole = nested(SEQUENCE, &[contents, algorithm(), bits(&signature)]);
    Ok(pem(&whole))
}

/// `C=CN, O=Simulator, CN=…`.
fn named(name: &str) -> Vec<u8> {
    let part = |oid: [u8; 3], text: &str| {
        let pair = nested(SEQUENCE, &[element(OID, &oid), element(UTF8_STRING, text.as_bytes())]);
        nested(SET, &[pair])
    };
    nested(
        SEQUENCE,
        &[
            part([0x55, 0x04, 0x06], "CN"),
            part([0x55, 0x04, 0x0A], "Simulator"),
            part([0x55, 0x04, 0x03], name),
        ],
    )
}

/// Critical: whether it is an authority, and what its key is for.
fn extensions(authority: bool) -> Vec<Vec<u8>> {
    let critical = |oid: [u8; 3], value: Vec<u8>| {
        nested(SEQUENCE, &[element(OID, &oid), element(BOOLEAN, &[0xFF]), element(OCTET_STRING, &value)])
    };
    let constraints = if authority { element(BOOLEAN, &[0xFF]) } else { Vec::new() };
    // keyCertSign and cRLSign, or digitalSignature.
    let usage: &[u8] = if authority { &[0x03, 0x02, 0x01, 0x06] } else { &[0x03, 0x02, 0x07, 0x80] };
    vec![
        critical([0x55, 0x1D, 0x13], element(SEQUENCE, &constraints)),
        critical([0x55, 0x1D, 0x0F], usage.to_vec()),
    ]
}

/// `yyyyMMddHHmmssZ`.
fn utc(seconds: i64) -> String {
    let beijing = Timestamp::from_unix_seconds(seconds - 8 * 3600).to_string();
    beijing.chars().filter(char::is_ascii_digit).chain(['Z']).collect()
}

fn pem(der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let mut out = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END CERTIFICATE-----\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_believes_the_chain_and_a_renewed_one() {
        let (app, alipay) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        let seller = SellerId::new("2088000000000001").unwrap();
        let files =
            CertificateFiles::issue("9021000000000002", &seller, app.public(), alipay.public()).unwrap();
        let now = Timestamp::from(SystemTime::now());
        let roots = RootCertificates::from_pem(files.root()).unwrap();
        for pem in [files.app(), files.alipay()] {
            Certificate::from_pem(pem).unwrap().verify_chain(&roots, now).unwrap();
        }
        let certificates = Certificates::from_pem(files.app(), files.alipay(), files.root()).unwrap();
        assert!(certificates.app_key().is_same_as(app.public()));
        let next = files.renewed().unwrap();
        assert_ne!(files.alipay_sn().unwrap(), next.alipay_sn().unwrap());
        let both = certificates.trust(next.alipay(), now).unwrap();
        assert!(both.key_for(Some(&next.alipay_sn().unwrap())).unwrap().is_same_as(alipay.public()));
    }
}
