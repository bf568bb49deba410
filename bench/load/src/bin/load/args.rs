//! What to post, where, how long.

use std::time::Duration;

pub(crate) const USAGE: &str = "usage: load --name TEXT --to HOST:PORT --path PATH --body TEMPLATE \
[--connections 64] [--seconds 10] [--rate N]
  TEMPLATE: {n} becomes a number that is never the same, {m} one of 1000";

/// Settings of one measurement.
pub(crate) struct Args {
    pub(crate) name: String,
    /// `127.0.0.1:8710`.
    pub(crate) to: String,
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) connections: u32,
    pub(crate) span: Duration,
    /// Requests a second over all connections; as many as are answered where none is given.
    pub(crate) rate: Option<u32>,
}

impl Args {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            name: "load".to_owned(),
            to: String::new(),
            path: String::new(),
            body: "{}".to_owned(),
            connections: 64,
            span: Duration::from_secs(10),
            rate: None,
        };
        while let Some(flag) = given.next() {
            let value = given.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
            let number =
                || value.parse::<u32>().map_err(|_| format!("`{flag}` needs a number, not `{value}`"));
            match flag.as_str() {
                "--name" => args.name = value,
                "--to" => args.to = value,
                "--path" => args.path = value,
                "--body" => args.body = value,
                "--connections" => args.connections = number()?.max(1),
                "--seconds" => args.span = Duration::from_secs(number()?.into()),
                "--rate" => args.rate = Some(number()?.max(1)),
                _ => return Err(format!("unknown flag `{flag}`")),
            }
        }
        if args.to.is_empty() || args.path.is_empty() {
            return Err("`--to` and `--path` are needed".to_owned());
        }
        Ok(args)
    }
}
