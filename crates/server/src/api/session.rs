//! The first set-up, signing in and out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cauce_journal::access::{Role, SignIn, User};
use cauce_model::identity::Address;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

use crate::access::{COOKIE, Caller, IDLE, LONGEST, Secret, caller, cookie, hash_password, matches_password};
use crate::app::{App, DemoPages};
use crate::body::Body;
use crate::problem::Refusal;

/// The shortest password, in characters.
const SHORTEST_PASSWORD: usize = 12;
/// The longest password, in bytes: hashing is work.
const LONGEST_PASSWORD: usize = 256;

/// Whoever is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Their name.
    pub name: String,
    /// Their address; a token's name for a token.
    pub email: String,
    /// What they may do.
    pub role: String,
    /// `en` or `es`.
    pub language: String,
}

/// A sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Who.
    pub user: UserView,
}

/// `{"session": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The sign-in.
    pub session: SessionView,
}

/// Whether anybody set this up yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupView {
    /// Nobody did: the set-up link is waiting.
    pub needed: bool,
    /// The demo's pages, when it runs.
    pub demo: Option<DemoPages>,
}

/// `{"setup": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupBody {
    /// The state.
    pub setup: SetupView,
}

/// Whether anybody set this up yet. Needs no sign-in.
#[utoipa::path(get, operation_id = "get_setup", path = "/setup", responses((status = 200, body = SetupBody)), security(()))]
pub async fn setup_state(State(app): State<App>) -> Result<Json<SetupBody>, Refusal> {
    let needed = !app.journal.access.has_users().await?;
    Ok(Json(SetupBody { setup: SetupView { needed, demo: app.setting.demo.clone() } }))
}

/// The first person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the link.
    token: String,
    /// Their name.
    name: String,
    /// What they sign in with.
    email: String,
    /// At least 12 characters.
    password: String,
    /// `en` or `es`.
    #[serde(default)]
    language: String,
}

/// Uses the one-time link: makes the first person, an admin, and signs them in.
#[utoipa::path(post, operation_id = "set_up", path = "/setup", request_body = SetUp, responses((status = 201, body = SessionBody), (status = 403, body = crate::problem::ProblemDetails), (status = 422, body = crate::problem::ProblemDetails)), security(()))]
pub async fn set_up(
    State(app): State<App>,
    headers: HeaderMap,
    Body(asked): Body<SetUp>,
) -> Result<Response, Refusal> {
    let email = check_fields(&asked)?;
    let password = hash_password(asked.password).await.map_err(|error| {
        tracing::error!(error, "a password could not be hashed");
        Refusal::unavailable()
    })?;
    let user = User {
        id: app.ids.next(app.clock.now()),
        email: email.to_string(),
        name: asked.name.trim().to_owned(),
        role: Role::Admin,
        language: language(&asked.language),
        password,
    };
    if !app.journal.access.set_up(Secret::hash_of(&asked.token), user.clone()).await? {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "S010",
            "this set-up link is wrong or was used already",
        )
        .hint("the server prints a new one when it starts, as long as nobody has set it up"));
    }
    open_session(&app, &headers, &user).await
}

fn check_fields(asked: &SetUp) -> Result<Address, Refusal> {
    let mut refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "S011", "some fields need another look");
    let mut wrong = false;
    let mut complain = |field, word| {
        wrong = true;
        refusal = std::mem::replace(&mut refusal, Refusal::unavailable()).field(field, word);
    };
    if asked.name.trim().is_empty() || asked.name.len() > 200 {
        complain("name", "required");
    }
    if asked.password.chars().count() < SHORTEST_PASSWORD {
        complain("password", "too_short");
    }
    if asked.password.len() > LONGEST_PASSWORD {
        complain("password", "too_long");
    }
    let address = Address::parse(&asked.email);
    if address.is_none() {
        complain("email", "invalid");
    }
    match address {
        Some(address) if !wrong => Ok(address),
        _ => Err(refusal),
    }
}

fn language(word: &str) -> String {
    if word == "es" { "es" } else { "en" }.to_owned()
}

/// Whoever is signed in.
#[utoipa::path(get, operation_id = "get_session", path = "/session", responses((status = 200, body = SessionBody), (status = 401, body = crate::problem::ProblemDetails)))]
pub async fn current(State(app): State<App>, headers: HeaderMap) -> Result<Json<SessionBody>, Refusal> {
    let caller = caller(&headers, &app).await?.ok_or_else(Refusal::not_signed_in)?;
    Ok(Json(body(&caller)))
}

fn body(caller: &Caller) -> SessionBody {
    let user = caller.user.as_ref();
    SessionBody {
        session: SessionView {
            user: UserView {
                name: user.map_or_else(|| caller.name.clone(), |user| user.name.clone()),
                email: caller.name.clone(),
                role: caller.role.word().to_owned(),
                language: user.map_or_else(|| "en".to_owned(), |user| user.language.clone()),
            },
        },
    }
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The address.
    email: String,
    /// The password.
    password: String,
}

/// Signs in.
#[utoipa::path(post, operation_id = "sign_in", path = "/session", request_body = Credentials, responses((status = 201, body = SessionBody), (status = 401, body = crate::problem::ProblemDetails), (status = 429, body = crate::problem::ProblemDetails)), security(()))]
pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Body(asked): Body<Credentials>,
) -> Result<Response, Refusal> {
    let email = asked.email.trim().to_lowercase();
    let now = app.clock.now();
    if let Some(seconds) = app.sign_ins.wait(&email, now) {
        let detail = format!("too many tries: wait {seconds} seconds");
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "S008", detail).retry_after(seconds));
    }
    let user = app.journal.access.user_by_email(&email).await?;
    let kept = user.as_ref().map(|user| user.password.clone());
    let fits = asked.password.len() <= LONGEST_PASSWORD;
    let matches = matches_password(if fits { asked.password } else { String::new() }, kept).await;
    match user.filter(|_| matches) {
        Some(user) => {
            app.sign_ins.succeeded(&email);
            open_session(&app, &headers, &user).await
        }
        None => {
            app.sign_ins.failed(&email, now);
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "S012", "the address or the password is wrong"))
        }
    }
}

/// Signs out.
#[utoipa::path(delete, operation_id = "sign_out", path = "/session", responses((status = 204)))]
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    if let Some(cookie) = cookie(&headers) {
        app.journal.access.sign_out(&Secret::hash_of(&cookie)).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie("", 0, false)?);
    Ok(response)
}

async fn open_session(app: &App, headers: &HeaderMap, user: &User) -> Result<Response, Refusal> {
    let secret = Secret::new("").map_err(|error| {
        tracing::error!(%error, "the machine gives no randomness");
        Refusal::unavailable()
    })?;
    let now = app.clock.now();
    let sign_in = SignIn {
        hash: secret.hash(),
        user: user.id,
        expires_at: now.after(Duration::from_secs(LONGEST)),
        idle_until: now.after(Duration::from_secs(IDLE)),
    };
    app.journal.access.sign_in(sign_in).await?;
    let https = app.setting.address.starts_with("https://")
        || headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https");
    let caller = Caller { role: user.role, name: user.email.clone(), user: Some(user.clone()) };
    let mut response = (StatusCode::CREATED, Json(body(&caller))).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(secret.reveal(), LONGEST, https)?);
    Ok(response)
}

fn set_cookie(value: &str, seconds: u64, https: bool) -> Result<HeaderValue, Refusal> {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(|_| Refusal::unavailable())
}
