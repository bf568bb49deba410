//! One question in, one answer out.

use hickory_proto::op::{Edns, Message, MessageType, Metadata, OpCode, ResponseCode};
use hickory_proto::rr::DNSClass;

use super::zone::{Found, Zone};

/// The size of a DNS header (RFC 1035, 4.1.1).
const HEADER: usize = 12;
/// What we take and send in one datagram (the value DNS operators agreed on in 2020).
const DATAGRAM: u16 = 1232;
/// What a client takes that did not say (RFC 1035, 4.2.1).
const OLD_DATAGRAM: u16 = 512;

/// The answer in wire form; nothing for what is no question, so that two servers never talk without end.
/// `datagram` says whether the answer must fit into one.
pub(crate) fn to(zone: &Zone, question: &[u8], datagram: bool) -> Option<Vec<u8>> {
    let answer = match Message::from_vec(question) {
        Ok(message) if message.metadata.message_type == MessageType::Response => return None,
        Ok(message) => answer(zone, &message),
        Err(_) => unreadable(question)?,
    };
    let limit =
        answer.edns.as_ref().map_or(OLD_DATAGRAM, |edns| edns.max_payload().clamp(OLD_DATAGRAM, DATAGRAM));
    let bytes = answer.to_vec().ok()?;
    if datagram && bytes.len() > usize::from(limit) { answer.truncate().to_vec().ok() } else { Some(bytes) }
}

fn unreadable(question: &[u8]) -> Option<Message> {
    let header = question.get(..HEADER)?;
    let (id, flags) = (u16::from_be_bytes([*header.first()?, *header.get(1)?]), *header.get(2)?);
    let is_answer = flags & 0x80 != 0;
    (!is_answer).then(|| Message::error_msg(id, OpCode::Query, ResponseCode::FormErr))
}

fn answer(zone: &Zone, question: &Message) -> Message {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata = Metadata::response_from_request(&question.metadata);
    answer.metadata.recursion_available = true;
    answer.add_queries(question.queries.iter().cloned());
    let mut version_known = true;
    if let Some(asked) = &question.edns {
        let mut edns = Edns::new();
        edns.set_max_payload(asked.max_payload().clamp(OLD_DATAGRAM, DATAGRAM));
        answer.set_edns(edns);
        version_known = asked.version() == 0;
    }
    answer.metadata.response_code = match question.queries.as_slice() {
        _ if question.metadata.op_code != OpCode::Query => ResponseCode::NotImp,
        _ if !version_known => ResponseCode::BADVERS,
        [query] if query.query_class() != DNSClass::IN => ResponseCode::Refused,
        [query] => fill(&mut answer, zone.look_up(query.name(), query.query_type())),
        _ => ResponseCode::FormErr,
    };
    answer
}

fn fill(answer: &mut Message, found: Found) -> ResponseCode {
    answer.metadata.authoritative = true;
    match found {
        Found::Records(records) => {
            answer.add_answers(records);
            ResponseCode::NoError
        }
        Found::NoRecords(authority) => {
            answer.add_authority(authority);
            ResponseCode::NoError
        }
        Found::NoName(authority) => {
            answer.add_authority(authority);
            ResponseCode::NXDomain
        }
    }
}
