//! One HTTP answer, taken from raw bytes.

/// An answer as it stood on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// The first answer in the bytes, when it is complete, and how many bytes it has.
    pub(super) fn read(bytes: &[u8], to_head: bool) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).expect("a head is text");
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let status = line.split(' ').nth(1).unwrap().parse().expect("a status");
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").expect("a header"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut answer = Self { status, line, headers, body: Vec::new() };
        let rest = &bytes[end + 4..];
        let length = if to_head || status < 200 || status == 204 || status == 304 {
            0
        } else if answer.header("transfer-encoding") == Some("chunked") {
            let (body, length) = dechunk(rest)?;
            answer.body = body;
            length
        } else {
            let length = answer.header("content-length").expect("a length").parse().expect("a number");
            answer.body = rest.get(..length)?.to_vec();
            length
        };
        Some((answer, end + 4 + length))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(name == "set-cookie" || values.next().is_none(), "{name} stands twice");
        value
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the shop speaks UTF-8")
    }

    /// Everything but what no two answers can have in common: the date. Headers have no order of their own.
    pub(crate) fn normalised(&self) -> String {
        let dated = |name: &str| name.eq_ignore_ascii_case("date");
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !dated(name))
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        headers.sort();
        format!("{}\n{}\n\n{}", self.line, headers.join("\n"), String::from_utf8_lossy(&self.body))
    }
}

/// A chunked body and its length on the wire.
fn dechunk(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = bytes[at..].windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[at..at + line]).expect("a chunk size");
        let size = usize::from_str_radix(size, 16).expect("a hexadecimal number");
        let start = at + line + 2;
        body.extend_from_slice(bytes.get(start..start + size)?);
        at = start + size + 2;
        if bytes.len() < at {
            return None;
        }
        if size == 0 {
            return Some((body, at));
        }
    }
}
