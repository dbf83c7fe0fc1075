//! Who is there: signing in, being restored, being interrupted, signing out. The actor's dealings with
//! the person, beside those with the batch.

use std::sync::Arc;

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    SignInTarget, Tried,
    actor::{Actor, Event},
    checking::Checking,
    person::{Coming, Person, Restoring},
    sign_in::{RestoreProgress, SignInProgress, SignedIn, restore, sign_in},
};
use crate::{
    digest::Sha1Digest,
    identity::{Account, AccountId, Endpoints, Hint, Keeping, Request},
    token_store::{Patience, SavedSignIn, TokenStoreError},
    view::{
        AccountHandle, Connected, ErrorCode, Fact, Organisation, OrganisationId, Permission, Realm,
        Removal, Session, SignInStep, SignInTo, SignOut, UserError,
    },
    words,
};

/// What the person wishes of a sign-in, beyond being signed in.
#[derive(Default)]
pub(super) struct Wish {
    /// Another account than the one that is known.
    pub(super) other: bool,
    /// More than what the endpoints ask for anyway.
    pub(super) permission: Option<Permission>,
    /// Why the person is asked.
    pub(super) why: Option<UserError>,
}

impl Actor {
    pub(super) fn sign_in(&mut self, target: SignInTarget, wish: Wish) {
        if matches!(self.person, Person::Coming(_)) {
            return; // one attempt at a time
        }
        let Wish { other, permission, why } = wish;
        let realm = match &target {
            SignInTarget::Practice(_) => Realm::Practice,
            SignInTarget::Organisation(_) => Realm::Organisation,
        };
        let hint = match &self.last {
            _ if other => Hint::SelectAccount,
            Some(last) if target.is_for(&last.id) => Hint::LoginHint(last.sign_in_name.clone()),
            Some(_) | None => Hint::None,
        };
        let who = match &hint {
            Hint::LoginHint(name) => Some(name.clone()),
            Hint::SelectAccount | Hint::None => None,
        };
        self.tried = Some(Tried { target: target.clone(), who });
        let is_same = |there: &SignedIn| !other && target.is_for(&there.source.account().id);
        let claims = self.person.signed_in().filter(|there| is_same(there));
        let claims = claims.and_then(|there| there.session.claims());
        // Asked for once: a further refusal names them again. Of somebody else they were not asked.
        let claims = claims.or_else(|| {
            let wanted = self.wanted.take_if(|(of, _)| !other && of.is_same(&target));
            wanted.map(|(_, claims)| claims)
        });
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
        let request = Request { hint, permission, claims };
        task.spawn(sign_in(target, request, self.around.clone(), report.clone()));
        self.set_person(Person::Coming(Coming {
            realm,
            step: SignInStep::InBrowser,
            opened: None,
            browser: None,
            why,
            in_address: realm == Realm::Organisation && self.effective.query_mode,
            permission,
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
            SignInProgress::NoBrowser(error) if error.code == ErrorCode::BrowserSilent => {
                coming.browser.get_or_insert(error);
            }
            SignInProgress::NoBrowser(error) => coming.browser = Some(error),
            SignInProgress::Connected => coming.browser = None,
            SignInProgress::Exchanging => coming.step = SignInStep::Exchanging,
            SignInProgress::Wanted(claims) => {
                self.wanted = self.tried.clone().map(|tried| (tried.target, claims));
            }
            SignInProgress::Ended(Err(error)) => self.sign_in_given_up(Some(error)),
            SignInProgress::Ended(Ok(signed_in)) => {
                let account = signed_in.source.account().id.clone();
                let before = coming.before.take();
                let permission = coming.permission;
                let goes_on =
                    before.as_ref().is_some_and(|before| before.source.account().id == account);
                let session = Arc::clone(&signed_in.session);
                tokio::spawn(async move { session.keep().await });
                if goes_on {
                    self.there(signed_in);
                    // What the session before still asks would end with it.
                    let broken_off = self.break_off();
                    self.batch.put_back(broken_off);
                } else {
                    self.leave(before);
                    self.there(signed_in);
                    self.open_records();
                }
                self.around.desktop.come_to_front();
                if let Some(permission) = permission {
                    self.remember_permission(&account, permission);
                }
            }
        }
    }

    /// What the API asked for is asked for from now on, at each sign-in to this organisation.
    fn remember_permission(&mut self, account: &AccountId, permission: Permission) {
        let Some(known) = self.organisations.of(account) else { return };
        let organisation = Organisation { permission, ..known.organisation.clone() };
        self.settings.change(|settings| {
            let own = &mut settings.organisations;
            match own.iter_mut().find(|known| known.is_same_tenant(&organisation)) {
                Some(known) => known.permission = permission,
                // One that an administrator has connected is remembered beside that.
                None => own.push(organisation),
            }
        });
        self.settings_changed();
        self.save_settings();
    }

    /// Whoever was there does not ask any more: their session waits until it is gone back to, and
    /// what they have seen is forgotten.
    fn leave(&mut self, before: Option<Box<SignedIn>>) {
        self.round += 1;
        self.give_up_call_of_check();
        self.close_records();
        self.begin_epoch();
        if let Some(before) = before {
            self.accounts.park(before);
        }
    }

    /// Asks as another account from now on.
    pub(super) fn switch(&mut self, account: AccountHandle) -> Result<(), UserError> {
        let gone = || UserError::new(ErrorCode::Gone);
        let id = self.accounts.get(account).ok_or_else(gone)?.clone();
        self.place_of(&id).ok_or_else(gone)?;
        if self.person.there().is_some_and(|there| there.source.account().id == id) {
            return Ok(());
        }
        self.to_restore.clear();
        self.kept = None;
        self.prefer(id.clone());
        let before = match std::mem::replace(&mut self.person, Person::NOBODY) {
            Person::There(before) => Some(Box::new(before)),
            Person::Coming(Coming { before, .. }) => before,
            Person::Nobody { .. } | Person::Restoring(_) => None,
        };
        self.leave(before);
        match self.accounts.take(&id) {
            Some(there) => {
                self.there(*there);
                self.open_records();
            }
            None => self.restore_wished(id, true),
        }
        Ok(())
    }

    /// Has the account looked for first at the next start.
    fn prefer(&self, account: AccountId) {
        let store = self.around.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.prefer(&account).await {
                tracing::warn!(%error, "which account comes first was not kept");
            }
        });
    }

