//! The layers that have taken a request in hand.

use std::sync::Arc;

use http::Extensions;

use super::StreamPermits;

/// In the extensions of a request: whose permits layers further out ask for it, so that a layer that
/// is worn twice asks once.
#[derive(Clone, Default)]
pub(super) struct AdmittedBy {
    permits: Vec<Arc<dyn StreamPermits>>,
}

impl AdmittedBy {
    /// Adds these permits. `false`: a layer further out asks for them.
    pub(super) fn add(extensions: &mut Extensions, permits: &Arc<dyn StreamPermits>) -> bool {
        let known = extensions.get_or_insert_default::<Self>();
        let address = |permits: &Arc<dyn StreamPermits>| Arc::as_ptr(permits).cast::<()>();
        let mut others = known.permits.iter();
        let is_new = others.all(|other| address(other) != address(permits));
        if is_new {
            known.permits.push(Arc::clone(permits));
        }
        is_new
    }
}
