//! Declarative manifests become triggers and actions; the catalog lives here.
