//! The scripts. Their code stands here, their comments among the words.

use super::{PERMISSION, REDIRECT, Values};
use crate::{identity, view::Cloud};

/// The app id of `WindowsDefenderATP`, the same in every cloud.
const DEFENDER: &str = "fc780465-2017-40d4-a0c5-307022471b92";
/// The id of its delegated permission `Alert.Read`, for where it is not found by its name.
const ALERT_READ: &str = "b2069dc0-9fe9-4e6d-9aca-ccf3dd503819";
/// Leads the Azure CLI to the US government.
const US_GOVERNMENT: &str = "az cloud set --name AzureUSGovernment";
/// What the registration is called.
const NAME: &str = "Droptrace";

/// For Bash. It runs in a subshell, which is read to its end before it starts and can end at the
/// first error without closing the terminal.
pub(super) fn az(values: &Values) -> Vec<String> {
    let comment = |key| format!("# {}", values.say(key));
    let mut lines = vec![
        comment(if values.client.is_some() {
            "register.script.title.existing"
        } else {
            "register.script.title.new"
        }),
        comment("register.az.where"),
        "(".into(),
        "set -e".into(),
    ];
    match values.cloud {
        Cloud::Commercial | Cloud::Gcc => {}
        Cloud::GccHigh => lines.push(US_GOVERNMENT.into()),
        // That cloud of the Azure CLI has the Graph of GCC High.
        Cloud::Dod => lines.extend([
            US_GOVERNMENT.into(),
            comment("register.az.dod"),
            format!(
                "az cloud update --name AzureUSGovernment --skip-endpoint-discovery \
                 --endpoint-microsoft-graph-resource-id {}",
                identity::graph(Cloud::Dod)
            ),
        ]),
    }
    lines.extend([
        format!("az login --tenant {} --allow-no-subscriptions --output none", values.tenant),
        String::new(),
    ]);
    match &values.client {
        Some(client) => lines.push(format!("APP_ID={client}")),
        None => lines.extend([
            comment("register.script.register"),
            format!(
                "APP_ID=$(az ad app create --display-name {NAME} --sign-in-audience AzureADMyOrg \
                 --is-fallback-public-client true --public-client-redirect-uris {REDIRECT} \
                 --query appId --output tsv)"
            ),
            "az ad sp create --id \"$APP_ID\" --output none".into(),
        ]),
    }
    lines.extend([
        String::new(),
        comment("register.script.byName"),
        format!("DEFENDER={DEFENDER}"),
        format!(
            "SCOPE=$(az ad sp show --id \"$DEFENDER\" --query \
             \"oauth2PermissionScopes[?value=='{PERMISSION}'].id | [0]\" --output tsv || true)"
        ),
        format!(
            "az ad app permission add --id \"$APP_ID\" --api \"$DEFENDER\" --api-permissions \
             \"${{SCOPE:-{ALERT_READ}}}=Scope\""
        ),
        String::new(),
        comment("register.script.consent"),
        comment("register.script.after"),
        format!("echo \"{}\"", values.consent_link("${APP_ID}")),
    ]);
    if values.client.is_none() {
        lines.extend([String::new(), comment("register.script.client"), "echo \"$APP_ID\"".into()]);
    }
    lines.push(")".into());
    lines
}

/// For PowerShell with the module Microsoft.Graph; in a block of its own, for the same reasons.
pub(super) fn power_shell(values: &Values) -> Vec<String> {
    let comment = |key| format!("# {}", values.say(key));
    let environment = match values.cloud {
        Cloud::Commercial | Cloud::Gcc => "Global",
        Cloud::GccHigh => "USGov",
        Cloud::Dod => "USGovDoD",
    };
    let mut lines = vec![
        comment(if values.client.is_some() {
            "register.script.title.existing"
        } else {
            "register.script.title.new"
        }),
        comment("register.powerShell.where"),
        "& {".into(),
        "$ErrorActionPreference = 'Stop'".into(),
        format!(
            "Connect-MgGraph -Environment {environment} -TenantId '{}' -Scopes \
             'Application.ReadWrite.All'",
            values.tenant
        ),
        String::new(),
        comment("register.script.byName"),
        format!("$resource = '{DEFENDER}'"),
        "$defender = Get-MgServicePrincipal -Filter \"appId eq '$resource'\"".into(),
        format!(
            "$scope = $defender.Oauth2PermissionScopes | Where-Object Value -EQ '{PERMISSION}'"
        ),
        format!("$scopeId = if ($scope) {{ $scope.Id }} else {{ '{ALERT_READ}' }}"),
        "$permission = @{ Id = $scopeId; Type = 'Scope' }".into(),
        String::new(),
    ];
    match &values.client {
        Some(client) => lines.extend([
            format!("$app = Get-MgApplication -Filter \"appId eq '{client}'\""),
            comment("register.powerShell.keep"),
            "$others = @($app.RequiredResourceAccess | Where-Object ResourceAppId -NE $resource)"
                .into(),
            "$same = $app.RequiredResourceAccess | Where-Object ResourceAppId -EQ $resource".into(),
            "$access = @($same.ResourceAccess | Where-Object { $_ -and $_.Id -ne $scopeId }) + \
             $permission"
                .into(),
            "Update-MgApplication -ApplicationId $app.Id -RequiredResourceAccess ($others + @{ \
             ResourceAppId = $resource; ResourceAccess = $access })"
                .into(),
        ]),
        None => lines.extend([
            comment("register.script.register"),
            format!(
                "$app = New-MgApplication -DisplayName '{NAME}' -SignInAudience AzureADMyOrg \
                 -IsFallbackPublicClient -PublicClient @{{ RedirectUris = @('{REDIRECT}') }} \
                 -RequiredResourceAccess @(@{{ ResourceAppId = $resource; ResourceAccess = \
                 @($permission) }})"
            ),
        ]),
    }
    lines.extend([
        String::new(),
        comment("register.script.consent"),
        comment("register.script.after"),
        format!("\"{}\"", values.consent_link("$($app.AppId)")),
    ]);
    if values.client.is_none() {
        lines.extend([String::new(), comment("register.script.client"), "$app.AppId".into()]);
    }
    lines.push("}".into());
    lines
}
