//! Every address this server answers, in one place.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::access::caller;
use crate::app::App;
use crate::intake::hooks;
use crate::problem::Refusal;
use crate::{api, health, web};

/// Answers that are no streams take at most this long.
const LONGEST: Duration = Duration::from_secs(30);

/// The description of the API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().split_for_parts().1
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(api::Document::openapi()).nest("/api/v1", api::router())
}

/// The whole server. `figures` is the process's recorder, where it has one.
pub fn router(app: App, figures: Option<PrometheusHandle>) -> Router {
    let (api, description) = described().split_for_parts();
    let description: Arc<str> = description.to_pretty_json().unwrap_or_default().into();
    let forbidden = |_| {
        Refusal::new(StatusCode::FORBIDDEN, "S016", "this request comes from another site").into_response()
    };
    let api = api.layer(CsrfLayer::new().with_rejection_response(forbidden));
    let hooks = Router::new()
        .route("/hooks/{workflow}/{trigger}", any(hooks::receive))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST));
    let machines = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/openapi.json", get(move || describe(Arc::clone(&description))));
    let machines = match figures {
        None => machines,
        Some(handle) => {
            let figures = move |state: State<App>| health::figures(state, handle.clone());
            let guarded = Router::new().route("/metrics", get(figures));
            machines.merge(guarded.layer(middleware::from_fn_with_state(app.clone(), readers_only)))
        }
    };
    let nosniff = SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let referrer = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    api.merge(hooks)
        .merge(machines)
        .fallback(web::serve)
        .layer(DefaultBodyLimit::max(app.setting.max_body))
        .layer(nosniff)
        .layer(referrer)
        .layer(CatchPanicLayer::custom(broke_down))
        .with_state(app)
}

async fn describe(text: Arc<str>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

/// Figures are for whoever is on this machine, and for whoever may read.
async fn readers_only(State(app): State<App>, request: Request, next: Next) -> Response {
    // Behind a proxy on this machine everybody seems to be on this machine.
    let proxied = ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
    let local = !proxied
        && request
            .extensions()
            .get::<axum::extract::ConnectInfo<std::net::SocketAddr>>()
            .is_some_and(|address| address.0.ip().is_loopback());
    if local {
        return next.run(request).await;
    }
    match caller(request.headers(), &app).await {
        Ok(Some(_)) => next.run(request).await,
        Ok(None) => Refusal::not_signed_in().into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// A defect: said plainly outside, logged inside, and the server goes on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
fn broke_down(reason: Box<dyn std::any::Any + Send>) -> Response {
    let text = reason
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| reason.downcast_ref::<String>().map(String::as_str));
    tracing::error!(reason = text.unwrap_or("unknown"), "a request broke down");
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "S017",
        "this request broke down; the log of the server says where",
    )
    .into_response()
}
