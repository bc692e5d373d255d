//! The OpenAPI gateway.

mod app;
mod certified;
mod notifying;
mod page;
mod precreating;
mod refunding;
mod refusing;
mod tricks;

use alipay_simulator::{Application, SimulatedGateway, SimulatedGatewayBuilder};
use alipay_tower::{
    Merchant,
    protocol::{AppId, PublicKey, SellerId, SignType, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    buying::FormBody,
    shop::{Recorder, browser, open, quiet},
};

pub(super) const APP: &str = "9021000000000002";

/// An application with keys of its own, and a shop that writes down.
pub(super) struct Scene {
    pub(super) gateway: SimulatedGateway,
    pub(super) merchant: Merchant,
    pub(super) recorder: Recorder,
    pub(super) alipay: PublicKey,
}

pub(super) fn application() -> Application {
    let seller = SellerId::new("2088000000000001").unwrap();
    Application::new(AppId::new(APP).unwrap(), seller).with_seller_email("seller@example.com")
}

impl Scene {
    pub(super) async fn open() -> Self {
        Self::with(application(), SimulatedGateway::builder()).await
    }

    pub(super) async fn with(application: Application, builder: SimulatedGatewayBuilder) -> Self {
        let gateway = builder.application(application).start().await.unwrap();
        let credentials = gateway.credentials();
        let own = credentials.iter().find(|one| one.merchant().id() == APP).unwrap();
        let (alipay, merchant) = (own.alipay_public_key().unwrap().clone(), own.merchant().clone());
        Self { merchant, recorder: Recorder::open().await, gateway, alipay }
    }

    /// The parameters of a request.
    pub(super) fn fields(
        &self,
        method: &str,
        content: &Value,
        more: &[(&str, &str)],
    ) -> Vec<(String, String)> {
        let now = Timestamp::from(std::time::SystemTime::now()).to_string();
        let mut fields = vec![
            ("app_id", APP.to_owned()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", self.merchant.charset().label().to_owned()),
            ("timestamp", now),
            ("version", "1.0".to_owned()),
            ("biz_content", content.to_string()),
        ];
        for (name, value) in more {
            fields.retain(|(own, _)| own != name);
            fields.push((name, (*value).to_owned()));
        }
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub(super) fn url(&self, method: &str, content: &Value, more: &[(&str, &str)]) -> String {
        let fields = self.fields(method, content, more);
        let pairs = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.merchant.sign_fields(pairs).unwrap().url().to_owned()
    }

    /// Posts a call as most libraries do: everything in the body, the charset in the address too.
    pub(super) async fn text(&self, method: &str, content: &Value, more: &[(&str, &str)]) -> String {
        let url = self.url(method, content, more);
        let (address, query) = url.split_once('?').unwrap();
        let response = browser().post(address).form_body(query).send().await.unwrap();
        response.text().await.unwrap()
    }

    /// The node of an answer, when its signature is good.
    pub(super) async fn call(&self, method: &str, content: Value) -> Value {
        let text = self.text(method, &content, &[]).await;
        self.verified(method, &text)
    }

    pub(super) fn verified(&self, method: &str, text: &str) -> Value {
        let name = format!("\"{}_response\":", method.replace('.', "_"));
        let (_, rest) = text.split_once(&name).unwrap_or_else(|| panic!("{text}"));
        let node = rest.split(",\"alipay_cert_sn\"").next().unwrap().split(",\"sign\"").next().unwrap();
        let whole: Value = serde_json::from_str(text).unwrap();
        let sign = whole["sign"].as_str().unwrap_or_else(|| panic!("{text}"));
        assert!(self.alipay.verifies(SignType::Rsa2, node.as_bytes(), sign), "{text}");
        serde_json::from_str(node).unwrap()
    }

    /// The content of an order of ten yuan.
    pub(super) fn order(&self, out_trade_no: &str) -> Value {
        json!({
            "out_trade_no": out_trade_no,
            "total_amount": "10.00",
            "subject": "测试订单",
            "product_code": "FAST_INSTANT_TRADE_PAY",
            "passback_params": "a%3D1",
        })
    }

    pub(super) fn addresses(&self) -> [(&'static str, String); 2] {
        let at = self.recorder.address;
        [("notify_url", format!("http://{at}/notify")), ("return_url", format!("http://{at}/return"))]
    }

    /// Opens the cashier of an order on the page product.
    pub(super) async fn buy(&self, out_trade_no: &str) -> String {
        let addresses = self.addresses();
        let more: Vec<_> = addresses.iter().map(|(name, url)| (*name, url.as_str())).collect();
        let url = self.url("alipay.trade.page.pay", &self.order(out_trade_no), &more);
        let (path, page) = open(&url).await;
        assert!(path.starts_with("/cashier/"), "{page}");
        self.gateway.trade(out_trade_no).unwrap().trade_no().to_owned()
    }

    /// Buys and pays; the address that the browser is sent to.
    pub(super) async fn pay(&self, out_trade_no: &str) -> String {
        let number = self.buy(out_trade_no).await;
        let back = self.gateway.pay(&number, "balance").await.unwrap().unwrap();
        quiet(&self.gateway).await;
        back
    }

    /// A field of a notification.
    pub(super) fn field(&self, at: usize, name: &str) -> Option<String> {
        self.recorder.received()[at].field(&self.merchant, name)
    }
}
