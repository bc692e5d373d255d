//! The door: address, network, TLS, redirects, and whoever stands in front of the handler.

use std::net::IpAddr;

use reqwest::Url;

use super::{
    Defect, DoctorError,
    examination::Examination,
    obstacle, redirect,
    visit::{Answer, BROWSER_AGENT, Trouble},
};

/// How many redirects are walked through.
const MAX_HOPS: usize = 4;

impl Examination<'_> {
    /// The handler's first answer, or none when nobody gets through to it.
    pub(super) async fn knock(&mut self) -> Result<Option<Answer>, DoctorError> {
        self.address();
        for _ in 0..MAX_HOPS {
            let probe = self.main_probe();
            let call = self.post(self.letters.waiting()?);
            match self.send(probe, call).await {
                Err(trouble) => {
                    self.trouble(probe, trouble).await;
                    return Ok(None);
                }
                Ok(answer) if (300..400).contains(&answer.status) => {
                    if !self.follow(probe, &answer) {
                        return Ok(None);
                    }
                }
                Ok(answer) => return self.past_the_guard(answer).await,
            }
        }
        self.found(Defect::RedirectElsewhere, self.main_probe(), "one redirect leads to the next");
        Ok(None)
    }

    fn address(&mut self) {
        const PROBE: &str = "the address";
        let local = is_local(&self.url);
        if local {
            self.found(Defect::NotPublic, PROBE, "this machine, or a private network");
        }
        if self.url.scheme() == "http" && !local {
            self.found(Defect::PlainHttp, PROBE, "http");
        }
        if self.url.query().is_some() {
            self.found(Defect::QueryInAddress, PROBE, "a question mark and parameters");
        }
    }

    pub(super) async fn trouble(&mut self, probe: &'static str, trouble: Trouble) {
        let Trouble { mut defect, detail } = trouble;
        #[cfg(feature = "rustls-tls")]
        if defect == Defect::CertificateChain
            && super::certificate::is_self_signed(&self.url, self.doctor.timeout).await
        {
            defect = Defect::CertificateSelfSigned;
        }
        if defect == Defect::NoAnswerInTime {
            let seen = format!("nothing after {} s", self.doctor.timeout.as_secs());
            self.found(defect, probe, seen);
        } else {
            self.found(defect, probe, detail);
        }
    }

    /// Tells of a redirect, and goes where it leads when that is the shop still.
    fn follow(&mut self, probe: &'static str, answer: &Answer) -> bool {
        let target = answer.location.as_ref().and_then(|location| self.url.join(location).ok());
        let Some(target) = target.filter(|target| matches!(target.scheme(), "http" | "https")) else {
            self.found(
                Defect::RedirectElsewhere,
                probe,
                format!("HTTP {} without a place to go", answer.status),
            );
            return false;
        };
        let kind = redirect::kind(&self.url, &target);
        let place = super::finding::excerpt(target.as_str().as_bytes());
        self.found(kind, probe, format!("HTTP {} to {place}", answer.status));
        self.url = target;
        redirect::same_shop(kind)
    }

    /// Whether the answer is the handler's; if not, what would get past the one who gave it.
    async fn past_the_guard(&mut self, answer: Answer) -> Result<Option<Answer>, DoctorError> {
        let Some((obstacle, seen)) = obstacle::find(&answer) else { return Ok(Some(answer)) };
        let probe = self.main_probe();
        let gateway = (self.user_agent, self.content_type);
        for (defect, agent, content_type) in [
            (Defect::UserAgentFiltered, BROWSER_AGENT, gateway.1),
            (Defect::ContentTypeRefused, gateway.0, "application/x-www-form-urlencoded"),
        ] {
            (self.user_agent, self.content_type) = (agent, content_type);
            let call = self.post(self.letters.waiting()?);
            if let Ok(other) = self.send(probe, call).await
                && obstacle::find(&other).is_none()
                && !(300..400).contains(&other.status)
            {
                let with = if defect == Defect::UserAgentFiltered { "a browser's" } else { "a clean" };
                self.found(defect, probe, format!("{seen}; with {with} one it is answered"));
                return Ok(Some(other));
            }
        }
        (self.user_agent, self.content_type) = gateway;
        self.found(obstacle, probe, seen);
        Ok(None)
    }
}

/// Whether the address is of this machine or of a private network, as far as its text says.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => {
            let names = ["localhost", ".localhost", ".local", ".internal", ".lan", ".test"];
            names
                .iter()
                .any(|name| host.eq_ignore_ascii_case(name) || name.starts_with('.') && host.ends_with(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_alipay_cannot_reach() {
        let local = |text| is_local(&Url::parse(text).unwrap());
        for own in [
            "http://localhost/",
            "http://127.0.0.1:1/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "http://192.168.1.2/",
            "http://[fd00::1]/",
            "http://shop.local/",
            "http://shop.internal/",
        ] {
            assert!(local(own), "{own}");
        }
        for public in
            ["https://shop.example.com/", "http://8.8.8.8/", "http://local.example/", "http://[2001:db8::1]/"]
        {
            assert!(!local(public), "{public}");
        }
    }
}
