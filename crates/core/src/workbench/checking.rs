//! The check of a connected organisation: the tenant is known, somebody signs in, the permission was
//! granted, the API answers. Each step is tried only if the one before it went well.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{
    actor::{Actor, Event},
    person::Person,
    presence::Wish,
    sign_in::{self, SignedIn},
};
use crate::{
    digest::Sha1Digest,
    identity,
    lookup::{self, Progress},
    source::ApiError,
    view::{
        Check, CheckKind, CheckOutcome, CheckStep, ErrorCode, OrganisationId, Shown, SignInTo,
        UserError,
    },
};

/// The steps, in their order.
const STEPS: [CheckKind; 4] =
    [CheckKind::Discovery, CheckKind::SignIn, CheckKind::Scope, CheckKind::Call];

/// The check that runs or ran last.
#[derive(Default)]
pub(super) struct Checking {
    /// Counts the checks: what an older one reports is dropped.
    number: u32,
    of: Option<(OrganisationId, [CheckOutcome; STEPS.len()])>,
    /// The name that whoever it asks as signs in with.
    pub(super) asked_as: Option<String>,
    /// What is tried at the moment. Dropping it gives that up.
    task: JoinSet<()>,
}

impl Checking {
    /// No check, after this one.
    pub(super) fn after(before: &Self) -> Self {
        Self { number: before.number + 1, ..Self::default() }
    }

    /// The check as the page shows it.
    pub(super) fn shown(&self) -> Option<Check> {
        let (organisation, outcomes) = self.of.as_ref()?;
        let running = self.running().is_some();
        let steps = STEPS.into_iter().zip(outcomes.iter().cloned());
        let steps = steps.map(|(kind, outcome)| CheckStep { kind, outcome }).collect();
        Some(Check { organisation: *organisation, steps, running })
    }

    /// The step that is tried.
    pub(super) fn running(&self) -> Option<CheckKind> {
        let (_, outcomes) = self.of.as_ref()?;
        let at = outcomes.iter().position(|outcome| *outcome == CheckOutcome::Running)?;
        Some(STEPS[at])
    }

    /// Whom it checks or has checked.
    pub(super) fn about(&self) -> Option<OrganisationId> {
        self.of.as_ref().map(|(organisation, _)| *organisation)
    }

    /// Whom it checks, while it runs.
    pub(super) fn organisation(&self) -> Option<OrganisationId> {
        self.running()?;
        self.about()
    }

    /// What it has failed at, and whom it has checked.
    pub(super) fn failed(&self) -> Option<(OrganisationId, &UserError)> {
        let (organisation, outcomes) = self.of.as_ref()?;
        outcomes.iter().find_map(|outcome| match outcome {
            CheckOutcome::Failed { error } => Some((*organisation, error)),
            CheckOutcome::Waiting | CheckOutcome::Running | CheckOutcome::Passed { .. } => None,
        })
    }

    fn set(&mut self, step: CheckKind, outcome: CheckOutcome) {
        if let (Some((_, outcomes)), Some(at)) =
            (&mut self.of, STEPS.iter().position(|known| *known == step))
        {
            outcomes[at] = outcome;
        }
    }

    /// The step after this one.
    fn next(step: CheckKind) -> Option<CheckKind> {
        STEPS.into_iter().skip_while(|known| *known != step).nth(1)
    }
}

impl Actor {
    /// Begins a check, in place of the one before.
    pub(super) fn start_check(&mut self, organisation: OrganisationId) -> Result<(), UserError> {
        let target = self.target(SignInTo::Organisation { id: organisation })?;
        self.check = Checking::after(&self.check);
        let waiting = [const { CheckOutcome::Waiting }; STEPS.len()];
        self.check.of = Some((organisation, waiting));
        self.check.set(CheckKind::Discovery, CheckOutcome::Running);
        let (events, number) = (self.events.clone(), self.check.number);
        self.check.task.spawn(async move {
            let outcome = sign_in::discovered(target).await.map(Some);
            let _ = events.send(Event::Checked(number, CheckKind::Discovery, outcome));
        });
        Ok(())
    }

    /// A step has ended.
    pub(super) fn checked(
        &mut self,
        number: u32,
        step: CheckKind,
        outcome: Result<Option<String>, UserError>,
    ) {
        if number != self.check.number || self.check.running() != Some(step) {
            return;
        }
        match outcome {
            Ok(seen) => {
                let seen = seen.as_deref().map(Shown::of);
                self.check.set(step, CheckOutcome::Passed { seen });
                if let Some(next) = Checking::next(step) {
                    self.check.set(next, CheckOutcome::Running);
                    self.try_step(next);
                }
            }
            Err(error) => self.check.set(step, CheckOutcome::Failed { error }),
        }
    }

    fn try_step(&mut self, step: CheckKind) {
        let number = self.check.number;
        match step {
            CheckKind::Discovery => {}
            CheckKind::SignIn => self.check_sign_in(),
            CheckKind::Scope => {
                let outcome = self.granted_to_check();
                self.checked(number, step, outcome);
            }
            CheckKind::Call => self.check_call(),
        }
    }

