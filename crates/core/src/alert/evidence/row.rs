//! One row of evidence, read as a whole: each value exact, and everything else beside it.

use jiff::Timestamp;

use crate::{
    alert::{
        fields::{Fields, Flat, Plain},
        read::{account, instant_of, text_or_number},
    },
    report::defang,
    view::{EvidencePart, EvidenceRow, Shown},
    words::counted,
};

/// The most fields without a place of their own that are shown or reported.
const MOST_OTHER: usize = 100;

/// A row of evidence, each value exactly as the API gave it.
pub(crate) struct Row<'a> {
    /// Its place in the answer, from 0.
    pub(crate) place: u32,
    /// The row as it came.
    pub(crate) raw: &'a str,
    /// The API's own word for what it is.
    pub(crate) kind: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) folder: Option<String>,
    pub(crate) value: Option<Value>,
    pub(crate) sha1: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) process: Option<String>,
    pub(crate) command_line: Option<String>,
    pub(crate) parent_process: Option<String>,
    /// The parent process's file, with its folder.
    pub(crate) parent_file: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) at: Option<Timestamp>,
    /// What has no place of its own.
    other: Fields<'a>,
}

/// What a row is that is no file and no process.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// Exactly as it was given; a registry value is put together from its parts.
    pub(crate) text: String,
    kind: ValueKind,
}

/// What a value is to whoever might follow it by mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    /// An account, a name: nothing that leads anywhere.
    Name,
    /// An address.
    Address,
    /// A text in which there may be addresses.
    Data,
}

impl Value {
    fn name(text: String) -> Self {
        Self { text, kind: ValueKind::Name }
    }

    fn address(text: String) -> Self {
        Self { text, kind: ValueKind::Address }
    }

    fn data(text: String) -> Self {
        Self { text, kind: ValueKind::Data }
    }

    fn is_address(&self) -> bool {
        self.kind == ValueKind::Address
    }

    /// The value, addresses defanged.
    pub(crate) fn defanged(&self) -> String {
        match self.kind {
            ValueKind::Name => self.text.clone(),
            ValueKind::Address => defang::address(&self.text),
            ValueKind::Data => defang::text(&self.text),
        }
    }

    /// The value as it is shown: an address defanged.
    fn shown(&self) -> Shown {
        Shown::of(&if self.is_address() { self.defanged() } else { self.text.clone() })
    }
}

impl<'a> Row<'a> {
    /// Reads a row from its text; from one that is no object, nothing.
    pub(super) fn read(place: u32, raw: &'a str) -> Self {
        let mut fields = Fields::read(raw).unwrap_or_default();
        let kind = fields.text("entityType");
        Self {
            place,
            raw,
            name: fields.text("fileName"),
            folder: fields.text("filePath"),
            value: value(kind.as_deref(), &mut fields),
            kind,
            sha1: fields.text("sha1"),
            sha256: fields.text("sha256"),
            process: fields.take("processId", text_or_number),
            command_line: fields.text("processCommandLine"),
            parent_process: fields.take("parentProcessId", text_or_number),
            parent_file: parent_file(&mut fields),
            status: fields.text("detectionStatus"),
            at: fields.take("evidenceCreationTime", instant_of),
            other: fields,
        }
    }

    /// The row as the page shows it.
    pub(super) fn view(mut self, ours: bool) -> EvidenceRow {
        let shown = |text: Option<String>| text.as_deref().map(Shown::of);
        let (other, other_left_out) = self.take_other();
        let copies = self.copies(!other.is_empty());
        EvidenceRow {
            index: self.place,
            kind: shown(self.kind),
            ours,
            name: shown(self.name),
            folder: shown(self.folder),
            address: self.value.as_ref().is_some_and(Value::is_address),
            value: self.value.as_ref().map(Value::shown),
            sha1: shown(self.sha1),
            sha256: shown(self.sha256),
            process: shown(self.process),
            command_line: shown(self.command_line),
            parent_process: shown(self.parent_process),
            parent_file: shown(self.parent_file),
            status: shown(self.status),
            at: self.at.map(Into::into),
            other: other.iter().map(Plain::view).collect(),
            other_left_out,
            copies,
        }
    }

    /// The first fields that have no place of their own, and how many more there are.
    pub(crate) fn take_other(&mut self) -> (Vec<Plain>, u32) {
        flat(std::mem::take(&mut self.other)).first(MOST_OTHER)
    }

    /// All that has no place of its own, as one object of JSON; none if there is nothing.
    pub(crate) fn other_json(&self) -> Option<String> {
        self.other.json()
    }

