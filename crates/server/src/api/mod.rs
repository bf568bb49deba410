//! `/api/v1`: one file a noun; `views` holds the shapes, so that `/openapi.json` and the web app's types come from them.

mod approvals;
pub mod bulk;
pub mod components;
pub mod decide;
pub mod events;
pub mod files;
mod moments;
pub mod notices;
pub mod payload;
pub mod replay;
pub mod runs;
pub mod session;
pub mod signals;
pub mod stream;
pub mod views;
pub mod workflows;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// What stands at the top of the description.
#[derive(OpenApi)]
#[openapi(
    info(title = "Cauce", description = "When this happens, do this.", version = "1"),
    components(schemas(crate::problem::ProblemDetails)),
    security(("token" = []))
)]
pub(crate) struct Document;

/// Every route under `/api/v1`, with its description.
#[must_use]
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::setup_state, session::set_up))
        .routes(routes!(session::current, session::sign_in, session::sign_out))
        .routes(routes!(files::upload))
        .routes(routes!(files::download))
        .routes(routes!(workflows::list))
        .routes(routes!(workflows::get, workflows::switch))
        .routes(routes!(workflows::start))
        .routes(routes!(workflows::graph))
        .routes(routes!(runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(payload::get))
        .routes(routes!(stream::run_events))
        .routes(routes!(stream::all))
        .routes(routes!(components::list))
        .routes(routes!(components::verify))
        .merge(steering())
}

/// What is sent to runs, events that begin and wake them, and what is told of them.
fn steering() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notices::list))
        .routes(routes!(bulk::resume))
        .routes(routes!(signals::resume))
        .routes(routes!(signals::cancel))
        .routes(routes!(decide::decide))
        .routes(routes!(replay::replay))
        .routes(routes!(events::list, events::publish))
        .routes(routes!(events::get))
}
