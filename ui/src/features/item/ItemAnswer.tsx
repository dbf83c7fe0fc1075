import { absolute } from "../../format/time";
import type { Answer, ItemRow, UtcMillis } from "../../ipc/view";
import { Instant } from "../../parts/Instant";
import { Problem, told } from "../../parts/Problem";
import { Words } from "../../parts/Words";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import { AlertList } from "../alert";
import { RetryButton } from "./ItemActions";
import styles from "./ItemDetail.module.css";
import { Kept } from "./KeptAge";
import { Requests } from "./Requests";

/** What a source said of a file: how much of it arrived, its alerts, and where it came from. */
export function ItemAnswer({ item, answer, idle }: { item: ItemRow; answer: Answer; idle: boolean }) {
	const { zone } = useHead().preferences;
	const { host, account, tenant, at, kept, requests } = answer.provenance;
	return (
		<>
			{answer.incomplete !== null && (
				<section className={styles.incomplete} data-testid="incomplete">
					<h3>{words("incomplete.title")}</h3>
					<p>{words(answer.alerts > 0 ? "incomplete.some" : "incomplete.none")}</p>
					<Problem failure={told(answer.incomplete)} look="quiet">
						{idle && <RetryButton item={item} />}
					</Problem>
				</section>
			)}
			{answer.alerts === 0 && answer.incomplete === null && <NoneVisible keptAt={kept ? at : null} />}
			{answer.alerts > 0 && (
				<AlertList key={item.id} item={item.id} count={answer.alerts} provenance={answer.provenance} />
			)}
			<p className={styles.provenance} data-testid="provenance">
				{kept && (
					<>
						<Kept at={at} />
						{". "}
					</>
				)}
				<Words
					id={answer.incomplete === null ? "provenance.complete" : "provenance.incomplete"}
					facts={{ host, account, tenant, time: absolute(at, zone) }}
				/>
			</p>
			<Requests requests={requests} />
		</>
	);
}

/** Says no more than is known, and what it can mean; of a kept answer also as of when. */
function NoneVisible({ keptAt }: { keptAt: UtcMillis | null }) {
	return (
		<section className={styles.none} data-testid="none-visible">
			<h3>
				{words("none.title")}
				{keptAt !== null && (
					<span className={styles.asOf} data-testid="none-as-of">
						{` ${words("none.asOf")} `}
						<Instant at={keptAt} />
					</span>
				)}
			</h3>
			<p>{words("none.text")}</p>
			<ul>
				<li>{words("none.unknown")}</li>
				<li>{words("none.noAlerts")}</li>
				<li>{words("none.hidden")}</li>
				<li>{words("none.old")}</li>
			</ul>
		</section>
	);
}
