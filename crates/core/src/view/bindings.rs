//! The TypeScript of the contract: rendered in memory and compared with `ui/src/ipc/view.ts`.
//!
//! `cargo xtask bindings` runs this with `DROPTRACE_WRITE_BINDINGS` set, and the file is written.

use std::{fmt::Write, fs, path::Path};

use ts_rs::{Config, TS};

use super::*;

macro_rules! declarations {
    ($($type:ty),+ $(,)?) => {
        [$((<$type>::docs(), <$type>::decl(&Config::default()))),+]
    };
}

/// The docs and the declaration of every type of the contract, each once.
#[expect(clippy::too_many_lines, reason = "a list, a line a type")]
fn all() -> impl IntoIterator<Item = (Option<String>, String)> {
    declarations![
        UtcMillis,
        ItemId,
        AlertHandle,
        QueryId,
        HistoryId,
        Update,
        QueryChange,
        Head,
        HistoryState,
        Unfinished,
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
        Retention,
        Notice,
        Realm,
        Session,
        ShownAccount,
        Keeping,
        SignOut,
        Removal,
        SignInStep,
        Organisation,
        Permission,
        OrganisationForm,
        Cloud,
        ApiHost,
        OrganisationId,
        Connected,
        SignInTo,
        AccountHandle,
        KnownAccount,
        FoundTenant,
        RegistrationText,
        Registration,
        Check,
        CheckStep,
        CheckKind,
        CheckOutcome,
        Passport,
        PassportRow,
        Feature,
        Grant,
        Managed,
        ManagedSetting,
        ManagedName,
        Network,
        ProxyInUse,
        ExtraCa,
        ProxyForm,
        Hold,
        Counts,
        ListSpec,
        ItemSort,
        Opened,
        Rows,
        RowList,
        HistoryRow,
        KeptSummary,
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
        RequestAbout,
        ItemPart,
        AlertPart,
        EvidencePart,
        Forgotten,
        UserError,
        Fact,
        ErrorCode,
        Remedy,
        Shown,
        Part,
    ]
}

/// The whole contract.
fn render() -> String {
    let head = "// Generated from crates/core/src/view by `cargo xtask bindings`. Do not edit.\n";
    let mut out = String::from(head);
    for (docs, declaration) in all() {
        out.push('\n');
        if let Some(docs) = docs {
            out.push_str(&docs);
        }
        out.push_str("export ");
        out.push_str(&declaration);
        out.push('\n');
    }
    out.push_str("\n/** What can be done about an error with one press. */\n");
    out.push_str("export const remedies: { readonly [Code in ErrorCode]?: Remedy } = {\n");
    for code in ErrorCode::ALL {
        if let Some(remedy) = code.remedy() {
            let [code, remedy] = [json(code), json(&remedy)];
            writeln!(out, "\t{}: {remedy},", code.trim_matches('"')).unwrap();
        }
    }
    out.push_str("};\n");
    out
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
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
