//! Numbers that nobody can guess, from the keys that the standard library draws from the system for its maps.

use std::hash::{BuildHasher, RandomState};

/// 64 bits.
pub(crate) fn bits() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// 32 lower-case hex digits.
pub(crate) fn hex() -> String {
    format!("{:016x}{:016x}", bits(), bits())
}

/// This many decimal digits.
pub(crate) fn digits(count: usize) -> String {
    let mut out = String::new();
    while out.len() < count {
        out.push_str(&format!("{:019}", bits() >> 1));
    }
    out.truncate(count);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn never_twice_the_same() {
        assert_eq!(super::digits(28).len(), 28);
        assert_ne!(super::hex(), super::hex());
    }
}
