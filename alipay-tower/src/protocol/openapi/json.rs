//! JSON as the OpenAPI generation speaks it: small documents, amounts as strings, every name once.

use std::{collections::BTreeMap, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How deep arrays and objects may stand in each other. The deepest documented answer has five levels.
const MAX_DEPTH: usize = 32;
/// How many bytes a document may have.
const MAX_TEXT: usize = 1024 * 1024;

const DUPLICATE: &str = "a name stands twice";
const TOO_DEEP: &str = "nested too deep";

/// A JSON value, of an answer or of a request's `biz_content`.
///
/// A document in which a name stands twice has two readings and is none. Printed, it is the compact text that is signed and
/// sent: names in order, and `&` written as `\u0026`, so that no value can pass for a parameter of its own.
///
/// ```
/// use alipay_tower::protocol::openapi::Json;
///
/// let json = Json::parse(r#"{"total_amount":"88.00","subject":"a&b","goods":[{"quantity":1}]}"#)?;
/// assert_eq!(json.text("total_amount"), Some("88.00"));
/// assert_eq!(json.to_string(), r#"{"goods":[{"quantity":1}],"subject":"a\u0026b","total_amount":"88.00"}"#);
/// assert!(Json::parse(r#"{"a":1,"a":2}"#).is_err());
/// # Ok::<(), alipay_tower::protocol::openapi::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Json {
    /// A list.
    Array(Vec<Self>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number, as decimal text. Alipay sends amounts as strings; a number keeps its value and not its zeros.
    Number(Box<str>),
    /// Names and their values.
    Object(BTreeMap<Box<str>, Self>),
    /// A text.
    String(Box<str>),
}

/// Text that is no [`Json`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// A name stands twice in one object.
    Duplicate,
    /// Not JSON.
    Syntax,
    /// More than 32 levels of arrays and objects.
    TooDeep,
    /// More than a mebibyte.
    TooLarge,
}

impl Json {
    /// Reads one whole document.
    ///
    /// # Errors
    ///
    /// [`JsonError`] when it is not JSON, has a name twice, or is larger or deeper than any answer of Alipay's.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        if text.len() > MAX_TEXT {
            return Err(JsonError::TooLarge);
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        // Our own errors come back as texts; those of serde_json may quote the document and are not kept.
        let kind = |error: serde_json::Error| match error.to_string() {
            text if text.starts_with(DUPLICATE) => JsonError::Duplicate,
            text if text.starts_with(TOO_DEEP) => JsonError::TooDeep,
            _ => JsonError::Syntax,
        };
        let value = Depth(MAX_DEPTH).deserialize(&mut reader).map_err(kind)?;
        reader.end().map_err(kind)?;
        Ok(value)
    }

    /// An object of these names and values.
    pub fn object<N: Into<Box<str>>>(pairs: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(pairs.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A list of these values.
    pub fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }

    /// The value of a name; `None` when it did not come, or this is no object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(values) => values.get(name),
            _ => None,
        }
    }

    /// The text of a string, or the digits of a number.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Number(text) | Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a name, when it came and is not empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// The values of a list; nothing when this is none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(values) => values,
            _ => &[],
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self::Number(number.to_string().into())
    }
}

/// The compact text.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(values) => list(f, ['[', ']'], values, |f, value| value.fmt(f)),
            Self::Bool(value) => value.fmt(f),
            Self::Null => f.write_str("null"),
            Self::Number(text) => f.write_str(text),
            Self::Object(values) => list(f, ['{', '}'], values, |f, (name, value)| {
                string(f, name)?;
                write!(f, ":{value}")
            }),
            Self::String(text) => string(f, text),
        }
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    let mut separator = open;
    let mut empty = true;
    for item in items {
        write!(f, "{separator}")?;
        write(f, item)?;
        (separator, empty) = (',', false);
    }
    if empty { write!(f, "{open}{close}") } else { write!(f, "{close}") }
}

fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '&' => f.write_str("\\u0026")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

/// Names and kinds only: values may be personal data.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(values) => f.debug_list().entries(values).finish(),
            Self::Bool(_) => f.write_str("bool"),
            Self::Null => f.write_str("null"),
            Self::Number(_) => f.write_str("number"),
            Self::Object(values) => f.debug_map().entries(values).finish(),
            Self::String(_) => f.write_str("string"),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "JSON in which a name stands twice",
            Self::Syntax => "not JSON",
            Self::TooDeep => "JSON that is nested too deep",
            Self::TooLarge => "JSON that is too large",
        })
    }
}

impl std::error::Error for JsonError {}

/// Reads a value that may hold so many levels more.
struct Depth(usize);

impl Depth {
    fn below<E: Error>(&self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom(TOO_DEEP))
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string().into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string().into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string().into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(self.below()?)? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(name) = map.next_key::<Box<str>>()? {
            if values.insert(name, map.next_value_seed(self.below()?)?).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Json::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_texts_and_refuses_two_readings() {
        let json =
            Json::parse(r#" {"a":"1.00","b":[1,-2,0.1,null,true],"c":{"d":"\u4e2d\/"},"e":""} "#).unwrap();
        assert_eq!(json.text("a"), Some("1.00"));
        assert_eq!((json.text("b"), json.text("e"), json.text("f")), (None, None, None));
        let numbers: Vec<_> = json.get("b").unwrap().items().iter().map(Json::as_str).collect();
        assert_eq!(numbers, [Some("1"), Some("-2"), Some("0.1"), None, None]);
        assert_eq!(json.get("c").unwrap().text("d"), Some("中/"));
        for (text, error) in [
            ("", JsonError::Syntax),
            ("{} {}", JsonError::Syntax),
            ("{\"a\":\"\n\"}", JsonError::Syntax),
            (r#"{"a":1,"\u0061":2}"#, JsonError::Duplicate),
            (r#"[{"x":{"a":1,"b":2,"a":1}}]"#, JsonError::Duplicate),
        ] {
            assert_eq!(Json::parse(text), Err(error), "{text}");
        }
        assert_eq!(Json::parse(&"[".repeat(100_000)), Err(JsonError::TooDeep));
        assert!(Json::parse(&format!("{}{}", "[".repeat(32), "]".repeat(32))).is_ok());
        assert_eq!(Json::parse(&" ".repeat(MAX_TEXT + 1)), Err(JsonError::TooLarge));
    }

    #[test]
    fn writes_what_it_reads_again() {
        let json = Json::object([
            ("quote\"\\", Json::from("a&b\n\u{7f}'<中😀")),
            ("list", Json::Array(vec![Json::Null, Json::Bool(false), Json::from(7)])),
            ("empty", Json::Array(Vec::new())),
            ("none", Json::Object(BTreeMap::new())),
        ]);
        let text = json.to_string();
        assert!(!text.contains(['&', '\n', '\u{7f}']), "{text}");
        assert_eq!(Json::parse(&text), Ok(json.clone()));
        assert!(!format!("{json:?}").contains("中"));
    }
}
