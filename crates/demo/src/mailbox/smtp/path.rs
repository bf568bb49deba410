//! Paths: an address between angle brackets, maybe behind a route (RFC 5321, 4.1.2).

/// RFC 5321, 4.5.3.1.
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// The address (empty for `<>`), and what stands behind the path.
pub(crate) fn read(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('<')?;
    let end = closing_bracket(inside)?;
    let (path, rest) = (inside.get(..end)?, inside.get(end + 1..)?);
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    // A route is to be ignored (RFC 5321, appendix C).
    let address = if path.starts_with('@') { path.split_once(':')?.1 } else { path };
    (address.is_empty() || is_address(address)).then(|| (address.to_owned(), rest.trim_start()))
}

/// Brackets between quotes do not count.
fn closing_bracket(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(place),
            _ => {}
        }
    }
    None
}

/// `postmaster` needs no domain (RFC 5321, 4.5.1).
fn is_address(address: &str) -> bool {
    if address.eq_ignore_ascii_case("postmaster") {
        return true;
    }
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    (1..=LONGEST_LOCAL_PART).contains(&local.len())
        && (1..=LONGEST_DOMAIN).contains(&domain.len())
        && is_local_part(local)
        && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(inside) => inside.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic()),
        None => local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom)),
    }
}

/// RFC 5322, 3.2.3.
fn is_atom(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}

fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[') {
        return literal.strip_suffix(']').is_some_and(|inside| {
            !inside.is_empty()
                && inside.chars().all(|letter| letter.is_ascii_alphanumeric() || ".:-".contains(letter))
        });
    }
    domain.split('.').all(|label| {
        let inside = label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        (1..=63).contains(&label.len()) && inside && !label.starts_with('-') && !label.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_address_and_what_follows() {
        for (text, address, rest) in [
            ("<ana@cauce-good.dev>", "ana@cauce-good.dev", ""),
            ("<ana@cauce-good.dev> SIZE=10", "ana@cauce-good.dev", "SIZE=10"),
            ("<>", "", ""),
            ("<Postmaster>", "Postmaster", ""),
            ("<@a.dev,@b.dev:ana@c.dev>", "ana@c.dev", ""),
            (r#"<"a>b"@c.dev>"#, r#""a>b"@c.dev"#, ""),
            (r#"<"a\">b"@c.dev>"#, r#""a\">b"@c.dev"#, ""),
            ("<ana@[127.0.0.1]>", "ana@[127.0.0.1]", ""),
        ] {
            assert_eq!(read(text), Some((address.to_owned(), rest)), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let long = format!("<{}@b.dev>", "a".repeat(65));
        for text in [
            "ana@b.dev",
            "<ana@b.dev",
            "<ana>",
            "<@b.dev>",
            "<ana@>",
            "<a b@c.dev>",
            "<ana@b..dev>",
            "<.a@b.dev>",
            "<ana@-b.dev>",
            "<ana@b.dev>SIZE=1",
            "<ñ@b.dev>",
            "<a@b@c.dev>",
            "<ana@[]>",
            &long,
            "",
            "> <",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
