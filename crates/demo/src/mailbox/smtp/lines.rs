//! Lines as SMTP has them: they end in CR LF, and in nothing else. What ends otherwise is told apart, for two
//! servers that disagree about it can be made to see different mails (SMTP smuggling).

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// A line without end is given up after so many bytes.
const PATIENCE: usize = 16 * 1024 * 1024;

#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    /// Without its CR LF.
    Whole(Vec<u8>),
    /// Longer than allowed; it was read to its end and forgotten.
    TooLong,
    /// It holds a CR or an LF on its own.
    Bare,
    /// The client has gone.
    End,
}

pub(crate) struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { reader: BufReader::new(stream) }
    }

    /// The next line of at most `limit` bytes, its CR LF included.
    pub(crate) async fn next(&mut self, limit: usize) -> io::Result<Line> {
        let mut line = Vec::new();
        let (mut read, mut before_last, mut last) = (0, 0, 0);
        while last != b'\n' {
            let waiting = self.reader.fill_buf().await?;
            if waiting.is_empty() || read > PATIENCE {
                return Ok(Line::End);
            }
            let piece = waiting.split_inclusive(|byte| *byte == b'\n').next().unwrap_or(waiting);
            for byte in piece {
                (before_last, last) = (last, *byte);
                if line.len() <= limit {
                    line.push(*byte);
                }
            }
            let taken = piece.len();
            read += taken;
            self.reader.consume(taken);
        }
        if before_last != b'\r' {
            return Ok(Line::Bare);
        }
        if line.len() > limit {
            return Ok(Line::TooLong);
        }
        line.truncate(line.len() - 2);
        Ok(if line.contains(&b'\r') { Line::Bare } else { Line::Whole(line) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(input: &str, limit: usize) -> Vec<Line> {
        let mut lines = Lines::new(input.as_bytes());
        let mut all = Vec::new();
        loop {
            let line = lines.next(limit).await.unwrap();
            let is_end = line == Line::End;
            all.push(line);
            if is_end {
                return all;
            }
        }
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.into())
    }

    #[tokio::test]
    async fn lines_end_in_cr_lf_alone() {
        assert_eq!(read("one\r\n\r\ntwo\r\n", 99).await, [whole("one"), whole(""), whole("two"), Line::End]);
        assert_eq!(read("one\ntwo\r\n", 99).await, [Line::Bare, whole("two"), Line::End]);
        assert_eq!(read("o\rne\r\n", 99).await, [Line::Bare, Line::End]);
        assert_eq!(read("\n", 99).await, [Line::Bare, Line::End]);
    }

    #[tokio::test]
    async fn a_line_too_long_is_skipped_whole() {
        assert_eq!(read("12345\r\n12\r\n", 6).await, [Line::TooLong, whole("12"), Line::End]);
        assert_eq!(read("1234\r\n", 6).await, [whole("1234"), Line::End]);
    }

    #[tokio::test]
    async fn a_line_cut_off_is_the_end() {
        assert_eq!(read("QUI", 99).await, [Line::End]);
    }
}
