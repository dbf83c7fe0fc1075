import type { ExtraCa, ProxyInUse } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { SetByAdministrator } from "../../parts/SetByAdministrator";
import { Sheet } from "../../parts/Sheet";
import { SheetPart } from "../../parts/SheetPart";
import { Words } from "../../parts/Words";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./NetworkSheet.module.css";
import { ProxySettings } from "./ProxySettings";

/** How organisations are reached, over the window. */
export function NetworkSheet({ onClose }: { onClose: () => void }) {
	return (
		<Sheet title={words("network.title")} onClose={onClose} testId="network-sheet">
			<NetworkSettings />
		</Sheet>
	);
}

/** The proxy that is used and who named it, another one, and further certificate authorities. */
export function NetworkSettings() {
	const { proxy, extraCa, error, proxyLocked, caLocked } = useHead().network;
	return (
		<div className={styles.parts}>
			{error !== null && <Problem failure={told(error)} noRemedy urgent testId="network-problem" />}
			<SheetPart title={words("network.proxy")}>
				<NetworkSummary />
				{proxyLocked ? (
					<>
						<SetByAdministrator testId="proxy-locked" />
						{proxy.kind === "chosen" && proxy.user !== null && (
							<ProxySettings key={proxyKey(proxy)} proxy={proxy} locked />
						)}
					</>
				) : (
					<ProxySettings key={proxyKey(proxy)} proxy={proxy} />
				)}
			</SheetPart>
			<SheetPart title={words("network.ca")}>
				<Authorities extraCa={extraCa} locked={caLocked} />
			</SheetPart>
		</div>
	);
}

/** What is used, in a sentence. */
export function NetworkSummary() {
	const { proxy, proxyLocked } = useHead().network;
	const named = proxy.kind === "chosen" && proxyLocked ? "managed" : proxy.kind;
	const where =
		proxy.kind === "direct" || proxy.kind === "automatic"
			? {}
			: { host: proxy.host, port: String(proxy.port) };
	return (
		<p className={styles.use} data-testid="proxy-in-use" data-kind={proxy.kind}>
			<Words id={`network.proxy.${named}`} facts={where} />
			{proxy.kind === "chosen" && proxy.user !== null && (
				<>
					{" "}
					<Words id="network.proxy.as" facts={{ user: proxy.user }} />
				</>
			)}
		</p>
	);
}

/** Another proxy is another form, so that nothing typed for the one before stays in it. */
const proxyKey = (proxy: ProxyInUse) => JSON.stringify(proxy);

function Authorities({ extraCa, locked }: { extraCa: ExtraCa | null; locked: boolean }) {
	const { backend, run } = useReach();
	return (
		<>
			<p className={styles.use} data-testid="extra-ca">
				{extraCa === null ? (
					words("network.ca.none")
				) : (
					<Words id="network.ca.file" facts={{ file: extraCa.file, count: extraCa.certificates }} />
				)}
			</p>
			<p className={styles.hint}>{words("network.ca.hint")}</p>
			{locked ? (
				<SetByAdministrator testId="ca-locked" />
			) : (
				<div className={styles.actions}>
					<Button icon="read" onPress={() => void run(backend.pickExtraCa())} testId="pick-extra-ca">
						{words(extraCa === null ? "network.ca.pick" : "network.ca.pickOther")}
					</Button>
					{extraCa !== null && (
						<Button onPress={() => void run(backend.clearExtraCa())} testId="clear-extra-ca">
							{words("network.ca.clear")}
						</Button>
					)}
				</div>
			)}
		</>
	);
}
