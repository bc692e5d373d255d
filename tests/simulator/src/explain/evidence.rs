//! What the hypotheses look at, and how one is tried: one text, one digest.

use std::{borrow::Cow, cell::Cell};

use alipay_tower::{
    Merchant,
    protocol::{AuthenticityError, Channel, Notification},
};

use super::{
    Explainer,
    lock::{self, Lock, OtherKeys},
    rule::Rule,
};

/// A name and its value, decoded.
pub(super) type Field = (Vec<u8>, Vec<u8>);

/// Fields in the order of the wire.
pub(super) type Set = Vec<Field>;

/// The most bytes that all hypotheses about one message may hash together.
const BUDGET: usize = 16 * 1024 * 1024;

pub(super) struct Evidence<'a> {
    explainer: &'a Explainer,
    channel: Channel,
    raw: &'a [u8],
    set: Set,
    budget: Cell<usize>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(explainer: &'a Explainer, channel: Channel, raw: &'a [u8]) -> Self {
        let set = wire(raw).map(|(name, value)| (unescape(name, true), unescape(value, true))).collect();
        Self { explainer, channel, raw, set, budget: Cell::new(BUDGET) }
    }

    pub(super) const fn merchant(&self) -> &'a Merchant {
        &self.explainer.merchant
    }

    pub(super) const fn lock(&self) -> &'a Lock {
        &self.explainer.lock
    }

    pub(super) const fn other_keys(&self) -> &'a OtherKeys {
        &self.explainer.others
    }

    /// Which fields the signature should cover.
    pub(super) const fn rule(&self) -> Rule {
        Rule::of(self.explainer.merchant.scheme())
    }

    pub(super) const fn channel(&self) -> Channel {
        self.channel
    }

    pub(super) const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The fields, decoded leniently: unlike the layer, explaining must not stop at the first oddity.
    pub(super) const fn set(&self) -> &Set {
        &self.set
    }

    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.set.iter().find_map(|(own, value)| (own == name.as_bytes()).then_some(value.as_slice()))
    }

    pub(super) fn sign(&self) -> &[u8] {
        self.get("sign").unwrap_or_default()
    }

    /// The sign that came, as an RSA verifier takes it: see [`lock::mended`]. An MD5 sign stays as it is.
    pub(super) fn readable_sign(&self) -> Cow<'_, str> {
        match self.lock() {
            Lock::Md5(_) => String::from_utf8_lossy(self.sign()),
            Lock::Rsa(..) => lock::mended(self.sign()),
        }
    }

    /// Whether the `sign` that came is the one over this text with the configured key.
    pub(super) fn signs(&self, text: &[u8]) -> bool {
        self.signs_by(text, self.lock())
    }

    pub(super) fn signs_by(&self, text: &[u8], lock: &Lock) -> bool {
        let left = self.budget.get().saturating_sub(text.len() + lock.cost());
        self.budget.set(left);
        left > 0 && lock.opens(text, &self.readable_sign())
    }

    pub(super) fn signs_with(&self, text: &[u8], md5_key: &[u8]) -> bool {
        self.signs_by(text, &Lock::Md5(md5_key.to_vec()))
    }

    /// What the sender must have signed, by the rule of the generation.
    pub(super) fn text(&self) -> Vec<u8> {
        self.rule().text(&self.set)
    }

    /// Whether these fields, put together by the rule, are what was signed.
    pub(super) fn verifies(&self, set: &Set) -> bool {
        self.signs(&self.rule().text(set))
    }

    /// The same for fields that are only built while there is work to spend.
    pub(super) fn verifies_with(&self, build: impl FnOnce() -> Set) -> bool {
        self.budget.get() > 0 && self.verifies(&build())
    }

    /// Whether the layer finds the signature of this message good.
    pub(super) fn passes(&self, raw: &[u8]) -> bool {
        let read = Notification::parse(self.channel, raw);
        matches!(
            read.map(|notification| notification.authenticate(self.merchant())),
            Ok(Ok(_) | Err(AuthenticityError::App | AuthenticityError::Partner | AuthenticityError::Seller))
        )
    }

    /// Changes all values by a rule, or the value of one field; the field's name when that makes the signature good,
    /// or a phrase for all. The rule gives `None` for a value that it leaves alone.
    pub(super) fn repaired(&self, rule: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>) -> Option<String> {
        let changes: Vec<(usize, Vec<u8>)> = self
            .set
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| !is_sign(name))
            .filter_map(|(at, (name, value))| {
                rule(name, value).filter(|new| new != value).map(|new| (at, new))
            })
            .collect();
        let with = |changes: &[(usize, Vec<u8>)]| {
            self.verifies_with(|| {
                let mut set = self.set.clone();
                for (at, new) in changes {
                    if let Some((_, value)) = set.get_mut(*at) {
                        value.clone_from(new);
                    }
                }
                set
            })
        };
        if changes.is_empty() {
            return None;
        }
        if with(&changes) {
            return Some(match changes.as_slice() {
                [(at, _)] => self.name(*at),
                all => format!("{} fields", all.len()),
            });
        }
        changes.iter().find(|change| with(std::slice::from_ref(change))).map(|(at, _)| self.name(*at))
    }

    fn name(&self, at: usize) -> String {
        self.set.get(at).map(|(name, _)| format!("`{}`", printable(name))).unwrap_or_default()
    }
}

/// The pairs as they stand on the wire, undecoded.
pub(super) fn wire(raw: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    raw.split(|byte| *byte == b'&').filter(|segment| !segment.is_empty()).map(|segment| {
        let mut parts = segment.splitn(2, |byte| *byte == b'=');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    })
}

/// Percent-decodes; an escape without two hex digits stays as it is.
pub(super) fn unescape(text: &[u8], plus: bool) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.extend(u8::try_from(high * 16 + low));
                at += 2;
            }
            (b'+', ..) if plus => out.push(b' '),
            (other, ..) => out.push(*other),
        }
        at += 1;
    }
    out
}

/// The signed text of the fields by the rule of the classic gateway.
#[cfg(test)]
pub(super) fn signed_text(set: &Set) -> Vec<u8> {
    Rule::of(alipay_tower::protocol::Scheme::Mapi).text(set)
}

/// `name=value` joined by `&`, in the given order.
pub(super) fn joined<'a>(pairs: impl IntoIterator<Item = &'a Field>) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
    out
}

pub(super) fn is_sign(name: &[u8]) -> bool {
    name == b"sign" || name == b"sign_type"
}

/// Text of the message that goes to a terminal: no control characters, and not much of it.
pub(super) fn printable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut shown: String =
        text.chars().take(64).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(64).is_some() {
        shown.push('…');
    }
    shown
}

/// Every occurrence of `from` replaced.
pub(super) fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.first() {
        if let (false, Some(after)) = (from.is_empty(), rest.strip_prefix(from)) {
            out.extend_from_slice(to);
            rest = after;
        } else {
            out.push(*first);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out
}

pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len().max(1)).any(|window| window == part)
}
