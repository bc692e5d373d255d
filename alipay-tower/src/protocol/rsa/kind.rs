//! What a DER document is, read from its content: labels lie.

use rsa::{
    pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef},
    pkcs8::{
        ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef,
        der::{Decode, Tag, Tagged, asn1::AnyRef},
    },
};
use x509_cert::Certificate;

use super::armour::Armour;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// What somebody put where a key belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol) enum Kind {
    Certificate,
    EncryptedPrivate,
    OtherPrivate,
    OtherPublic,
    Pkcs1Private,
    Pkcs1Public,
    Pkcs8Private,
    SpkiPublic,
    Unknown,
}

impl Kind {
    pub(in crate::protocol) fn of(armour: &Armour<'_>) -> Self {
        let der = armour.der.as_slice();
        if let Ok(key) = PrivateKeyInfoRef::from_der(der) {
            return if key.algorithm.oid == RSA { Self::Pkcs8Private } else { Self::OtherPrivate };
        }
        if let Ok(key) = SubjectPublicKeyInfoRef::from_der(der) {
            return if key.algorithm.oid == RSA { Self::SpkiPublic } else { Self::OtherPublic };
        }
        if RsaPrivateKeyRef::from_der(der).is_ok() {
            Self::Pkcs1Private
        } else if RsaPublicKeyRef::from_der(der).is_ok() {
            Self::Pkcs1Public
        } else if Certificate::from_der(der).is_ok() || armour.label == Some("CERTIFICATE") {
            Self::Certificate
        } else {
            Self::by_shape(der, armour.label)
        }
    }

    /// Kinds that are only refused, so that the first two elements are enough: how it is encrypted and the bytes, or
    /// the version and the bytes of an EC key by itself, as `openssl ecparam` writes it.
    fn by_shape(der: &[u8], label: Option<&str>) -> Self {
        let elements = Vec::<AnyRef<'_>>::from_der(der).unwrap_or_default();
        let mut tags = elements.iter().map(Tagged::tag);
        match ((tags.next(), tags.next()), label) {
            ((Some(Tag::Sequence), Some(Tag::OctetString)), _) | (_, Some("ENCRYPTED PRIVATE KEY")) => {
                Self::EncryptedPrivate
            }
            ((Some(Tag::Integer), Some(Tag::OctetString)), _) | (_, Some("EC PRIVATE KEY")) => {
                Self::OtherPrivate
            }
            _ => Self::Unknown,
        }
    }

    /// Why it is no private key.
    pub(in crate::protocol) const fn instead_of_private(self) -> &'static str {
        match self {
            Self::Certificate => "is a certificate: put the application's private key here",
            Self::EncryptedPrivate => {
                "is an encrypted private key: decrypt it first (`openssl pkey -in key.pem -out plain.pem`)"
            }
            Self::OtherPrivate => {
                "is a private key of another algorithm (EC, SM2 …): put the RSA private key here"
            }
            Self::OtherPublic | Self::Pkcs1Public | Self::SpkiPublic => {
                "is a public key: put the application's private key here"
            }
            Self::Pkcs1Private | Self::Pkcs8Private => "is a damaged RSA private key: export it again",
            Self::Unknown => "is no key: put the application's RSA private key here, PKCS#1 or PKCS#8",
        }
    }

    /// Why it is no public key.
    pub(in crate::protocol) const fn instead_of_public(self) -> &'static str {
        match self {
            Self::Certificate => {
                "is a certificate: use certificate mode, or put the public key of the console here"
            }
            Self::EncryptedPrivate | Self::OtherPrivate | Self::Pkcs1Private | Self::Pkcs8Private => {
                "is a private key: put the public key that Alipay shows in the console here"
            }
            Self::OtherPublic => {
                "is a public key of another algorithm (EC, SM2 …): put an RSA public key here"
            }
            Self::Pkcs1Public | Self::SpkiPublic => "is a damaged RSA public key: copy it again, whole",
            Self::Unknown => "is no key: put the public key that Alipay shows in the console here",
        }
    }

    /// Why it is no certificate.
    pub(in crate::protocol) const fn instead_of_certificate(self) -> &'static str {
        match self {
            Self::Certificate => "is a damaged certificate: download it again",
            Self::EncryptedPrivate | Self::OtherPrivate | Self::Pkcs1Private | Self::Pkcs8Private => {
                "is a private key: put the certificate (.crt) here"
            }
            Self::OtherPublic | Self::Pkcs1Public | Self::SpkiPublic => {
                "is a public key: put the certificate (.crt) here"
            }
            Self::Unknown => "is no certificate: put the text of the .crt file here",
        }
    }
}
