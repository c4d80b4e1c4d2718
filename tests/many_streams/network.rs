//! A host of its own: a network namespace at the end of a cable that can be pulled.

use std::process::{self, Command, Stdio};

/// Deleted when dropped, with its cable.
pub(crate) struct Host {
    pub(crate) namespace: String,
    /// The end of the cable that is here.
    cable: String,
    /// The address at this end.
    pub(crate) here: String,
}

impl Host {
    /// A host for this test; `None` if this machine lets us make none.
    pub(crate) fn new(number: u8) -> Option<Self> {
        let process = process::id();
        // A network of its own also beside another run of this test.
        let network = number + 4 * u8::try_from(process % 60).unwrap_or_default();
        let host = Self {
            namespace: format!("sse-{process}-{number}"),
            cable: format!("sse{process}x{number}"),
            here: format!("10.213.{network}.1"),
        };
        let there = format!("10.213.{network}.2/24");
        let (namespace, cable, peer) = (&host.namespace, &host.cable, "cable");
        let here = format!("{}/24", host.here);
        let made = ip(&["netns", "add", namespace])
            && ip(&[
                "link", "add", cable, "type", "veth", "peer", "name", peer, "netns", namespace,
            ])
            && ip(&["address", "add", &here, "dev", cable])
            && ip(&["link", "set", cable, "up"])
            && ip(&["-n", namespace, "address", "add", &there, "dev", peer])
            && ip(&["-n", namespace, "link", "set", peer, "up"]);
        made.then_some(host)
    }

    /// Nothing comes or goes any more.
    pub(crate) fn pull_the_cable(&self) {
        assert!(ip(&["-n", &self.namespace, "link", "set", "cable", "down"]));
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        ip(&["link", "delete", &self.cable]);
        ip(&["netns", "delete", &self.namespace]);
    }
}

fn ip(arguments: &[&str]) -> bool {
    let mut command = Command::new("ip");
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
