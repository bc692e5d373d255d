//! The environment.

use std::time::Duration;

use super::SetupError;

/// Finds settings by name. A variable that is set to nothing, or to blanks, is not set.
pub(super) struct Env<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Env<'_> {
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.0(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A time in whole seconds, at least so many.
    pub(super) fn seconds(&self, name: &'static str, least: u64) -> Result<Option<Duration>, SetupError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let seconds = text.parse().ok().filter(|seconds| *seconds >= least);
        let advice = format!("must be a number of seconds, {least} or more");
        seconds.map(Duration::from_secs).map(Some).ok_or_else(|| SetupError::new(name, advice))
    }
}
