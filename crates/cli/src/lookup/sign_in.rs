//! Who asks: the sign-in that was kept or, where a person is there to see a browser, a new one.

use droptrace_core::{
    view::{
        CopyField, ErrorCode, Head, Keeping, Realm, Session, ShownAccount, SignInStep, SignInTo,
        UserError,
    },
    words::{filled, problem, sentence},
    workbench::Whom,
};

use super::{Asked, page::Page};
use crate::screen::Screen;

/// Nobody is signed in who was asked for; it was said why.
#[derive(Debug)]
pub(super) struct NotSignedIn;

/// Waits until somebody is signed in, and says who; opens the browser if it `may`.
///
/// # Errors
///
/// [`NotSignedIn`].
pub(super) async fn wait(
    page: &mut Page,
    asked: &Asked,
    may: bool,
    screen: &Screen,
) -> Result<(), NotSignedIn> {
    let mut attempt = Attempt { asked, may, screen, begun: false, said: Said::default() };
    let outcome = attempt.go(page).await;
    outcome.map_err(|error| {
        if let Some(error) = error {
            screen.say(filled("cli.problem", &[("problem", &problem(&error))]));
        }
        NotSignedIn
    })
}

struct Attempt<'a> {
    asked: &'a Asked,
    may: bool,
    screen: &'a Screen,
    begun: bool,
    said: Said,
}

/// What was said already, and is not said again.
#[derive(Default)]
struct Said {
    locked: bool,
    browser: bool,
    link: bool,
}

impl Attempt<'_> {
    /// The error is what is still to be said, if it is not all said.
    async fn go(&mut self, page: &mut Page) -> Result<(), Option<UserError>> {
        loop {
            if let Some(Head { session, .. }) = page.head() {
                match session {
                    Session::SignedIn { account, .. } => {
                        return self.is_whom(page, &account).await;
                    }
                    Session::Restoring { locked, .. } => self.restoring(locked)?,
                    Session::SigningIn { step, browser, .. } => {
                        self.signing_in(page, step, browser.as_ref()).await;
                    }
                    Session::SignedOut { error, .. } => {
                        self.begin(page, error, false).await?;
                        continue;
                    }
                    Session::Interrupted { error, .. } => {
                        self.begin(page, Some(error), true).await?;
                        continue;
                    }
                }
            }
            page.changed().await.map_err(Some)?;
        }
    }

    async fn is_whom(&self, page: &Page, account: &ShownAccount) -> Result<(), Option<UserError>> {
        let (name, tenant) = (account.sign_in_name.flat(), account.tenant.flat());
        let is_whom = page.workbench().is_signed_in(self.asked.whom.clone()).await;
        if !is_whom.map_err(Some)? {
            self.screen.say(filled("cli.somebodyElse", &[("name", &name)]));
            return Err(None);
        }
        if account.realm == Realm::Practice {
            self.screen.say(sentence("cli.practice.said"));
        }
        self.screen.say(filled("cli.asksAs", &[("name", &name), ("tenant", &tenant)]));
        Ok(())
    }

    /// A question of the keyring is for a person to answer.
    fn restoring(&mut self, locked: bool) -> Result<(), Option<UserError>> {
        if !locked || self.said.locked {
            return Ok(());
        }
        if !self.may {
            return Err(Some(UserError::new(ErrorCode::KeyringLocked)));
        }
        self.said.locked = true;
        self.screen.say(sentence("cli.keyringLocked"));
        Ok(())
    }

    async fn signing_in(&mut self, page: &Page, step: SignInStep, browser: Option<&UserError>) {
        if step == SignInStep::InBrowser && !self.said.browser {
            self.said.browser = true;
            self.screen.say(sentence(match self.asked.realm {
                Realm::Practice => "cli.browser.practice",
                Realm::Organisation => "cli.browser.organisation",
            }));
        }
        if browser.is_some()
            && !self.said.link
            && let Ok(link) = page.workbench().exact(CopyField::SignInLink).await
        {
            self.said.link = true;
            self.screen.say(filled("cli.browser.notOpened", &[("link", &link)]));
        }
    }

    /// Begins to sign in, if that is possible and was not tried before.
    async fn begin(
        &mut self,
        page: &mut Page,
        error: Option<UserError>,
        is_known: bool,
    ) -> Result<(), Option<UserError>> {
        let why = error.map(|error| problem(&error));
        if let Some(problem) = why {
            self.screen.say(filled("cli.problem", &[("problem", &problem)]));
        }
        if self.begun {
            return Err(None);
        }
        if !self.may {
            self.screen.say(sentence("cli.notSignedIn"));
            return Err(None);
        }
        self.begun = true;
        let chooses = !is_known && matches!(self.asked.whom, Whom::Named(..));
        let to = place(page, self.asked.realm).map_err(Some)?;
        page.workbench().sign_in(to, chooses).await.map_err(Some)?;
        page.begin_anew().await.map_err(Some)
    }
}

/// Where to sign in: of several organisations at the one that was connected last.
fn place(page: &Page, realm: Realm) -> Result<SignInTo, UserError> {
    match realm {
        Realm::Practice => Ok(SignInTo::Practice),
        Realm::Organisation => {
            let head = page.head();
            let connected = head.as_ref().and_then(|head| head.organisations.last());
            let id = connected.ok_or_else(|| UserError::new(ErrorCode::NotConnected))?.id;
            Ok(SignInTo::Organisation { id })
        }
    }
}

/// Waits until the sign-in is where it outlasts this program, or it is known that it will not be;
/// says the latter of a new one.
pub(super) async fn kept(page: &mut Page, screen: &Screen, is_new: bool) {
    loop {
        let session = page.head().map(|head| head.session);
        match session {
            Some(Session::SignedIn { keeping: Keeping::Saving, .. }) => {}
            Some(Session::SignedIn { keeping: Keeping::NotKept { error }, .. }) if is_new => {
                let reason = problem(&error);
                return screen.say(filled("cli.notKept", &[("reason", &reason)]));
            }
            Some(_) | None => return,
        }
        if page.changed().await.is_err() {
            return;
        }
    }
}
