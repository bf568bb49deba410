//! Commands, and why a line is none.

use super::path;

#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Ehlo,
    Helo,
    Mail { from: String, size: Option<u64> },
    Rcpt { to: String },
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Wrong {
    /// No command we have heard of.
    Unknown,
    /// One of the protocol that we do not offer.
    NotOffered,
    /// A known command, said wrongly.
    Said,
    /// A parameter we did not offer.
    Parameter,
    /// An address outside ASCII, without SMTPUTF8.
    Address,
}

pub(crate) fn read(line: &[u8]) -> Result<Command, Wrong> {
    let line = std::str::from_utf8(line).map_err(|_| Wrong::Said)?.trim_end_matches(' ');
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" => greeting(rest, Command::Ehlo),
        "HELO" => greeting(rest, Command::Helo),
        "MAIL" => mail(rest),
        "RCPT" => rcpt(rest),
        "DATA" => alone(rest, Command::Data),
        "RSET" => alone(rest, Command::Rset),
        "QUIT" => alone(rest, Command::Quit),
        "NOOP" => Ok(Command::Noop),
        "HELP" => Ok(Command::Help),
        "VRFY" if !rest.is_empty() => Ok(Command::Vrfy),
        "VRFY" => Err(Wrong::Said),
        "EXPN" | "AUTH" | "STARTTLS" | "BDAT" | "TURN" | "ETRN" => Err(Wrong::NotOffered),
        _ => Err(Wrong::Unknown),
    }
}

fn greeting(name: &str, command: Command) -> Result<Command, Wrong> {
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_graphic());
    if is_name { Ok(command) } else { Err(Wrong::Said) }
}

fn alone(rest: &str, command: Command) -> Result<Command, Wrong> {
    if rest.is_empty() { Ok(command) } else { Err(Wrong::Said) }
}

fn mail(rest: &str) -> Result<Command, Wrong> {
    let (from, parameters) = address(rest, "FROM:")?;
    let mut size = None;
    for parameter in parameters.split(' ').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (name.to_ascii_uppercase().as_str(), value.to_ascii_uppercase().as_str()) {
            ("SIZE", number) if size.is_none() => size = Some(number.parse().map_err(|_| Wrong::Said)?),
            ("BODY", "7BIT" | "8BITMIME") => {}
            ("SIZE" | "BODY", _) => return Err(Wrong::Said),
            _ => return Err(Wrong::Parameter),
        }
    }
    Ok(Command::Mail { from, size })
}

fn rcpt(rest: &str) -> Result<Command, Wrong> {
    let (to, parameters) = address(rest, "TO:")?;
    match (to.is_empty(), parameters.is_empty()) {
        (true, _) => Err(Wrong::Said),
        (false, true) => Ok(Command::Rcpt { to }),
        (false, false) => Err(Wrong::Parameter),
    }
}

fn address<'line>(rest: &'line str, keyword: &str) -> Result<(String, &'line str), Wrong> {
    let (said, path) = rest.split_once(':').ok_or(Wrong::Said)?;
    if !keyword.strip_suffix(':').is_some_and(|keyword| said.eq_ignore_ascii_case(keyword)) {
        return Err(Wrong::Said);
    }
    let wrong = if path.is_ascii() { Wrong::Said } else { Wrong::Address };
    path::read(path).ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_whatever_the_case_of_their_letters() {
        let mail = |size| Command::Mail { from: "a@b.dev".into(), size };
        for (line, command) in [
            ("ehlo client", Command::Ehlo),
            ("HELO client", Command::Helo),
            ("mail from:<a@b.dev>", mail(None)),
            ("MAIL FROM:<a@b.dev> SIZE=12 BODY=8bitmime", mail(Some(12))),
            ("MAIL FROM:<>", Command::Mail { from: String::new(), size: None }),
            ("RCPT TO:<c@d.dev>", Command::Rcpt { to: "c@d.dev".into() }),
            ("NOOP anything", Command::Noop),
            ("VRFY ana", Command::Vrfy),
            ("QUIT ", Command::Quit),
        ] {
            assert_eq!(read(line.as_bytes()), Ok(command), "{line}");
        }
    }

    #[test]
    fn what_is_said_wrongly_is_told_apart() {
        for (line, wrong) in [
            ("", Wrong::Unknown),
            ("GET / HTTP/1.1", Wrong::Unknown),
            ("AUTH PLAIN x", Wrong::NotOffered),
            ("STARTTLS", Wrong::NotOffered),
            ("EHLO", Wrong::Said),
            ("DATA now", Wrong::Said),
            ("MAIL FROM: <a@b.dev>", Wrong::Said),
            ("MAIL TO:<a@b.dev>", Wrong::Said),
            ("MAIL FROM:<a@b.dev> SIZE=-1", Wrong::Said),
            ("MAIL FROM:<a@b.dev> SIZE=1 SIZE=2", Wrong::Said),
            ("MAIL FROM:<a@b.dev> BODY=BINARYMIME", Wrong::Said),
            ("MAIL FROM:<a@b.dev> SMTPUTF8", Wrong::Parameter),
            ("MAIL FROM:<ñ@b.dev>", Wrong::Address),
            ("RCPT TO:<>", Wrong::Said),
            ("RCPT TO:<a@b.dev> NOTIFY=NEVER", Wrong::Parameter),
        ] {
            assert_eq!(read(line.as_bytes()), Err(wrong), "{line}");
        }
        assert_eq!(read(b"MAIL FROM:<\xff@b.dev>"), Err(Wrong::Said));
    }
}
