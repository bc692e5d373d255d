//! Which fields take part in the signed text, and what the signer's text would be by another rule.

use alipay_tower::protocol::Scheme;

use super::evidence::{Field, Set, joined};

/// Which of the doubtful fields a signed text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) empty_values: bool,
    pub(super) sign_type: bool,
    pub(super) cert_sn: bool,
}

impl Rule {
    /// The classic gateway drops empty values, the OpenAPI generation signs them; neither signs `sign_type` of a message.
    pub(super) const fn of(scheme: Scheme) -> Self {
        Self { empty_values: matches!(scheme, Scheme::OpenApi), sign_type: false, cert_sn: true }
    }

    pub(super) fn covers(self, (name, value): &Field) -> bool {
        (self.empty_values || !value.is_empty())
            && match name.as_slice() {
                b"sign" => false,
                b"sign_type" => self.sign_type,
                b"alipay_cert_sn" => self.cert_sn,
                _ => true,
            }
    }

    /// The signed text of the fields.
    pub(super) fn text(self, set: &Set) -> Vec<u8> {
        let mut pairs: Vec<_> = set.iter().filter(|field| self.covers(field)).collect();
        pairs.sort();
        joined(pairs)
    }

    /// All others, the nearest first.
    pub(super) fn others(self) -> impl Iterator<Item = Self> {
        let all = (1_u8..8).map(move |change| Self {
            empty_values: self.empty_values ^ (change & 1 != 0),
            sign_type: self.sign_type ^ (change & 2 != 0),
            cert_sn: self.cert_sn ^ (change & 4 != 0),
        });
        let mut all: Vec<Self> = all.collect();
        all.sort_by_key(|other| self.distance(*other));
        all.into_iter()
    }

    fn distance(self, other: Self) -> u8 {
        u8::from(self.empty_values != other.empty_values)
            + u8::from(self.sign_type != other.sign_type)
            + u8::from(self.cert_sn != other.cert_sn)
    }
}