    /// Signs an account out, whether it asks at the moment or not.
    pub(super) fn forget_account(&mut self, account: AccountHandle) {
        let Some(id) = self.accounts.get(account).cloned() else { return };
        if self.person.signed_in().is_some_and(|there| there.source.account().id == id) {
            return self.sign_out();
        }
        self.accounts.retain(|known| *known != id);
        if matches!(&self.person, Person::Restoring(restoring) if restoring.account == id) {
            self.set_person(Person::NOBODY);
        }
        self.remove(id);
    }

    /// Signs in once more, as the same person, with the permission that the API has asked for.
    pub(super) fn step_up(&mut self) -> Result<(), UserError> {
        let there = self.person.there().ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        let account = there.source.account().id.clone();
        let why = there.interrupted.clone();
        let target = self.place_of(&account).ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        let permission = Some(Permission::AlertReadWrite);
        self.sign_in(target, Wish { other: false, permission, why });
        Ok(())
    }

    /// The person as the page shows them, with the place that an error is about.
    pub(super) fn session(&self) -> Session {
        let mut session = self.person.session();
        if let Session::SignedOut { error: Some(_), tried, .. } = &mut session {
            *tried = self.tried.as_ref().and_then(|tried| self.named(&tried.target));
        }
        session
    }

    /// How the page names a place to sign in; none if it is not connected any more.
    fn named(&self, target: &SignInTarget) -> Option<SignInTo> {
        match target {
            SignInTarget::Practice(_) => Some(SignInTo::Practice),
            SignInTarget::Organisation(endpoints) => {
                let known = self.organisations.all().iter().find(|known| {
                    let Organisation { cloud, tenant, .. } = &known.organisation;
                    endpoints.cloud() == Some(*cloud) && endpoints.tenant() == tenant
                });
                Some(SignInTo::Organisation { id: known?.id })
            }
        }
    }

    /// What stands in the way of the session, with all that is known of it.
    pub(super) fn session_problem(&self) -> Option<String> {
        let error = match &self.person {
            Person::Nobody { error, .. } => error.as_ref()?,
            Person::There(there) => there.interrupted.as_ref()?,
            Person::Restoring(_) | Person::Coming(_) => return None,
        };
        let mut lines = vec![words::problem(error), words::help(error)];
        lines.extend(error.facts.iter().map(|(name, fact)| match fact {
            Fact::Number(number) => format!("{name}: {number}"),
            Fact::Text(text) => format!("{name}: {}", text.flat()),
        }));
        Some(lines.join("\n") + "\n")
    }

    /// Whether the session outlasts the program has changed.
    pub(super) fn keeping_changed(&mut self) {
        if let Some(there) = self.person.there() {
            self.accounts.is_there(there.source.account(), self.person.is_kept());
        }
        self.try_records();
        self.reach_again();
    }

