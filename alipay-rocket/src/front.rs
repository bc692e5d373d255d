//! What the fairing manages: whom the application serves, one merchant or several.

use std::time::Duration;

use alipay_tower::{Alipay, Desks, protocol::Channel};
use rocket::{Ignite, Request, Rocket, error, error_};

use crate::desk::Desk;

/// Rocket's managed state; private, so that only the fairing can put it there.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub(crate) serves: Serves,
    pub(crate) body_timeout: Duration,
    pub(crate) deadline: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum Serves {
    One(Alipay),
    Several(Desks),
}

impl Front {
    pub(crate) fn of<'r>(request: &'r Request<'_>) -> Option<&'r Self> {
        request.rocket().state()
    }

    /// For the sentinels: whether the fairing is missing, told with a remedy.
    pub(crate) fn is_missing(rocket: &Rocket<Ignite>, guard: &str) -> bool {
        let missing = rocket.state::<Self>().is_none();
        if missing {
            error!("The guard `{guard}` needs the Alipay fairing, which is not attached.");
            error_!(
                "Add `.attach(AlipayFairing::new(alipay))` or `.attach(AlipayFairing::from_config(store))`."
            );
        }
        missing
    }

    /// The desk on the request's path, and what it takes there. Paths are compared byte by byte, as the tower layer does;
    /// Rocket's router is more lenient.
    pub(crate) fn at(&self, request: &Request<'_>) -> Option<(Desk, Channel)> {
        let path = request.uri().path().as_str();
        match &self.serves {
            Serves::One(alipay) => {
                let channel = alipay.endpoints().channel(path)?;
                Some((self.desk(alipay.clone()), channel))
            }
            Serves::Several(desks) => {
                let alipay = desks.desk(path)?;
                let channel = alipay.endpoints().channel(path)?;
                Some((self.desk(alipay), channel))
            }
        }
    }

    /// The desk for a notification that came to a route of the host. One merchant's route may be anywhere; of several the
    /// path must say which.
    pub(crate) fn notified(&self, request: &Request<'_>) -> Option<Desk> {
        match &self.serves {
            Serves::One(alipay) => Some(self.desk(alipay.clone())),
            Serves::Several(_) => match self.at(request) {
                Some((desk, Channel::Notify)) => Some(desk),
                _ => None,
            },
        }
    }

    const fn desk(&self, alipay: Alipay) -> Desk {
        Desk { alipay, body_timeout: self.body_timeout, deadline: self.deadline }
    }
}
