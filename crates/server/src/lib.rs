//! The axum API, live streams, hosted web files and sign-in; HTTP status codes live here.
