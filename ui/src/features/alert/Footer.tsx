import { useState } from "react";
import { absolute } from "../../format/time";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Words } from "../../parts/Words";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import type { BodyProps } from "./AlertBody";
import styles from "./Footer.module.css";
import { RawText } from "./RawText";

/** Where an alert comes from, and its raw text. */
export function Footer({
	alert,
	item,
	provenance,
	title,
	leftOut,
}: BodyProps & { readonly leftOut: number }) {
	const { zone } = useHead().preferences;
	const [raw, setRaw] = useState(false);
	const { host, account, tenant } = provenance;
	return (
		<footer className={styles.footer}>
			{leftOut > 0 && <p data-testid="left-out">{words("alert.detail.leftOut", { count: leftOut })}</p>}
			<div className={styles.line}>
				<p data-testid="alert-provenance">
					<Words
						id="alert.detail.provenance"
						facts={{ time: absolute(alert.readAt, zone), host, account, tenant }}
					/>
				</p>
				<span className={styles.actions}>
					<Button
						look="link"
						icon="lines"
						expanded={raw}
						onPress={() => setRaw((before) => !before)}
						testId="raw-toggle"
					>
						{words(raw ? "alert.detail.raw.hide" : "alert.detail.raw.show")}
					</Button>
					<CopyButton
						field={{ kind: "alert", item, alert: alert.alert, part: "json" }}
						id="alert.detail.raw.copy"
						look="link"
					/>
				</span>
			</div>
			{raw && <RawText alert={alert.alert} title={title} />}
		</footer>
	);
}
