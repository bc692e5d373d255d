//! Pages that only say something.

use askama::Template;

use super::Frame;

/// A heading and a sentence.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub(crate) struct Message {
    pub(crate) frame: Frame,
    pub(crate) heading: &'static str,
    pub(crate) text: &'static str,
}

/// What is said, with its HTTP status.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Messages {
    Foreign,
    Missing,
    Unavailable,
}

impl Messages {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Foreign => 403,
            Self::Missing => 404,
            Self::Unavailable => 503,
        }
    }

    pub(crate) const fn page(self, frame: Frame) -> Message {
        let lang = frame.lang();
        let (heading, text) = match self {
            Self::Foreign => (
                lang.t("请在本店页面上操作", "Please use the shop's own pages"),
                lang.t(
                    "这个表单来自别的网站，本店没有处理它。",
                    "This form came from another site, so nothing was done.",
                ),
            ),
            Self::Missing => (
                lang.t("没有这个页面", "There is no such page"),
                lang.t(
                    "也许地址抄错了，也许没有这张订单。",
                    "The address may be mistyped, or there is no such order.",
                ),
            ),
            Self::Unavailable => (
                lang.t("暂时无法处理", "Not right now"),
                lang.t(
                    "店里出了点问题，请稍后再试。",
                    "Something is wrong on our side. Please try again in a moment.",
                ),
            ),
        };
        Message { frame, heading, text }
    }
}
