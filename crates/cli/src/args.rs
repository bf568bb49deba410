//! Arguments. Every flag has a `CAUCE_*` variable.

use std::net::SocketAddr;
use std::path::PathBuf;

use cauce_model::identity::Address;
use cauce_net::Allow;
use cauce_runner::Rate;
use clap::{Parser, Subcommand, ValueEnum};

/// When this happens, do this: a workflow engine for email marketing.
#[derive(Debug, Parser)]
#[command(name = "cauce", version, propagate_version = true)]
pub(crate) struct Args {
    /// What to log, such as `info` or `cauce_runner=debug`.
    #[arg(long, global = true, env = "CAUCE_LOG")]
    pub(crate) log: Option<String>,
    /// Logs one JSON object a line.
    #[arg(long, global = true, env = "CAUCE_LOG_JSON")]
    pub(crate) log_json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server.
    Serve(ServeArgs),
    /// Checks workflow files and says everything that is wrong with them.
    Check(CheckArgs),
    /// Runs one workflow once, here and in memory, with real actions.
    Run(RunArgs),
    /// API tokens.
    Token(TokenArgs),
    /// Prints the description of the API.
    #[command(hide = true)]
    Openapi,
}

/// What leads out of the process, the same for `serve` and `run`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct OutsideArgs {
    /// Lets flows reach these private addresses: `10.0.0.0/8`, or `127.0.0.1/32:8025` for one port.
    #[arg(long = "allow-net", env = "CAUCE_ALLOW_NET", value_delimiter = ',', value_name = "CIDR[:PORT]")]
    pub(crate) allow_net: Vec<Allow>,
    /// The DNS server to ask; the system's where none is given.
    #[arg(long, env = "CAUCE_DNS", value_name = "IP:PORT")]
    pub(crate) dns: Option<SocketAddr>,
    /// The mail relay: `smtp://user:pass@host:587` or `smtps://...`.
    #[arg(long, env = "CAUCE_EMAIL", value_name = "URL", hide_env_values = true)]
    pub(crate) email: Option<String>,
    /// Whom mails are from when a flow does not say: `Shop <hello@example.com>`.
    #[arg(long, env = "CAUCE_FROM", value_name = "ADDRESS")]
    pub(crate) from: Option<String>,
    /// How often effects of this node may go to a destination, such as `api.example.com=10/s` or `smtp=300/m`; several
    /// are separated by commas.
    #[arg(long = "rate", env = "CAUCE_RATE", value_delimiter = ',', value_name = "DESTINATION=COUNT/UNIT")]
    pub(crate) rates: Vec<Rate>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Where to listen. Anything but loopback shows the server to others: put TLS in front of it.
    #[arg(long, env = "CAUCE_LISTEN", default_value = "127.0.0.1:8710", value_name = "IP:PORT")]
    pub(crate) listen: SocketAddr,
    /// How people reach the server, when that is not the address it listens on.
    #[arg(long, env = "CAUCE_ADDRESS", value_name = "URL")]
    pub(crate) address: Option<String>,
    /// The folder that holds the database.
    #[arg(long, env = "CAUCE_DATA", default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// A folder of workflow files to publish from and to watch.
    #[arg(long, env = "CAUCE_WORKFLOWS", value_name = "DIR")]
    pub(crate) workflows: Option<PathBuf>,
    /// Also starts a shop, a CRM, a mailbox and a DNS zone on loopback, and lets flows reach them.
    #[arg(long, env = "CAUCE_DEMO")]
    pub(crate) demo: bool,
    /// The largest request body, in bytes; at most 25 MiB.
    #[arg(long, env = "CAUCE_MAX_BODY", default_value_t = 1024 * 1024, value_name = "BYTES",
          value_parser = clap::value_parser!(u32).range(1024..=25 * 1024 * 1024))]
    pub(crate) max_body: u32,
    /// The largest file that can be uploaded, or kept by a step, in bytes.
    #[arg(long, env = "CAUCE_MAX_FILE", default_value_t = 100 * 1024 * 1024, value_name = "BYTES")]
    pub(crate) max_file: u64,
    /// How many days runs that are over are kept, with their events; 0 keeps them for ever.
    #[arg(long, env = "CAUCE_KEEP_DAYS", default_value_t = 30, value_name = "DAYS",
          value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub(crate) keep_days: u32,
    /// Who is told of runs that are held or failed where a workflow names no `owner`: an e-mail address, or the URL of a
    /// webhook. The first admin where nothing is given.
    #[arg(long, env = "CAUCE_NOTIFY", value_name = "RECEIVER", value_parser = receiver)]
    pub(crate) notify: Option<String>,
    /// The language of mails to people who have no account here.
    #[arg(long, env = "CAUCE_LANGUAGE", value_enum, default_value = "en")]
    pub(crate) language: MailLanguage,
    #[command(flatten)]
    pub(crate) outside: OutsideArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailLanguage {
    /// English.
    En,
    /// Spanish.
    Es,
}

/// Who can be told: an e-mail address or a URL.
fn receiver(text: &str) -> Result<String, String> {
    let can_be_told = match text.split_once("://") {
        Some((scheme, _)) => matches!(scheme, "https" | "http") && text.parse::<cauce_net::Url>().is_ok(),
        None => Address::parse(text).is_some(),
    };
    can_be_told
        .then(|| text.trim().to_owned())
        .ok_or_else(|| "write an address such as `ana@example.com`, or the URL of a webhook".to_owned())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Annotations for pull requests.
    Github,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// Files, or folders of files.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// How to say it.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The workflow file.
    pub(crate) file: PathBuf,
    /// What the trigger sees as `trigger.body`: JSON, or `@file`.
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) event: Option<String>,
    /// What the run sees as `inputs`: a JSON object, or `@file`.
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) inputs: Option<String>,
    /// The trigger; the first one where none is named.
    #[arg(long)]
    pub(crate) trigger: Option<String>,
    #[command(flatten)]
    pub(crate) outside: OutsideArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Makes a token and prints it, this once.
    Create {
        /// What it may do.
        #[arg(long, value_parser = ["viewer", "editor", "publisher", "admin"])]
        role: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// The folder that holds the database; made when it is not there.
        #[arg(long, env = "CAUCE_DATA", default_value = "data", value_name = "DIR")]
        data: PathBuf,
    },
}
