//! What a gate has to decide.

use http::{HeaderMap, request::Parts};

use crate::{refusal::Refusal, stream::StreamHandle};

/// What a gate has to decide. Implemented by the layers of this crate only.
pub trait Gate: Clone + sealed::Sealed {
    /// What of the request the admission needs.
    type Visitor;
    /// What an admitted request holds.
    type Pass;
    /// The admission.
    type Admission: Future<Output = Result<Self::Pass, Refusal>>;

    /// Whether a `HEAD` request has to be admitted if what answers it is an event stream.
    const JUDGES_HEAD: bool = false;

    /// A request comes. What the service must not see is taken out of it here.
    fn arrive(&self, head: &mut Parts) -> Arrival<Self::Visitor>;

    /// Lets it pass, or not.
    fn admit(&self, visitor: Self::Visitor) -> Self::Admission;

    /// An admitted request is about to be given to the service.
    fn enter(_pass: &mut Self::Pass, _head: &mut Parts) {}

    /// The response to an admitted request is there; `stream` is set if it is an event stream.
    fn leave(pass: Self::Pass, headers: &mut HeaderMap, stream: Option<&StreamHandle>);
}

/// What a gate makes of a request.
#[derive(Debug)]
pub enum Arrival<V> {
    /// It has to be admitted before the service is called.
    Admit(V),
    /// It has to be admitted if the response is an event stream.
    AdmitStream(V),
    /// It may pass.
    Pass,
}

/// Nobody else implements [`Gate`], so that it can change.
pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "that is the point")]
    pub trait Sealed {}
}
