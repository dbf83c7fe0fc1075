//! The practice files and who sees their alerts.

use std::{collections::BTreeSet, sync::Arc};

use droptrace_core::source::{AlertSource, defender::DefenderFiles};
use droptrace_practice_tenant::{PracticeTenant, Settings, practice_files};

use crate::analyst::{servers, session, turn, workstations};

#[tokio::test]
async fn each_analyst_sees_only_the_alerts_of_their_own_device_group() {
    let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    let mut seen = Vec::new();

    for analyst in [workstations(), servers()] {
        let source = DefenderFiles::new(Arc::new(session(&tenant, analyst).await)).unwrap();
        let mut ids = BTreeSet::new();
        for file in practice_files().unwrap() {
            let answer = source.ask(file.sha1.parse().unwrap(), turn().await).await.unwrap();
            assert_eq!(answer.incomplete, None);
            for alert in answer.alerts {
                // An alert without a device belongs to no group, and is everybody's.
                let group = alert.device_group.as_deref();
                assert!(group.is_none_or(|group| group == analyst.device_group), "{group:?}");
                ids.insert(alert.id.clone().unwrap());
            }
        }
        seen.push(ids);
    }

    assert!(seen[0].difference(&seen[1]).count() > 0);
    assert!(seen[1].difference(&seen[0]).count() > 0);
}

#[tokio::test]
async fn the_example_of_the_api_page_has_alerts() {
    let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
    let sha1 = "6532ec91d513acc05f43ee0aa3002599729fd3e1".parse().unwrap();

    let answer = source.ask(sha1, turn().await).await.unwrap();

    assert!(!answer.alerts.is_empty());
}
