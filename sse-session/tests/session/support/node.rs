//! A node: a hub and sessions over a store that others have too.

use sse_session::{
    conformance::{Faults, FaultyStore, Held, Operation},
    hub::{Hub, Identity},
    session::{
        ActiveDevice, Attachment, OpenOptions, Session, SessionError, Sessions, SessionsBuilder,
    },
    store::SessionStore,
};

/// A node, and what goes wrong between it and the store.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) hub: Hub,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
}

impl Node {
    pub(crate) fn over(store: &(impl SessionStore + Clone)) -> Self {
        Self::with(store, |sessions| sessions)
    }

    pub(crate) fn with(
        store: &(impl SessionStore + Clone),
        set_up: impl FnOnce(SessionsBuilder) -> SessionsBuilder,
    ) -> Self {
        let faults = Faults::new();
        let store = FaultyStore::new(store.clone(), faults.clone());
        let hub = Hub::builder(store).build().unwrap();
        let sessions = set_up(Sessions::builder(&hub));
        Self {
            sessions: sessions.build().unwrap(),
            hub,
            faults,
        }
    }

    /// Nothing that the node asks the store comes to it until this is dropped, and no hint comes back. A node
    /// that has crashed does not come back at all.
    pub(crate) fn cut_off(&self) -> Vec<Held> {
        self.faults.lose_hints();
        [
            Operation::Append,
            Operation::Read,
            Operation::Heads,
            Operation::Announce,
            Operation::Get,
            Operation::Put,
            Operation::Extend,
            Operation::Remove,
            Operation::Join,
            Operation::Leave,
            Operation::Members,
        ]
        .map(|operation| self.faults.hold(operation))
        .into()
    }

    pub(crate) async fn open(&self) -> Session {
        let options = OpenOptions::new();
        self.sessions
            .open(Some(&super::user()), options)
            .await
            .unwrap()
    }

    /// A login of the user on a device of its own.
    pub(crate) async fn login(&self) -> Session {
        self.login_on(ActiveDevice::of_user("user-7")).await
    }

    pub(crate) async fn login_on(&self, device: ActiveDevice) -> Session {
        let options = OpenOptions::new().with_active_device(device);
        self.sessions
            .open(Some(&super::user()), options)
            .await
            .unwrap()
    }

    pub(crate) async fn attach(&self, session: &Session) -> Result<Attachment, SessionError> {
        self.attach_as(session, Some(&super::user())).await
    }

    pub(crate) async fn attach_as(
        &self,
        session: &Session,
        identity: Option<&Identity>,
    ) -> Result<Attachment, SessionError> {
        self.sessions.attach(&session.id(), identity).await
    }
}
