//! Who the merchant is: one of the classic gateway, by MD5 or RSA, or an application of the OpenAPI generation.

use alipay_tower::{
    ConfigError, GatewayUrl, Merchant,
    protocol::{Charset, Md5Key, PartnerId, Scheme, SellerId, SignType},
};
#[cfg(feature = "rsa")]
use {
    alipay_tower::{
        keys,
        protocol::{AppId, Certificates, PrivateKey, PublicKey, Timestamp},
    },
    rocket::figment::value::magic::RelativePathBuf,
    std::time::SystemTime,
};

use super::{Settings, Text};

fn text(error: impl Into<ConfigError>) -> String {
    error.into().to_string()
}

impl Settings {
    pub(super) fn merchant(&self) -> Result<Merchant, String> {
        let (scheme, sign_type) = self.kind().map_err(text)?;
        self.no_strays(scheme, sign_type).map_err(text)?;
        let merchant = match (scheme, sign_type) {
            (Scheme::Mapi, SignType::Md5) => self.with_md5().map_err(text)?,
            #[cfg(feature = "rsa")]
            (Scheme::Mapi, _) => self.with_rsa()?,
            #[cfg(feature = "rsa")]
            _ => self.application(sign_type)?,
            #[cfg(not(feature = "rsa"))]
            _ => {
                let name = if scheme == Scheme::Mapi { "sign_type" } else { "scheme" };
                return Err(text(ConfigError::Invalid(name, "needs the feature `rsa`")));
            }
        };
        let merchant = self.with_details(merchant).map_err(text)?;
        #[cfg(feature = "rsa")]
        let merchant = for_real_money(merchant).map_err(text)?;
        Ok(merchant)
    }

    /// The generation and the algorithm; each generation has a usual one.
    fn kind(&self) -> Result<(Scheme, SignType), ConfigError> {
        let scheme = match self.scheme.as_deref() {
            None | Some("mapi") => Scheme::Mapi,
            Some("openapi") => Scheme::OpenApi,
            Some(_) => {
                return Err(ConfigError::Invalid("scheme", "must be mapi (the classic gateway) or openapi"));
            }
        };
        let (usual, other, problem) = match scheme {
            Scheme::OpenApi => (SignType::Rsa2, SignType::Rsa, "must be RSA2 or RSA with openapi"),
            _ => (SignType::Md5, SignType::Rsa, "must be MD5 or RSA with the classic gateway"),
        };
        let Some(name) = &self.sign_type else { return Ok((scheme, usual)) };
        let sign_type = [usual, other].into_iter().find(|own| own.as_str() == name);
        Ok((scheme, sign_type.ok_or(ConfigError::Invalid("sign_type", problem))?))
    }

    /// A setting that would do nothing is a mistake about what it does.
    fn no_strays(&self, scheme: Scheme, sign_type: SignType) -> Result<(), ConfigError> {
        let set = |value: &Text| !value.0.is_empty();
        let (openapi, md5) = (scheme == Scheme::OpenApi, sign_type == SignType::Md5);
        let certified = openapi && sign_type == SignType::Rsa2;
        let rows = [
            ("alipay_cert_file", self.alipay_cert_file.is_some(), certified),
            ("app_cert_file", self.app_cert_file.is_some(), certified),
            ("app_id", set(&self.app_id), openapi),
            ("key", set(&self.key), md5),
            ("partner", set(&self.partner), !openapi),
            ("private_key_file", self.private_key_file.is_some(), !md5),
            ("public_key_file", self.public_key_file.is_some(), !md5 && !self.has_certificates()),
            ("root_cert_file", self.root_cert_file.is_some(), certified),
        ];
        match rows.into_iter().find(|(_, is_set, has_use)| *is_set && !has_use) {
            Some((name, ..)) => Err(ConfigError::Invalid(
                name,
                "has no use beside the other settings of the merchant: leave it out",
            )),
            None => Ok(()),
        }
    }

    /// Whether one of the three files of certificate mode is there.
    const fn has_certificates(&self) -> bool {
        self.app_cert_file.is_some() || self.alipay_cert_file.is_some() || self.root_cert_file.is_some()
    }

