//! `cauce serve`: open the journal, recover, load the folder, and only then listen.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use cauce_action::Mail;
use cauce_demo::Demo;
use cauce_journal::{Closer, Journal, Opening};
use cauce_model::SystemClock;
use cauce_runner::{Parts, Runner};
use cauce_server::access::Secret;
use cauce_server::flows::Folder;
use cauce_server::intake::{events, gates, schedules};
use cauce_server::notices::{self, Language, Teller, Telling};
use cauce_server::{App, Setting, retention};
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::args::{MailLanguage, ServeArgs};
use crate::out;
use crate::stand_ins;
use crate::wiring::{Outside, Wired, new_session, wire};

/// Connections the kernel keeps waiting.
const BACKLOG: u32 = 1024;
/// How long open requests get when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(10);

pub(crate) async fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let (journal, closer) = Journal::sqlite(&args.data, Arc::new(SystemClock), Opening::Serve)
        .await
        .with_context(|| format!("the database in `{}` could not be opened", args.data.display()))?;
    let done = with_journal(args, journal, &closer).await;
    if let Err(error) = closer.close().await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the database could not be closed in order; the next start recovers it"
        );
    }
    done
}

async fn with_journal(args: ServeArgs, journal: Journal, closer: &Closer) -> anyhow::Result<ExitCode> {
    let session = new_session();
    journal.sessions.open(session).await.context("the session could not be opened")?;
    let (socket, local) = bind(args.listen)?;
    let address = args.address.clone().unwrap_or_else(|| format!("http://{local}"));
    let mut outside = Outside::from(args.outside.clone());
    let demo = if args.demo {
        Some(stand_ins::start(args.listen, &format!("http://{local}"), &mut outside).await?)
    } else {
        None
    };
    let setting = Setting {
        address,
        max_body: usize::try_from(args.max_body)?,
        max_file: args.max_file,
        keep_days: args.keep_days,
        works: true,
        demo: demo.as_ref().map(stand_ins::pages),
    };
    let stopping = CancellationToken::new();
    let Wired { app, parts, relay } = wire(journal, session, outside, setting, stopping.clone())?;
    let teller = teller(&args, &app, &parts, relay);
    let folder = load_folder(&args, &app).await?;
    let figures = cauce_server::health::recorder().map_err(|error| anyhow::anyhow!("no figures: {error}"))?;
    let router = cauce_server::router(app.clone(), Some(figures));
    let listener = socket.listen(BACKLOG).context("the address could not be listened on")?;
    let runner = Runner::start(parts, session);
    let mut tasks = tokio::task::JoinSet::new();
    if let Some(folder) = folder {
        tasks.spawn(folder.watch(app.clone()));
    }
    tasks.spawn(schedules::watch(app.clone()));
    tasks.spawn(events::watch(app.clone()));
    tasks.spawn(gates::watch(app.clone()));
    tasks.spawn(retention::watch(app.clone()));
    tasks.spawn(notices::watch(teller, Arc::clone(&app.pause), stopping.clone()));
    greet(&app, demo.as_ref()).await?;
    let ended = until_the_end(listener, router, &runner, closer, &stopping).await;
    tasks.shutdown().await;
    // When it would be wrong to go on, what is under way is dropped: nothing that it brings could be kept.
    if ended.is_ok() {
        runner.stop().await;
    }
    if let Some(demo) = demo {
        demo.stop().await;
    }
    ended
}

/// Who tells people of what failed and what is held.
fn teller(args: &ServeArgs, app: &App, parts: &Parts, relay: Option<Arc<dyn Mail>>) -> Teller {
    let language = match args.language {
        MailLanguage::En => Language::En,
        MailLanguage::Es => Language::Es,
    };
    Teller {
        journal: app.journal.clone(),
        known: Arc::new(app.clone()),
        mail: relay,
        hook: Arc::new(parts.cx.http.clone()),
        clock: Arc::clone(&app.clock),
        ids: Arc::clone(&app.ids),
        telling: Telling { notify: args.notify.clone(), language, address: app.setting.address.clone() },
        said: Mutex::default(),
    }
}

/// The address is taken now and opened later: nobody is let in before everything is loaded.
fn bind(listen: SocketAddr) -> anyhow::Result<(TcpSocket, SocketAddr)> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket
        .bind(listen)
        .with_context(|| format!("the address `{listen}` is taken: choose another with `--listen`"))?;
    let local = socket.local_addr()?;
    Ok((socket, local))
}

async fn load_folder(args: &ServeArgs, app: &App) -> anyhow::Result<Option<Folder>> {
    let folder = match &args.workflows {
        None => None,
        Some(path) => {
            anyhow::ensure!(path.is_dir(), "the workflow folder `{}` is not there", path.display());
            let mut folder = Folder::new(path.clone());
            folder.look(app).await.context("the workflow folder could not be published")?;
            folder.retire_missing(app).await.context("the workflow folder could not be compared")?;
            Some(folder)
        }
    };
    app.flows.refresh(&app.journal, &app.plans).await.context("the workflows could not be read")?;
    Ok(folder)
}

/// What a person needs to begin.
async fn greet(app: &App, demo: Option<&Demo>) -> anyhow::Result<()> {
    if let Some(demo) = demo {
        out::line(format_args!("demo shop {}", demo.shop))?;
        out::line(format_args!("demo crm {}", demo.crm))?;
        out::line(format_args!("demo mailbox {}", demo.mailbox_page))?;
        out::line(format_args!("demo smtp {}", demo.smtp))?;
        out::line(format_args!("demo dns {}", demo.dns))?;
    }
    if !app.journal.access.has_users().await? {
        let secret =
            Secret::new("").map_err(|error| anyhow::anyhow!("the machine gives no randomness: {error}"))?;
        app.journal.access.offer_setup(secret.hash()).await?;
        out::line(format_args!("set up once at {}/setup?token={}", app.setting.address, secret.reveal()))?;
    }
    out::line(format_args!("listening on {}", app.setting.address))?;
    Ok(())
}

/// Serves until somebody asks for the end, or it would be wrong to go on.
async fn until_the_end(
    listener: TcpListener,
    router: axum::Router,
    runner: &Runner,
    closer: &Closer,
    stopping: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let mut server = tokio::spawn(server.into_future());
    let ended = tokio::select! {
        reason = reason_to_end(runner, closer) => reason,
        served = &mut server => Err(anyhow::anyhow!("the listener ended: {served:?}")),
    };
    stopping.cancel();
    if tokio::time::timeout(LAST_WORDS, &mut server).await.is_err() {
        server.abort();
    }
    ended
}

/// Resolves when somebody asks for the end, or going on would be wrong.
async fn reason_to_end(runner: &Runner, closer: &Closer) -> anyhow::Result<ExitCode> {
    tokio::select! {
        asked = asked_to_stop() => asked.map(|()| ExitCode::SUCCESS),
        () = runner.fenced() => anyhow::bail!("this process lost its session: another one took over"),
        () = closer.failed() => anyhow::bail!("the disk did not confirm a write: going on could lose what was acknowledged"),
    }
}

/// Resolves when somebody asks the process to end.
async fn asked_to_stop() -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
