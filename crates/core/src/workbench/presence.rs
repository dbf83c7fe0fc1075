//! Who is there: signing in, being restored, being interrupted, signing out. The actor's dealings with
//! the person, beside those with the batch.

use std::sync::Arc;

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    SignInTarget,
    actor::{Actor, Event},
    person::{Coming, Person, Restoring},
    sign_in::{RestoreProgress, SignInProgress, SignedIn, restore, sign_in},
};
use crate::{
    digest::Sha1Digest,
    identity::{AccountId, Hint, OrganisationEndpoints},
    token_store::TokenStoreError,
    view::{ErrorCode, Realm, Removal, SignInStep, SignOut, UserError},
};

impl Actor {
    pub(super) fn sign_in(&mut self, target: SignInTarget, other: bool) {
        if matches!(self.person, Person::Coming(_)) {
            return; // one attempt at a time
        }
        let realm = match &target {
            SignInTarget::Practice(_) => Realm::Practice,
            SignInTarget::Organisation(_) => Realm::Organisation,
        };
        let hint = match &self.last {
            _ if other => Hint::SelectAccount,
            Some(last) if target.is_for(&last.id) => Hint::LoginHint(last.sign_in_name.clone()),
            Some(_) | None => Hint::None,
        };
        let (mut before, mut signed_out) = (None, None);
        match std::mem::replace(&mut self.person, Person::NOBODY) {
            Person::There(signed_in) => before = Some(Box::new(signed_in)),
            Person::Restoring(Restoring { account, .. }) => self.kept = Some(account),
            // What was removed needs no more words, what was not is told until it is.
            Person::Nobody { signed_out: told, .. } => {
                signed_out = told.filter(|told| told.removal != Removal::Removed);
            }
            Person::Coming(_) => {}
        }
        self.put_back_waiting();
        let (report, reports) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(sign_in(target, hint, self.around.clone(), report.clone()));
        self.set_person(Person::Coming(Coming {
            realm,
            step: SignInStep::InBrowser,
            opened: None,
            browser: None,
            reports,
            report,
            task,
            before,
            signed_out,
        }));
    }

    pub(super) fn sign_in_went_on(&mut self, progress: SignInProgress) {
        let Person::Coming(coming) = &mut self.person else { return };
        match progress {
            SignInProgress::Opened { link, until } => coming.opened = Some((link, until)),
            SignInProgress::NoBrowser => {
                coming.browser = Some(UserError::new(ErrorCode::BrowserNotOpened));
            }
            SignInProgress::Exchanging => coming.step = SignInStep::Exchanging,
            SignInProgress::Ended(Err(error)) => self.sign_in_given_up(Some(error)),
            SignInProgress::Ended(Ok(signed_in)) => {
                let account = signed_in.source.account().id.clone();
                let before = coming.before.take().map(|before| before.source.account().id.clone());
                let goes_on = before.as_ref() == Some(&account);
                let session = Arc::clone(&signed_in.session);
                tokio::spawn(async move { session.keep().await });
                self.there(signed_in);
                self.around.desktop.come_to_front();
                if goes_on {
                    // What the session before still asks would end with it.
                    let broken_off = self.break_off();
                    self.batch.put_back(broken_off);
                } else {
                    self.begin_epoch();
                }
                // It may still be on its way into the keyring, where nobody would know of it.
                if let Some(before) = before.filter(|before| gives_way(before, &account)) {
                    self.remove(before);
                }
                self.remove_others(Some(account));
            }
        }
    }

    /// The attempt is over without a session: whoever was signed in before still is.
    pub(super) fn sign_in_given_up(&mut self, error: Option<UserError>) {
        match std::mem::replace(&mut self.person, Person::NOBODY) {
            Person::Coming(Coming { before: Some(before), .. }) => {
                if let Some(error) = error {
                    self.tell(error);
                }
                self.set_person(Person::There(*before));
            }
            Person::Coming(Coming { before: None, signed_out, .. }) => {
                match (error, self.kept.clone()) {
                    (None, Some(account)) => self.restore(account),
                    (error, _) => self.set_person(Person::Nobody { error, signed_out }),
                }
            }
            other @ (Person::Nobody { .. } | Person::Restoring(_) | Person::There(_)) => {
                self.person = other;
            }
        }
    }

