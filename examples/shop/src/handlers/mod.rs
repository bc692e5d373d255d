//! The pages of the shop as methods: what was asked in, an [`Answer`] out. Routing is the framework's.

mod assets;
mod certificate;
mod moves;
mod operator;
mod order;
pub(crate) mod overdue;
mod pay;
mod payouts;
mod problem;
mod qr;
mod refunds;
mod replay;
mod returned;
mod shelf;
mod ship;

use crate::{
    answer::Answer,
    pages::{Frame, Messages, render},
    shop::Shop,
    visitor::Visitor,
};

/// How long a browser remembers language and orders: a year.
const YEAR: u32 = 31_536_000;

/// What every page does.
impl Shop {
    /// The page for an address that is none.
    #[must_use]
    pub fn not_found(&self, visitor: &Visitor) -> Answer {
        self.say(visitor, Messages::Missing)
    }

    fn frame(&self, visitor: &Visitor, here: impl Into<String>) -> Frame {
        Frame {
            lang: visitor.lang(),
            here: here.into(),
            refresh: None,
            simulated: self.inner.simulated,
            local: self.inner.operator_token.is_none(),
        }
    }

    fn show(&self, visitor: &Visitor, status: u16, page: &impl askama::Template) -> Answer {
        let answer = render(status, page);
        if !visitor.chose_lang() {
            return answer;
        }
        answer.with_cookie(self.cookie("shop_lang", visitor.lang().code(), "Lax", YEAR))
    }

    fn say(&self, visitor: &Visitor, message: Messages) -> Answer {
        self.show(visitor, message.status(), &message.page(self.frame(visitor, "/")))
    }

    /// The books failed; the operator's log knows why.
    fn unavailable(&self, visitor: &Visitor, error: &dyn std::fmt::Display) -> Answer {
        tracing::error!(target: "shop", %error, "a page could not be made");
        self.say(visitor, Messages::Unavailable)
    }

    fn cookie(&self, name: &str, value: &str, same_site: &str, seconds: u32) -> String {
        let secure = if self.inner.public_url.https { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}")
    }
}

#[cfg(test)]
mod languages;
#[cfg(test)]
pub(crate) mod tests;
