//! The chain of certificate mode: a root, an intermediate, Alipay's certificate and the application's.

use std::{sync::OnceLock, time::SystemTime};

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

const ROOT: &str = "Simulated Root CA";
const CLASS_1: &str = "Simulated Class 1 CA";

/// The files of certificate mode, as PEM.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    app: String,
    alipay: Leaf,
    root: String,
    /// The key that issues, and what Alipay's certificate is issued for: another can follow.
    issuer: Authority,
    alipay_name: String,
    alipay_key: PublicKey,
}

/// A certificate that was issued, with its issuer's behind it.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) pem: String,
    serial: u64,
}

impl Leaf {
    /// What `alipay_cert_sn` says of it.
    pub(super) fn sn(&self) -> Result<String, ConfigError> {
        Certificate::from_pem(&self.pem).map(|certificate| certificate.sn().to_owned())
    }
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
        let [root, between] = authorities()?;
        let top = Subject { name: ROOT, key: root.public(), authority: true };
        let alipay_name = format!("Simulated Alipay {seller_id}");
        let issuer = Authority::below(&root, between)?;
        Ok(Self {
            app: issuer.certify(&format!("{app_id}.simulated"), app, serial())?.pem,
            alipay: issuer.certify(&alipay_name, alipay, serial())?,
            root: certificate(&top, ROOT, &root, serial())?,
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
        &self.alipay.pem
    }

    /// The root (`alipayRootCert.crt`).
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// `alipay_cert_sn` of what Alipay signs now.
    pub(crate) fn alipay_sn(&self) -> Result<String, ConfigError> {
        self.alipay.sn()
    }

    /// Alipay's certificate, which signs now.
    pub(super) const fn present(&self) -> &Leaf {
        &self.alipay
    }

    /// `app_cert_sn` and `alipay_root_cert_sn` that requests must name.
    pub(crate) fn numbers_of_requests(&self) -> Result<(String, String), ConfigError> {
        let app = Certificate::from_pem(&self.app)?;
        let root = RootCertificates::from_pem(&self.root)?;
        Ok((app.sn().to_owned(), root.sn().to_owned()))
    }

    /// The same with another certificate of Alipay's, for the same key.
    pub(crate) fn renewed(&self) -> Result<Self, ConfigError> {
        Ok(Self { alipay: self.certify_alipay(&self.alipay_key)?, ..self.clone() })
    }

    /// One more certificate of Alipay's, for this key.
    pub(super) fn certify_alipay(&self, key: &PublicKey) -> Result<Leaf, ConfigError> {
        self.issuer.certify(&self.alipay_name, key, serial())
    }

    /// The same with this certificate of Alipay's, which is one for this key.
    pub(super) fn with_alipay(self, alipay: Leaf, alipay_key: PublicKey) -> Self {
        Self { alipay, alipay_key, ..self }
    }

    /// A certificate with the names and the number of a genuine one, for this key, by authorities that are not those of the
    /// root file. A number says nothing of who issued a certificate: it is made of a name and a serial number.
    pub(super) fn forged(&self, genuine: &Leaf, key: &PublicKey) -> Result<Leaf, ConfigError> {
        let issuer = Authority::below(&PrivateKey::generate()?, PrivateKey::generate()?)?;
        issuer.certify(&self.alipay_name, key, genuine.serial)
    }

    /// The shop's side of an application in certificate mode.
    pub(super) fn merchant(
        &self,
        app_id: AppId,
        seller_id: SellerId,
        own: &PrivateKey,
    ) -> Result<Merchant, ConfigError> {
        let certificates = Certificates::from_pem(&self.app, &self.alipay.pem, &self.root)?;
        Merchant::certified(app_id, seller_id, own.clone(), certificates)
    }
}

/// The keys of the two authorities. They are made once and for all gateways of a process: making keys takes long.
fn authorities() -> Result<[PrivateKey; 2], ConfigError> {
    static KEYS: OnceLock<[PrivateKey; 2]> = OnceLock::new();
    if let Some(keys) = KEYS.get() {
        return Ok(keys.clone());
    }
    let keys = [PrivateKey::generate()?, PrivateKey::generate()?];
    Ok(KEYS.get_or_init(|| keys).clone())
}

fn serial() -> u64 {
    random::bits() >> 1
}

impl Authority {
    /// The authority that issues, certified by the root with this key.
    fn below(root: &PrivateKey, key: PrivateKey) -> Result<Self, ConfigError> {
        let subject = Subject { name: CLASS_1, key: key.public(), authority: true };
        let pem = certificate(&subject, ROOT, root, serial())?;
        Ok(Self { name: CLASS_1.to_owned(), key, pem })
    }

    fn certify(&self, name: &str, key: &PublicKey, serial: u64) -> Result<Leaf, ConfigError> {
        let subject = Subject { name, key, authority: false };
        let leaf = certificate(&subject, &self.name, &self.key, serial)?;
        Ok(Leaf { pem: format!("{leaf}{}", self.pem), serial })
    }
}

/// `sha256WithRSAEncryption`, as an algorithm.
fn algorithm() -> Vec<u8> {
    let oid = element(OID, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]);
    nested(SEQUENCE, &[oid, element(NULL, &[])])
}

/// A certificate for ten years, as PEM (RFC 5280).
fn certificate(
    subject: &Subject<'_>,
    issuer: &str,
    key: &PrivateKey,
    serial: u64,
) -> Result<String, ConfigError> {
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
            integer(serial),
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
    use alipay_tower::protocol::TrustError;

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

        let forger = PrivateKey::generate().unwrap();
        let forged = next.forged(next.present(), forger.public()).unwrap();
        assert_eq!(forged.sn().unwrap(), next.alipay_sn().unwrap(), "the number is no proof");
        assert_eq!(certificates.trust(&forged.pem, now).unwrap_err(), TrustError::Signature);
    }
}
