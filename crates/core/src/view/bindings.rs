//! The TypeScript of the contract: rendered in memory and compared with `ui/src/ipc/view.ts`.
//!
//! `cargo xtask bindings` runs this with `DROPTRACE_WRITE_BINDINGS` set, and the file is written.

use std::{fs, path::Path};

use ts_rs::{Config, TS};

use super::*;

macro_rules! declarations {
    ($($type:ty),+ $(,)?) => {
        [$((<$type>::docs(), <$type>::decl(&Config::default()))),+]
    };
}

/// The whole contract, every type once.
fn render() -> String {
    let head = "// Generated from crates/core/src/view by `cargo xtask bindings`. Do not edit.\n";
    let mut out = String::from(head);
    for (docs, declaration) in declarations![
        UtcMillis,
        ItemId,
        AlertHandle,
        QueryId,
        Update,
        QueryChange,
        Head,
        Progress,
        Intake,
        Sums,
        NotRead,
        NotReadReason,
        CloudOnly,
        Question,
        QuestionAbout,
        LeftOut,
        LeftOutReason,
        Arrival,
        Hovering,
        Preferences,
        Theme,
        Contrast,
        Zone,
        Notice,
        Realm,
        Session,
        ShownAccount,
        Keeping,
        SignOut,
        Removal,
        SignInStep,
        Organisation,
        OrganisationForm,
        Cloud,
        Hold,
        Counts,
        ListSpec,
        ItemSort,
        Opened,
        Rows,
        RowList,
        ItemRow,
        Mention,
        DigestKind,
        Stream,
        Place,
        Reading,
        Lookup,
        Phase,
        Answer,
        Severities,
        Severity,
        UnknownSeverities,
        Provenance,
        AlertRow,
        AlertPage,
        Status,
        Activity,
        Role,
        RolePart,
        FilePart,
        AlertDetail,
        Technique,
        Standing,
        Moment,
        MomentKind,
        Comment,
        EvidenceKind,
        EvidenceRow,
        Field,
        PortalPage,
        CopyField,
        ItemPart,
        AlertPart,
        EvidencePart,
        UserError,
        Fact,
        ErrorCode,
        Shown,
        Part,
    ] {
        out.push('\n');
        if let Some(docs) = docs {
            out.push_str(&docs);
        }
        out.push_str("export ");
        out.push_str(&declaration);
        out.push('\n');
    }
    out
}

#[test]
fn the_page_has_the_contract_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/view.ts");
    let rendered = render();

    if std::env::var_os("DROPTRACE_WRITE_BINDINGS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &rendered).unwrap();
    }

    let committed = fs::read_to_string(&path).unwrap_or_default();
    // Not `assert_eq!`, which would print both files.
    assert!(committed == rendered, "view.ts is not the contract: run `cargo xtask bindings`");
}
