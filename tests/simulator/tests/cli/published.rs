//! The published vectors as files, and how a run is judged by one.

use std::{collections::BTreeMap, io::Write as _};

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::binary::Run;

/// A file of vectors.
pub(crate) fn file(name: &str) -> Value {
    let path = format!("{}/../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// The cases of a section.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name}"))
}

/// A text of a case.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

/// A text in a file, and the path of that.
pub(crate) fn stored(text: &str) -> (NamedTempFile, String) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

/// An object of texts.
pub(crate) fn params(value: &Value) -> BTreeMap<String, String> {
    let object = value.as_object().into_iter().flatten();
    object.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// The verdict is one of those that are tolerated, and an accepted message is handed over as it was signed.
#[track_caller]
pub(crate) fn judged(case: &Value, run: &Run) {
    let name = &case["name"];
    let verdict = text(&run.object, "verdict");
    // The vectors of this generation have another word for it.
    let word = if verdict == "reject_partner_or_seller" { "reject_app_or_seller" } else { verdict };
    let tolerated = list(case, "tolerated");
    assert!(tolerated.iter().any(|one| one == word || one == verdict), "{name}: {verdict}, {}", run.object);
    assert_eq!(run.status, i32::from(verdict != "accept"), "{name}");
    assert_eq!(run.object["expected_sign"], Value::Null, "{name}");
    assert_eq!(run.object.get("cause").is_some(), verdict != "accept", "{name}");
    if let (Some(shown), Some(expected)) = (run.object.get("params"), case["params_if_accepted"].as_object())
    {
        let expected: BTreeMap<_, _> = params(&Value::from(expected.clone()));
        let shown = params(shown);
        // Values that no signature covers are not handed on.
        for (field, value) in &shown {
            assert_eq!(expected.get(field), Some(value), "{name}: {field}");
        }
        let missing: Vec<_> = expected.iter().filter(|(field, _)| !shown.contains_key(*field)).collect();
        assert!(missing.iter().all(|(_, value)| value.is_empty()), "{name}: {missing:?}");
    }
}
