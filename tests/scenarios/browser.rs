//! A browser that a test moves step by step: it opens a page, presses a button of its form, and
//! brings the answer to the app.

use std::collections::HashMap;

use anyhow::{Context, bail};
use reqwest::{StatusCode, header, redirect};
use url::Url;

/// What the person on the authority's page does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    /// Signs in as the analyst with this object id.
    Analyst(&'static str),
    /// Presses cancel.
    Cancel,
}

/// The answer of the authority on its way back to the app, not delivered yet.
#[derive(Debug, Clone)]
pub(crate) struct Return {
    pub(crate) action: Url,
    pub(crate) fields: Vec<(String, String)>,
    origin: String,
}

impl Return {
    /// The value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same answer with another value of a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A browser without a window.
pub(crate) struct Browser {
    http: reqwest::Client,
}

impl Browser {
    /// A browser that knows the hosts of this machine.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Self::built_by(reqwest::Client::builder())
    }

    /// A browser with more settings: a certificate, where a host is.
    pub(crate) fn built_by(builder: reqwest::ClientBuilder) -> anyhow::Result<Self> {
        let http = builder.no_proxy().redirect(redirect::Policy::none()).build()?;
        Ok(Self { http })
    }

    /// Opens the link, chooses, and brings the answer back.
    pub(crate) async fn sign_in(&self, link: &Url, choice: Choice) -> anyhow::Result<StatusCode> {
        let back = self.choose(link, choice).await?;
        self.deliver(&back).await
    }

    /// The same where the authority sends the browser back by a redirect; gives what the page that
    /// the app led it to in the end says.
    pub(crate) async fn sign_in_by_address(
        &self,
        link: &Url,
        object_id: &str,
    ) -> anyhow::Result<StatusCode> {
        let page = self.http.get(link.clone()).send().await?.text().await?;
        let form = Form::read(&page, link)?;
        let mut fields = form.fields;
        fields.push(("analyst".to_owned(), object_id.to_owned()));
        let mut response = self.post(&form.action, &fields, &origin(link)).await?;
        while response.status().is_redirection() {
            let location = response.headers()[header::LOCATION].to_str()?;
            let next = response.url().join(location)?;
            response = self.http.get(next).send().await?;
        }
        Ok(response.status())
    }

    /// Opens the link and chooses; what comes of it is for the caller to deliver.
    pub(crate) async fn choose(&self, link: &Url, choice: Choice) -> anyhow::Result<Return> {
        let page = self.http.get(link.clone()).send().await?.text().await?;
        let form = Form::read(&page, link)?;
        let mut fields = form.fields;
        fields.push(match choice {
            Choice::Analyst(object_id) => ("analyst".to_owned(), object_id.to_owned()),
            Choice::Cancel => ("cancel".to_owned(), "1".to_owned()),
        });
        let page = self.post(&form.action, &fields, &origin(link)).await?.text().await?;
        Self::read_return(&page, link)
    }

    /// Signs in where an administrator has not approved of the app, and goes back without.
    pub(crate) async fn give_up_for_want_of_consent(
        &self,
        link: &Url,
        object_id: &'static str,
    ) -> anyhow::Result<StatusCode> {
        let refused = self.choose(link, Choice::Analyst(object_id)).await?;
        let mut fields = refused.fields;
        fields.push(("without_consent".to_owned(), "1".to_owned()));
        let page = self.post(&refused.action, &fields, &origin(link)).await?.text().await?;
        self.deliver(&Self::read_return(&page, link)?).await
    }

    /// Opens a link that the authority answers at once, without a choice.
    pub(crate) async fn open(&self, link: &Url) -> anyhow::Result<Return> {
        let page = self.http.get(link.clone()).send().await?.text().await?;
        Self::read_return(&page, link)
    }

    fn read_return(page: &str, link: &Url) -> anyhow::Result<Return> {
        let Form { action, fields } = Form::read(page, link)?;
        Ok(Return { action, fields, origin: origin(link) })
    }

    /// Answers an attempt with a code that no authority gave.
    pub(crate) async fn answer_unasked(&self, link: &Url) -> anyhow::Result<StatusCode> {
        let asked: HashMap<_, _> = link.query_pairs().into_owned().collect();
        let field = |name: &str| asked.get(name).cloned().context("an incomplete request");
        let back = Return {
            action: field("redirect_uri")?.parse()?,
            fields: vec![("code".into(), "code".into()), ("state".into(), field("state")?)],
            origin: origin(link),
        };
        self.deliver(&back).await
    }

    /// Posts the answer to the app, as `response_mode=form_post` does.
    pub(crate) async fn deliver(&self, back: &Return) -> anyhow::Result<StatusCode> {
        let response = self.post(&back.action, &back.fields, &back.origin).await?;
        let status = response.status();
        // The page has to arrive whole.
        response.bytes().await?;
        Ok(status)
    }

    /// Brings the answer in the address instead.
    pub(crate) async fn deliver_in_address(
        &self,
        back: &Return,
    ) -> anyhow::Result<reqwest::Response> {
        let mut address = back.action.clone();
        address.query_pairs_mut().extend_pairs(&back.fields);
        Ok(self.http.get(address).send().await?)
    }

    async fn post(
        &self,
        action: &Url,
        fields: &[(String, String)],
        origin: &str,
    ) -> anyhow::Result<reqwest::Response> {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let response = self
            .http
            .post(action.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, origin)
            .body(body)
            .send()
            .await?;
        Ok(response)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The form of a page of the practice tenant.
struct Form {
    action: Url,
    fields: Vec<(String, String)>,
}

impl Form {
    fn read(page: &str, base: &Url) -> anyhow::Result<Self> {
        let (_, form) = page.split_once("<form ").context("no form on the page")?;
        let (form, _) = form.split_once("</form>").context("a form without an end")?;
        let action = attributes(form).remove("action").context("a form without an action")?;
        let fields = form
            .split("<input ")
            .skip(1)
            .map(|input| {
                let mut input = attributes(input);
                match (input.remove("name"), input.remove("value")) {
                    (Some(name), Some(value)) => Ok((name, value)),
                    _ => bail!("an input without a name or a value"),
                }
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { action: base.join(&action)?, fields })
    }
}

/// The attributes of a tag, from after its name to its end.
fn attributes(tag: &str) -> HashMap<String, String> {
    let tag = tag.split('>').next().unwrap_or_default();
    let mut found = HashMap::new();
    let mut rest = tag;
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, next)) = after.split_once('"') else { break };
        let name = name.split_whitespace().last().unwrap_or_default();
        found.insert(name.to_owned(), unescape(value));
        rest = next;
    }
    found
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
