//! Proof of origin: one verifier over axes, in which a vendor's scheme is a row of data.
//!
//! - [`scheme`]: the axes. - [`presets`]: the vendors' rows. - [`settings`]: reading `verify` from a file.
//! - [`secret`]: where keys come from and in what form. - [`check`]: the verifier.

pub(crate) mod check;
pub(crate) mod presets;
pub(crate) mod scheme;
pub(crate) mod secret;
pub(crate) mod settings;

pub(crate) use settings::Verify;
