//! The two generations of the gateway.

/// Which generation of Alipay's gateway a merchant speaks with. It belongs to the configuration: no message chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// The classic gateway: `partner`, `total_fee`, `notify_id` asked by `notify_verify`.
    Mapi,
    /// The OpenAPI generation: `app_id`, `total_amount`, `biz_content`.
    OpenApi,
}

impl Scheme {
    /// `mapi` or `openapi`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mapi => "mapi",
            Self::OpenApi => "openapi",
        }
    }

    /// The parameter that holds a payment's total.
    pub(super) const fn amount_field(self) -> &'static str {
        match self {
            Self::Mapi => "total_fee",
            Self::OpenApi => "total_amount",
        }
    }
}
