import { type FormEvent, useId, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { Cloud, OrganisationForm } from "../../ipc/view";
import { Button } from "../../parts/Button";
import buttonStyles from "../../parts/Button.module.css";
import { Problem } from "../../parts/Problem";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./ConnectForm.module.css";

const clouds: readonly Cloud[] = ["commercial", "gcc", "gccHigh", "dod"];

/** Which organisation to sign in to; core checks it, and its errors stand by their fields. */
export function ConnectForm({ onClose }: { onClose: () => void }) {
	const { backend } = useReach();
	const [form, setForm] = useState<OrganisationForm>({ cloud: "commercial", tenant: "", client: "" });
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const tenant = useRef<HTMLInputElement>(null);
	const client = useRef<HTMLInputElement>(null);
	const cloud = useId();

	const code = failure?.kind === "told" ? failure.error.code : null;
	const wrong = code === "tenantInvalid" ? "tenant" : code === "clientInvalid" ? "client" : null;

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		setBusy(true);
		try {
			await backend.connect(form);
			onClose();
		} catch (reason) {
			const found = asFailure(reason);
			setFailure(found);
			setBusy(false);
			if (found.kind === "told" && found.error.code === "tenantInvalid") tenant.current?.focus();
			if (found.kind === "told" && found.error.code === "clientInvalid") client.current?.focus();
		}
	};
	const change = (part: Partial<OrganisationForm>) => {
		setForm((before) => ({ ...before, ...part }));
		setFailure(null);
	};

	return (
		<form
			className={styles.form}
			onSubmit={(event) => void submit(event)}
			noValidate
			data-testid="connect-form"
		>
			<div className={styles.field}>
				<label htmlFor={cloud}>{words("connect.cloud")}</label>
				<select
					id={cloud}
					value={form.cloud}
					onChange={(event) => change({ cloud: event.target.value as Cloud })}
					data-testid="connect-cloud"
				>
					{clouds.map((each) => (
						<option key={each} value={each}>
							{words(`cloud.${each}`)}
						</option>
					))}
				</select>
			</div>
			<IdField
				name="tenant"
				field={tenant}
				value={form.tenant}
				failure={wrong === "tenant" ? failure : null}
				onChange={(value) => change({ tenant: value })}
			/>
			<IdField
				name="client"
				field={client}
				value={form.client}
				failure={wrong === "client" ? failure : null}
				onChange={(value) => change({ client: value })}
			/>
			{failure !== null && wrong === null && <Problem failure={failure} urgent />}
			<div className={styles.actions}>
				<button
					type="submit"
					className={`${buttonStyles.button} ${buttonStyles.main}`}
					disabled={busy}
					data-testid="connect-submit"
				>
					{words(busy ? "connect.busy" : "connect.submit")}
				</button>
				<Button look="plain" onPress={onClose}>
					{words("connect.cancel")}
				</Button>
			</div>
		</form>
	);
}

interface IdFieldProps {
	readonly name: "tenant" | "client";
	readonly field: React.RefObject<HTMLInputElement | null>;
	readonly value: string;
	readonly failure: Failure | null;
	readonly onChange: (value: string) => void;
}

function IdField({ name, field, value, failure, onChange }: IdFieldProps) {
	const id = useId();
	const about = useId();
	return (
		<div className={styles.field}>
			<label htmlFor={id}>{words(`connect.${name}`)}</label>
			<input
				ref={field}
				id={id}
				value={value}
				onChange={(event) => onChange(event.target.value)}
				spellCheck={false}
				autoComplete="off"
				autoCapitalize="off"
				aria-describedby={about}
				aria-invalid={failure !== null}
				data-testid={`connect-${name}`}
			/>
			<div id={about} className={styles.about}>
				{failure === null ? (
					words(`connect.${name}.hint`)
				) : (
					<Problem failure={failure} urgent testId={`error-${name}`} />
				)}
			</div>
		</div>
	);
}
