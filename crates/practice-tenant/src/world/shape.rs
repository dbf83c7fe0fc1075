//! The order and completeness of the API's objects: every key is there, null if it does not apply.

use serde_json::{Map, Value};

const ALERT: [&str; 29] = [
    "id",
    "incidentId",
    "investigationId",
    "assignedTo",
    "severity",
    "status",
    "classification",
    "determination",
    "investigationState",
    "detectionSource",
    "detectorId",
    "category",
    "threatFamilyName",
    "title",
    "description",
    "alertCreationTime",
    "firstEventTime",
    "lastEventTime",
    "lastUpdateTime",
    "resolvedTime",
    "machineId",
    "computerDnsName",
    "rbacGroupName",
    "aadTenantId",
    "threatName",
    "mitreTechniques",
    "relatedUser",
    "loggedOnUsers",
    "comments",
];

const EVIDENCE: [&str; 26] = [
    "entityType",
    "evidenceCreationTime",
    "sha1",
    "sha256",
    "fileName",
    "filePath",
    "processId",
    "processCommandLine",
    "processCreationTime",
    "parentProcessId",
    "parentProcessCreationTime",
    "parentProcessFileName",
    "parentProcessFilePath",
    "ipAddress",
    "url",
    "registryKey",
    "registryHive",
    "registryValueType",
    "registryValue",
    "registryValueName",
    "accountName",
    "domainName",
    "userSid",
    "aadUserId",
    "userPrincipalName",
    "detectionStatus",
];

const FILE: [&str; 16] = [
    "sha1",
    "sha256",
    "globalPrevalence",
    "globalFirstObserved",
    "globalLastObserved",
    "size",
    "fileType",
    "isPeFile",
    "filePublisher",
    "fileProductName",
    "signer",
    "issuer",
    "signerHash",
    "isValidCertificate",
    "determinationType",
    "determinationValue",
];

/// An alert with all its keys; those not in `fields` are null, the lists empty.
pub(super) fn alert(fields: Map<String, Value>, evidence: Vec<Value>) -> Value {
    let mut alert = whole(&ALERT, fields);
    for list in ["mitreTechniques", "loggedOnUsers", "comments"] {
        if alert[list].is_null() {
            alert[list] = Value::Array(Vec::new());
        }
    }
    alert["evidence"] = evidence.into();
    // Not documented, and empty wherever it was seen.
    alert["domains"] = Value::Array(Vec::new());
    alert
}

/// A row of evidence with all its keys; those not in `fields` are null.
pub(super) fn evidence(fields: Map<String, Value>) -> Value {
    whole(&EVIDENCE, fields)
}

/// A file with all its keys; those not in `fields` are null.
pub(super) fn file(fields: Map<String, Value>) -> Value {
    whole(&FILE, fields)
}

fn whole(keys: &[&str], mut fields: Map<String, Value>) -> Value {
    let mut object: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let value = fields.shift_remove(*key).unwrap_or_default();
            ((*key).to_owned(), value)
        })
        .collect();
    object.extend(fields);
    Value::Object(object)
}
