//! The same shops as merchants of the OpenAPI generation.

use std::{marker::PhantomData, path::Path};

use alipay_simulator::{Application, DEMO_APP_ID, DEMO_SELLER_EMAIL, SimulatedGateway, demo_application};
use alipay_tower::{
    Alipay, Desks, Merchant,
    protocol::{AppId, PrivateKey, Scheme, SignType},
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

/// How the application signs, and how it knows Alipay's key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Contract {
    /// Certificate mode; messages name the certificate, as some deliveries do.
    Certificates,
    #[default]
    Keys,
    /// RSA with SHA-1, as old applications sign.
    Sha1,
}

/// What the gateway is told of the application.
pub(super) fn application(contract: Contract) -> Application {
    let application = demo_application().unwrap();
    match contract {
        Contract::Certificates => application.with_certificates().with_certificate_named(),
        Contract::Keys => application,
        Contract::Sha1 => application.with_sha1(),
    }
}

/// The application as Alipay sees it, signing with this algorithm: what this one signs is a message of Alipay's.
pub(crate) fn alipay_side(merchant: &Merchant, sign_type: SignType) -> Merchant {
    let [app, alipay] = KEYS.map(|pem| PrivateKey::new(pem).unwrap());
    let (app_id, seller_id) = (AppId::new(DEMO_APP_ID).unwrap(), merchant.seller_id().clone());
    let side = match sign_type {
        SignType::Rsa => Merchant::openapi_rsa(app_id, seller_id, alipay, app.public().clone()),
        _ => Merchant::rsa2(app_id, seller_id, alipay, app.public().clone()),
    };
    let side = side.unwrap().with_seller_email(DEMO_SELLER_EMAIL);
    side.with_gateway(merchant.gateway().clone()).with_charset(merchant.charset())
}

/// The settings of the application, with its keys and certificates in files of this folder.
pub(super) fn settings(simulator: &SimulatedGateway, folder: &Path) -> Vec<(&'static str, String)> {
    let mut settings = simulator.credentials()[0].write_to(folder).unwrap();
    // The rest is the same for both generations.
    let common = ["ALIPAY_CHARSET", "ALIPAY_GATEWAY", "ALIPAY_SELLER_EMAIL"];
    settings.retain(|(name, _)| !common.contains(name));
    settings
}
