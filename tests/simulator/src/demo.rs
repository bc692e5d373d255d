//! The merchant that a gateway has when it was given none.

use alipay_tower::{
    Merchant,
    protocol::{ConfigError, Md5Key, PartnerId},
};

/// `partner` (and `seller_id`) of the demo merchant.
pub const DEMO_PARTNER: &str = "2088000000000001";
/// The MD5 key of the demo merchant. Published, so worthless: it protects nothing outside a simulation.
pub const DEMO_KEY: &str = "simulatorkey0123456789abcdefghij";
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
