//! The DNS zone over UDP and TCP.

use std::net::{Ipv4Addr, SocketAddr};

use cauce_demo::{DEAD, DISPOSABLE, GOOD};
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::{demo, soon};

fn question(name: &str, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(format!("{name}.")).unwrap(), kind));
    message
}

async fn raw(server: SocketAddr, bytes: &[u8]) -> Message {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    socket.send_to(bytes, server).await.unwrap();
    let mut buffer = [0; 4096];
    let (length, _) = soon(socket.recv_from(&mut buffer)).await.unwrap();
    Message::from_vec(&buffer[..length]).unwrap()
}

async fn ask(server: SocketAddr, question: &Message) -> Message {
    let answer = raw(server, &question.to_vec().unwrap()).await;
    assert_eq!(
        (answer.metadata.id, answer.metadata.message_type),
        (question.metadata.id, MessageType::Response)
    );
    assert_eq!(answer.queries, question.queries);
    answer
}

/// The MX records as `preference host`.
fn exchanges(answer: &Message) -> Vec<String> {
    let exchange = |data: &RData| match data {
        RData::MX(mx) => Some(format!("{} {}", mx.preference, mx.exchange)),
        _ => None,
    };
    answer.answers.iter().filter_map(|record| exchange(&record.data)).collect()
}

#[tokio::test]
async fn the_three_domains_answer_as_their_names_say() {
    let demo = demo().await;
    for (name, expected) in [
        (GOOD, "10 mail.cauce-good.dev."),
        (DEAD, "0 ."),
        (DISPOSABLE, "10 mail.cauce-disposable.dev."),
        ("CAUCE-Good.DEV", "10 mail.cauce-good.dev."),
        ("gmail.com", "5 gmail-smtp-in.l.google.com."),
        ("proton.me", "5 mail.protonmail.ch."),
    ] {
        let answer = ask(demo.dns, &question(name, RecordType::MX)).await;
        assert_eq!(exchanges(&answer), [expected], "{name}");
        assert!(answer.metadata.authoritative && answer.metadata.recursion_available);
        assert_eq!(answer.answers[0].name.to_ascii(), format!("{name}."));
    }
    demo.stop().await;
}

#[tokio::test]
async fn mail_hosts_have_the_address_the_demo_listens_on() {
    let demo = demo().await;
    for name in ["mail.cauce-good.dev", "mail.cauce-disposable.dev", GOOD, "mx01.mail.icloud.com"] {
        let answer = ask(demo.dns, &question(name, RecordType::A)).await;
        assert_eq!(answer.answers[0].data.ip_addr(), Some(demo.smtp.ip()), "{name}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn no_records_and_no_name_are_told_apart_and_say_how_long_they_hold() {
    let demo = demo().await;
    for (name, kind, code, authority) in [
        (GOOD, RecordType::AAAA, ResponseCode::NoError, "cauce-good.dev."),
        ("gmail.com", RecordType::A, ResponseCode::NoError, "gmail.com."),
        ("nobody.cauce-good.dev", RecordType::MX, ResponseCode::NXDomain, "cauce-good.dev."),
        ("cauce-nowhere.dev", RecordType::MX, ResponseCode::NXDomain, "."),
        ("xcauce-good.dev", RecordType::MX, ResponseCode::NXDomain, "."),
    ] {
        let answer = ask(demo.dns, &question(name, kind)).await;
        assert_eq!((answer.metadata.response_code, answer.answers.len()), (code, 0), "{name}");
        assert_eq!(answer.authorities[0].name.to_ascii(), authority);
        assert_eq!(answer.authorities[0].record_type(), RecordType::SOA);
    }
    demo.stop().await;
}

#[tokio::test]
async fn strange_questions_get_the_code_that_is_meant_for_them() {
    let demo = demo().await;
    let mut chaos = question(GOOD, RecordType::TXT);
    chaos.queries[0].set_query_class(DNSClass::CH);
    assert_eq!(ask(demo.dns, &chaos).await.metadata.response_code, ResponseCode::Refused);

    let mut update = question(GOOD, RecordType::SOA);
    update.metadata.op_code = OpCode::Notify;
    assert_eq!(ask(demo.dns, &update).await.metadata.response_code, ResponseCode::NotImp);

    let mut none = question(GOOD, RecordType::MX);
    none.queries.clear();
    assert_eq!(ask(demo.dns, &none).await.metadata.response_code, ResponseCode::FormErr);

    let mut future = question(GOOD, RecordType::MX);
    let mut edns = Edns::new();
    edns.set_version(9);
    future.set_edns(edns);
    let answer = ask(demo.dns, &future).await;
    // BADVERS and BADSIG share the number 16 (RFC 6895, 2.3).
    assert_eq!((u16::from(answer.metadata.response_code), answer.answers.len()), (16, 0));
    demo.stop().await;
}

#[tokio::test]
async fn broken_questions_are_refused_and_answers_are_not_answered() {
    let demo = demo().await;
    let mut broken = question(GOOD, RecordType::MX).to_vec().unwrap();
    broken.truncate(20);
    let answer = raw(demo.dns, &broken).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
    assert_eq!(answer.metadata.id.to_be_bytes(), broken[..2]);

    // Neither an answer nor noise is answered: what comes back first belongs to the question behind them.
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let mut an_answer = question(GOOD, RecordType::MX);
    an_answer.metadata.message_type = MessageType::Response;
    let real = question(DEAD, RecordType::MX);
    for bytes in [an_answer.to_vec().unwrap(), b"noise".to_vec(), Vec::new(), real.to_vec().unwrap()] {
        socket.send_to(&bytes, demo.dns).await.unwrap();
    }
    let mut buffer = [0; 4096];
    let (length, _) = soon(socket.recv_from(&mut buffer)).await.unwrap();
    assert_eq!(Message::from_vec(&buffer[..length]).unwrap().metadata.id, real.metadata.id);
    demo.stop().await;
}

#[tokio::test]
async fn questions_over_tcp_share_a_connection() {
    let demo = demo().await;
    let mut stream = soon(TcpStream::connect(demo.dns)).await.unwrap();
    for (name, expected) in [(GOOD, "10 mail.cauce-good.dev."), (DEAD, "0 .")] {
        let bytes = question(name, RecordType::MX).to_vec().unwrap();
        stream.write_u16(u16::try_from(bytes.len()).unwrap()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let mut answer = vec![0; usize::from(soon(stream.read_u16()).await.unwrap())];
        soon(stream.read_exact(&mut answer)).await.unwrap();
        assert_eq!(exchanges(&Message::from_vec(&answer).unwrap()), [expected]);
    }
    demo.stop().await;
}
