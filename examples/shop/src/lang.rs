//! Chinese and English.

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lang {
    /// English.
    En,
    /// Chinese, the default.
    #[default]
    Zh,
}

impl Lang {
    /// The one of two texts that is in this language: both stand side by side where they are used.
    #[must_use]
    pub const fn t<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// The language's code, as `?lang=` and the cookie have it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.t("zh", "en")
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Zh, Self::En].into_iter().find(|lang| lang.code() == code)
    }

    /// The first language of an `Accept-Language` header that the shop speaks; browsers list the best first.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').take(16).find_map(|range| {
            let primary = range.split([';', '-']).next().unwrap_or_default().trim();
            Self::from_code(&primary.to_ascii_lowercase())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_language_it_speaks() {
        assert_eq!(Lang::accepted("fr-FR,fr;q=0.9,EN-gb;q=0.8,zh;q=0.7"), Some(Lang::En));
        assert_eq!(Lang::accepted("zh-Hans-CN"), Some(Lang::Zh));
        assert_eq!(Lang::accepted("fr, *"), None);
        assert_eq!(Lang::from_code("<script>"), None);
    }
}
