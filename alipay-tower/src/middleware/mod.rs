//! Room 5: the tower layer.
//!
//! # Default
//!
//! One layer on the outside of the application. Notifications need no route; the return page finds
//! [`VerifiedPayment`](crate::VerifiedPayment) or [`Rejection`](crate::Rejection) in its extensions.
//!
//! ```
//! # use alipay_tower::{Alipay, Endpoints, Merchant, async_trait, gateway::*, protocol::*, store::MemoryStore};
//! # struct Gateway;
//! # #[async_trait]
//! # impl NotifyGateway for Gateway {
//! #     async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> { Ok(check.read(b"true")?) }
//! # }
//! use alipay_tower::VerifiedPayment;
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode};
//! use http_body_util::Full;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! # let merchant = Merchant::md5(
//! #     PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
//! let endpoints = Endpoints::new("https://shop.example.com/alipay/notify", "https://shop.example.com/alipay/return")?;
//! let alipay = Alipay::new(merchant, Gateway, MemoryStore::new(), endpoints);
//!
//! let page = service_fn(async |request: Request<alipay_tower::middleware::RequestBody<Full<Bytes>>>| {
//!     let paid = request.extensions().get::<VerifiedPayment>().is_some();
//!     let page = Full::<Bytes>::from(if paid { "thank you" } else { "not yet" });
//!     Ok::<_, std::convert::Infallible>(Response::new(page))
//! });
//! let shop = alipay.layer().layer(page);
//!
//! let request = Request::post("/alipay/notify").body(Full::from("sign=nonsense"))?;
//! let response = shop.oneshot(request).await?;
//! assert_eq!(response.status(), StatusCode::BAD_REQUEST);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Customised
//!
//! The application's own handler runs after settling, with tighter limits:
//!
//! ```
//! # use alipay_tower::Alipay;
//! # fn customised(alipay: &Alipay) {
//! use std::time::Duration;
//!
//! use alipay_tower::middleware::NotifyMode;
//!
//! let layer = alipay
//!     .layer()
//!     .with_notify(NotifyMode::Forward)
//!     .with_body_limit(16 * 1024)
//!     .with_deadline(Duration::from_secs(5));
//! # drop(layer);
//! # }
//! ```

mod body;
mod future;
mod layer;
mod notify;
mod returned;
mod route;
mod service;

pub use self::{
    body::RequestBody,
    future::ResponseFuture,
    layer::{AlipayLayer, NotifyMode},
    service::AlipayService,
};
