//! What the person who starts the shop is told.

use super::Setup;
use crate::say::say;

impl Setup {
    /// Says where everything is, and what to click.
    pub(crate) fn announce(&self) {
        for note in &self.notes {
            say(format_args!("note: {note}"));
        }
        let shop = self.public_url.as_str();
        let gateway = self.merchant.gateway();
        let kind = self.config.gateway.money();
        say(format_args!("shop:     {shop}/"));
        say(format_args!(
            "gateway:  {gateway} ({kind}, {} {})",
            self.merchant.scheme().as_str(),
            self.merchant.id()
        ));
        let receipts = match self.config.smtp_url {
            Some(_) => "by SMTP".to_owned(),
            None => format!("as .eml files in {}", self.config.receipts.display()),
        };
        say(format_args!("receipts: {receipts}"));
        if let Some(simulator) = &self.simulator {
            say(format_args!(
                "mischief: {} makes the simulated gateway misbehave",
                simulator.dashboard_url()
            ));
        }
        if self.story.is_some() {
            return;
        }
        say("");
        say(format_args!("1. Open {shop}/ and press Buy on something."));
        say("2. Give an e-mail address, place the order, then press Pay with Alipay.");
        if self.simulated {
            say("3. Pay at the simulated cashier; it notifies the shop and sends you back.");
        } else {
            say(format_args!(
                "3. Pay at Alipay; it notifies {} and sends you back.",
                self.endpoints.notify_url()
            ));
        }
        say(format_args!("4. See orders, journal and outbox at {shop}/operator"));
        say("");
        say("Ctrl-C stops everything.");
    }
}
