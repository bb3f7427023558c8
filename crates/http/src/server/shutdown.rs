//! One signal from one place to every connection.

use tokio::sync::watch;

/// Asks for shutdown; dropping it does too.
#[derive(Debug)]
pub struct Trigger(watch::Sender<()>);

impl Trigger {
    pub fn fire(self) {
        drop(self.0);
    }
}

/// Hears the [`Trigger`].
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<()>);

/// A trigger and its listener.
pub fn shutdown() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(());
    (Trigger(sender), Shutdown(receiver))
}

impl Shutdown {
    /// Returns once shutdown has been asked for, at once if it was before.
    pub async fn requested(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
