//! The status words of messages, each a typed value, with a place for the unknown.

macro_rules! words {
    ($(#[$docs:meta])* $name:ident { $($(#[$variant_docs:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_docs])* $variant,)*
            /// A word that this version does not know: kept, never an error.
            Other(Box<str>),
        }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                // Samples in the documents stand in brackets behind a title: `…(trade_status_sync)`.
                let bare = word.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(word);
                match bare {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// `trade_status` (Alipay, *Trade status*).
    TradeStatus {
        /// Pre-authorised.
        BuyerPreAuth = "BUYER_PRE_AUTH",
        /// Cash on delivery: waiting for the buyer to pay.
        CodWaitBuyerPay = "COD_WAIT_BUYER_PAY",
        /// Cash on delivery: waiting for the seller to ship.
        CodWaitSellerSendGoods = "COD_WAIT_SELLER_SEND_GOODS",
        /// Cash on delivery: signed for, the carrier holds the money.
        CodWaitSysPaySeller = "COD_WAIT_SYS_PAY_SELLER",
        /// Cancelled.
        TradeCancel = "TRADE_CANCEL",
        /// Closed: timed out unpaid, or fully refunded.
        TradeClosed = "TRADE_CLOSED",
        /// Paid and final.
        TradeFinished = "TRADE_FINISHED",
        /// Paid, but the seller's account cannot receive the money.
        TradePending = "TRADE_PENDING",
        /// Refused.
        TradeRefuse = "TRADE_REFUSE",
        /// Being refused.
        TradeRefuseDealing = "TRADE_REFUSE_DEALING",
        /// Paid, and refunds are still possible.
        TradeSuccess = "TRADE_SUCCESS",
        /// Escrow: shipped, waiting for the buyer to confirm.
        WaitBuyerConfirmGoods = "WAIT_BUYER_CONFIRM_GOODS",
        /// Created, unpaid.
        WaitBuyerPay = "WAIT_BUYER_PAY",
        /// Escrow: paid to Alipay, waiting for the seller to ship.
        WaitSellerSendGoods = "WAIT_SELLER_SEND_GOODS",
        /// A bank transfer is being confirmed.
        WaitSysConfirmPay = "WAIT_SYS_CONFIRM_PAY",
        /// Escrow: confirmed by the buyer, Alipay is paying the seller.
        WaitSysPaySeller = "WAIT_SYS_PAY_SELLER",
    }
}

impl TradeStatus {
    /// Whether the word means that the buyer has paid and the money is the seller's: `TRADE_SUCCESS` and
    /// `TRADE_FINISHED`, nothing else.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        matches!(self, Self::TradeSuccess | Self::TradeFinished)
    }

    /// Whether the buyer has paid and Alipay still holds the money (escrow, and cash on delivery paid to the carrier).
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(
            self,
            Self::CodWaitSysPaySeller
                | Self::WaitBuyerConfirmGoods
                | Self::WaitSellerSendGoods
                | Self::WaitSysPaySeller
        )
    }

    /// Whether a person should hear of it: `TRADE_PENDING`, the buyer has paid and the seller's account cannot receive the
    /// money; and every word that this version does not know.
    #[must_use]
    pub const fn is_alarming(&self) -> bool {
        matches!(self, Self::Other(_) | Self::TradePending)
    }
}

words! {
    /// `refund_status` (Alipay, *Refund status*).
    RefundStatus {
        /// The refund was closed without money moving.
        RefundClosed = "REFUND_CLOSED",
        /// The money went back.
        RefundSuccess = "REFUND_SUCCESS",
        /// The seller refuses.
        SellerRefuseBuyer = "SELLER_REFUSE_BUYER",
        /// Alipay is refunding.
        WaitAlipayRefund = "WAIT_ALIPAY_REFUND",
        /// The buyer is to send the goods back.
        WaitBuyerReturnGoods = "WAIT_BUYER_RETURN_GOODS",
        /// The seller is to agree.
        WaitSellerAgree = "WAIT_SELLER_AGREE",
        /// The seller is to confirm the returned goods.
        WaitSellerConfirmGoods = "WAIT_SELLER_CONFIRM_GOODS",
    }
}

words! {
    /// `notify_type`: what kind of message it is. Never inferred from the path it came to.
    NotifyType {
        /// The result of a refund batch.
        BatchRefundNotify = "batch_refund_notify",
        /// The result of a payout batch.
        BatchTransNotify = "batch_trans_notify",
        /// The result of a payout batch to bank cards.
        BptbResultNotify = "bptb_result_notify",
        /// Money of a payout batch to bank cards was released.
        BptbUnfreezeNotify = "bptb_unfreeze_notify",
        /// A trade changed its status.
        TradeStatusSync = "trade_status_sync",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_kept() {
        assert_eq!(TradeStatus::from("TRADE_SUCCESS"), TradeStatus::TradeSuccess);
        let new = TradeStatus::from("TRADE_SOMETHING_NEW");
        assert_eq!(new.as_str(), "TRADE_SOMETHING_NEW");
        assert!(!new.is_paid() && new.is_alarming() && TradeStatus::TradePending.is_alarming());
        assert!(!TradeStatus::TradeSuccess.is_alarming() && !TradeStatus::WaitBuyerPay.is_alarming());
        assert!(!TradeStatus::from("trade_success").is_paid());
        assert_eq!(RefundStatus::from("REFUND_SUCCESS").to_string(), "REFUND_SUCCESS");
        assert_eq!(NotifyType::from("x"), NotifyType::Other("x".into()));
        assert_eq!(NotifyType::from("交易状态同步通知(trade_status_sync)"), NotifyType::TradeStatusSync);
    }
}
