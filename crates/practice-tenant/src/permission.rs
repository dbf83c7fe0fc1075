use std::fmt;

use crate::organisation::RESOURCE;

/// What the app's registration may ask of the API, on behalf of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// `Alert.Read`: read alerts.
    AlertRead,
    /// `Alert.ReadWrite`: read and change alerts.
    AlertReadWrite,
    /// `File.Read.All`: read what is known of files.
    FileReadAll,
}

impl Permission {
    /// Every permission that is registered for the app.
    pub const ALL: [Self; 3] = [Self::AlertRead, Self::AlertReadWrite, Self::FileReadAll];

    /// The name, as it stands in scopes and tokens.
    pub fn name(self) -> &'static str {
        match self {
            Self::AlertRead => "Alert.Read",
            Self::AlertReadWrite => "Alert.ReadWrite",
            Self::FileReadAll => "File.Read.All",
        }
    }

    /// The scope by which an app of the practice tenant asks for it.
    pub fn scope(self) -> String {
        format!("{RESOURCE}/{}", self.name())
    }

    /// The permission of this name, upper and lower case told apart.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }

    /// The names, with this between them.
    pub(crate) fn list(permissions: &[Self], between: &str) -> String {
        let names: Vec<_> = permissions.iter().map(|permission| permission.name()).collect();
        names.join(between)
    }

    /// What it lets the app do, for a person.
    pub(crate) fn explained(self) -> &'static str {
        match self {
            Self::AlertRead => "read the alerts that the person who signed in may see",
            Self::AlertReadWrite => {
                "read and change the alerts that the person who signed in may see"
            }
            Self::FileReadAll => "read what is known of files",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::SCOPE;

    #[test]
    fn a_permission_has_one_name_and_one_scope() {
        for permission in Permission::ALL {
            assert_eq!(Permission::named(permission.name()), Some(permission));
        }
        assert_eq!(Permission::named("alert.read"), None);
        assert_eq!(Permission::AlertRead.scope(), SCOPE);
    }
}
