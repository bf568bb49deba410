//! The one way out: resolver, address guard, guarded dialling, TLS, limits.