    /// Asks the keyring what the kept accounts are called, now that it is open.
    fn name_accounts(&self) {
        let mut nameless = self.accounts.nameless();
        nameless.retain(|account| self.place_of(account).is_some());
        if nameless.is_empty() {
            return;
        }
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            for id in nameless {
                match store.load(&id, Patience::Brief).await {
                    Ok(Some(saved)) => {
                        let SavedSignIn { name, sign_in_name, .. } = saved;
                        let account =
                            Account { id, name, sign_in_name, tenant_name: None, sees: None };
                        let _ = events.send(Event::Named(account));
                    }
                    Ok(None) => {}
                    Err(error) => tracing::warn!(%error, "a kept account could not be named"),
                }
            }
        });
    }

    /// Forgets the accounts that have no place here; what is kept of them is another matter.
    pub(super) fn drop_placeless(&mut self) {
        let mut accounts = std::mem::take(&mut self.accounts);
        accounts.retain(|account| self.place_of(account).is_some());
        self.accounts = accounts;
    }

    /// The attempt is over without a session: whoever was signed in before still is.
    pub(super) fn sign_in_given_up(&mut self, error: Option<UserError>) {
        // What an attempt elsewhere met says nothing of the organisation that is checked.
        let tried = self.tried.as_ref().and_then(|tried| self.named(&tried.target));
        let checked = self.check.about().map(|id| SignInTo::Organisation { id });
        let met = error.clone().filter(|_| tried == checked);
        self.check_came_to_nothing(met);
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
                self.organisation_target(&self.organisations.of(account)?.organisation).ok()?
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

    /// Where the page asks to sign in.
    pub(super) fn target(&self, to: SignInTo) -> Result<SignInTarget, UserError> {
        match to {
            SignInTo::Practice => {
                let practice = self.practice.as_ref();
                let practice =
                    practice.ok_or_else(|| UserError::new(ErrorCode::PracticeUnavailable))?;
                Ok(SignInTarget::Practice(Arc::clone(practice)))
            }
            SignInTo::Organisation { id } => {
                let connected = self.organisations.get(id);
                let connected = connected.ok_or_else(|| UserError::new(ErrorCode::NotConnected))?;
                self.organisation_target(&connected.organisation)
            }
        }
    }

    /// Takes an organisation out of the settings, which are still to be saved.
    pub(super) fn disconnect(&self, id: OrganisationId) -> Result<(), UserError> {
        let known = self.organisations.get(id).filter(|known| !known.locked);
        let known = known.ok_or_else(|| UserError::new(ErrorCode::NotConnected))?;
        let organisation = &known.organisation;
        self.settings.change(|settings| match &*self.managed {
            Ok(Some(policy)) => policy.disconnect(settings, organisation),
            Ok(None) | Err(_) => settings.disconnect(organisation),
        });
        Ok(())
    }

    /// Other organisations are connected: who belongs to one that is not any more has no place here.
    pub(super) fn organisations_changed(&mut self) {
        let before = self.organisations.all().to_vec();
        self.settings_changed();
        // A session is good for the registration by which it was begun alone.
        let client = |all: &[Connected], account: &AccountId| {
            let known = all.iter().find(|known| known.is_of(account));
            known.map(|known| known.organisation.client.clone())
        };
        let is_gone = |account: &AccountId| {
            account.realm == Realm::Organisation
                && (self.place_of(account).is_none()
                    || client(&before, account) != client(self.organisations.all(), account))
        };
        let restoring = match &self.person {
            Person::Restoring(restoring) => is_gone(&restoring.account),
            Person::Nobody { .. } | Person::Coming(_) | Person::There(_) => false,
        };
        let there =
            self.person.signed_in().is_some_and(|there| is_gone(&there.source.account().id));
        let kept = self.kept.as_ref().is_some_and(is_gone);
        let gone: Vec<AccountId> = self.accounts.all().filter(|id| is_gone(id)).cloned().collect();
        if kept {
            self.kept = None;
        }
        if restoring {
            self.restore_next();
        }
        // Before the sign-in that it waits for ends, which would be told as its result.
        if self.check.about().is_some_and(|id| self.organisations.get(id).is_none()) {
            self.check = Checking::after(&self.check);
        }
        if matches!(&self.person, Person::Coming(coming) if coming.realm == Realm::Organisation) {
            self.sign_in_given_up(None);
        }
        let active = self.person.signed_in().map(|there| there.source.account().id.clone());
        if there {
            self.sign_out();
        } else {
            self.ask_elsewhere(&before);
        }
        for account in gone.into_iter().filter(|account| active.as_ref() != Some(account)) {
            self.accounts.retain(|known| *known != account);
            self.remove(account);
        }
        self.remove_placeless();
    }

    /// Sessions of an organisation whose host is another one now begin anew, as far as they are kept.
    fn ask_elsewhere(&mut self, before: &[Connected]) {
        let host = |all: &[Connected], account: &AccountId| {
            all.iter().find(|known| known.is_of(account)).map(|known| known.organisation.host)
        };
        let now = self.organisations.all();
        let moved = |account: &AccountId| host(before, account) != host(now, account);
        let active = self.person.there().map(|there| there.source.account().id.clone());
        let active = active.filter(|account| moved(account) && self.person.is_kept());
        let parked: Vec<_> =
            self.accounts.all().filter(|account| moved(account)).cloned().collect();
        for account in parked {
            self.accounts.begin_anew(&account);
        }
        if let Some(account) = active {
            self.person = Person::NOBODY;
            self.leave(None);
            self.restore(account);
        }
    }

    /// Looks for the sign-in that was kept.
    pub(super) fn restore(&mut self, account: AccountId) {
        self.restore_wished(account, false);
    }

    /// The same; `wished` says that the person has asked for this very account.
    fn restore_wished(&mut self, account: AccountId, wished: bool) {
        let Some(target) = self.place_of(&account) else {
            return self.set_person(Person::NOBODY);
        };
        let (report, reports) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        self.tried = Some(Tried { target: target.clone(), who: None });
        task.spawn(restore(account.clone(), target, self.around.clone(), report));
        self.kept = None;
        self.set_person(Person::Restoring(Restoring {
            account,
            locked: false,
            wished,
            reports,
            task,
        }));
    }

    pub(super) fn restore_went_on(&mut self, progress: RestoreProgress) {
        let Person::Restoring(restoring) = &mut self.person else { return };
        match progress {
            RestoreProgress::Locked => restoring.locked = true,
            RestoreProgress::Ended(Ok(Some(signed_in))) => {
                let session = Arc::clone(&signed_in.session);
                self.there(*signed_in);
                self.begin_epoch();
                self.open_records();
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
            RestoreProgress::Ended(Ok(None)) => {
                let (account, wished) = (restoring.account.clone(), restoring.wished);
                self.accounts.retain(|known| *known != account);
                if wished {
                    let error = Some(UserError::new(ErrorCode::SessionEnded));
                    return self.set_person(Person::Nobody { error, signed_out: None });
                }
                self.restore_next();
            }
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
        let kept = *signed_in.keeping.borrow() == Keeping::Kept;
        self.accounts.is_there(signed_in.source.account(), kept);
        self.reach_again();
        self.set_person(Person::There(signed_in));
        self.name_accounts();
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
        self.give_up_call_of_check();
        self.epoch += 1;
        self.round += 1;
        self.break_off();
        self.close_records();
        self.last = None;
        self.set_person(Person::Nobody {
            error: None,
            signed_out: Some(SignOut { realm: account.realm, removal: Removal::Removing }),
        });
        self.batch.start_over();
        self.accounts.retain(|known| *known != account);
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

    /// Removes what is kept of those who signed in to an organisation that is not connected any more.
    fn remove_placeless(&self) {
        if self.managed.is_err() {
            // What an administrator has connected is not known at the moment.
            return;
        }
        // One of the person's own over which an administrator's stands is connected all the same.
        let mut connected = self.settings.current().organisations;
        connected.extend(self.organisations.all().iter().map(|known| known.organisation.clone()));
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let kept = match store.kept().await {
                Ok(kept) => kept,
                Err(error) => return tracing::warn!(%error, "what is kept could not be listed"),
            };
            for account in kept {
                let has_a_place = connected.iter().any(|known| account.is_of(known));
                if account.realm == Realm::Organisation && !has_a_place {
                    let outcome = store.sign_out(&account).await;
                    let _ = events.send(Event::Removed(account, outcome));
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
                self.try_records();
            }
            Person::Restoring(_) | Person::Coming(_) => {}
        }
    }

    pub(super) fn set_person(&mut self, person: Person) {
        self.around.desktop.realm_changed(person.realm());
        self.person = person;
        if !matches!(self.person, Person::Restoring(_)) {
            self.sweep();
        }
        match self.person {
            Person::There(_) | Person::Nobody { .. } => self.check_signed_in(),
            Person::Restoring(_) | Person::Coming(_) => {}
        }
    }
}