    /// All that has no place of its own, a line each, addresses defanged; none if there is nothing.
    pub(crate) fn other_lines(self) -> Option<String> {
        let (fields, more) = flat(self.other).all();
        let lines = fields.iter().map(|Plain { name, value }| format!("{name}: {value}"));
        let mut lines: Vec<String> = lines.map(|line| defang::text(&line)).collect();
        if more > 0 {
            lines.push(counted("report.other.more", more, &[]));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The command line, the addresses in it defanged.
    pub(crate) fn command_line_defanged(&self) -> Option<String> {
        self.command_line.as_deref().map(defang::text)
    }

    /// What of it can be copied; whether it has other fields is told, for they may be taken.
    fn copies(&self, has_other: bool) -> Vec<EvidencePart> {
        let differs = |value: &Value| value.is_address() || value.defanged() != value.text;
        let parts = [
            (EvidencePart::Name, self.name.is_some()),
            (EvidencePart::Folder, self.folder.is_some()),
            (EvidencePart::Sha1, self.sha1.is_some()),
            (EvidencePart::Sha256, self.sha256.is_some()),
            (EvidencePart::CommandLine, self.command_line.is_some()),
            (EvidencePart::CommandLineDefanged, self.command_line_defanged() != self.command_line),
            (EvidencePart::Value, self.value.is_some()),
            (EvidencePart::Defanged, self.value.as_ref().is_some_and(differs)),
            (EvidencePart::Other, has_other),
            (EvidencePart::Json, true),
            (EvidencePart::Csv, true),
        ];
        parts.into_iter().filter_map(|(part, is_there)| is_there.then_some(part)).collect()
    }
}

fn flat(fields: Fields<'_>) -> Flat {
    let mut flat = Flat::default();
    fields.leave("", &mut flat);
    flat
}

/// What tells a row of this kind from others of its kind. What of it another kind would be told by
/// stays a field among others.
fn value(kind: Option<&str>, fields: &mut Fields<'_>) -> Option<Value> {
    let kind = kind.map(str::to_ascii_lowercase);
    match kind.as_deref() {
        Some("file" | "process") => None,
        Some("user") => user(fields),
        Some("ip") => fields.text("ipAddress").map(Value::address),
        Some("url") => fields.text("url").map(Value::address),
        Some(registry) if registry.starts_with("registry") => registry_value(fields),
        Some("mailmessage") => fields.text("sender").map(Value::address),
        // Kinds of the other APIs, and those that nobody knows yet.
        Some(_) | None => fields
            .text("url")
            .or_else(|| fields.text("ipAddress"))
            .map(Value::address)
            .or_else(|| registry_value(fields))
            .or_else(|| {
                ["mailboxPrimaryAddress", "oAuthAppName", "deviceDnsName", "name", "displayName"]
                    .iter()
                    .find_map(|name| fields.text(name))
                    .map(Value::name)
            })
            .or_else(|| user(fields)),
    }
}

/// `DOMAIN\user`; for want of it the name that the person signs in with, or an id.
fn user(fields: &mut Fields<'_>) -> Option<Value> {
    let by_name = fields.text("accountName").map(|name| account(fields.text("domainName"), name));
    by_name
        .or_else(|| {
            ["userPrincipalName", "userSid", "aadUserId"].iter().find_map(|name| fields.text(name))
        })
        .map(Value::name)
}

/// `HIVE\key, name (type) = data`, as far as there is something of it.
fn registry_value(fields: &mut Fields<'_>) -> Option<Value> {
    let key = [fields.text("registryHive"), fields.text("registryKey")];
    let key = key.into_iter().flatten().collect::<Vec<_>>().join("\\");
    let name = fields.text("registryValueName");
    let kind = fields.text("registryValueType").map(|kind| format!("({kind})"));
    let data = fields.take("registryValue", text_or_number).map(|data| format!("= {data}"));
    let told: Vec<String> = [name, kind, data].into_iter().flatten().collect();
    let parts = [key, told.join(" ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| Value::data(parts.join(", ")))
}

/// The parent's file: folder and name joined, unless the name is a path already.
fn parent_file(fields: &mut Fields<'_>) -> Option<String> {
    let Some(name) = fields.text("parentProcessFileName") else {
        return fields.text("parentProcessFilePath");
    };
    if name.contains(['\\', '/']) {
        return Some(name);
    }
    Some(match fields.text("parentProcessFilePath") {
        Some(folder) => in_folder(&folder, &name),
        None => name,
    })
}

/// A file's path, in the manner of its folder's.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    let slash = if folder.contains('/') && !folder.contains('\\') { '/' } else { '\\' };
    let folder = folder.strip_suffix(slash).unwrap_or(folder);
    format!("{folder}{slash}{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn view(row: &Json) -> EvidenceRow {
        let raw = row.to_string();
        Row::read(0, &raw).view(false)
    }

    fn flat(text: Option<&Shown>) -> Option<String> {
        text.map(Shown::flat)
    }

    /// The other fields by name.
    fn others(row: &EvidenceRow) -> Vec<(String, String)> {
        row.other.iter().map(|field| (field.name.flat(), field.value.flat())).collect()
    }

    #[test]
    fn a_file_and_a_process_are_told_by_their_columns() {
        let row = view(&json!({
            "entityType": "Process", "fileName": "a.exe", "filePath": "C:\\Temp", "sha1": "AB",
            "sha256": "CD", "processId": 7, "processCommandLine": "a  -x",
            "processCreationTime": "2026-01-01T00:00:00Z", "parentProcessId": "9",
            "parentProcessFileName": "b.exe", "parentProcessFilePath": "C:\\",
            "detectionStatus": "Detected", "evidenceCreationTime": "2026-01-02T00:00:00Z",
            "ipAddress": null, "accountName": "ann",
        }));

        assert_eq!(flat(row.name.as_ref()).as_deref(), Some("a.exe"));
        assert_eq!(flat(row.command_line.as_ref()).as_deref(), Some("a  -x"));
        assert_eq!(flat(row.process.as_ref()).as_deref(), Some("7"));
        assert_eq!(flat(row.parent_process.as_ref()).as_deref(), Some("9"));
        assert_eq!(flat(row.parent_file.as_ref()).as_deref(), Some("C:\\b.exe"));
        assert_eq!(flat(row.sha1.as_ref()).as_deref(), Some("AB"), "as given");
        assert_eq!((row.value.as_ref(), row.address), (None, false));
        assert!(row.at.is_some());
        assert_eq!(
            others(&row),
            [
                ("processCreationTime".to_owned(), "2026-01-01T00:00:00Z".to_owned()),
                ("accountName".to_owned(), "ann".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_no_file_is_told_by_its_value() {
        for (row, value, address) in [
            (
                json!({"entityType": "User", "accountName": "ann", "domainName": "D"}),
                "D\\ann",
                false,
            ),
            (
                json!({"entityType": "User", "userPrincipalName": "ann@example.org"}),
                "ann@example.org",
                false,
            ),
            (json!({"entityType": "Ip", "ipAddress": "192.0.2.7"}), "192[.]0[.]2[.]7", true),
            (json!({"entityType": "Url", "url": "www.example.org"}), "www[.]example[.]org", true),
            (
                json!({"entityType": "RegistryKey", "registryHive": "HKLM", "registryKey": "A\\B"}),
                "HKLM\\A\\B",
                false,
            ),
            (
                json!({"entityType": "RegistryValue", "registryHive": "HKLM", "registryKey": "A",
                    "registryValueName": "Run", "registryValueType": "String",
                    "registryValue": "x.exe"}),
                "HKLM\\A, Run (String) = x.exe",
                false,
            ),
            (
                json!({"entityType": "MailMessage", "sender": "a@example.org"}),
                "a[@]example[.]org",
                true,
            ),
            (json!({"entityType": "Mailbox", "mailboxPrimaryAddress": "m@x"}), "m@x", false),
            (
                json!({"entityType": "Never seen", "url": "http://a.example/"}),
                "hxxp://a[.]example/",
                true,
            ),
            (json!({"registryValue": 3}), "= 3", false),
        ] {
            let view = view(&row);

            assert_eq!(flat(view.value.as_ref()).as_deref(), Some(value), "{row}");
            assert_eq!(view.address, address, "{row}");
            assert_eq!(others(&view), [], "{row}");
        }
    }

    #[test]
    fn an_unknown_kind_loses_nothing() {
        let row = view(&json!({
            "entityType": "Amsi", "accountName": "ann", "userSid": "S-1", "url": "a.example",
            "session": {"id": 4}, "tags": ["x", "y"], "empty": "",
        }));

        assert_eq!(flat(row.value.as_ref()).as_deref(), Some("a[.]example"));
        let expected =
            [("accountName", "ann"), ("userSid", "S-1"), ("session · id", "4"), ("tags", "x, y")];
        assert_eq!(others(&row), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn fields_beyond_the_hundredth_are_counted() {
        let many: serde_json::Map<String, Json> =
            (0..103).map(|n| (format!("odd{n}"), json!(n))).collect();

        let row = view(&Json::Object(many));

        assert_eq!((row.other.len(), row.other_left_out), (100, 3));
    }

    #[test]
    fn a_field_of_another_type_is_among_the_others() {
        let known = [
            "entityType",
            "fileName",
            "filePath",
            "sha1",
            "sha256",
            "processCommandLine",
            "processId",
            "parentProcessId",
            "parentProcessFileName",
            "parentProcessFilePath",
            "detectionStatus",
            "evidenceCreationTime",
            "ipAddress",
            "url",
            "registryHive",
            "registryKey",
            "registryValue",
            "accountName",
            "domainName",
            "userPrincipalName",
        ];
        for name in known {
            assert_eq!(others(&view(&json!({ name: null }))), [], "{name}");
            let odd = view(&json!({ name: {"odd": [true, 3]} }));
            let expected = [
                (format!("{name} · odd 1"), "true".to_owned()),
                (format!("{name} · odd 2"), "3".to_owned()),
            ];
            assert_eq!(others(&odd), expected);
        }
    }

    #[test]
    fn a_parent_is_joined_to_its_folder_in_the_folders_manner() {
        for (folder, name, path) in [
            ("C:\\Tools", "a.exe", "C:\\Tools\\a.exe"),
            ("C:\\Tools\\", "a.exe", "C:\\Tools\\a.exe"),
            ("/usr/bin", "sh", "/usr/bin/sh"),
            ("/", "init", "/init"),
        ] {
            assert_eq!(in_folder(folder, name), path);
        }
    }
}
