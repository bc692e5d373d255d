//! Serial numbers of up to 21 bytes, in decimal.

/// The decimal digits of a big-endian number without a sign. Digits of a base of a thousand million, so that a byte is
/// carried through in one step each.
pub(super) fn decimal(bytes: &[u8]) -> String {
    const BASE: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = vec![0];
    for byte in bytes {
        let mut carry = u64::from(*byte);
        for limb in &mut limbs {
            let value = *limb * 256 + carry;
            *limb = value % BASE;
            carry = value / BASE;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut limbs = limbs.into_iter().rev();
    let first = limbs.next().unwrap_or_default().to_string();
    limbs.fold(first, |text, limb| format!("{text}{limb:09}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size() {
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[0]), "0");
        assert_eq!(decimal(&[0, 128]), "128");
        assert_eq!(decimal(&[0x3b, 0x9a, 0xca, 0x00]), "1000000000");
        assert_eq!(decimal(&[0x3b, 0x9a, 0xca, 0x01]), "1000000001");
        for number in [0, 1, u128::from(u64::MAX), 10_u128.pow(18), 10_u128.pow(36) + 7, u128::MAX] {
            assert_eq!(decimal(&number.to_be_bytes()), number.to_string());
        }
        // 2^160 - 1, the longest serial number there is.
        assert_eq!(decimal(&[255; 20]), "1461501637330902918203684832716283019655932542975");
    }
}