    fn with_md5(&self) -> Result<Merchant, ConfigError> {
        Ok(Merchant::md5(PartnerId::new(&self.partner.0)?, Md5Key::new(&self.key.0)?))
    }

    fn with_details(&self, mut merchant: Merchant) -> Result<Merchant, ConfigError> {
        if let Some(Text(seller_id)) = &self.seller_id {
            merchant = merchant.with_seller_id(SellerId::new(seller_id)?);
        }
        if let Some(seller_email) = &self.seller_email {
            merchant = merchant.with_seller_email(seller_email);
        }
        if let Some(label) = &self.input_charset {
            let problem = "must be utf-8 (gbk and gb2312 need the feature `gbk`)";
            let charset = Charset::from_label(label).ok_or(ConfigError::Invalid("input_charset", problem))?;
            merchant = merchant.with_charset(charset);
        }
        if let Some(gateway) = &self.gateway {
            merchant = merchant.with_gateway(GatewayUrl::new(gateway)?);
        }
        Ok(merchant)
    }
}

#[cfg(feature = "rsa")]
impl Settings {
    fn with_rsa(&self) -> Result<Merchant, String> {
        let partner = PartnerId::new(&self.partner.0).map_err(text)?;
        Merchant::rsa(partner, self.private_key()?, self.public_key()?).map_err(text)
    }

    fn application(&self, sign_type: SignType) -> Result<Merchant, String> {
        let app_id = AppId::new(&self.app_id.0).map_err(text)?;
        let seller_id = self.seller_id.as_ref().map_or("", |Text(seller_id)| seller_id);
        let seller_id = SellerId::new(seller_id).map_err(text)?;
        let key = self.private_key()?;
        let merchant = match sign_type {
            _ if self.has_certificates() => Merchant::certified(app_id, seller_id, key, self.certificates()?),
            SignType::Rsa => Merchant::openapi_rsa(app_id, seller_id, key, self.public_key()?),
            _ => Merchant::rsa2(app_id, seller_id, key, self.public_key()?),
        };
        merchant.map_err(text)
    }

    fn private_key(&self) -> Result<PrivateKey, String> {
        let advice = "set it to the file with your private key";
        let path = file("private_key_file", self.private_key_file.as_ref(), advice)?;
        keys::private_key_file(path).map_err(|error| format!("private_key_file: {error}"))
    }

    fn public_key(&self) -> Result<PublicKey, String> {
        let advice = "set it to the file with Alipay's public key, as the console shows it";
        let path = file("public_key_file", self.public_key_file.as_ref(), advice)?;
        keys::public_key_file(path).map_err(|error| format!("public_key_file: {error}"))
    }

    fn certificates(&self) -> Result<Certificates, String> {
        let advice = "certificate mode needs this file too";
        let app = file("app_cert_file", self.app_cert_file.as_ref(), advice)?;
        let alipay = file("alipay_cert_file", self.alipay_cert_file.as_ref(), advice)?;
        let root = file("root_cert_file", self.root_cert_file.as_ref(), advice)?;
        keys::certificate_files(app, alipay, root).map_err(|error| error.to_string())
    }
}

/// A file beside the configuration that names it.
#[cfg(feature = "rsa")]
fn file(
    name: &'static str,
    path: Option<&RelativePathBuf>,
    advice: &'static str,
) -> Result<std::path::PathBuf, String> {
    let missing = || ConfigError::Invalid(name, advice).to_string();
    path.map(RelativePathBuf::relative).ok_or_else(missing)
}

/// An application at the production gateway takes real money: with keys and certificates that are fit for it, or not at all.
/// The chains of the sandbox do not end in its root file, so its certificates are not asked for one.
#[cfg(feature = "rsa")]
fn for_real_money(merchant: Merchant) -> Result<Merchant, ConfigError> {
    let gateway = merchant.gateway();
    if merchant.scheme() != Scheme::OpenApi || gateway.is_plain_http() || gateway.is_sandbox() {
        return Ok(merchant);
    }
    if let Some(files) = merchant.certificates() {
        files.clone().verified(Timestamp::from(SystemTime::now()))?;
    }
    merchant.for_production()
}
