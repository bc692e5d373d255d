//! The message that `notify` sends: built, signed as Alipay would sign it, and damaged on request.

use alipay_simulator::{Notice, SignedNotice};
use alipay_tower::{Merchant, Money, protocol::Scheme};

use super::{Kind, NotifyArgs};
use crate::cli::Failure;

impl NotifyArgs {
    /// The form body of the POST, or the query of the return.
    pub(super) fn body(&self, alipay: &Merchant) -> Result<String, Failure> {
        let mut notice = match alipay.scheme() {
            Scheme::Mapi if self.msg_method.is_some() => {
                return Err(Failure::usage("--msg-method: messages are of --scheme openapi"));
            }
            _ if self.msg_method.is_some() && self.kind == Kind::Return => {
                return Err(Failure::usage(
                    "--msg-method: messages come to the notify path, and no browser brings them",
                ));
            }
            Scheme::Mapi => self.classic(),
            _ => self.of_application(),
        };
        for (name, value) in &self.set {
            if name == "sign" || name == "sign_type" {
                return Err(Failure::usage(format!(
                    "--set {name}: signing sets it; change it with --tamper"
                )));
            }
            notice = notice.with(name, value);
        }
        let signed = notice.sign(alipay).map_err(Failure::usage)?;
        Ok(self.damaged(signed).body())
    }

    fn classic(&self) -> Notice {
        let (order, total): (&str, Money) = (&self.out_trade_no, self.total_fee);
        let notice = match self.status.as_str() {
            "TRADE_SUCCESS" => Notice::paid(order, total),
            "TRADE_FINISHED" => Notice::finished(order, total),
            "TRADE_CLOSED" => Notice::closed(order, total),
            other => Notice::of_status(order, total, other),
        };
        match self.kind {
            Kind::Notify => notice,
            Kind::Return => notice.into_return(),
        }
    }

    fn of_application(&self) -> Notice {
        if let Some(method) = &self.msg_method {
            return Notice::message(method, "{}");
        }
        let notice = Notice::of_application(&self.out_trade_no, self.total_fee, &self.status);
        match self.kind {
            Kind::Notify => notice,
            Kind::Return => notice.into_application_return(),
        }
    }

    fn damaged(&self, mut signed: SignedNotice) -> SignedNotice {
        for (name, value) in &self.tamper {
            signed = signed.tamper(name, value);
        }
        for name in &self.drop {
            signed = signed.drop_field(name);
        }
        signed
    }
}
