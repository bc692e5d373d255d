//! What stays fixed while a gateway runs.

use std::time::Duration;

/// The gaps between the eight deliveries of one notification (Alipay, *Notification rules*): 24 h 22 min in all.
pub(crate) const GAPS: [Duration; 7] =
    [minutes(2), minutes(10), minutes(10), minutes(60), minutes(120), minutes(360), minutes(900)];

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// The most trades that are kept; the oldest that is over goes first.
pub(crate) const MAX_TRADES: usize = 1000;
/// The most batches that are kept.
pub(crate) const MAX_BATCHES: usize = 1000;
/// The most lines of each log.
pub(crate) const MAX_LOG: usize = 2000;
/// The largest request, in bytes: `item_orders_info` alone may have 40,000 characters.
pub(crate) const MAX_BODY: usize = 512 * 1024;
/// The most copies of one notification.
pub(crate) const MAX_COPIES: u32 = 500;
/// The most notifications that may be on their way at one time.
pub(crate) const MAX_LADDERS: usize = 2000;

/// The most notifications and deadlines together: deadlines of forgotten trades are still waited for.
pub(crate) const MAX_TASKS: usize = 20_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) anti_phishing: bool,
    pub(crate) clock_speed: u32,
    pub(crate) close_notices: bool,
    pub(crate) custom_timeouts: bool,
    pub(crate) deadline_speed: u32,
    pub(crate) delivery_timeout: Duration,
    pub(crate) refundable: bool,
    pub(crate) return_id_lifetime: Duration,
    pub(crate) return_lead: Duration,
    pub(crate) timestamp_key_lifetime: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            anti_phishing: false,
            clock_speed: 14_400,
            close_notices: true,
            custom_timeouts: true,
            deadline_speed: 60,
            delivery_timeout: Duration::from_secs(10),
            refundable: true,
            return_id_lifetime: Duration::from_secs(60),
            return_lead: Duration::from_millis(500),
            timestamp_key_lifetime: Duration::from_secs(30),
        }
    }
}
