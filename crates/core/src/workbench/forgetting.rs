//! Forgetting everything: what is on screen at once, then what is kept.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{
    actor::{Actor, reply},
    checking::Checking,
    person::Person,
};
use crate::{
    identity::AccountId,
    journal::Journal,
    settings::{Settings, SettingsStore},
    token_store::{KeyringError, TokenStore, TokenStoreError},
    view::{ErrorCode, Forgotten, Realm, UserError},
};

impl Actor {
    /// Forgets everything of everybody: first what this program knows, so that nothing late is kept
    /// again, then what it has kept.
    pub(super) fn forget(&mut self, answer: oneshot::Sender<Forgotten>) {
        self.clear();
        self.close_records();
        self.round += 1;
        let mut known: Vec<AccountId> = self.accounts.all().cloned().collect();
        known.extend(self.last.take().map(|account| account.id));
        known.extend(self.kept.take());
        known.extend(self.to_remove.take());
        self.to_restore.clear();
        (self.tried, self.wanted) = (None, None);
        self.accounts.retain(|_| false);
        self.check = Checking::after(&self.check);
        (self.arrival, self.practice_folder) = (None, None);
        self.notices.clear();
        self.set_person(Person::NOBODY);
        self.settings.change(|settings| *settings = Settings::default());
        self.settings_changed();
        self.records.journal().keep_for(self.preferences.retention);
        let (journal, store) = (self.records.journal().clone(), self.around.store.clone());
        let settings = Arc::clone(&self.settings);
        tokio::spawn(async move {
            reply(answer, forgotten(&journal, &store, known, settings).await);
        });
    }
}

/// Removes what is kept, and tells of what could not be.
async fn forgotten(
    journal: &Journal,
    store: &TokenStore,
    known: Vec<AccountId>,
    settings: Arc<SettingsStore>,
) -> Forgotten {
    let mut forgotten = Forgotten::default();
    match journal.forget().await {
        Ok(gone) => {
            forgotten.answers = gone.answers;
            forgotten.alerts = gone.alerts;
            forgotten.items = gone.items;
            forgotten.calls_kept = gone.calls_kept;
            if gone.log_left {
                // Another program reads it at this moment.
                forgotten.failed.push(UserError::new(ErrorCode::AnswersNotForgotten));
            }
        }
        Err(error) => {
            tracing::error!(%error, "the journal was not forgotten");
            forgotten.failed.push(UserError::new(ErrorCode::AnswersNotForgotten));
        }
    }
    match sign_ins_forgotten(store, known).await {
        Ok(count) => forgotten.sign_ins = count,
        Err(error) => {
            tracing::error!(%error, "something is still in the keyring");
            forgotten.failed.push(UserError::new(ErrorCode::SignInsNotForgotten));
        }
    }
    let removed = tokio::task::spawn_blocking(move || settings.forget()).await;
    forgotten.settings = matches!(removed, Ok(Ok(())));
    if !forgotten.settings {
        tracing::error!("the settings were not forgotten");
        forgotten.failed.push(UserError::new(ErrorCode::SettingsNotForgotten));
    }
    forgotten
}

/// Removes every sign-in that is kept, or may be on its way to be, and the keys of the journal. Tries
/// all, whatever fails.
async fn sign_ins_forgotten(
    store: &TokenStore,
    known: Vec<AccountId>,
) -> Result<u32, TokenStoreError> {
    let mut outcome = Ok(());
    let mut note = |result: Result<(), TokenStoreError>| match result {
        // Without a keyring nothing is in it.
        Ok(()) | Err(TokenStoreError::Keyring(KeyringError::None)) => true,
        Err(error) => {
            outcome = Err(error);
            false
        }
    };
    for realm in [Realm::Practice, Realm::Organisation] {
        note(store.remove_journal_key(realm).await);
    }
    note(store.remove_proxy_password().await);
    let kept = store.kept().await;
    let mut removed = 0;
    for account in kept.as_deref().unwrap_or_default() {
        removed += u32::from(note(store.sign_out(account).await));
    }
    for account in known {
        note(store.sign_out(&account).await);
    }
    for (_, error) in store.sweep().await {
        note(Err(error));
    }
    note(kept.map(drop));
    outcome.map(|()| removed)
}
