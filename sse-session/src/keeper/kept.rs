//! Something that is renewed.

use core::pin::Pin;
use std::sync::Arc;

use crate::store::{LogName, SessionStore};

/// Something to do in the background.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that is renewed until it is over or nobody holds it.
pub(crate) trait Kept: Send + Sync + 'static {
    /// Where others tell that it may have changed, if they do.
    fn control(&self) -> Option<&LogName>;

    /// Renews it, or finds out that it is over. It may be dropped, or run twice at a time.
    fn renew(self: Arc<Self>, store: Arc<dyn SessionStore>) -> Work;

    /// Whether there is nothing to renew any more.
    fn is_over(&self) -> bool;
}