    /// Where an account signs in, if this program can lead there now.
    pub(super) fn place_of(&self, account: &AccountId) -> Option<SignInTarget> {
        let target = match account.realm {
            Realm::Practice => SignInTarget::Practice(Arc::clone(self.practice.as_ref()?)),
            Realm::Organisation => {
                let endpoints = OrganisationEndpoints::new(self.organisation.as_ref()?).ok()?;
                SignInTarget::Organisation(Box::new(endpoints))
            }
        };
        target.is_for(account).then_some(target)
    }

    /// Looks for the newest sign-in that was kept and has a place.
    pub(super) fn restore_next(&mut self) {
        while let Some(account) = self.to_restore.pop_front() {
            if self.place_of(&account).is_some() {
                return self.restore(account);
            }
        }
        self.set_person(Person::NOBODY);
    }

    /// Another organisation is connected, or none: who belongs to the one before has no place here
    /// any more.
    pub(super) fn organisation_changed(&mut self) {
        let is_gone = |account: &AccountId| self.place_of(account).is_none();
        let restoring = match &self.person {
            Person::Restoring(restoring) => is_gone(&restoring.account),
            Person::Nobody { .. } | Person::Coming(_) | Person::There(_) => false,
        };
        let there =
            self.person.signed_in().is_some_and(|there| is_gone(&there.source.account().id));
        let kept = self.kept.as_ref().is_some_and(is_gone);
        if kept {
            self.kept = None;
        }
        if restoring {
            self.restore_next();
        }
        if matches!(&self.person, Person::Coming(coming) if coming.realm == Realm::Organisation) {
            self.sign_in_given_up(None);
        }
        if there {
            self.sign_out();
        }
        self.remove_others(None);
    }

    /// Looks for the sign-in that was kept.
    pub(super) fn restore(&mut self, account: AccountId) {
        let Some(target) = self.place_of(&account) else {
            return self.set_person(Person::NOBODY);
        };
        let (report, reports) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(restore(account.clone(), target, self.around.clone(), report));
        self.kept = None;
        self.set_person(Person::Restoring(Restoring { account, locked: false, reports, task }));
    }

    pub(super) fn restore_went_on(&mut self, progress: RestoreProgress) {
        let Person::Restoring(restoring) = &mut self.person else { return };
        match progress {
            RestoreProgress::Locked => restoring.locked = true,
            RestoreProgress::Ended(Ok(Some(signed_in))) => {
                let session = Arc::clone(&signed_in.session);
                self.there(*signed_in);
                self.begin_epoch();
                let (events, round) = (self.events.clone(), self.round);
                // Told at once if it is over, and not with the first file.
                tokio::spawn(async move {
                    if let Err(error) = session.is_good().await
                        && error.needs_person()
                    {
                        let _ = events.send(Event::SessionOver(round, (&error).into()));
                    }
                });
            }
            RestoreProgress::Ended(Ok(None)) => self.restore_next(),
            RestoreProgress::Ended(Err(error)) => {
                self.kept = Some(restoring.account.clone());
                self.set_person(Person::Nobody { error: Some(error), signed_out: None });
            }
        }
    }

    fn there(&mut self, signed_in: SignedIn) {
        self.last = Some(signed_in.source.account().clone());
        self.kept = None;
        self.round += 1;
        self.set_person(Person::There(signed_in));
    }

    /// The session ended before the person wished it: what is known stays, and what was being
    /// asked is asked again after the next sign-in.
    pub(super) fn interrupt(&mut self, error: UserError, sha1: Option<Sha1Digest>) {
        let broken_off = self.break_off();
        self.batch.put_back(broken_off.into_iter().chain(sha1));
        match &mut self.person {
            Person::There(signed_in) => signed_in.interrupted = Some(error),
            Person::Coming(Coming { before: Some(before), .. }) => before.interrupted = Some(error),
            Person::Coming(_) | Person::Nobody { .. } | Person::Restoring(_) => {}
        }
    }

