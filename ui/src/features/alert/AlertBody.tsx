import type { AlertDetail, AlertRow, ItemId, Provenance } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem } from "../../parts/Problem";
import { words } from "../../words/words";
import styles from "./AlertBody.module.css";
import type { Loaded } from "./detail";
import { Evidence } from "./Evidence";
import { Footer } from "./Footer";
import { Handling } from "./Handling";
import { OtherFields } from "./OtherFields";
import { TimeLine } from "./TimeLine";
import { What } from "./What";
import { Where } from "./Where";

export interface BodyProps {
	readonly alert: AlertRow;
	readonly item: ItemId;
	readonly provenance: Provenance;
	/** The alert's title, for labels. */
	readonly title: string;
}

interface Props extends BodyProps {
	readonly loaded: Loaded;
	readonly onRetry: () => void;
}

/** Everything that the API said about an alert. */
export function AlertBody({ loaded, onRetry, ...props }: Props) {
	switch (loaded.kind) {
		case "loading":
			return (
				<p className={styles.loading} role="status">
					{words("alert.detail.loading", { title: props.title })}
				</p>
			);
		case "failed":
			return (
				<div className={styles.failed}>
					<Problem failure={loaded.failure} look="quiet">
						<Button icon="retry" onPress={onRetry}>
							{words("item.retry")}
						</Button>
					</Problem>
				</div>
			);
		case "detail":
			return <Everything {...props} detail={loaded.detail} />;
		default:
			return loaded satisfies never;
	}
}

function Everything({ detail, ...props }: BodyProps & { readonly detail: AlertDetail }) {
	const { alert } = props;
	return (
		<div className={styles.body} data-testid="alert-detail">
			<div className={styles.pair}>
				<What alert={alert} detail={detail} />
				<Where {...props} detail={detail} />
			</div>
			<TimeLine moments={detail.moments} status={alert.status} />
			<Evidence {...props} kinds={detail.evidence} />
			<Handling {...props} detail={detail} />
			<OtherFields fields={detail.other} />
			<Footer {...props} leftOut={detail.leftOut} />
		</div>
	);
}
