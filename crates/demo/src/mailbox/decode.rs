//! From the bytes of a mail to what people read.

use mail_parser::{MessageParser, MessagePart, PartType};

use super::store::Content;

/// Empty for what is no mail: the mailbox keeps it all the same, as servers do.
pub(crate) fn content(raw: &[u8]) -> Content {
    let Some(message) = MessageParser::default().parse(raw) else { return Content::default() };
    let text = message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(text.to_string()),
        _ => None,
    });
    let html = message.html_bodies().find_map(html);
    Content {
        subject: message.subject().map(str::to_owned),
        message_id: message.message_id().map(|id| format!("<{id}>")),
        text,
        html,
    }
}

fn html(part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_parts_told_apart() {
        let raw = "Subject: =?utf-8?q?Hola_=C3=91and=C3=BA?=\r\nMessage-ID: <1@cauce.dev>\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            =C2=A1Hola!\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hola</p>\r\n--b--\r\n";
        let content = content(raw.as_bytes());
        assert_eq!(content.subject.as_deref(), Some("Hola Ñandú"));
        assert_eq!(content.message_id.as_deref(), Some("<1@cauce.dev>"));
        assert_eq!(content.text.as_deref().map(str::trim), Some("¡Hola!"));
        assert_eq!(content.html.as_deref().map(str::trim), Some("<p>Hola</p>"));
    }

    #[test]
    fn a_mail_of_text_alone_has_no_html() {
        let content = content(b"Subject: Hi\r\n\r\nHello\r\n");
        assert_eq!((content.text.as_deref(), content.html), (Some("Hello\r\n"), None));
        assert_eq!(super::content(b""), Content::default());
    }
}
