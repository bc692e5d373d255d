//! Where a redirect leads, and whether it is still the same place.

use reqwest::Url;

use super::Defect;

/// What kind of redirect it is.
pub(super) fn kind(from: &Url, to: &Url) -> Defect {
    let same_path = from.path() == to.path();
    let slash = from.path().trim_end_matches('/') == to.path().trim_end_matches('/');
    let same_host = from.host_str() == to.host_str();
    if leads_to_login(to) {
        Defect::RedirectToLogin
    } else if !slash || from.query() != to.query() {
        Defect::RedirectElsewhere
    } else if same_host && from.scheme() == "http" && to.scheme() == "https" {
        Defect::RedirectToHttps
    } else if same_host && !same_path {
        Defect::RedirectToSlash
    } else if !same_host && without_www(from) == without_www(to) {
        Defect::RedirectToWww
    } else {
        Defect::RedirectElsewhere
    }
}

/// Whether the shop is still itself behind it, so that the examination may go on there.
pub(super) const fn same_shop(kind: Defect) -> bool {
    matches!(kind, Defect::RedirectToHttps | Defect::RedirectToSlash | Defect::RedirectToWww)
}

fn leads_to_login(to: &Url) -> bool {
    let words =
        ["login", "signin", "sign_in", "sign-in", "logon", "oauth", "sso", "passport", "account/auth"];
    let place = format!("{}{}", to.host_str().unwrap_or_default(), to.path()).to_ascii_lowercase();
    words.iter().any(|word| place.contains(word))
}

fn without_www(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_usual_ones_apart() {
        use Defect::*;
        let cases = [
            ("http://a.example/n", "https://a.example/n", RedirectToHttps),
            ("http://a.example/n", "https://a.example/n/", RedirectToHttps),
            ("https://a.example/n", "https://a.example/n/", RedirectToSlash),
            ("https://a.example/n/", "https://a.example/n", RedirectToSlash),
            ("https://a.example/n", "https://www.a.example/n", RedirectToWww),
            ("http://www.a.example/n", "https://a.example/n", RedirectToWww),
            ("https://a.example/n", "https://a.example/user/login?next=/n", RedirectToLogin),
            ("https://a.example/n", "https://sso.a.example/", RedirectToLogin),
            ("https://a.example/n", "https://a.example/", RedirectElsewhere),
            ("https://a.example/n", "https://b.example/n", RedirectElsewhere),
            ("https://a.example/n?x=1", "https://a.example/n/", RedirectElsewhere),
            ("https://a.example/n", "http://a.example/n", RedirectElsewhere),
        ];
        for (from, to, expected) in cases {
            let (from, to) = (Url::parse(from).unwrap(), Url::parse(to).unwrap());
            assert_eq!(kind(&from, &to), expected, "{from} {to}");
        }
    }
}
