use super::error::Refused;
use crate::organisation::{PERMISSIONS, Registration};

/// What an app asks for: something about the person, and one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    pub(crate) profile: bool,
    pub(crate) offline_access: bool,
    /// Permissions of the resource, without its address.
    pub(crate) permissions: Vec<String>,
}

impl Scopes {
    /// Parses a `scope` parameter.
    ///
    /// `openid` and a permission of the one resource must be there. `.default` stands for every
    /// registered permission, and alone.
    pub(super) fn parse(text: &str, registration: &Registration) -> Result<Self, Refused> {
        let mut openid = false;
        let mut scopes = Self { profile: false, offline_access: false, permissions: Vec::new() };
        let mut all = false;
        for scope in text.split_ascii_whitespace() {
            match scope {
                "openid" => openid = true,
                "profile" => scopes.profile = true,
                "offline_access" => scopes.offline_access = true,
                "email" => {}
                other => match permission(other, registration) {
                    Some(".default") => all = true,
                    Some(name) => scopes.permissions.push(name.to_owned()),
                    None => return Err(Refused::scope(other)),
                },
            }
        }
        // Either all permissions or named ones, not both and not neither.
        if !openid || all != scopes.permissions.is_empty() {
            return Err(Refused::scope(text));
        }
        if all {
            scopes.permissions = PERMISSIONS.map(str::to_owned).to_vec();
        }
        Ok(scopes)
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

fn permission<'scope>(scope: &'scope str, registration: &Registration) -> Option<&'scope str> {
    scope
        .strip_prefix(registration.resource.as_str())?
        .strip_prefix('/')
        .filter(|name| *name == ".default" || PERMISSIONS.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Scopes, Refused> {
        Scopes::parse(text, &Registration::practice(1, 2, 3))
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
            "openid api://droptrace-practice/Alert.ReadWrite",
            "openid api://droptrace-practice/.default api://droptrace-practice/Alert.Read",
            "api://droptrace-practice/Alert.Read",
            "openid profile",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
