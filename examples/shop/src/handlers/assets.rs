//! The two files that the pages load.

use crate::{answer::Answer, shop::Shop};

impl Shop {
    /// `GET /style.css`
    #[must_use]
    pub fn stylesheet(&self) -> Answer {
        Answer::asset("text/css; charset=utf-8", include_str!("../../assets/style.css"))
    }

    /// `GET /icon.svg`
    #[must_use]
    pub fn icon(&self) -> Answer {
        Answer::asset("image/svg+xml", include_str!("../../assets/icon.svg"))
    }
}
