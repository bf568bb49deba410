//! A DNS server over UDP that answers from a table, byte by byte, so it shares no parser with the client.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;

pub(crate) const A: u16 = 1;
pub(crate) const MX: u16 = 15;
pub(crate) const AAAA: u16 = 28;

pub(crate) const NO_ERROR: u8 = 0;
pub(crate) const SERVFAIL: u8 = 2;
pub(crate) const NXDOMAIN: u8 = 3;
pub(crate) const REFUSED: u8 = 5;

pub(crate) enum Answer {
    Code(u8),
    Ips(Vec<IpAddr>),
    Mx(Vec<(u16, &'static str)>),
}

pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Dns {
    /// Serves the table; what it does not list is NXDOMAIN.
    pub(crate) async fn start(table: Vec<(&'static str, u16, Answer)>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let table: HashMap<(String, u16), Answer> =
            table.into_iter().map(|(name, kind, answer)| ((name.to_owned(), kind), answer)).collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut packet = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut packet).await {
                let (question, end) = read_question(&packet[..length]);
                seen.lock().unwrap().push(question.clone());
                let reply = reply(&packet[..end], table.get(&question).unwrap_or(&Answer::Code(NXDOMAIN)));
                socket.send_to(&reply, peer).await.unwrap();
            }
        });
        Self { address, asked }
    }

    /// The questions so far: name and type.
    pub(crate) fn asked(&self) -> Vec<(String, u16)> {
        self.asked.lock().unwrap().clone()
    }
}

/// The name and type asked for, and where the question ends.
fn read_question(packet: &[u8]) -> ((String, u16), usize) {
    let (mut at, mut labels) = (12, Vec::new());
    while packet[at] != 0 {
        let length = usize::from(packet[at]);
        labels.push(String::from_utf8(packet[at + 1..=at + length].to_vec()).unwrap().to_lowercase());
        at += length + 1;
    }
    ((labels.join("."), u16::from_be_bytes([packet[at + 1], packet[at + 2]])), at + 5)
}

fn reply(question: &[u8], answer: &Answer) -> Vec<u8> {
    let (code, records): (u8, Vec<(u16, Vec<u8>)>) = match answer {
        Answer::Code(code) => (*code, Vec::new()),
        Answer::Ips(ips) => (NO_ERROR, ips.iter().map(address_record).collect()),
        Answer::Mx(hosts) => {
            (NO_ERROR, hosts.iter().map(|(order, host)| (MX, mx_data(*order, host))).collect())
        }
    };
    let mut packet = question.to_vec();
    packet[2] = 0x85;
    packet[3] = 0x80 | code;
    packet[6..8].copy_from_slice(&u16::try_from(records.len()).unwrap().to_be_bytes());
    packet[8..12].fill(0);
    for (kind, data) in records {
        packet.extend([0xc0, 12]);
        packet.extend(kind.to_be_bytes());
        packet.extend([0, 1, 0, 0, 0, 60]);
        packet.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        packet.extend(data);
    }
    packet
}

fn address_record(ip: &IpAddr) -> (u16, Vec<u8>) {
    match ip {
        IpAddr::V4(v4) => (A, v4.octets().to_vec()),
        IpAddr::V6(v6) => (AAAA, v6.octets().to_vec()),
    }
}

fn mx_data(order: u16, host: &str) -> Vec<u8> {
    let mut data = order.to_be_bytes().to_vec();
    for label in host.split('.').filter(|label| !label.is_empty()) {
        data.push(u8::try_from(label.len()).unwrap());
        data.extend(label.bytes());
    }
    data.push(0);
    data
}
