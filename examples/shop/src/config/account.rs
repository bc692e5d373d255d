//! The operator's own merchant: ids and keys, of either generation.

use alipay_tower::{
    Merchant, keys,
    protocol::{AppId, Certificates, Md5Key, PartnerId, PrivateKey, PublicKey, Scheme, SellerId, SignType},
};

use super::{SetupError, env::Env};

/// The generation: `mapi`, unless `ALIPAY_SCHEME` says `openapi`.
pub(super) fn scheme(env: &Env<'_>) -> Result<Scheme, SetupError> {
    match env.get("ALIPAY_SCHEME").as_deref() {
        None | Some("mapi") => Ok(Scheme::Mapi),
        Some("openapi") => Ok(Scheme::OpenApi),
        Some(_) => Err(SetupError::new("ALIPAY_SCHEME", "must be mapi (the classic gateway) or openapi")),
    }
}

/// The merchant of the settings; none when nothing of one is set.
pub(super) fn own(env: &Env<'_>, scheme: Scheme) -> Result<Option<Merchant>, SetupError> {
    match scheme {
        Scheme::OpenApi => application(env),
        _ => partner(env),
    }
}

/// The setting with the key that the shop signs with.
pub(super) fn secret(sign_type: SignType) -> &'static str {
    if sign_type == SignType::Md5 { "ALIPAY_KEY" } else { "ALIPAY_PRIVATE_KEY_FILE" }
}

fn partner(env: &Env<'_>) -> Result<Option<Merchant>, SetupError> {
    let sign_type = sign_type(env, &[SignType::Md5, SignType::Rsa])?;
    let secret = secret(sign_type);
    match (env.get("ALIPAY_PARTNER"), env.get(secret)) {
        (None, None) => Ok(None),
        (Some(_), None) => half("ALIPAY_PARTNER", secret),
        (None, Some(_)) => half(secret, "ALIPAY_PARTNER"),
        (Some(partner), Some(secret)) => {
            let partner = PartnerId::new(&partner).map_err(|_| {
                SetupError::new("ALIPAY_PARTNER", "must be the 16 digits beginning with 2088")
            })?;
            if sign_type == SignType::Md5 {
                let key = Md5Key::new(&secret).map_err(|error| SetupError::library("ALIPAY_KEY", error))?;
                return Ok(Some(Merchant::md5(partner, key)));
            }
            let merchant = Merchant::rsa(partner, private_key(&secret)?, public_key(env)?);
            merchant.map(Some).map_err(|error| SetupError::library("ALIPAY_PUBLIC_KEY_FILE", error))
        }
    }
}

fn application(env: &Env<'_>) -> Result<Option<Merchant>, SetupError> {
    const NEEDED: [&str; 3] = ["ALIPAY_APP_ID", "ALIPAY_SELLER_ID", "ALIPAY_PRIVATE_KEY_FILE"];
    let sign_type = sign_type(env, &[SignType::Rsa2, SignType::Rsa])?;
    let values = match NEEDED.map(|name| env.get(name)) {
        [None, None, None] => return Ok(None),
        [Some(app_id), Some(seller_id), Some(key)] => [app_id, seller_id, key],
        some => {
            let lacks = |wanted: bool| {
                NEEDED
                    .into_iter()
                    .zip(&some)
                    .find(|(_, value)| value.is_none() == wanted)
                    .map(|(name, _)| name)
            };
            return half(lacks(false).unwrap_or_default(), lacks(true).unwrap_or_default());
        }
    };
    let [app_id, seller_id, key] = values;
    let app_id = AppId::new(&app_id)
        .map_err(|_| SetupError::new("ALIPAY_APP_ID", "must be digits, 16 of them today"))?;
    let seller_id = SellerId::new(&seller_id)
        .map_err(|_| SetupError::new("ALIPAY_SELLER_ID", "must be the 16 digits beginning with 2088"))?;
    let key = private_key(&key)?;
    if let Some(app_cert) = env.get("ALIPAY_APP_CERT_FILE") {
        let path =
            |name| env.get(name).ok_or_else(|| SetupError::new(name, "certificate mode needs this file too"));
        let (alipay, root) = (path("ALIPAY_CERT_FILE")?, path("ALIPAY_ROOT_CERT_FILE")?);
        let certificates = keys::certificate_files(&app_cert, &alipay, &root)
            .map_err(|error| SetupError::new("ALIPAY_APP_CERT_FILE", error.to_string()))?;
        let certificates = with_next(env, certificates)?;
        let merchant = Merchant::certified(app_id, seller_id, key, certificates);
        return merchant.map(Some).map_err(|error| SetupError::library("ALIPAY_APP_CERT_FILE", error));
    }
    let public_key = public_key(env)?;
    let merchant = match sign_type {
        SignType::Rsa => Merchant::openapi_rsa(app_id, seller_id, key, public_key),
        _ => Merchant::rsa2(app_id, seller_id, key, public_key),
    };
    merchant.map(Some).map_err(|error| SetupError::library("ALIPAY_PUBLIC_KEY_FILE", error))
}

/// Alipay's next certificate beside the present one, when the operator has it already.
fn with_next(env: &Env<'_>, certificates: Certificates) -> Result<Certificates, SetupError> {
    const NEXT: &str = "ALIPAY_NEXT_CERT_FILE";
    let Some(path) = env.get(NEXT) else { return Ok(certificates) };
    let next = keys::certificate_file(path).map_err(|error| SetupError::new(NEXT, error.to_string()))?;
    certificates.with_alipay_cert(next).map_err(|error| SetupError::library(NEXT, error))
}

/// The first of the allowed ones, unless `ALIPAY_SIGN_TYPE` says another.
fn sign_type(env: &Env<'_>, allowed: &[SignType]) -> Result<SignType, SetupError> {
    let Some(name) = env.get("ALIPAY_SIGN_TYPE") else {
        return Ok(allowed.first().copied().unwrap_or(SignType::Md5));
    };
    allowed.iter().copied().find(|own| own.as_str() == name).ok_or_else(|| {
        let names: Vec<_> = allowed.iter().map(|own| own.as_str()).collect();
        SetupError::new("ALIPAY_SIGN_TYPE", format!("must be {} in this generation", names.join(" or ")))
    })
}

fn private_key(path: &str) -> Result<PrivateKey, SetupError> {
    keys::private_key_file(path)
        .map_err(|error| SetupError::new("ALIPAY_PRIVATE_KEY_FILE", error.to_string()))
}

fn public_key(env: &Env<'_>) -> Result<PublicKey, SetupError> {
    let path = env.get("ALIPAY_PUBLIC_KEY_FILE").ok_or_else(|| {
        SetupError::new(
            "ALIPAY_PUBLIC_KEY_FILE",
            "set it to the file with Alipay's public key, from the console",
        )
    })?;
    keys::public_key_file(path).map_err(|error| SetupError::new("ALIPAY_PUBLIC_KEY_FILE", error.to_string()))
}

fn half<T>(set: &str, missing: &'static str) -> Result<T, SetupError> {
    let advice = format!("{set} is set and this is not: set both, or neither for the simulated gateway");
    Err(SetupError::new(missing, advice))
}
