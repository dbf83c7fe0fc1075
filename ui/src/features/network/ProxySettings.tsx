import { type FormEvent, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { ProxyInUse } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Problem } from "../../parts/Problem";
import { Spoken } from "../../parts/Spoken";
import { SubmitButton } from "../../parts/SubmitButton";
import { useReach } from "../../state/context";
import { useSay } from "../../state/said";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./NetworkSheet.module.css";

type Name = "host" | "port" | "user";

/** The field that an error of the form stands by; the others stand beneath the form. */
const fields: Readonly<Record<string, Name>> = {
	proxyHostInvalid: "host",
	proxyPortInvalid: "port",
	proxyUserInvalid: "user",
};

interface Props {
	readonly proxy: ProxyInUse;
	/** The administrator has fixed it: the password alone is the person's. */
	readonly locked?: boolean;
}

/** The person's own proxy. Its password is never shown again; an empty field leaves the kept one. */
export function ProxySettings({ proxy, locked = false }: Props) {
	const { backend, run } = useReach();
	const say = useSay();
	const [form, setForm] = useState(() => typed(proxy));
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const inputs = { host: useInput(), port: useInput(), user: useInput() };
	const wrong = fieldOf(failure);
	const kept = proxy.kind === "chosen" && proxy.user !== null;

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			await backend.setProxy({ ...form, password: form.password === "" ? null : form.password });
			setForm((before) => ({ ...before, password: "" }));
			say(words("network.proxy.saved"));
		} catch (reason) {
			const found = asFailure(reason);
			setFailure(found);
			const at = fieldOf(found);
			if (at !== null) inputs[at].current?.focus();
		}
		setBusy(false);
	};
	const change = (part: Partial<typeof form>) => {
		setForm((before) => ({ ...before, ...part }));
		setFailure(null);
	};
	const text = (name: Name, hint: string) => (
		<Field
			of="proxy"
			name={name}
			field={inputs[name]}
			label={words(`network.proxy.field.${name}`)}
			hint={hint}
			value={form[name]}
			onChange={(value) => change({ [name]: value })}
			failure={wrong === name ? failure : null}
		/>
	);
	return (
		<form
			className={styles.form}
			onSubmit={(event) => void submit(event)}
			noValidate
			data-testid="proxy-form"
		>
			{!locked && (
				<>
					<p className={styles.hint}>{words("network.proxy.own")}</p>
					<div className={styles.pair}>
						{text("host", words("network.proxy.field.host.hint"))}
						{text("port", words("network.proxy.field.port.hint"))}
					</div>
				</>
			)}
			<div className={`${styles.pair} ${styles.even}`}>
				{!locked && text("user", words("network.proxy.field.user.hint"))}
				<Field
					of="proxy"
					name="password"
					type="password"
					label={words("network.proxy.field.password")}
					hint={words(kept ? "network.proxy.field.password.kept" : "network.proxy.field.password.hint")}
					value={form.password}
					onChange={(password) => change({ password })}
				/>
			</div>
			{failure !== null && wrong === null && (
				<Problem failure={failure} noRemedy urgent testId="proxy-problem" />
			)}
			<div className={styles.actions}>
				<SubmitButton
					text={words(busy ? "network.proxy.saving" : "network.proxy.save")}
					busy={busy}
					testId="proxy-save"
				/>
				{proxy.kind === "chosen" && !locked && (
					<Button onPress={() => void run(backend.clearProxy())} testId="clear-proxy">
						{words("network.proxy.clear")}
					</Button>
				)}
			</div>
			<Spoken text={busy ? words("network.proxy.saving") : ""} />
		</form>
	);
}

const useInput = () => useRef<HTMLInputElement>(null);

/** What the form begins with: the person's own proxy, never its password. */
function typed(proxy: ProxyInUse) {
	const own = proxy.kind === "chosen" ? proxy : null;
	return {
		host: own === null ? "" : flat(own.host),
		port: own === null ? "" : String(own.port),
		user: own === null || own.user === null ? "" : flat(own.user),
		password: "",
	};
}

function fieldOf(failure: Failure | null): Name | null {
	return failure?.kind === "told" ? (fields[failure.error.code] ?? null) : null;
}
