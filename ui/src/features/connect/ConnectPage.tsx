import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { ApiHost, Cloud, Connected, OrganisationForm } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Field, SelectField } from "../../parts/Field";
import { Problem } from "../../parts/Problem";
import { SubmitButton } from "../../parts/SubmitButton";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import { CheckSteps } from "./Check";
import styles from "./ConnectPage.module.css";
import { FindTenant } from "./FindTenant";
import { OrganisationFacts } from "./OrganisationFacts";
import { RegistrationHelp } from "./Registration";
import { Step } from "./Step";

const clouds: readonly Cloud[] = ["commercial", "gcc", "gccHigh", "dod"];
/** The hosts of the commercial cloud; the other clouds have one each. */
const hosts: readonly ApiHost[] = ["global", "us", "eu", "uk", "au"];
const newerHosts: readonly ApiHost[] = ["newGlobal", "newUs", "newEu", "newUk", "newAu", "newSwa", "newIna"];
const nothing: OrganisationForm = {
	cloud: "commercial",
	tenant: "",
	client: "",
	host: "global",
	domain: null,
};

/** The field that an error of the form stands by; the others stand beneath the form. */
const fields: Readonly<Record<string, "tenant" | "client" | "host">> = {
	tenantInvalid: "tenant",
	clientInvalid: "client",
	hostInvalid: "host",
};

interface Props {
	readonly onClose: () => void;
	/** What to do in the browser, while the check signs in. */
	readonly children?: ReactNode;
}

/** Which organisation to sign in to, step by step, and whether it works. */
export function ConnectPage({ onClose, children }: Props) {
	const { organisations } = useHead();
	const [form, setForm] = useState<OrganisationForm | null>(null);
	const connected = form === null ? null : organisationOf(form, organisations);
	const heading = useRef<HTMLHeadingElement>(null);
	const done = form !== null;
	useEffect(() => {
		if (done) heading.current?.focus();
	}, [done]);
	return (
		<div className={styles.page} data-testid="connect-page">
			<div className={styles.top}>
				<h2>{words("connect.title")}</h2>
				{form === null && (
					<Button look="plain" icon="close" onPress={onClose} testId="connect-cancel">
						{words("connect.cancel")}
					</Button>
				)}
			</div>
			{children}
			{form === null ? (
				<>
					<p>{words("connect.about")}</p>
					<ConnectForm onConnected={setForm} />
				</>
			) : (
				<ol className={styles.steps} start={4}>
					<Step number={4} title={words("connect.step.check")} heading={heading}>
						<p role="status">{words("connect.connected")}</p>
						{connected === null ? (
							<div>
								<Button onPress={onClose} testId="connect-done">
									{words("check.done")}
								</Button>
							</div>
						) : (
							<>
								<OrganisationFacts organisation={connected.organisation} />
								<CheckSteps organisation={connected.id} onDone={onClose} />
							</>
						)}
					</Step>
				</ol>
			)}
		</div>
	);
}

/** What has just been connected: the one of these ids, or else the latest. */
function organisationOf(form: OrganisationForm, all: readonly Connected[]): Connected | null {
	const same = (one: string, other: string) => one.trim().toLowerCase() === other;
	return (
		all.find(
			({ organisation }) => same(form.tenant, organisation.tenant) && form.cloud === organisation.cloud,
		) ??
		all.at(-1) ??
		null
	);
}

/** The first three steps; core checks what is typed, and its errors stand by their fields. */
function ConnectForm({ onConnected }: { onConnected: (form: OrganisationForm) => void }) {
	const { backend } = useReach();
	const [form, setForm] = useState(nothing);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const tenant = useRef<HTMLInputElement>(null);
	const client = useRef<HTMLInputElement>(null);
	const wrong = fieldOf(failure);

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			await backend.connect(form);
			onConnected(form);
		} catch (reason) {
			const found = asFailure(reason);
			setFailure(found);
			setBusy(false);
			const at = fieldOf(found);
			if (at === "tenant") tenant.current?.focus();
			if (at === "client") client.current?.focus();
		}
	};
	const change = (part: Partial<OrganisationForm>) => {
		setForm((before) => ({ ...before, ...part }));
		setFailure(null);
	};

	return (
		<form
			className={styles.steps}
			onSubmit={(event) => void submit(event)}
			noValidate
			data-testid="connect-form"
		>
			<ol className={styles.steps}>
				<Step number={1} title={words("connect.step.organisation")}>
					<FindTenant
						onFound={({ tenant: found, domain, cloud }) => change(filled(form, found, domain, cloud))}
					/>
					<Field
						of="connect"
						name="tenant"
						field={tenant}
						label={words("connect.tenant")}
						hint={words("connect.tenant.hint")}
						value={form.tenant}
						onChange={(value) => change({ tenant: value, domain: null })}
						failure={wrong === "tenant" ? failure : null}
						mono
					/>
					<SelectField
						of="connect"
						name="cloud"
						label={words("connect.cloud")}
						hint={
							form.domain === null
								? words("connect.cloud.hint")
								: words("connect.cloud.found", { domain: form.domain })
						}
						value={form.cloud}
						onChange={(cloud) => change({ cloud, host: "global" })}
					>
						{clouds.map((each) => (
							<option key={each} value={each}>
								{words(`cloud.${each}`)}
							</option>
						))}
					</SelectField>
				</Step>
				<Step number={2} title={words("connect.step.registration")}>
					<Field
						of="connect"
						name="client"
						field={client}
						label={words("connect.client")}
						hint={words("connect.client.hint")}
						value={form.client}
						onChange={(value) => change({ client: value })}
						failure={wrong === "client" ? failure : null}
						mono
					/>
					<RegistrationHelp form={form} />
				</Step>
				<Step number={3} title={words("connect.step.host")}>
					{form.cloud === "commercial" ? (
						<HostField
							host={form.host}
							onChange={(host) => change({ host })}
							failure={wrong === "host" ? failure : null}
						/>
					) : (
						<p className={styles.dim}>{words("connect.host.only")}</p>
					)}
				</Step>
			</ol>
			{failure !== null && wrong === null && <Problem failure={failure} urgent testId="connect-problem" />}
			<div className={styles.actions}>
				<SubmitButton
					text={words(busy ? "connect.busy" : "connect.submit")}
					busy={busy}
					testId="connect-submit"
				/>
			</div>
		</form>
	);
}

function fieldOf(failure: Failure | null): "tenant" | "client" | "host" | null {
	return failure?.kind === "told" ? (fields[failure.error.code] ?? null) : null;
}

/** What was found fills the form; a host of another cloud does not stay. */
function filled(
	form: OrganisationForm,
	tenant: string,
	domain: string,
	cloud: Cloud,
): Partial<OrganisationForm> {
	return { tenant, domain, cloud, host: cloud === form.cloud ? form.host : "global" };
}

interface HostProps {
	readonly host: ApiHost;
	readonly onChange: (host: ApiHost) => void;
	readonly failure: Failure | null;
}

/** Which host is asked: the usual one, or one that is nearer. */
function HostField({ host, onChange, failure }: HostProps) {
	const option = (each: ApiHost) => (
		<option key={each} value={each}>
			{words(`host.${each}`)}
		</option>
	);
	return (
		<SelectField
			of="connect"
			name="host"
			label={words("connect.host")}
			hint={
				failure === null ? (
					words("connect.host.hint")
				) : (
					<Problem failure={failure} urgent testId="error-host" />
				)
			}
			value={host}
			onChange={onChange}
		>
			{hosts.map(option)}
			<optgroup label={words("host.newer")}>{newerHosts.map(option)}</optgroup>
		</SelectField>
	);
}
