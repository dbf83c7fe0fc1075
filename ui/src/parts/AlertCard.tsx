import { useNow } from "../format/now";
import { term } from "../format/term";
import { absolute, ago } from "../format/time";
import type { Activity, AlertHandle, AlertRow, Realm, Shown } from "../ipc/view";
import { useReach } from "../state/context";
import { flat } from "../words/shown";
import { words } from "../words/words";
import styles from "./AlertCard.module.css";
import { AlertFields } from "./AlertFields";
import { AlertRole } from "./AlertRole";
import { Button } from "./Button";
import { Icon, SeverityGlyph } from "./Icon";
import { ShownText, Words } from "./Words";

interface Props {
	readonly alert: AlertRow;
	/** Whose portal opens. */
	readonly realm: Realm;
	readonly position: { readonly index: number; readonly total: number };
	readonly expanded: boolean;
	readonly onToggle: (alert: AlertHandle) => void;
}

/** One alert in the eyes of one file. */
export function AlertCard({ alert, realm, position, expanded, onToggle }: Props) {
	const title = alert.title === null ? words("alert.noTitle") : flat(alert.title);
	const severity = alert.severityText === null ? words(`severity.${alert.severity}`) : alert.severityText;
	const status = alert.statusText === null ? words(`status.${alert.status}`) : alert.statusText;
	const fields = `fields-${alert.alert}`;
	return (
		// biome-ignore lint/a11y/useSemanticElements: the pages stand between the list and its items
		<div
			role="listitem"
			className={`${styles.card} ${styles[alert.severity]}`}
			aria-setsize={position.total}
			aria-posinset={position.index + 1}
			aria-label={words("alert.sentence", { severity, status, title })}
			data-testid="alert"
			data-severity={alert.severity}
		>
			<div className={styles.row}>
				<p className={styles.severity}>
					<SeverityGlyph severity={alert.severity} />
					{typeof severity === "string" ? severity : <ShownText text={severity} />}
				</p>
				<div className={styles.middle}>
					<h3 className={styles.title}>
						{alert.title === null ? words("alert.noTitle") : <ShownText text={alert.title} />}
					</h3>
					<p className={styles.meta}>
						<span className={styles.chip} data-testid="alert-status">
							{typeof status === "string" ? status : <ShownText text={status} />}
						</span>
						<Classified alert={alert} />
						<span className={styles.device} data-testid="alert-device">
							<DeviceText alert={alert} />
						</span>
					</p>
					<AlertRole role={alert.role} />
				</div>
				<Time activity={alert.lastActivity} />
			</div>
			<div className={styles.foot}>
				<button
					type="button"
					className={styles.toggle}
					aria-expanded={expanded}
					aria-controls={fields}
					aria-label={words("alert.fields.label", { title })}
					data-testid="all-fields"
					onClick={() => onToggle(alert.alert)}
				>
					<Icon name="open" />
					{words("alert.fields")}
				</button>
				<Portal alert={alert} realm={realm} title={title} />
			</div>
			<div id={fields}>{expanded && <AlertFields alert={alert.alert} />}</div>
		</div>
	);
}

function Classified({ alert }: { alert: AlertRow }) {
	const classification = alert.classification === null ? null : term(alert.classification);
	const determination = alert.determination === null ? null : term(alert.determination);
	if (classification === null && determination === null) return null;
	const single: Shown | null = classification ?? determination;
	return (
		<span className={styles.chip} data-testid="alert-classification">
			{classification !== null && determination !== null ? (
				<Words id="alert.classified" facts={{ classification, determination }} />
			) : (
				single !== null && <ShownText text={single} />
			)}
		</span>
	);
}

function DeviceText({ alert }: { alert: AlertRow }) {
	const { device, deviceGroup } = alert;
	if (device === null && deviceGroup === null) return words("alert.device.none");
	if (device !== null && deviceGroup !== null) {
		return <Words id="alert.device.group" facts={{ device, group: deviceGroup }} />;
	}
	return <ShownText text={device ?? deviceGroup ?? { parts: [], hidden: 0 }} />;
}

/** When it last happened: how long ago, and exactly. */
function Time({ activity }: { activity: Activity | null }) {
	const now = useNow(30_000);
	if (activity === null) return <p className={styles.time}>{words("alert.noTime")}</p>;
	return (
		<p className={styles.time}>
			{activity.created && `${words("alert.created")} `}
			{ago(activity.at, now)}
			<time dateTime={new Date(activity.at).toISOString()}>{absolute(activity.at)}</time>
		</p>
	);
}

function Portal({ alert, realm, title }: { alert: AlertRow; realm: Realm; title: string }) {
	const { backend, run } = useReach();
	if (alert.pages.length === 0) return null;
	return (
		<p className={styles.portal}>
			<span>{words(`alert.portal.${realm}`)}</span>
			{alert.pages.map((kind) => (
				<Button
					key={kind}
					look="link"
					icon="away"
					label={words(`alert.portal.label.${realm}`, { page: words(`alert.portal.${kind}`), title })}
					onPress={() => void run(backend.openPortal({ kind, alert: alert.alert }))}
					testId={`open-${kind}`}
				>
					{words(`alert.portal.${kind}`)}
				</Button>
			))}
		</p>
	);
}
