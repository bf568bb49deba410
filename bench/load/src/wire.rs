//! A message of HTTP/1.1 in a buffer: where it ends, and what its first line says.

/// How a message in a buffer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes of the head, with the empty line behind it.
    pub head: usize,
    /// Bytes of head and body.
    pub whole: usize,
}

/// The frame of the message at the front of `buffer`; nothing while its head is not whole. A message without
/// `content-length` has no body.
#[must_use]
pub fn frame(buffer: &[u8]) -> Option<Frame> {
    let head = find(buffer, b"\r\n\r\n")? + 4;
    let mut body = 0;
    for line in buffer[..head].split(|byte| *byte == b'\n') {
        const NAME: &[u8] = b"content-length:";
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            body = number(&line[NAME.len()..]);
        }
    }
    Some(Frame { head, whole: head + body })
}

/// The status in the first line of a response.
#[must_use]
pub fn status(buffer: &[u8]) -> u16 {
    buffer.split(|byte| *byte == b' ').nth(1).map_or(0, |word| u16::try_from(number(word)).unwrap_or(0))
}

fn number(text: &[u8]) -> usize {
    text.iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
}

fn find(buffer: &[u8], what: &[u8]) -> Option<usize> {
    buffer.windows(what.len()).position(|window| window == what)
}
