//! How organisations are reached, and what of the settings an administrator has fixed: what holds is
//! worked out after each change, and the network is set up beside everything else.

use std::path::PathBuf;

use secrecy::SecretString;
use tokio::task::JoinSet;

use super::{
    SignInTarget,
    actor::{Actor, Event},
};
use crate::{
    identity::{Endpoints, OrganisationEndpoints},
    managed,
    network::{self, ExtraRoots, ProxyAddress, ProxySecret},
    settings::{NetworkChoice, ProxyChoice},
    token_store::{LONGEST_PROXY_PASSWORD, TokenStore, TokenStoreError},
    view::{self, ErrorCode, ExtraCa, Organisation, ProxyForm, Shown, UserError},
};

/// The host whose way is told where no organisation is connected: everybody signs in there.
const USUAL_HOST: &str = "login.microsoftonline.com";

impl Actor {
    /// The settings are others, or are looked at for the first time: what an administrator has fixed
    /// stands over them.
    pub(super) fn settings_changed(&mut self) {
        let effective = managed::effective(&self.managed, &self.settings.current());
        let locked = effective.locked_organisation.as_ref();
        self.organisations.set(effective.settings.organisations.clone(), locked);
        let retention = self.preferences.retention;
        self.preferences = effective.settings.preferences;
        if retention != self.preferences.retention {
            self.retention_chosen(retention);
        }
        if !effective.practice {
            self.practice = None;
        }
        let network = &effective.settings.network;
        let is_new = self.effective.settings.network != *network;
        self.effective = effective;
        if is_new {
            self.reach();
        }
    }

    /// Sets the network up as the settings say: the proxy's address at once, so that nothing goes out
    /// another way meanwhile, and the rest as soon as keyring and disk have given it.
    pub(super) fn reach(&mut self) {
        self.reached += 1;
        let proxy = self.effective.settings.network.proxy.as_ref().map(address);
        let proxy = proxy.and_then(Result::ok);
        if self.around.network.proxy() != proxy {
            self.around.network.set_proxy(proxy, None);
        }
        let (number, events) = (self.reached, self.events.clone());
        let (store, network) = (self.around.store.clone(), self.around.network.clone());
        let choice = self.effective.settings.network.clone();
        let locks = (self.effective.proxy_locked, self.effective.ca_locked);
        let connected = self.organisations.all().last();
        let host = connected.and_then(|known| host_of(&known.organisation));
        self.reaching = JoinSet::new();
        self.reaching.spawn(async move {
            let error = set_up(&network, &store, choice).await;
            let host = host.as_deref().unwrap_or(USUAL_HOST);
            let shown = shown(&network, host, error, locks).await;
            let _ = events.send(Event::Reached(number, Box::new(shown)));
        });
    }

    /// The keyring may give now what it could not give before.
    pub(super) fn reach_again(&mut self) {
        if self.network.error.is_some() {
            self.reach();
        }
    }

    /// The network is set up.
    pub(super) fn network_set_up(&mut self, number: u32, shown: view::Network) {
        if number == self.reached {
            self.network = shown;
        }
    }

    /// An organisation's endpoints as they are reached from here.
    pub(super) fn endpoints(
        &self,
        organisation: &Organisation,
    ) -> Result<OrganisationEndpoints, UserError> {
        Ok(OrganisationEndpoints::new(organisation)?
            .with_network(self.around.network.clone())
            .with_query_mode(self.effective.query_mode))
    }

    /// The same as a place to sign in.
    pub(super) fn organisation_target(
        &self,
        organisation: &Organisation,
    ) -> Result<SignInTarget, UserError> {
        Ok(SignInTarget::Organisation(Box::new(self.endpoints(organisation)?)))
    }
}

/// The host of an organisation's API.
fn host_of(organisation: &Organisation) -> Option<String> {
    let endpoints = OrganisationEndpoints::new(organisation).ok()?;
    endpoints.api().host_str().map(str::to_owned)
}

