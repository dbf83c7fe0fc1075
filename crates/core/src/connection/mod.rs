//! How an organisation is connected: texts for whoever registers the app in Entra, with the person's
//! values in them, and for whoever grants what is missing.
//!
//! What goes into a script is an id that was checked, or one of a few fixed words.

mod passport;
mod scripts;

use url::{Url, form_urlencoded};

pub use passport::passport_text;

use crate::{
    identity::{Domain, Endpoints, OrganisationEndpoints, requested_scope},
    view::{
        Cloud, Organisation, OrganisationForm, Permission, Registration, RegistrationText, Shown,
        UserError,
    },
    words,
};

/// The redirect URI of the registration; Entra ignores the port of `localhost`.
const REDIRECT: &str = "http://localhost";
/// The permission that reading alerts needs, as Entra names it.
const PERMISSION: &str = "Alert.Read";

/// How to make the app registration, with what the form holds: three ways, and a message for an
/// administrator. Without a client id they make a registration; with one they give it what it needs.
///
/// # Errors
///
/// If the tenant's id, the client id, the host or the domain is not of the right form.
pub fn registration(form: &OrganisationForm) -> Result<Registration, UserError> {
    let values = Values::of(form)?;
    let shown = |text| Shown::of_lines(&values.text(text));
    Ok(Registration {
        portal: shown(RegistrationText::Portal),
        az: shown(RegistrationText::Az),
        power_shell: shown(RegistrationText::PowerShell),
        message: shown(RegistrationText::Message),
    })
}

/// One of the texts of [`registration`], exactly: for the clipboard. It ends with a line break.
///
/// # Errors
///
/// As [`registration`].
pub fn text(form: &OrganisationForm, text: RegistrationText) -> Result<String, UserError> {
    Ok(Values::of(form)?.text(text))
}

/// What stands in the texts, checked.
struct Values {
    cloud: Cloud,
    tenant: String,
    /// None while there is no registration.
    client: Option<String>,
    domain: Option<Domain>,
    authority: Url,
    /// What a sign-in asks for.
    scope: String,
}

impl Values {
    fn of(form: &OrganisationForm) -> Result<Self, UserError> {
        /// Stands in for the client id while there is none; it gets into no text.
        const NONE: &str = "00000000-0000-0000-0000-000000000000";

        let domain = form.domain.as_deref().map(Domain::parse).transpose()?;
        let typed = |text: &str| text.trim().to_ascii_lowercase();
        let client = Some(typed(&form.client)).filter(|client| !client.is_empty());
        let organisation = Organisation {
            cloud: form.cloud,
            tenant: typed(&form.tenant),
            client: client.clone().unwrap_or_else(|| NONE.into()),
            host: form.host,
            domain: None,
            permission: Permission::AlertRead,
        };
        let endpoints = OrganisationEndpoints::new(&organisation)?;
        Ok(Self {
            cloud: form.cloud,
            tenant: organisation.tenant,
            client,
            domain,
            authority: endpoints.authority().clone(),
            scope: requested_scope(&endpoints),
        })
    }

    fn text(&self, text: RegistrationText) -> String {
        let lines = match text {
            RegistrationText::Portal => self.portal(),
            RegistrationText::Az => scripts::az(self),
            RegistrationText::PowerShell => scripts::power_shell(self),
            RegistrationText::Message => self.message(),
        };
        lines.join("\n") + "\n"
    }

    /// A sentence with the values in it.
    fn say(&self, key: &'static str) -> String {
        words::filled(
            key,
            &[
                ("tenant", &self.tenant),
                ("cloud", self.cloud_name()),
                ("client", self.client.as_deref().unwrap_or_default()),
                ("portal", self.portal_address()),
                ("redirect", REDIRECT),
                ("permission", PERMISSION),
            ],
        )
    }

    fn portal(&self) -> Vec<String> {
        let steps: &[&str] = if self.client.is_some() {
            &[
                "register.portal.open",
                "register.portal.find",
                "register.portal.redirectCheck",
                "register.portal.permission",
                "register.portal.consent",
                "register.portal.assignment",
            ]
        } else {
            &[
                "register.portal.open",
                "register.portal.new",
                "register.portal.redirect",
                "register.portal.permission",
                "register.portal.consent",
                "register.portal.assignment",
                "register.portal.client",
            ]
        };
        let title = self.say(if self.client.is_some() {
            "register.portal.title.existing"
        } else {
            "register.portal.title.new"
        });
        let steps = (1..).zip(steps).map(|(number, key)| format!("{number}. {}", self.say(key)));
        [title, String::new()].into_iter().chain(steps).collect()
    }

    fn message(&self) -> Vec<String> {
        let organisation = match &self.domain {
            Some(domain) => words::filled(
                "register.message.organisation.domain",
                &[
                    ("domain", domain.as_str()),
                    ("tenant", &self.tenant),
                    ("cloud", self.cloud_name()),
                ],
            ),
            None => self.say("register.message.organisation"),
        };
        let mut lines = vec![
            self.say("register.message.greeting"),
            String::new(),
            self.say("register.message.what"),
            organisation,
            String::new(),
        ];
        if let Some(client) = &self.client {
            lines.extend([
                self.say("register.message.consent"),
                String::new(),
                self.consent_link(client),
                String::new(),
                self.say("register.message.after"),
            ]);
        } else {
            lines.extend([self.say("register.message.register"), String::new()]);
            // Their title says the same as the sentence above.
            lines.extend(self.portal().into_iter().skip(2));
            lines.extend([String::new(), self.say("register.message.reply")]);
        }
        lines.extend([String::new(), self.say("register.message.rights")]);
        lines
    }

    /// Where an administrator consents for everybody. `client` may be a variable of a script.
    fn consent_link(&self, client: &str) -> String {
        // Spaces as `%20`: some programs that make links out of text stop at a plus sign.
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!(
            "{}{}/v2.0/adminconsent?client_id={client}&scope={}&redirect_uri={}",
            self.authority,
            self.tenant,
            encoded(&self.scope).replace('+', "%20"),
            encoded(REDIRECT),
        )
    }

    fn cloud_name(&self) -> &'static str {
        words::sentence(match self.cloud {
            Cloud::Commercial => "cloud.commercial",
            Cloud::Gcc => "cloud.gcc",
            Cloud::GccHigh => "cloud.gccHigh",
            Cloud::Dod => "cloud.dod",
        })
    }

    /// The Entra admin centre of the cloud.
    fn portal_address(&self) -> &'static str {
        match self.cloud {
            Cloud::Commercial | Cloud::Gcc => "https://entra.microsoft.com",
            Cloud::GccHigh | Cloud::Dod => "https://entra.microsoft.us",
        }
    }
}

#[cfg(test)]
mod tests;
