//! Setters for the optional parameters of escrow and dual payments.

use super::{Discount, DualPayment, EscrowPayment, Logistics};
use crate::protocol::{Money, request::setters};

macro_rules! options {
    ($name:ident) => {
        /// What is bought, and how it is shipped.
        impl $name {
            /// `logistics_type_1`, `logistics_fee_1`, `logistics_payment_1` and so on: another carrier that the buyer
            /// may choose instead. Four in all; Alipay's own table has three, and contracts with four exist.
            pub fn with_other_logistics(mut self, logistics: Logistics) -> Self {
                logistics.add_to(&mut self.parameters);
                self
            }

            /// `discount`: what is taken off or added to the amount.
            pub fn with_discount(self, discount: Discount) -> Self {
                self.set("discount", discount)
            }

            /// `total_fee`: the total, where a contract wants it stated. Default: not sent, Alipay computes it.
            pub fn with_total_fee(self, total_fee: Money) -> Self {
                self.set("total_fee", total_fee)
            }
        }

        /// Deadlines. Each works only with Alipay's "custom time-out" option; without it Alipay refuses the request.
        impl $name {
            /// `t_s_send_1`: when the seller has not shipped after so many days, the buyer may take the money back.
            pub fn with_t_s_send_1(self, days: u16) -> Self {
                self.set("t_s_send_1", format_args!("{days}d"))
            }

            /// `t_s_send_2`: when the seller has not shipped after so many days, Alipay suggests a refund.
            pub fn with_t_s_send_2(self, days: u16) -> Self {
                self.set("t_s_send_2", format_args!("{days}d"))
            }

            /// `t_b_rec_post`: what was sent by ordinary mail counts as received after so many days.
            pub fn with_t_b_rec_post(self, days: u16) -> Self {
                self.set("t_b_rec_post", format_args!("{days}d"))
            }
        }

        setters! {
            /// Who pays, who is paid, and where the answers go.
            $name:
            [subject] [body 400] [show_url] [notify_url] [return_url] [error_notify_url] [timeout]
            [seller_id] [seller_email] [seller_account_name] [buyer_id] [buyer_email] [buyer_account_name]
            [anti_phishing] [token]
        }

        setters! {
            /// The consignee. What is absent the buyer types at Alipay.
            $name:
            [text with_receive_name "receive_name" "the consignee's name, up to 128 characters."]
            [text with_receive_address "receive_address" "the address, up to 256 characters, without `&`."]
            [text with_receive_zip "receive_zip" "the postal code, up to 20 characters."]
            [text with_receive_phone "receive_phone" "a telephone number, up to 30 characters."]
            [text with_receive_mobile "receive_mobile" "a mobile number, up to 20 characters."]
        }
    };
}

options!(EscrowPayment);
options!(DualPayment);
