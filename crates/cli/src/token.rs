//! `cauce token`: API tokens. Works beside a running server.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use cauce_journal::access::{Role, Token};
use cauce_journal::{Journal, Opening};
use cauce_model::{Clock, Ids, SystemClock, SystemIds};
use cauce_server::access::Secret;

use crate::args::{TokenArgs, TokenCommand};

/// Lets a leaked token be told from other secrets.
const PREFIX: &str = "cauce_";

pub(crate) async fn token(args: TokenArgs) -> anyhow::Result<ExitCode> {
    let TokenCommand::Create { role, name, data } = args.command;
    let role = Role::from_word(&role).context("unknown role")?;
    let (journal, closer) = Journal::sqlite(&data, Arc::new(SystemClock), Opening::Beside)
        .await
        .with_context(|| format!("the database in `{}` could not be opened", data.display()))?;
    let secret =
        Secret::new(PREFIX).map_err(|error| anyhow::anyhow!("the machine gives no randomness: {error}"))?;
    let now = SystemClock.now();
    let token = Token { id: SystemIds.next(now), hash: secret.hash(), name, role, created_at: now };
    let kept = journal.access.add_token(token).await.context("the token could not be kept");
    let closed = closer.close().await;
    kept?;
    closed.context("the database could not be closed in order")?;
    crate::out::line(secret.reveal())?;
    Ok(ExitCode::SUCCESS)
}
