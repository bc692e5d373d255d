//! The adapter under Rocket, with the local client where it can and over real sockets where it must.
#![expect(clippy::needless_pass_by_value, reason = "guards come by value")]

#[cfg(test)]
#[cfg(feature = "rsa")]
mod applications;
#[cfg(test)]
mod checkout;
#[cfg(test)]
mod config;
#[cfg(test)]
mod desks;
#[cfg(test)]
mod launch;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod notify;
#[cfg(test)]
mod own_route;
#[cfg(test)]
mod return_page;
#[cfg(test)]
mod support;
#[cfg(test)]
mod wire;
