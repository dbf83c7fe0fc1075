import { useNow } from "../../format/now";
import { shortName } from "../../format/term";
import { ago } from "../../format/time";
import type { Activity, AlertHandle, AlertRow, ItemId, Provenance } from "../../ipc/view";
import { Icon, SeverityGlyph } from "../../parts/Icon";
import { Instant } from "../../parts/Instant";
import severities from "../../parts/severity.module.css";
import { ShownText, Words } from "../../parts/Words";
import { useHead } from "../../state/context";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import { AlertActions } from "./AlertActions";
import { AlertBody } from "./AlertBody";
import styles from "./AlertCard.module.css";
import { AlertRole } from "./AlertRole";
import { useDetail } from "./detail";
import { Term } from "./Term";

interface Props {
	readonly alert: AlertRow;
	/** In whose eyes. */
	readonly item: ItemId;
	/** Where the alert comes from: whose portal opens, and whom the footer names. */
	readonly provenance: Provenance;
	readonly position: { readonly index: number; readonly total: number };
	readonly expanded: boolean;
	readonly onToggle: (alert: AlertHandle) => void;
}

/** One alert in the eyes of one file. */
export function AlertCard({ alert, item, provenance, position, expanded, onToggle }: Props) {
	const { lastActivity } = alert;
	const title = titleOf(alert);
	const severity = alert.severityText ?? words(`severity.${alert.severity}`);
	const body = `alert-${alert.alert}`;
	const [loaded, again] = useDetail(alert, expanded);
	return (
		// biome-ignore lint/a11y/useSemanticElements: the pages stand between the list and its items
		<div
			role="listitem"
			className={`${styles.card} ${severities[alert.severity]}`}
			aria-setsize={position.total}
			aria-posinset={position.index + 1}
			aria-label={useSentence(alert)}
			data-testid="alert"
			data-severity={alert.severity}
			data-expanded={expanded}
		>
			<div className={styles.row}>
				<p className={styles.severity} title={words(`severity.help.${alert.severity}`)}>
					<SeverityGlyph severity={alert.severity} />
					{typeof severity === "string" ? (
						severity
					) : (
						<span className={styles.word} title={flat(severity)}>
							<ShownText text={severity} />
						</span>
					)}
				</p>
				<div className={styles.top}>
					<div className={styles.titleBox}>
						<h3 className={styles.title}>
							{alert.title === null ? words("alert.noTitle") : <ShownText text={alert.title} />}
						</h3>
					</div>
					<p className={`${styles.time} ${styles.ago}`}>
						{lastActivity === null ? (
							words("alert.noTime")
						) : (
							<Instant
								at={lastActivity.at}
								show="ago"
								what={lastActivity.created ? words("alert.created") : undefined}
							/>
						)}
					</p>
				</div>
				<div className={styles.top}>
					<Meta alert={alert} />
					{lastActivity !== null && (
						<p className={`${styles.time} ${styles.exact}`} data-testid="alert-time">
							<Instant at={lastActivity.at} show="exact" />
						</p>
					)}
				</div>
				<div className={styles.foot}>
					<AlertRole role={alert.role} />
					<div className={styles.actions}>
						<AlertActions alert={alert} item={item} realm={provenance.realm} title={title} />
						<button
							type="button"
							className={styles.toggle}
							aria-expanded={expanded}
							aria-controls={body}
							aria-label={words(expanded ? "alert.fields.less.label" : "alert.fields.label", { title })}
							data-testid="all-fields"
							onClick={() => onToggle(alert.alert)}
						>
							<Icon name="open" />
							{words(expanded ? "alert.fields.less" : "alert.fields")}
						</button>
					</div>
				</div>
			</div>
			<div id={body}>
				{expanded && (
					<AlertBody
						alert={alert}
						item={item}
						provenance={provenance}
						title={title}
						loaded={loaded}
						onRetry={again}
					/>
				)}
			</div>
		</div>
	);
}

const titleOf = (alert: AlertRow) => (alert.title === null ? words("alert.noTitle") : flat(alert.title));

/** The card in one sentence, for whoever hears it. */
function useSentence(alert: AlertRow): string {
	const now = useNow(30_000);
	const { zone } = useHead().preferences;
	const { lastActivity, device } = alert;
	const when = ({ at, created }: Activity) =>
		created ? words("alert.sentence.created", { ago: ago(at, now, zone) }) : ago(at, now, zone);
	const said = {
		severity:
			alert.severityText === null
				? words(`severity.${alert.severity}`)
				: words("severity.unknown.word", { word: alert.severityText }),
		status: alert.statusText ?? words(`status.${alert.status}`),
		title: titleOf(alert),
		time: lastActivity === null ? words("alert.noTime") : when(lastActivity),
	};
	return device === null
		? words("alert.sentence.noDevice", said)
		: words("alert.sentence.device", { ...said, device: shortName(device) });
}

function Meta({ alert }: { alert: AlertRow }) {
	return (
		<p className={styles.meta}>
			<span className={styles.chip} data-testid="alert-status">
				{alert.statusText === null ? words(`status.${alert.status}`) : <ShownText text={alert.statusText} />}
			</span>
			<Classified alert={alert} />
			<Device alert={alert} />
		</p>
	);
}

function Classified({ alert: { classification, determination } }: { alert: AlertRow }) {
	if (classification === null && determination === null) return null;
	return (
		<span className={styles.chip} data-testid="alert-classification">
			{classification !== null && <Term terms="classification" text={classification} />}
			{classification !== null && determination !== null && " · "}
			{determination !== null && <Term terms="determination" text={determination} />}
		</span>
	);
}

/** The device by its short name, whole by its title. */
function Device({ alert: { device, deviceGroup } }: { alert: AlertRow }) {
	return (
		<span
			className={styles.device}
			title={device === null ? undefined : flat(device)}
			data-testid="alert-device"
		>
			{device !== null && deviceGroup !== null ? (
				<Words id="alert.device.group" facts={{ device: shortName(device), group: deviceGroup }} />
			) : device !== null ? (
				<ShownText text={shortName(device)} />
			) : deviceGroup !== null ? (
				<ShownText text={deviceGroup} />
			) : (
				words("alert.device.none")
			)}
		</span>
	);
}
