//! What a session has to do with the token store: its refresh token is put there, kept up to date, and
//! removed when it was refused.

use secrecy::SecretString;

use super::{Held, Tokens};
use crate::{
    identity::{AuthError, AuthorityRefusal, Endpoints},
    token_store::{Patience, SavedSignIn, TokenStoreError},
};

/// Whether a session outlasts the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Its refresh token is being put into the token store.
    Saving,
    /// Its refresh token lies there.
    Kept,
    /// The authority gave no refresh token.
    NotGiven,
    /// The token store did not take it; the session lives in memory.
    NotKept(TokenStoreError),
}

impl<E: Endpoints> Held<E> {
    /// Puts a new refresh token in the old one's place.
    pub(super) async fn rotate(&self, tokens: &mut Tokens<E>) -> Result<(), AuthError> {
        let Some(saved) = self.to_save(tokens) else { return Ok(()) };
        match self.store.rotate(&self.account.id, &saved).await {
            Ok(()) => self.tell(Keeping::Kept),
            Err(TokenStoreError::SignedOut) if *self.keeping.borrow() == Keeping::Kept => {
                return Err(tokens.end(AuthorityRefusal::default()));
            }
            // It was never there: it is not kept, as before.
            Err(TokenStoreError::SignedOut) => {}
            Err(error) => {
                tracing::warn!(%error, "a new refresh token was not kept");
                // What is being saved for the first time tells for itself how that ends.
                if *self.keeping.borrow() != Keeping::Saving {
                    self.tell(Keeping::NotKept(error));
                }
            }
        }
        Ok(())
    }

    pub(super) async fn keep(&self) {
        let Ok(_one) = self.saving.try_lock() else { return };
        let id = &self.account.id;
        if *self.keeping.borrow() == Keeping::NotGiven {
            // Neither is what was kept before: it would come back at the next start.
            if let Err(error) = self.store.sign_out(id).await {
                tracing::warn!(%error, "an older sign-in was not removed");
            }
            return;
        }
        let mut saved = {
            let tokens = self.tokens.lock().await;
            match self.to_save(&tokens) {
                Some(saved) if tokens.ended.is_none() => saved,
                Some(_) | None => return,
            }
        };
        self.tell(Keeping::Saving);
        loop {
            if self.store.sign_outs(id) != self.sign_outs {
                return;
            }
            let outcome = self.store.begin(id, &saved, Patience::ForPrompt).await;
            if self.store.sign_outs(id) != self.sign_outs {
                // The person has signed out meanwhile, and may have been told that nothing is left.
                if let Err(error) = self.store.sign_out(id).await {
                    tracing::warn!(%error, "what came after a sign-out was not removed");
                }
                return;
            }
            if let Err(error) = outcome {
                tracing::warn!(%error, "the sign-in was not kept");
                return self.tell(Keeping::NotKept(error));
            }
            // A refresh may have come while the keyring waited for its password.
            let tokens = self.tokens.lock().await;
            match self.to_save(&tokens) {
                Some(newer) if newer.generation > saved.generation => saved = newer,
                Some(_) | None => return self.tell(Keeping::Kept),
            }
        }
    }

    /// Takes what another process of this person has put into the store since.
    pub(super) async fn take_newer(&self, tokens: &mut Tokens<E>) -> Result<(), AuthError> {
        match self.store.load(&self.account.id, Patience::Brief).await {
            Ok(Some(saved)) if saved.generation > tokens.generation => tokens.adopt(saved),
            Ok(Some(_)) => {}
            Ok(None) => {
                // An entry can be missing for a while, as in a keyring that was made anew; only the
                // marker tells that the person has signed out elsewhere.
                let kept = self.store.kept().await;
                if kept.is_ok_and(|kept| !kept.contains(&self.account.id)) {
                    return Err(tokens.end(AuthorityRefusal::default()));
                }
            }
            Err(error) => tracing::warn!(%error, "the kept sign-in could not be read"),
        }
        Ok(())
    }

    /// The authority refused this refresh token for good: it is removed from the store, unless
    /// another process has put a newer one there, which is then taken.
    pub(super) async fn is_replaced(&self, tokens: &mut Tokens<E>, refused: &SecretString) -> bool {
        match self.store.delete_refused(&self.account.id, refused).await {
            Ok(Some(saved)) if saved.generation > tokens.generation => {
                tokens.adopt(saved);
                true
            }
            Ok(Some(_) | None) => false,
            Err(error) => {
                // It stays, and is of no use to anybody.
                tracing::warn!(%error, "a refused refresh token could not be removed");
                false
            }
        }
    }

    fn to_save(&self, tokens: &Tokens<E>) -> Option<SavedSignIn> {
        Some(SavedSignIn {
            generation: tokens.generation,
            refresh_token: tokens.refresh.clone()?,
            name: self.account.name.clone(),
            sign_in_name: self.account.sign_in_name.clone(),
        })
    }

    fn tell(&self, keeping: Keeping) {
        self.keeping.send_if_modified(|known| {
            let changed = *known != keeping;
            *known = keeping;
            changed
        });
    }
}
