//! The merchant that a gateway has when it was given none.

use std::io;

use alipay_tower::{
    Merchant,
    protocol::{AppId, ConfigError, Md5Key, PartnerId, PrivateKey, SellerId},
};

use crate::Application;

/// `partner` (and `seller_id`) of the demo merchant.
pub const DEMO_PARTNER: &str = "2088000000000001";
/// The MD5 key of the demo merchant, which the commands `serve` and `notify` agree on. Published, so worthless: it
/// protects nothing outside a simulation.
pub const DEMO_KEY: &str = "simulatorkey0123456789abcdefghij";
/// `app_id` of the demo application.
pub const DEMO_APP_ID: &str = "9021000000000001";
/// `seller_email` of the demo merchant.
pub const DEMO_SELLER_EMAIL: &str = "seller@example.com";

/// The demo merchant, for shops that are configured before the gateway starts; it still points at the mainland
/// gateway, [`SimulatedGateway::merchant`](crate::SimulatedGateway::merchant) gives it with the simulated one.
///
/// # Errors
///
/// None in practice: the constants above are well-formed.
pub fn demo_merchant() -> Result<Merchant, ConfigError> {
    let merchant = Merchant::md5(PartnerId::new(DEMO_PARTNER)?, Md5Key::new(DEMO_KEY)?);
    Ok(merchant.with_seller_email(DEMO_SELLER_EMAIL))
}

/// The demo merchant with a key of its own, different each time: for a gateway and a shop in one process. Pages in the
/// same machine's browser cannot sign requests for it, as they can with [`DEMO_KEY`].
///
/// # Errors
///
/// When the system gives no random numbers.
pub fn random_merchant() -> io::Result<Merchant> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    for byte in &mut key {
        // Five random bits: `0` to `9`, `a` to `v`.
        *byte = match *byte & 31 {
            digit @ ..10 => b'0' + digit,
            letter => b'a' + letter - 10,
        };
    }
    let partner = PartnerId::new(DEMO_PARTNER).map_err(io::Error::other)?;
    Ok(Merchant::md5(partner, Md5Key::dangerous_unchecked(&key)).with_seller_email(DEMO_SELLER_EMAIL))
}

/// The two private keys of the demo application: its own, and Alipay's. Published like [`DEMO_KEY`], and as worthless.
const DEMO_KEYS: [&str; 2] = [include_str!("../keys/app.pem"), include_str!("../keys/alipay.pem")];

/// The demo application of the OpenAPI generation, for a gateway: with keys that everybody has, so that a shop in another
/// process can be configured before the gateway starts. A gateway and a shop in one process take
/// [`Application::new`], whose keys are made at the start.
///
/// # Errors
///
/// None in practice: the constants and the keys are well-formed.
pub fn demo_application() -> Result<Application, ConfigError> {
    let [app, alipay] = DEMO_KEYS;
    let (app_id, seller_id) = (AppId::new(DEMO_APP_ID)?, SellerId::new(DEMO_PARTNER)?);
    Ok(Application::new(app_id, seller_id)
        .with_seller_email(DEMO_SELLER_EMAIL)
        .with_keys(PrivateKey::new(app)?, PrivateKey::new(alipay)?))
}

/// The same for a shop: the application's private key, and Alipay's public one. It still points at the production
/// gateway.
///
/// # Errors
///
/// As of [`demo_application`].
pub fn demo_openapi() -> Result<Merchant, ConfigError> {
    let [app, alipay] = DEMO_KEYS;
    let (app_id, seller_id) = (AppId::new(DEMO_APP_ID)?, SellerId::new(DEMO_PARTNER)?);
    let alipay = PrivateKey::new(alipay)?.public().clone();
    let merchant = Merchant::rsa2(app_id, seller_id, PrivateKey::new(app)?, alipay)?;
    Ok(merchant.with_seller_email(DEMO_SELLER_EMAIL))
}