    /// Signs out: generation first, so that what comes late is dropped; then secrets, then what is
    /// known.
    pub(super) fn sign_out(&mut self) {
        let Some(signed_in) = self.person.signed_in() else { return };
        let account = signed_in.source.account().id.clone();
        self.epoch += 1;
        self.round += 1;
        self.break_off();
        self.last = None;
        self.set_person(Person::Nobody {
            error: None,
            signed_out: Some(SignOut { realm: account.realm, removal: Removal::Removing }),
        });
        self.batch.start_over();
        self.to_remove = Some(account.clone());
        self.remove(account);
    }

    /// Removes what was kept of a sign-in.
    fn remove(&self, account: AccountId) {
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let outcome = store.sign_out(&account).await;
            let _ = events.send(Event::Removed(account, outcome));
        });
    }

    /// Removes what is kept of others than this account, or of those that have no place here any
    /// more. Practice never removes an organisation's.
    pub(super) fn remove_others(&self, account: Option<AccountId>) {
        let organisation = self.organisation.clone();
        let organisation =
            organisation.and_then(|organisation| OrganisationEndpoints::new(&organisation).ok());
        let organisation = organisation.map(|it| SignInTarget::Organisation(Box::new(it)));
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let kept = match store.kept().await {
                Ok(kept) => kept,
                Err(error) => return tracing::warn!(%error, "what is kept could not be listed"),
            };
            for other in kept {
                let goes = match (&account, other.realm) {
                    (Some(account), _) => gives_way(&other, account),
                    (None, Realm::Practice) => false,
                    (None, Realm::Organisation) => {
                        !organisation.as_ref().is_some_and(|target| target.is_for(&other))
                    }
                };
                if goes {
                    let outcome = store.sign_out(&other).await;
                    let _ = events.send(Event::Removed(other, outcome));
                }
            }
        });
    }

    /// Brings to its end what earlier runs could not, once nobody is looked for any more.
    fn sweep(&mut self) {
        if std::mem::replace(&mut self.swept, true) {
            return;
        }
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            for (account, error) in store.sweep().await {
                let _ = events.send(Event::Removed(account, Err(error)));
            }
        });
    }

    pub(super) fn removed(&mut self, account: &AccountId, outcome: Result<(), TokenStoreError>) {
        let wished = self.to_remove.as_ref() == Some(account);
        if wished && outcome.is_ok() {
            self.to_remove = None;
        }
        let told = match &mut self.person {
            Person::Nobody { signed_out, .. } => signed_out.as_mut(),
            Person::Coming(coming) => coming.signed_out.as_mut(),
            Person::Restoring(_) | Person::There(_) => None,
        };
        if wished && let Some(SignOut { removal, .. }) = told {
            *removal = match &outcome {
                Ok(()) => Removal::Removed,
                Err(error) => Removal::NotRemoved { error: error.into() },
            };
        } else if let Err(error) = &outcome {
            let detail = error.to_string();
            self.tell(UserError::new(ErrorCode::SignOutUnfinished).with("detail", detail.as_str()));
        }
        if let Err(error) = outcome {
            tracing::warn!(%error, "a kept sign-in was not removed");
        }
    }

    pub(super) fn try_keyring(&mut self) {
        match &mut self.person {
            Person::Nobody { signed_out: Some(SignOut { removal, .. }), .. } => {
                if let Some(account) = self.to_remove.clone() {
                    *removal = Removal::Removing;
                    self.remove(account);
                }
            }
            Person::Nobody { signed_out: None, .. } => {
                if let Some(account) = self.kept.take() {
                    self.restore(account);
                }
            }
            Person::There(signed_in) => {
                let session = Arc::clone(&signed_in.session);
                tokio::spawn(async move { session.keep().await });
            }
            Person::Restoring(_) | Person::Coming(_) => {}
        }
    }

    fn set_person(&mut self, person: Person) {
        self.around.desktop.realm_changed(person.realm());
        self.person = person;
        if !matches!(self.person, Person::Restoring(_)) {
            self.sweep();
        }
    }
}

/// Whether what is kept of one account is removed when another signs in. Practice never removes an
/// organisation's.
fn gives_way(one: &AccountId, other: &AccountId) -> bool {
    one != other && (one.realm == Realm::Practice || other.realm == Realm::Organisation)
}
