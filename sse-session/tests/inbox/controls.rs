//! The promises hold, and what breaks them is found out.

use crate::{
    defect::Defect,
    scenario::{fenced_off, killed_before_acknowledging, once_per_key, order},
};

#[tokio::test(start_paused = true)]
async fn messages_are_handled_in_their_order() {
    assert_eq!(order(Defect::None).await, Ok(()));
    order(Defect::NewestFirst).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_sent_again_is_handled_once() {
    assert_eq!(once_per_key(Defect::None).await, Ok(()));
    once_per_key(Defect::ForgetsKeys).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_message_survives_the_node_that_handles_it() {
    assert_eq!(killed_before_acknowledging(Defect::None).await, Ok(()));
    let loses = killed_before_acknowledging(Defect::AcknowledgesFirst).await;
    loses.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn whoever_has_lost_the_session_acknowledges_nothing() {
    assert_eq!(fenced_off(Defect::None).await, Ok(()));
    fenced_off(Defect::NoFence).await.unwrap_err();
}
