//! Scripts that Alipay does not take in a title (Alipay, *create_direct_pay_by_user*, `subject`).

use std::ops::RangeInclusive;

/// The blocks of Unicode, with the names of their scripts.
const REFUSED: &[(&str, &[RangeInclusive<u32>])] = &[
    ("Arabic", &[0x600..=0x6ff, 0x750..=0x77f, 0x870..=0x8ff, 0xfb50..=0xfdff, 0xfe70..=0xfeff]),
    ("Korean", &[0x1100..=0x11ff, 0x3130..=0x318f, 0xa960..=0xa97f, 0xac00..=0xd7ff, 0xffa0..=0xffdc]),
    ("Mongolian", &[0x1800..=0x18af, 0x11660..=0x1167f]),
    ("Thai", &[0xe00..=0xe7f]),
    ("Tibetan", &[0xf00..=0xfff]),
];

/// The first script in the text that Alipay refuses.
pub(super) fn refused(text: &str) -> Option<&'static str> {
    text.chars().filter(|c| !c.is_ascii()).find_map(|c| {
        let has = |blocks: &[RangeInclusive<u32>]| blocks.iter().any(|block| block.contains(&c.into()));
        REFUSED.iter().find(|(_, blocks)| has(blocks)).map(|(name, _)| *name)
    })
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn names_the_script() {
        for (text, script) in
            [("차", "Korean"), ("tea ชา", "Thai"), ("ཇ་", "Tibetan"), ("ᠴᠠᠢ", "Mongolian"), ("شاي", "Arabic")]
        {
            assert_eq!(refused(text), Some(script), "{text}");
        }
        for text in ["tea", "龙井茶", "お茶", "чай", "thé №1 — 100 g", "🍵"] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
