//! Which of our languages a reader prefers (RFC 9110, 12.5.4).

use axum::http::{HeaderMap, header};

use super::words::{ENGLISH, SPANISH, Words};

/// The wish with the highest weight that we can meet; English when there is none.
pub(crate) fn preferred(headers: &HeaderMap) -> &'static Words {
    let wishes =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best: (&'static Words, f32) = (&ENGLISH, 0.0);
    for wish in wishes.split(',') {
        let (tag, parameters) = wish.split_once(';').unwrap_or((wish, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let known = match primary.to_ascii_lowercase().as_str() {
            "en" | "*" => &ENGLISH,
            "es" => &SPANISH,
            _ => continue,
        };
        if let Some(weight) = weight.filter(|weight| *weight > best.1) {
            best = (known, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_heaviest_wish_we_can_meet_wins() {
        for (wishes, lang) in [
            ("es", "es"),
            ("es-AR,es;q=0.9,en;q=0.8", "es"),
            ("en-GB,en;q=0.9,es;q=0.8", "en"),
            ("de, es;q=0.5, en;q=0.4", "es"),
            ("en;q=0.2, ES;q=0.7", "es"),
            ("es;q=0", "en"),
            ("es;q=many", "en"),
            ("fr", "en"),
            ("", "en"),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wishes))]);
            assert_eq!(preferred(&headers).lang, lang, "{wishes}");
        }
    }
}