    /// Whoever is signed in there counts; otherwise somebody signs in now.
    fn check_sign_in(&mut self) {
        let Some(organisation) = self.check.organisation() else { return };
        if self.check_went_on() {
            return;
        }
        match self.target(SignInTo::Organisation { id: organisation }) {
            Ok(target) => self.sign_in(target, Wish::default()),
            Err(error) => self.checked(self.check.number, CheckKind::SignIn, Err(error)),
        }
    }

    /// Somebody is there: if it is who the check waits for, it goes on. Tells whether it was.
    fn check_went_on(&mut self) -> bool {
        let is_waiting = self.check.running() == Some(CheckKind::SignIn);
        let there = self.there_to_check().filter(|there| there.interrupted.is_none());
        let Some(there) = there.filter(|_| is_waiting) else { return false };
        let name = there.source.account().sign_in_name.clone();
        let (session, source) = (Arc::clone(&there.session), Arc::clone(&there.source));
        self.check.asked_as = Some(name.clone());
        let (events, number, round) = (self.events.clone(), self.check.number, self.round);
        // Renewed first, if its token has run out: what was told earlier may hold no more.
        self.check.task.spawn(async move {
            let outcome = match session.is_good().await {
                Ok(()) => Ok(name),
                Err(error) => {
                    let needs_person = error.needs_person();
                    let error = UserError::from(&source.explained(ApiError::Auth(error)).await);
                    if needs_person {
                        let _ = events.send(Event::SessionOver(round, error.clone()));
                    }
                    Err(error)
                }
            };
            let _ = events.send(Event::SessionChecked(number, round, outcome));
        });
        true
    }

    /// It is known whether a session is good.
    pub(super) fn session_checked(
        &mut self,
        number: u32,
        round: u32,
        outcome: Result<String, UserError>,
    ) {
        if number != self.check.number {
            return;
        }
        if round == self.round {
            return self.checked(number, CheckKind::SignIn, outcome.map(Some));
        }
        // Somebody else is there by now, or is about to be.
        match self.person {
            Person::There(_) | Person::Nobody { .. } => self.check_signed_in(),
            Person::Restoring(_) | Person::Coming(_) => {}
        }
    }

    /// Whoever is there, if they belong to the organisation that is checked.
    fn there_to_check(&self) -> Option<&SignedIn> {
        let checked = self.check.about()?;
        self.person.there().filter(|there| {
            let known = self.organisations.of(&there.source.account().id);
            known.is_some_and(|known| known.id == checked)
        })
    }

    /// Nobody is signing in any more: the check goes on, or it waited for nothing.
    pub(super) fn check_signed_in(&mut self) {
        if self.check.running() != Some(CheckKind::SignIn) || self.check_went_on() {
            return;
        }
        let error = self.there_to_check().and_then(|there| there.interrupted.clone());
        self.check_came_to_nothing(error);
    }

    /// The sign-in that the check waits for came to nothing.
    pub(super) fn check_came_to_nothing(&mut self, error: Option<UserError>) {
        let error = error.unwrap_or_else(|| UserError::new(ErrorCode::SignInGivenUp));
        self.checked(self.check.number, CheckKind::SignIn, Err(error));
    }

    /// Whoever the check asks as does not ask any more: what waits for its turn is not sent.
    pub(super) fn give_up_call_of_check(&mut self) {
        if self.check.running() == Some(CheckKind::Call) {
            self.check = Checking::after(&self.check);
        }
    }

    fn granted_to_check(&self) -> Result<Option<String>, UserError> {
        let there = self.person.there().ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        let granted = there.session.granted();
        let words = granted.words.join(" ");
        if granted.alert_read || granted.alert_read_write {
            Ok(granted.is_told.then_some(words))
        } else {
            let required = identity::permission_name(there.permission);
            Err(UserError::new(ErrorCode::ScopeMissing)
                .with("required", required)
                .with("message", words.as_str()))
        }
    }

    /// Asks for the digest of an empty file, which is nobody's file: it costs one call of the quota.
    fn check_call(&mut self) {
        let Some(there) = self.person.there() else { return };
        let (source, quota) = (Arc::clone(&there.source), Arc::clone(&there.quota));
        let (events, number) = (self.events.clone(), self.check.number);
        self.check.task.spawn(async move {
            let turn = quota.turn().await;
            let told = move |progress| {
                let outcome = match progress {
                    Progress::Ended(Ok(answer)) => match &answer.incomplete {
                        None => Ok(Some(answer.provenance.host)),
                        Some(incomplete) => Err(incomplete.into()),
                    },
                    Progress::Ended(Err(error)) => Err((&error).into()),
                    Progress::Refused => {
                        Err(UserError::new(ErrorCode::Throttled).with("seconds", 60_u32))
                    }
                    Progress::Waiting | Progress::Asking | Progress::Retrying => return,
                };
                let _ = events.send(Event::Checked(number, CheckKind::Call, outcome));
            };
            lookup::ask(source, quota, turn, Sha1Digest::EMPTY, told).await;
        });
    }
}
