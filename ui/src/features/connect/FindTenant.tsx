import { useEffect, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { FoundTenant } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./ConnectPage.module.css";

/** Finds the tenant by a domain or an e-mail address, and says what was found. */
export function FindTenant({ onFound }: { onFound: (found: FoundTenant) => void }) {
	const { backend } = useReach();
	const [text, setText] = useState("");
	const [busy, setBusy] = useState(false);
	const [found, setFound] = useState<FoundTenant | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const field = useRef<HTMLInputElement>(null);
	/** Which search is the last one: what an earlier one finds comes too late. */
	const last = useRef(0);
	useEffect(() => {
		field.current?.focus();
		return () => {
			last.current = Number.POSITIVE_INFINITY;
		};
	}, []);

	const forget = () => {
		last.current += 1;
		setBusy(false);
		setFound(null);
		setFailure(null);
	};
	const find = async () => {
		if (busy) return;
		forget();
		const mine = last.current;
		setBusy(true);
		try {
			const tenant = await backend.findTenant(text);
			if (mine !== last.current) return;
			setFound(tenant);
			onFound(tenant);
		} catch (reason) {
			if (mine !== last.current) return;
			setFailure(asFailure(reason));
			field.current?.focus();
		}
		setBusy(false);
	};
	return (
		<>
			<Field
				of="connect"
				name="domain"
				field={field}
				label={words("connect.domain")}
				hint={words("connect.domain.hint")}
				value={text}
				onChange={(value) => {
					setText(value);
					forget();
				}}
				failure={failure}
				onEnter={() => void find()}
			>
				<Button spent={busy} onPress={() => void find()} testId="connect-find">
					{words(busy ? "connect.finding" : "connect.find")}
				</Button>
			</Field>
			<div role="status">
				{found !== null && (
					<div className={styles.found} data-testid="found-tenant" data-cloud={found.cloud}>
						<strong>
							{words("connect.found", { domain: found.domain, cloud: words(`cloud.${found.cloud}`) })}
						</strong>
						<code>{found.tenant}</code>
						<span>{words("connect.found.confirm")}</span>
					</div>
				)}
			</div>
		</>
	);
}