/// Sets the network up; what cannot be had is left out, and told.
async fn set_up(
    network: &network::Network,
    store: &TokenStore,
    choice: NetworkChoice,
) -> Option<UserError> {
    let mut error = None;
    store.keep_remembered_proxy_password().await;
    let proxy = choice.proxy.as_ref().map(|choice| address(choice).map(|known| (choice, known)));
    match proxy.transpose() {
        Ok(None) => network.set_proxy(None, None),
        Ok(Some((choice, address))) => {
            let secret = match &choice.user {
                Some(user) => match store.proxy_password(&address.to_string(), user).await {
                    Ok(password) => password.map(ProxySecret::new),
                    Err(failed) => {
                        tracing::warn!(error = %failed, "the proxy's password could not be read");
                        error = Some((&failed).into());
                        None
                    }
                },
                None => None,
            };
            if secret.is_some() && store.remembers_proxy_password() {
                error = Some(UserError::new(ErrorCode::ProxyPasswordRemembered));
            }
            network.set_proxy(Some(address), secret);
        }
        Err(failed) => error = Some(failed),
    }
    match choice.extra_ca {
        None => network.set_roots(None),
        Some(file) => match read(file).await {
            Ok(roots) => network.set_roots(Some(roots)),
            Err(failed) => {
                network.set_roots(None);
                error = error.or(Some(failed));
            }
        },
    }
    error
}

/// Reads a file of certificate authorities.
pub(super) async fn read(file: PathBuf) -> Result<ExtraRoots, UserError> {
    match tokio::task::spawn_blocking(move || ExtraRoots::read(&file)).await {
        Ok(outcome) => outcome.map_err(UserError::from),
        Err(_) => Err(UserError::new(ErrorCode::Unreadable)),
    }
}

fn address(choice: &ProxyChoice) -> Result<ProxyAddress, UserError> {
    let address = ProxyAddress::new(&choice.host, &choice.port.to_string())?;
    Ok(match &choice.user {
        Some(user) => address.with_user(user)?,
        None => address,
    })
}

/// What the person typed, checked; with the password, if one was given.
pub(super) fn checked(form: ProxyForm) -> Result<(ProxyChoice, Option<SecretString>), UserError> {
    let address = ProxyAddress::new(form.host.trim(), form.port.trim())?;
    let user = Some(form.user).filter(|user| !user.is_empty());
    let address = match &user {
        Some(user) => address.with_user(user)?,
        None => address,
    };
    let password = form.password.filter(|password| !password.is_empty());
    if password.as_ref().is_some_and(|password| password.len() > LONGEST_PROXY_PASSWORD) {
        let most = u32::try_from(LONGEST_PROXY_PASSWORD).unwrap_or(u32::MAX);
        return Err(UserError::new(ErrorCode::ProxyPasswordInvalid).with("most", most));
    }
    let password = password.map(SecretString::from);
    let choice = ProxyChoice { host: address.host().to_owned(), port: address.port(), user };
    Ok((choice, password))
}

/// Keeps a proxy's password, where there is a name for it. What the keyring does not take is
/// remembered.
pub(super) async fn keep_password(
    store: &TokenStore,
    choice: &ProxyChoice,
    password: Option<SecretString>,
) -> Result<(), UserError> {
    let failed = |error: TokenStoreError| {
        tracing::warn!(%error, "the proxy's password was not kept");
        UserError::from(&error)
    };
    match (&choice.user, password) {
        (Some(user), Some(password)) => {
            let address = address(choice)?.to_string();
            store.keep_proxy_password(&address, user, &password).await.map_err(failed)
        }
        (Some(_), None) => Ok(()),
        (None, _) => {
            // One that is left is bound to another name, and is given to nobody.
            if let Err(error) = store.remove_proxy_password().await {
                tracing::warn!(%error, "a proxy's password was not removed");
            }
            Ok(())
        }
    }
}

async fn shown(
    network: &network::Network,
    host: &str,
    error: Option<UserError>,
    (proxy_locked, ca_locked): (bool, bool),
) -> view::Network {
    let shown = |host: &str| Shown::of(host);
    let proxy = match network::in_use(network, host).await {
        network::ProxyInUse::None => view::ProxyInUse::Direct,
        network::ProxyInUse::Environment { host, port } => {
            view::ProxyInUse::Environment { host: shown(&host), port }
        }
        network::ProxyInUse::System { host, port } => {
            view::ProxyInUse::System { host: shown(&host), port }
        }
        network::ProxyInUse::Chosen { host, port } => {
            let user = network.proxy().and_then(|proxy| proxy.user().map(Shown::of));
            view::ProxyInUse::Chosen { host: shown(&host), port, user }
        }
        network::ProxyInUse::Automatic { .. } => view::ProxyInUse::Automatic,
        network::ProxyInUse::Desktop { host, port } => {
            view::ProxyInUse::Desktop { host: shown(&host), port }
        }
    };
    let extra_ca = network.roots().map(|roots| ExtraCa {
        file: roots.name(),
        certificates: u32::try_from(roots.count()).unwrap_or(u32::MAX),
    });
    view::Network { proxy, extra_ca, error, proxy_locked, ca_locked }
}
