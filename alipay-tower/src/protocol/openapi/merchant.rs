//! What an application of this generation has besides two keys: certificates, and a key for encryption.

use super::AnswerError;
use crate::protocol::{
    AesKey, AppId, Certificates, ConfigError, KeyMatch, Merchant, PrivateKey, RequestError, SellerId,
    keys::Keys,
};

impl Merchant {
    /// An application in certificate mode (RSA2): its private key, and the three files of the console. The gateway is the
    /// production one until said otherwise.
    ///
    /// Requests carry the numbers of the application's and the root certificates. A message may name the certificate that
    /// signed it; that chooses among those that are here and nothing else, and one that is not here is refused.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] when the private key is not the one of the application's certificate.
    pub fn certified(
        app_id: AppId,
        seller_id: SellerId,
        private_key: PrivateKey,
        certificates: Certificates,
    ) -> Result<Self, ConfigError> {
        Ok(Self::application(app_id, seller_id, Keys::certified(private_key, certificates)?))
    }

    /// The same merchant with other certificates, such as those that
    /// [`CertificateDownload`](super::CertificateDownload) brought.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] when the merchant is not in certificate mode, or the application's certificate is another
    /// key's.
    pub fn with_certificates(mut self, certificates: Certificates) -> Result<Self, ConfigError> {
        self.keys.renew(certificates)?;
        Ok(self)
    }

    /// The certificates, of a merchant in certificate mode.
    #[must_use]
    pub const fn certificates(&self) -> Option<&Certificates> {
        match &self.keys {
            Keys::Certified { certificates, .. } => Some(certificates),
            _ => None,
        }
    }

    /// Encrypts the content of requests (`encrypt_type=AES`), and decrypts that of answers, with the AES key of the console.
    /// The signature stays: encryption proves nothing.
    #[must_use]
    pub fn with_content_key(mut self, key: AesKey) -> Self {
        self.content_key = Some(key);
        self
    }

    /// `biz_content` as it is signed and sent, and `encrypt_type`: encrypted first, signed after that.
    pub(super) fn biz_content(&self, text: String) -> Result<(String, &'static str), RequestError> {
        let Some(key) = &self.content_key else { return Ok((text, "")) };
        let unencodable =
            |error: crate::protocol::CharsetError| RequestError::new("biz_content", error.to_string());
        let bytes = self.charset().encode(&text).map_err(unencodable)?;
        let encrypted =
            key.encrypt(&bytes).map_err(|error| RequestError::new("biz_content", error.to_string()))?;
        Ok((encrypted, "AES"))
    }

    /// The content of an encrypted answer.
    pub(super) fn decrypted(&self, text: &str) -> Result<String, AnswerError> {
        let key = self.content_key.as_ref().ok_or(AnswerError::Encrypted)?;
        let bytes = key.decrypt(text).map_err(|_| AnswerError::Encrypted)?;
        let text = self.charset().decode(&bytes).map_err(|_| AnswerError::Malformed)?;
        Ok(text.into_owned())
    }

    /// `app_cert_sn` and `alipay_root_cert_sn`, in certificate mode of every request (Alipay, *Certificate signing*); in key
    /// mode of none.
    pub(super) fn certificate_numbers(&self) -> (&str, &str) {
        self.certificates().map_or(("", ""), |files| (files.app_cert_sn(), files.root_cert_sn()))
    }

    /// The key that signed an answer.
    pub(super) fn verify_answer(
        &self,
        text: &[u8],
        signature: &[u8],
        cert_sn: Option<&str>,
    ) -> Result<KeyMatch, AnswerError> {
        // Alipay's own code takes an answer without a number for a forgery in certificate mode.
        let names_a_known_one = cert_sn.is_some_and(|sn| self.keys.knows(Some(sn.as_bytes())));
        if self.certificates().is_some() && !names_a_known_one {
            return Err(AnswerError::UnknownCertificate);
        }
        self.keys.verify_text(text, signature, cert_sn.map(str::as_bytes)).ok_or(AnswerError::Signature)
    }
}
