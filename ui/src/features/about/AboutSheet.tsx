import { lazy, Suspense, useEffect, useState } from "react";
import icon from "../../../../icons/128x128.png";
import type { About } from "../../ipc/about";
import { asFailure, type Failure } from "../../ipc/failure";
import { Button } from "../../parts/Button";
import { Problem } from "../../parts/Problem";
import { Sheet } from "../../parts/Sheet";
import { Spoken } from "../../parts/Spoken";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./AboutSheet.module.css";

/** Half a megabyte that hardly anybody reads. */
const Parts = lazy(() => import("./Parts").catch(() => ({ default: NoParts })));

const NoParts = () => <p role="alert">{words("about.parts.failed")}</p>;

/** The program, what it runs on, and what it is made of. */
export function AboutSheet({ onClose }: { onClose: () => void }) {
	const { backend } = useReach();
	const [about, setAbout] = useState<About | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useEffect(() => {
		let here = true;
		backend.about().then(
			(given) => here && setAbout(given),
			(reason: unknown) => here && setFailure(asFailure(reason)),
		);
		return () => {
			here = false;
		};
	}, [backend]);
	return (
		<Sheet title={words("about.title")} onClose={onClose} testId="about-sheet">
			<div className={styles.top}>
				<img src={icon} alt="" width="64" height="64" />
				<div>
					<p className={styles.name}>{words("app.name")}</p>
					<p>{words("app.line")}</p>
				</div>
			</div>
			{failure !== null && <Problem failure={failure} />}
			<Facts about={about} />
			<Diagnostics />
			<p className={styles.licence}>{words("about.licence")}</p>
			<Suspense fallback={<p className={styles.dim}>{words("about.loading")}</p>}>
				<Parts />
			</Suspense>
		</Sheet>
	);
}

const system = ({ system: name, architecture }: About) => ({ system: name, architecture });

/** As high while they are looked for. */
function Facts({ about }: { about: About | null }) {
	const facts = [
		["version", about?.version],
		["webView", about === null ? undefined : (about.webView ?? words("about.webView.unknown"))],
		["tauri", about?.tauri],
		["system", about === null ? undefined : words("about.system.value", system(about))],
		["desktop", about === null ? undefined : (about.desktop ?? words("about.desktop.only"))],
		[
			"practice",
			about === null ? undefined : words(about.practice ? "about.practice.yes" : "about.practice.no"),
		],
	] as const;
	return (
		<dl className={styles.facts} aria-busy={about === null}>
			{facts.map(([name, value]) => (
				<div key={name}>
					<dt>{words(`about.${name}`)}</dt>
					<dd data-testid={`about-${name}`}>{value ?? words("about.loading")}</dd>
				</div>
			))}
		</dl>
	);
}

function Diagnostics() {
	const { backend, run } = useReach();
	const [copied, setCopied] = useState(false);
	const copy = async () => setCopied(await run(backend.copyDiagnostics()));
	return (
		<div className={styles.diagnostics}>
			<Button icon={copied ? "done" : "copy"} onPress={() => void copy()} testId="copy-diagnostics">
				{words(copied ? "copy.done" : "about.copy")}
			</Button>
			<p className={styles.dim}>{words("about.copy.hint")}</p>
			<Spoken text={copied ? words("copy.done") : ""} />
		</div>
	);
}
