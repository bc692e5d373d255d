//! JSON objects with their members in another order; nothing else in the text is touched.

/// The most members that are tried in every order.
const MOST: usize = 4;
/// How many orders there are of so many members; order 0 is the order as it stands.
pub(super) const MOST_ORDERS: usize = 24;

/// Every outermost object, or every object of an outermost array, in the given order of its members. `None` when the
/// text is no JSON of that shape, or its objects are too small or too large.
pub(super) fn reordered(value: &[u8], order: usize) -> Option<Vec<u8>> {
    let items = match (value.first(), inside(value, b'[', b']')) {
        (Some(b'['), Some(inner)) => parts(inner)?,
        _ => vec![value],
    };
    let objects = items.into_iter().map(|item| object(item, order)).collect::<Option<Vec<_>>>()?;
    let all = objects.join(&b',');
    Some(if value.starts_with(b"[") { [b"[", all.as_slice(), b"]"].concat() } else { all })
}

fn object(text: &[u8], order: usize) -> Option<Vec<u8>> {
    let members = parts(inside(text, b'{', b'}')?)?;
    let permutation = permutation(members.len(), order)?;
    let members: Vec<&[u8]> = permutation.iter().filter_map(|at| members.get(*at).copied()).collect();
    Some([b"{", members.join(&b',').as_slice(), b"}"].concat())
}

fn inside(text: &[u8], open: u8, close: u8) -> Option<&[u8]> {
    text.strip_prefix(&[open])?.strip_suffix(&[close])
}

/// The parts between the commas that stand in no string, array or object.
fn parts(text: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_usize);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    Some(parts)
}

/// The n-th order of so many things; `None` beyond the last.
fn permutation(count: usize, order: usize) -> Option<Vec<usize>> {
    if count > MOST {
        return None;
    }
    let mut left: Vec<usize> = (0..count).collect();
    let mut rest = order;
    let mut chosen = Vec::new();
    for size in (1..=count).rev() {
        chosen.push(left.remove(rest % size));
        rest /= size;
    }
    (rest == 0).then_some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_once_and_nothing_else_changed() {
        let text = br#"[{"a":"x,{y","b":[1,2],"c":{"d":1,"e":2},"f":"\""}]"#;
        assert_eq!(reordered(text, 0).as_deref(), Some(&text[..]));
        let mut all: Vec<_> = (0..MOST_ORDERS).map(|order| reordered(text, order).unwrap()).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 24);
        assert!(all.contains(&br#"[{"f":"\"","c":{"d":1,"e":2},"b":[1,2],"a":"x,{y"}]"#.to_vec()));
        assert_eq!(reordered(text, 24), None);
        for other in [&b"[1,2]"[..], b"{", b"", b"}{", b"text", br#"{"a":1,"b":2,"c":3,"d":4,"e":5}"#] {
            assert_eq!(reordered(other, 1), None);
        }
        assert_eq!(reordered(b"{}", 1), None);
    }
}
