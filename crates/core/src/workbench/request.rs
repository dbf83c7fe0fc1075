//! Messages to the administrator: what is in the way of what the person wants, and where.

use tokio::sync::oneshot;

use super::{
    SignInTarget, Tried,
    actor::{Actor, reply},
    person::Person,
    sign_in::{SignedIn, no_practice},
};
use crate::{
    identity,
    view::{ErrorCode, RequestAbout, SignInTo, UserError},
};

/// What is in the way, where that is, and the name of who is known to want it.
type InTheWay = (UserError, SignInTarget, Option<String>);

impl Actor {
    /// Answers with a message to the administrator, or that there is nothing to tell any more.
    pub(super) fn request(
        &self,
        about: &RequestAbout,
        answer: oneshot::Sender<Result<String, UserError>>,
    ) {
        let in_the_way = match about {
            RequestAbout::Session => self.in_the_way_of_session(),
            RequestAbout::Check => self.in_the_way_of_check(),
            RequestAbout::Item { item } => {
                let error = self.batch.failure_of(*item).cloned();
                error.and_then(|error| self.in_the_way_of_whoever_is_there(error))
            }
            RequestAbout::Explained { typed } => self
                .tried
                .clone()
                .map(|Tried { target, who }| (identity::explain(typed), target, who)),
        };
        let Some((error, target, who)) = in_the_way else {
            return reply(answer, Err(UserError::new(ErrorCode::Gone)));
        };
        tokio::spawn(async move {
            reply(answer, text(target, &error, who.as_deref()).await);
        });
    }

    fn in_the_way_of_session(&self) -> Option<InTheWay> {
        match &self.person {
            Person::Nobody { error: Some(error), .. } => {
                let Tried { target, who } = self.tried.clone()?;
                Some((error.clone(), target, who))
            }
            Person::There(SignedIn { interrupted: Some(error), .. }) => {
                self.in_the_way_of_whoever_is_there(error.clone())
            }
            Person::Nobody { error: None, .. }
            | Person::There(_)
            | Person::Restoring(_)
            | Person::Coming(_) => None,
        }
    }

    fn in_the_way_of_check(&self) -> Option<InTheWay> {
        let (organisation, error) = self.check.failed()?;
        let target = self.target(SignInTo::Organisation { id: organisation }).ok()?;
        Some((error.clone(), target, self.check.asked_as.clone()))
    }

    fn in_the_way_of_whoever_is_there(&self, error: UserError) -> Option<InTheWay> {
        let account = self.person.signed_in()?.source.account();
        Some((error, self.place_of(&account.id)?, Some(account.sign_in_name.clone())))
    }
}

async fn text(
    target: SignInTarget,
    error: &UserError,
    who: Option<&str>,
) -> Result<String, UserError> {
    match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => Ok(identity::request_text(error, &endpoints, who)),
            Err(error) => Err(no_practice(&error)),
        },
        SignInTarget::Organisation(endpoints) => {
            Ok(identity::request_text(error, &*endpoints, who))
        }
    }
}
