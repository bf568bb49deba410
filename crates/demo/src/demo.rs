//! All stand-ins together: started, found, stopped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::crm::{self, Crm};
use crate::dns::{self, Zone};
use crate::mailbox::{self, Mailbox};
use crate::page::Links;
use crate::shop::{self, Courier, Shop};
use crate::{Error, Setting, listen};

/// A client that neither reads nor leaves does not hold up the end for longer.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// The running stand-ins, and where they are found.
#[derive(Debug)]
pub struct Demo {
    /// The shop's page and API: `http://127.0.0.1:8711`, without a slash at the end.
    pub shop: String,
    /// The CRM's page and API, likewise.
    pub crm: String,
    /// The mailbox's page and API, likewise.
    pub mailbox_page: String,
    /// The mailbox's SMTP listener: no TLS, no sign-in.
    pub smtp: SocketAddr,
    /// The DNS zone, over UDP and TCP.
    pub dns: SocketAddr,
    addresses: Vec<SocketAddr>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Demo {
    /// Starts every stand-in; all of them listen when this returns.
    ///
    /// # Errors
    /// When a listener cannot be had, the shop should post to another machine, or the CRM's token is empty.
    pub async fn start(setting: Setting) -> Result<Self, Error> {
        if setting.crm_token.is_empty() {
            return Err(Error::EmptyToken);
        }
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let courier = Courier::new(&setting, tasks.clone(), stop.clone())?;
        let doors = Doors::open(&setting).await?;
        let demo = Self {
            shop: format!("http://{}", doors.shop.1),
            crm: format!("http://{}", doors.crm.1),
            mailbox_page: format!("http://{}", doors.mailbox_page.1),
            smtp: doors.smtp.1,
            dns: doors.dns.1,
            addresses: doors.addresses(),
            tasks,
            stop,
        };
        demo.serve(&setting, courier, doors);
        Ok(demo)
    }

    fn serve(&self, setting: &Setting, courier: Courier, doors: Doors) {
        let Self { tasks, stop, .. } = self;
        let links = Links {
            shop: self.shop.clone(),
            crm: self.crm.clone(),
            mailbox: self.mailbox_page.clone(),
            cauce: setting.hooks.clone(),
        };
        let shop = Shop::new(links.clone(), setting.clock, courier);
        let crm = Crm::new(&setting.crm_token, links.clone(), setting.clock, stop.clone());
        let mailbox = Arc::new(Mailbox::new(links, setting.clock));
        listen::serve(tasks, stop, doors.shop.0, shop::router(shop));
        listen::serve(tasks, stop, doors.crm.0, crm::router(crm));
        listen::serve(tasks, stop, doors.mailbox_page.0, mailbox::router(mailbox.clone()));
        mailbox::serve(tasks, stop, mailbox, doors.smtp.0);
        dns::serve(tasks, stop, Zone::new(setting.listen), doors.dns.0);
    }

    /// Every address the stand-ins listen on: what an address guard has to let through.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses.clone()
    }

    /// Closes every listener and ends every conversation.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(LAST_WORDS, self.tasks.wait()).await.is_err() {
            tracing::warn!("a demo stand-in did not end its conversations in time");
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The listeners, each with the address under which it is reached.
struct Doors {
    shop: (TcpListener, SocketAddr),
    crm: (TcpListener, SocketAddr),
    mailbox_page: (TcpListener, SocketAddr),
    smtp: (TcpListener, SocketAddr),
    dns: ((UdpSocket, TcpListener), SocketAddr),
}

impl Doors {
    async fn open(setting: &Setting) -> Result<Self, Error> {
        let Setting { listen: ip, ports, .. } = *setting;
        let open = async |what, port| {
            let listener = listen::tcp(what, ip, port).await?;
            let address = listen::reached(what, listener.local_addr())?;
            Ok::<_, Error>((listener, address))
        };
        let twins = listen::twins("DNS zone", ip, ports.dns).await?;
        let dns = listen::reached("DNS zone", twins.0.local_addr())?;
        Ok(Self {
            shop: open("shop", ports.shop).await?,
            crm: open("CRM", ports.crm).await?,
            mailbox_page: open("mailbox page", ports.mailbox_page).await?,
            smtp: open("mailbox", ports.smtp).await?,
            dns: (twins, dns),
        })
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        vec![self.shop.1, self.crm.1, self.mailbox_page.1, self.smtp.1, self.dns.1]
    }
}
