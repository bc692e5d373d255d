//! Alipay's certificates: which the shop has, and the button that fetches the next one.

use crate::{
    answer::Answer,
    pages::{CertificateList, Renewal},
    shop::Shop,
    visitor::Visitor,
};

impl Shop {
    /// `POST /operator/certificate`: fetches the certificate that Alipay signs with now, in certificate mode. It is taken
    /// only with a chain to the roots of the configuration, and for as long as the shop runs.
    pub async fn renew_certificate(&self, visitor: &Visitor) -> Answer {
        if let Some(refused) = self.keep_out(visitor) {
            return refused;
        }
        if self.alipay().merchant().certificates().is_none() {
            return self.not_found(visitor);
        }
        let (status, renewal) = match self.inner.counter.renew().await {
            Ok(true) => (200, Renewal::New),
            Ok(false) => (200, Renewal::Known),
            Err(error) => {
                tracing::warn!(target: "shop", %error, "no other certificate of Alipay's was taken");
                (409, Renewal::Refused(error.to_string()))
            }
        };
        self.operator_page(visitor, status, renewal).await
    }

    /// What the operator's page says of certificates; nothing in key mode.
    pub(super) fn certificate_list(&self, renewal: Renewal) -> Option<CertificateList> {
        let alipay = self.alipay();
        let certificates = alipay.merchant().certificates()?.alipay_certs();
        let known = certificates.map(|known| (known.sn().to_owned(), known.valid_until().to_string()));
        Some(CertificateList { known: known.collect(), renewal })
    }
}
