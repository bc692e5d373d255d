//! A signed message, which everything that is read from it shares.

use std::fmt;

use super::{Channel, Fields, KeyMatch, ParseError, Scheme};

/// The fields of a signed message as text, shared by everything made from it.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) channel: Channel,
    pub(super) scheme: Scheme,
    pub(super) key: KeyMatch,
    pub(super) raw: Raw,
    pub(super) fields: Fields,
}

/// The bytes as they came: text made from them again may no longer verify. They may hold personal data, so `Debug` tells
/// their number only.
#[derive(Clone, Default)]
pub(super) struct Raw(Box<[u8]>);

impl From<&[u8]> for Raw {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Message {
    pub(super) const fn channel(&self) -> Channel {
        self.channel
    }

    pub(super) const fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub(super) const fn key(&self) -> KeyMatch {
        self.key
    }

    pub(super) fn raw(&self) -> &[u8] {
        &self.raw.0
    }

    /// Whether it was verified as a service's message: any other notification with a `method` was refused.
    pub(super) fn is_of_a_service(&self) -> bool {
        let is_openapi_notification = self.scheme == Scheme::OpenApi && self.channel == Channel::Notify;
        is_openapi_notification && self.get("method").is_some()
    }

    /// A value that came and is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.fields.get(name)?;
        std::str::from_utf8(value).ok().filter(|text| !text.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        self.fields.iter().map(move |(name, value)| (text(name), text(value)))
    }

    pub(super) fn id<T, E>(
        &self,
        name: &'static str,
        new: fn(&str) -> Result<T, E>,
    ) -> Result<T, ParseError> {
        let text = self.get(name).ok_or(ParseError::Missing(name))?;
        new(text).map_err(|_| ParseError::BadValue(name))
    }
}

/// The accessors of everything that is made from a [`Message`].
macro_rules! message {
    ($name:ident) => {
        impl $name {
            /// Which of the merchant's keys verified the message.
            #[must_use]
            pub fn key(&self) -> $crate::protocol::KeyMatch {
                self.message.key()
            }

            /// The message as it came, byte for byte, for a journal from which it can be sent again: the body of a
            /// notification, the query of a return; empty for an answer of the gateway. It may hold personal data.
            #[must_use]
            pub fn raw(&self) -> &[u8] {
                self.message.raw()
            }

            /// A field that came and is not empty, decoded to text; unknown fields are kept too.
            #[must_use]
            pub fn field(&self, name: &str) -> Option<&str> {
                self.message.get(name)
            }

            /// All fields, sorted by name.
            pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
                self.message.iter()
            }
        }
    };
}

pub(super) use message;
