//! The same shops as merchants of the OpenAPI generation.

use std::{marker::PhantomData, path::Path};

use alipay_simulator::{Application, DEMO_APP_ID, DEMO_PARTNER, DEMO_SELLER_EMAIL, demo_application};
use alipay_tower::{
    Alipay, Desks, GatewayUrl, Merchant,
    protocol::{AppId, PrivateKey, Scheme, SellerId},
};
use shop::Setup;
use tokio::task::JoinHandle;

use super::{Bare, Shop};

/// A shop that is configured as an application; all else is the shop's own.
pub(crate) struct OpenApi<S>(PhantomData<S>);

impl<S: Shop> Shop for OpenApi<S> {
    const NAME: &'static str = S::NAME;

    const BINARY: &'static str = S::BINARY;

    const SCHEME: Scheme = Scheme::OpenApi;

    type Socket = S::Socket;

    fn socket(setup: &mut Setup) -> S::Socket {
        S::socket(setup)
    }

    fn serve(shop: shop::Shop, socket: S::Socket) -> JoinHandle<()> {
        S::serve(shop, socket)
    }

    async fn bare(alipay: Alipay) -> Bare {
        S::bare(alipay).await
    }

    async fn bare_desks(desks: Desks) -> Bare {
        S::bare_desks(desks).await
    }
}

/// Both private keys of the simulator's demo application: published, so nothing is lost by having them here.
const KEYS: [&str; 2] =
    [include_str!("../../simulator/keys/app.pem"), include_str!("../../simulator/keys/alipay.pem")];

/// What the gateway is told of the application.
pub(super) fn application() -> Application {
    demo_application().unwrap()
}

fn keys() -> [PrivateKey; 2] {
    KEYS.map(|pem| PrivateKey::new(pem).unwrap())
}

/// The application as Alipay sees it: what this one signs is a message of Alipay's.
pub(super) fn alipay_side(gateway: &GatewayUrl) -> Merchant {
    let [app, alipay] = keys();
    let (app_id, seller_id) = (AppId::new(DEMO_APP_ID).unwrap(), SellerId::new(DEMO_PARTNER).unwrap());
    let merchant = Merchant::rsa2(app_id, seller_id, alipay, app.public().clone()).unwrap();
    merchant.with_seller_email(DEMO_SELLER_EMAIL).with_gateway(gateway.clone())
}

/// The settings of the application, with its keys in files of this folder.
pub(super) fn settings(folder: &Path) -> Vec<(&'static str, String)> {
    let [app, alipay] = keys();
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    vec![
        ("ALIPAY_SCHEME", "openapi".to_owned()),
        ("ALIPAY_APP_ID", DEMO_APP_ID.to_owned()),
        ("ALIPAY_SELLER_ID", DEMO_PARTNER.to_owned()),
        ("ALIPAY_PRIVATE_KEY_FILE", file("app.pem", app.dangerous_to_pem())),
        ("ALIPAY_PUBLIC_KEY_FILE", file("alipay.pem", alipay.public().to_pem())),
    ]
}
