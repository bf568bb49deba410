//! Files: uploaded to be handed to a run, and downloaded again.
#![expect(unused_qualifications, reason = "the macro that describes a route writes whole paths")]

use std::io::Read;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cauce_journal::access::Role;
use cauce_journal::blobs::{BlobId, Content};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::access::Caller;
use crate::app::App;
use crate::problem::Refusal;

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;
/// How much of a file is read at once.
const PIECE: usize = 64 * 1024;
/// What a file is when nobody says.
const PLAIN: &str = "application/octet-stream";

/// A file as flows see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileView {
    /// What it is found by.
    pub file: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its name for people.
    pub name: String,
}

/// `{"file": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct FileBody {
    /// The file: hand it to a run as it stands.
    pub file: FileView,
}

/// What an upload says besides its bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Upload {
    /// Its name for people; its ending says what is in it where the content type does not.
    pub name: Option<String>,
}

/// Keeps a file: the body, byte for byte. When this answers, it is on disk.
#[utoipa::path(post, operation_id = "upload_file", path = "/files", params(Upload), request_body(content = String, content_type = "application/octet-stream", description = "The file."), responses((status = 201, body = FileBody), (status = 413, body = crate::problem::ProblemDetails)))]
pub async fn upload(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Upload>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<FileBody>), Refusal> {
    caller.may(Role::Editor)?;
    let name = asked.name.unwrap_or_else(|| "file".to_owned());
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let what = format!("`name` has 1 to {LONGEST_NAME} characters, and no line breaks among them");
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "S020", what).field("name", "invalid"));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or(PLAIN);
    let mut draft = app.journal.blobs.begin().await?;
    let mut pieces = body.into_data_stream();
    let mut size = 0_u64;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::broken("the file broke off in the middle"))?;
        size += piece.len() as u64;
        if size > app.setting.max_file {
            return Err(too_large(app.setting.max_file));
        }
        draft.write(&piece).await?;
    }
    let blob = draft.keep().await?;
    let file = FileView { file: blob.id.to_string(), kind: kind.to_owned(), size: blob.size, name };
    Ok((StatusCode::CREATED, Json(FileBody { file })))
}

fn too_large(most: u64) -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "S006", format!("the file is larger than {most} bytes"))
        .hint("send less at once, or start the server with a larger `--max-file`")
}

/// A file, to be saved: whatever is in it, no browser shows it as a page of this server.
#[utoipa::path(get, operation_id = "download_file", path = "/files/{id}", params(("id" = String, Path)), responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = crate::problem::ProblemDetails)))]
pub async fn download(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    caller.may(Role::Viewer)?;
    let missing = || Refusal::missing("there is no such file");
    let id = id.parse::<BlobId>().map_err(|_| missing())?;
    let content = app.journal.blobs.open(id).await?.ok_or_else(missing)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(PLAIN)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    let pieces = stream::unfold(Some(content), |content| async move {
        let (piece, content) = read(content?).await;
        match piece {
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => Some((Ok(piece), content)),
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The next piece of a file, empty at its end; reading blocks, so it is done where that is allowed.
async fn read(mut content: Box<dyn Content>) -> (std::io::Result<Bytes>, Option<Box<dyn Content>>) {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::with_capacity(PIECE);
        let read = content.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        (read.map(|_| Bytes::from(piece)), content)
    });
    match read.await {
        Ok((piece, content)) => (piece, Some(content)),
        Err(error) => (Err(std::io::Error::other(error)), None),
    }
}
