//! The merchant that a gateway has when it was given none.

use std::io;

use alipay_tower::{
    Merchant,
    protocol::{ConfigError, Md5Key, PartnerId},
};

/// `partner` (and `seller_id`) of the demo merchant.
pub const DEMO_PARTNER: &str = "2088000000000001";
/// The MD5 key of the demo merchant, which the commands `serve` and `notify` agree on. Published, so worthless: it
/// protects nothing outside a simulation.
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
