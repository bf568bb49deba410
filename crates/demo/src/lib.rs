//! Stand-ins for the apps of serve --demo: shop, CRM, mailbox and DNS zone.
