//! For tests alone: leads the real host names of an organisation's endpoints to a TLS listener on
//! loopback, refuses every other name, and records both.

use std::{
    cell::RefCell,
    marker::PhantomData,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::{
    Certificate, ClientBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// A resolver that knows a few names, and the certificate authority that their listener uses.
#[derive(Debug, Clone)]
pub struct Detour {
    resolver: Arc<Resolver>,
    root: Certificate,
}

thread_local! {
    static HERE: RefCell<Option<Detour>> = const { RefCell::new(None) };
}

/// A thread is led to loopback as long as this lives.
#[derive(Debug)]
#[must_use]
pub struct ThreadLed(PhantomData<Rc<()>>);

impl Drop for ThreadLed {
    fn drop(&mut self) {
        HERE.set(None);
    }
}

#[derive(Debug)]
struct Resolver {
    hosts: Vec<String>,
    port: u16,
    asked: Mutex<Vec<String>>,
}

impl Detour {
    /// Leads `hosts` to `port` on 127.0.0.1 and trusts the authority `root`, in PEM.
    ///
    /// # Errors
    ///
    /// If `root` is no certificate.
    pub fn new(
        hosts: impl IntoIterator<Item = impl Into<String>>,
        port: u16,
        root: &str,
    ) -> Result<Self, reqwest::Error> {
        let hosts = hosts.into_iter().map(Into::into).collect();
        let resolver = Resolver { hosts, port, asked: Mutex::default() };
        Ok(Self { resolver: Arc::new(resolver), root: Certificate::from_pem(root.as_bytes())? })
    }

    /// Every name that was asked for, known or refused, in order.
    pub fn asked(&self) -> Vec<String> {
        self.resolver.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes this way for all endpoints of organisations that are made on this thread: a workbench
    /// makes its own, on the thread of the test that started it.
    pub fn lead_this_thread(&self) -> ThreadLed {
        HERE.set(Some(self.clone()));
        ThreadLed(PhantomData)
    }

    pub(super) fn of_this_thread() -> Option<Self> {
        HERE.with_borrow(Clone::clone)
    }

    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        builder
            .no_proxy()
            .dns_resolver(Arc::clone(&self.resolver))
            .tls_certs_only([self.root.clone()])
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let known = self.hosts.contains(&name);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        Box::pin(async move {
            if known {
                Ok(Box::new(std::iter::once(address)) as Addrs)
            } else {
                Err("this name is not part of the test".into())
            }
        })
    }
}
