//! Certificate mode: Alipay's key stands in a certificate, whose number messages may name.

use std::time::SystemTime;

use alipay_tower::{
    Merchant,
    protocol::{Certificate, Certificates, Fields, RootCertificates, SellerId, SignType, Timestamp},
};

use super::{Contract, MerchantArgs, Parties, keys, parties::Ids};
use crate::cli::{Failure, output::note};

/// A certificate of the demo application: verifying needs none, but a merchant has one.
const PLACEHOLDER: &str = include_str!("../../../keys/app_cert.pem");

impl MerchantArgs {
    /// A merchant that verifies with certificates.
    pub(super) fn certified(&self, raw: &[u8]) -> Result<Parties, Failure> {
        let mut alipay = Vec::new();
        for file in &self.alipay_cert {
            let text = keys::file_text("--alipay-cert", file)?;
            alipay.push(Certificate::from_pem(&text).map_err(flag("--alipay-cert"))?);
        }
        let roots = self.roots(&alipay)?;
        let app = Certificate::from_pem(PLACEHOLDER).map_err(Failure::usage)?;
        let mut all = alipay.iter().cloned();
        let first = all.next().ok_or_else(|| Failure::usage("--alipay-cert is missing"))?;
        let certificates = Certificates::new(app, first.clone(), roots);
        let certificates = all
            .try_fold(certificates.map_err(flag("--alipay-cert"))?, Certificates::with_alipay_cert)
            .map_err(flag("--alipay-cert"))?;
        let named = named(raw);
        let signer = alipay.iter().find(|known| Some(known.sn()) == named.as_deref()).unwrap_or(&first);
        let Some(key) = signer.public_key().cloned() else {
            return Err(Failure::usage("--alipay-cert: has no RSA key"));
        };
        let Ids { partner, app_id, seller_id } = self.ids(Contract::OpenApi(SignType::Rsa2), raw)?;
        let seller_id = seller_id.unwrap_or_else(|| SellerId::from(&partner));
        let [placeholder, _] = keys::demo()?;
        let merchant =
            Merchant::certified(app_id, seller_id, placeholder, certificates).map_err(Failure::usage)?;
        let own = self.own_key()?.map(|own| own.public().clone());
        Ok(Parties { merchant: self.dressed(merchant)?, alipay: key, own, unusable: None })
    }

    /// The roots, which every certificate must lead to when they are given.
    fn roots(&self, alipay: &[Certificate]) -> Result<RootCertificates, Failure> {
        let Some(text) = keys::text("--root-cert", self.root_cert.as_deref(), None)? else {
            note("note: without --root-cert the chain of --alipay-cert is not checked");
            return RootCertificates::from_pem(PLACEHOLDER).map_err(Failure::usage);
        };
        let roots = RootCertificates::from_pem(&text).map_err(flag("--root-cert"))?;
        let now = Timestamp::from(SystemTime::now());
        for certificate in alipay {
            certificate.verify_chain(&roots, now).map_err(|error| {
                let sn = certificate.sn();
                let advice = "the sandbox's never leads to its roots: leave --root-cert out there";
                Failure::usage(format!("--alipay-cert with the number {sn}: {error}; {advice}"))
            })?;
        }
        Ok(roots)
    }
}

/// The certificate that the message names: what is tried to explain a refusal is tried with that one.
fn named(raw: &[u8]) -> Option<String> {
    let fields = Fields::parse(raw).ok()?;
    String::from_utf8(fields.get("alipay_cert_sn")?.to_vec()).ok()
}

fn flag<E: std::fmt::Display>(name: &'static str) -> impl Fn(E) -> Failure {
    move |error| Failure::usage(format!("{name}: {error}"))
}
