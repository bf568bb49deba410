//! Where keys come from: `${{ env.NAME }}` and nothing else, and the forms their texts have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::scheme::SecretForm;

/// The name in `${{ env.NAME }}`, where the text is exactly that.
pub(crate) fn env_name(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix("env.")?;
    let first = name.bytes().next()?;
    let fits = (first.is_ascii_alphabetic() || first == b'_')
        && name.len() <= 128
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    fits.then_some(name)
}

/// The key that a secret's text stands for; nothing where it is empty or not in its form.
pub(crate) fn key(text: &str, form: SecretForm) -> Option<Vec<u8>> {
    let key = match form {
        SecretForm::Utf8 => text.as_bytes().to_vec(),
        SecretForm::Hex => hex(text.trim())?,
        SecretForm::Base64 => STANDARD.decode(text.trim()).ok()?,
        SecretForm::Whsec => {
            let text = text.trim();
            STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok()?
        }
    };
    (!key.is_empty()).then_some(key)
}

/// The bytes that hexadecimal digits of either case stand for.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_reference_is_a_secret() {
        assert_eq!(env_name("${{ env.HOOK_SECRET }}"), Some("HOOK_SECRET"));
        assert_eq!(env_name(" ${{env._a1}} "), Some("_a1"));
        for text in [
            "s3cret",
            "${{ env.A }}x",
            "${{ env. }}",
            "${{ env.1A }}",
            "${{ vars.A }}",
            "${{ env.A | upper }}",
            "${{",
        ] {
            assert_eq!(env_name(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_empty_or_not_in_its_form_gives_no_key() {
        for (text, form) in [
            ("", SecretForm::Utf8),
            ("", SecretForm::Hex),
            ("abc", SecretForm::Hex),
            ("zz", SecretForm::Hex),
            ("whsec_", SecretForm::Whsec),
            ("whsec_*", SecretForm::Whsec),
            ("YQ", SecretForm::Base64),
            ("é", SecretForm::Hex),
        ] {
            assert_eq!(key(text, form), None, "{text}");
        }
        assert_eq!(key("0aFF", SecretForm::Hex), Some(vec![10, 255]));
        assert_eq!(key("whsec_YQ==", SecretForm::Whsec), Some(vec![b'a']));
        assert_eq!(key("whsec_YQ==", SecretForm::Utf8), Some(b"whsec_YQ==".to_vec()));
    }
}
