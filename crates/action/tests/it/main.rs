//! The actions against real servers on loopback: HTTP, a scripted mail relay, a mail relay that is not ours.

#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod example;
#[cfg(test)]
mod http_answers;
#[cfg(test)]
mod http_files;
#[cfg(test)]
mod http_requests;
#[cfg(test)]
mod logging;
#[cfg(test)]
mod mail_phases;
#[cfg(test)]
mod mail_relay;
#[cfg(test)]
mod mail_tls;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod verifying;
#[cfg(test)]
mod web;
