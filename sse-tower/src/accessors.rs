//! What every service of this crate that wraps one has.

/// `get_ref`, `get_mut` and `into_inner` for a service whose field `inner` is the wrapped one.
macro_rules! inner_service_accessors {
    () => {
        /// The inner service.
        pub const fn get_ref(&self) -> &S {
            &self.inner
        }

        /// The inner service.
        pub const fn get_mut(&mut self) -> &mut S {
            &mut self.inner
        }

        /// The inner service.
        pub fn into_inner(self) -> S {
            self.inner
        }
    };
}
pub(crate) use inner_service_accessors;
