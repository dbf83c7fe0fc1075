use super::error::Refused;
use crate::{organisation::Registration, permission::Permission};

/// What an app asks for: something about the person, and one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    pub(crate) profile: bool,
    pub(crate) offline_access: bool,
    /// Permissions of the resource, without its address, each once.
    pub(crate) permissions: Vec<Permission>,
}

impl Scopes {
    /// Parses a `scope` parameter.
    ///
    /// `openid` and a permission of the one resource must be there. `.default` stands for every
    /// permission with consent, or every registered one if there is none, and alone.
    pub(super) fn parse(
        text: &str,
        registration: &Registration,
        consented: &[Permission],
    ) -> Result<Self, Refused> {
        let (scopes, openid) = Self::read(text, registration, consented)?;
        if openid { Ok(scopes) } else { Err(Refused::scope(text)) }
    }

    /// Parses the `scope` of a request for an administrator's consent, where nobody signs in.
    pub(super) fn parse_for_consent(
        text: &str,
        registration: &Registration,
    ) -> Result<Vec<Permission>, Refused> {
        Self::read(text, registration, &[]).map(|(scopes, _)| scopes.permissions)
    }

    fn read(
        text: &str,
        registration: &Registration,
        consented: &[Permission],
    ) -> Result<(Self, bool), Refused> {
        let mut openid = false;
        let mut scopes = Self { profile: false, offline_access: false, permissions: Vec::new() };
        let mut all = false;
        for scope in text.split_ascii_whitespace() {
            match scope {
                "openid" => openid = true,
                "profile" => scopes.profile = true,
                "offline_access" => scopes.offline_access = true,
                "email" => {}
                other => match named(other, registration) {
                    Some(".default") => all = true,
                    Some(name) => {
                        let asked = Permission::named(name).ok_or_else(|| Refused::scope(other))?;
                        if !scopes.permissions.contains(&asked) {
                            scopes.permissions.push(asked);
                        }
                    }
                    None => return Err(Refused::scope(other)),
                },
            }
        }
        // Either all permissions or named ones, not both and not neither.
        if all != scopes.permissions.is_empty() {
            return Err(Refused::scope(text));
        }
        if all {
            let given = if consented.is_empty() { &Permission::ALL[..] } else { consented };
            scopes.permissions = given.to_vec();
        }
        Ok((scopes, openid))
    }

    /// The `scope` of a token response: what was granted.
    pub(super) fn granted(&self, registration: &Registration) -> String {
        let mut words = vec!["openid".to_owned()];
        if self.profile {
            words.push("profile".to_owned());
        }
        words.extend(
            self.permissions.iter().map(|name| format!("{}/{name}", registration.resource)),
        );
        words.join(" ")
    }
}

/// What a scope names of the resource.
fn named<'scope>(scope: &'scope str, registration: &Registration) -> Option<&'scope str> {
    scope.strip_prefix(registration.resource.as_str())?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Scopes, Refused> {
        Scopes::parse(text, &Registration::practice(1, 2, 3), &Permission::ALL)
    }

    #[test]
    fn the_default_is_what_has_consent_or_all() {
        let registration = Registration::practice(1, 2, 3);
        let text = "openid api://droptrace-practice/.default";
        let given =
            |consented: &[_]| Scopes::parse(text, &registration, consented).unwrap().permissions;

        assert_eq!(given(&[Permission::FileReadAll]), [Permission::FileReadAll]);
        assert_eq!(given(&[]), Permission::ALL);
    }

    #[test]
    fn consent_is_asked_for_without_a_sign_in() {
        let registration = Registration::practice(1, 2, 3);
        let asked = |text| Scopes::parse_for_consent(text, &registration);

        assert_eq!(asked("api://droptrace-practice/.default").unwrap(), Permission::ALL);
        assert_eq!(asked("api://droptrace-practice/Alert.Read").unwrap(), [Permission::AlertRead]);
        assert!(asked("openid profile").is_err());
    }

    #[test]
    fn the_usual_scopes_are_granted() {
        let scopes =
            parse("openid profile offline_access api://droptrace-practice/Alert.Read").unwrap();

        assert_eq!(
            scopes.granted(&Registration::practice(1, 2, 3)),
            "openid profile api://droptrace-practice/Alert.Read"
        );
    }

    #[test]
    fn another_resource_is_refused() {
        for text in [
            "openid https://api.securitycenter.microsoft.com/Alert.Read",
            "openid api://droptrace-practice/Alert.Read https://graph.microsoft.com/User.Read",
            "openid api://droptrace-practice/Alert.Write",
            "openid api://droptrace-practice/alert.read",
            "openid api://droptrace-practice/.default api://droptrace-practice/Alert.Read",
            "api://droptrace-practice/Alert.Read",
            "openid profile",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
