//! Reads a page as a browser does, as far as a buyer without scripts needs it: forms, links, where to look again.

use std::collections::BTreeMap;

use html5gum::{HtmlString, Spanned, Token, Tokenizer};

/// What a page offers.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) forms: Vec<Form>,
    /// The addresses of links.
    pub(super) links: Vec<String>,
    /// Where `<meta http-equiv="refresh">` leads, and after how many seconds.
    pub(super) refresh: Option<(u64, String)>,
    /// `data-state` and `data-order` of `<main>`.
    pub(super) state: Option<String>,
    pub(super) order: Option<String>,
    /// The text of the first `<h1>`.
    pub(super) heading: String,
}

/// A form with what it would send.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) post: bool,
    pub(super) charset: Option<String>,
    pub(super) fields: Vec<(String, String)>,
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, ()>>;

impl Page {
    pub(super) fn read(html: &str) -> Self {
        let (mut page, mut form, mut in_heading) = (Self::default(), None::<Form>, false);
        for token in Tokenizer::new(html) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let name = tag.name.as_slice();
                    in_heading = name == b"h1" && page.heading.is_empty();
                    match (name, form.as_mut()) {
                        (b"form", _) => form = Some(Form::open(&tag.attributes)),
                        (b"input", Some(form)) => form.input(&tag.attributes),
                        _ => page.element(name, &tag.attributes),
                    }
                }
                Token::EndTag(tag) => {
                    in_heading = false;
                    if tag.name.as_slice() == b"form" {
                        page.forms.extend(form.take());
                    }
                }
                Token::String(text) if in_heading => page.heading.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        page
    }

    /// The form whose action holds this text.
    pub(super) fn form(&self, action: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.action.contains(action))
    }

    /// The link that begins like this.
    pub(super) fn link(&self, start: &str) -> Option<&str> {
        self.links.iter().map(String::as_str).find(|link| link.starts_with(start))
    }

    fn element(&mut self, name: &[u8], attributes: &Attributes) {
        match name {
            b"a" => self.links.extend(get(attributes, "href")),
            b"main" => {
                self.state = get(attributes, "data-state");
                self.order = get(attributes, "data-order");
            }
            b"meta" if get(attributes, "http-equiv").as_deref() == Some("refresh") => {
                let content = get(attributes, "content").unwrap_or_default();
                self.refresh = content
                    .split_once(";url=")
                    .and_then(|(seconds, to)| Some((seconds.parse().ok()?, to.to_owned())));
            }
            _ => {}
        }
    }
}

impl Form {
    fn open(attributes: &Attributes) -> Self {
        Self {
            action: get(attributes, "action").unwrap_or_default(),
            post: get(attributes, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
            charset: get(attributes, "accept-charset"),
            fields: Vec::new(),
        }
    }

    /// A named control joins the form, unless it is an empty circle.
    fn input(&mut self, attributes: &Attributes) {
        let Some(name) = get(attributes, "name") else { return };
        let kind = get(attributes, "type").unwrap_or_default();
        let is_round = matches!(kind.as_str(), "radio" | "checkbox");
        if is_round && get(attributes, "checked").is_none() {
            return;
        }
        self.fields.push((name, get(attributes, "value").unwrap_or_default()));
    }

    /// The same form with something typed into a field, or chosen for it.
    pub(super) fn fill(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }
}

fn get(attributes: &Attributes, name: &str) -> Option<String> {
    let value = attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_buyer_needs() {
        let page = Page::read(
            "<meta http-equiv=refresh content=\"2;url=/orders/T1?wait=1\"><main data-state=paid data-order=T1>\
             <h1>Paid &amp; <b>settled</b></h1><a href='/orders/T1'>x</a>\
             <form method=POST action='/pay?a=1&amp;b=2' accept-charset=gbk><input type=hidden name=n value='&quot;&#39;'>\
             <input type=radio name=r value=1><input type=radio name=r value=2 checked><input name=e>\
             <input type=submit value=go></form>",
        );
        assert_eq!(page.refresh, Some((2, "/orders/T1?wait=1".to_owned())));
        assert_eq!((page.state.as_deref(), page.order.as_deref()), (Some("paid"), Some("T1")));
        assert!(page.heading.starts_with("Paid & "));
        assert_eq!(page.link("/orders"), Some("/orders/T1"));
        let form = page.form("/pay").unwrap().clone().fill("e", "x");
        assert_eq!(
            (form.action.as_str(), form.post, form.charset.as_deref()),
            ("/pay?a=1&b=2", true, Some("gbk"))
        );
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form.fields, [pair("n", "\"'"), pair("r", "2"), pair("e", "x")]);
    }
}
