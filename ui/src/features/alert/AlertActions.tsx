import type { AlertPart, AlertRow, ItemId, Realm } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { type Copyable, CopyMenu } from "../../parts/CopyMenu";
import { useReach } from "../../state/context";
import { type WordKey, words } from "../../words/words";

interface Props {
	readonly alert: AlertRow;
	readonly item: ItemId;
	readonly realm: Realm;
	readonly title: string;
}

/** What can be done with an alert as it stands in the list. */
export function AlertActions({ alert, item, realm, title }: Props) {
	return (
		<>
			<OpenPage alert={alert} page="alert" realm={realm} title={title} />
			<CopyMenu
				label={words("alert.copy", { title })}
				copyables={copyables(alert, item, realm)}
				look="plain"
				testId="copy-alert"
			/>
		</>
	);
}

/** Opens a page of the portal about an alert; nothing where the portal has none. */
export function OpenPage({
	alert,
	page,
	realm,
	title,
}: {
	alert: AlertRow;
	page: "alert" | "incident" | "device";
	realm: Realm;
	title: string;
}) {
	const { backend, run } = useReach();
	if (!alert.pages.includes(page)) return null;
	return (
		<Button
			look="link"
			icon="away"
			label={words(`alert.portal.label.${realm}`, { page: words(`alert.portal.${page}`), title })}
			onPress={() => void run(backend.openPortal({ kind: page, alert: alert.alert }))}
			testId={`open-${page}`}
		>
			{words("alert.open")}
		</Button>
	);
}

/** What there is of it, as the host says. */
function copyables({ alert, copies }: AlertRow, item: ItemId, realm: Realm): Copyable[] {
	const copyable = (part: AlertPart, id: WordKey, form?: WordKey): Copyable & { part: AlertPart } => ({
		part,
		id,
		field: { kind: "alert", item, alert, part },
		...(form === undefined ? {} : { form }),
	});
	return [
		copyable("title", "copy.title"),
		copyable("id", "copy.id"),
		copyable("device", "copy.device"),
		copyable("user", "copy.user"),
		copyable("markdown", "copy.markdown", "copy.as.report"),
		copyable("json", "copy.json", asGiven(realm)),
		copyable("csv", "copy.csv", "copy.as.row"),
	].filter(({ part }) => copies.includes(part));
}

/** The form of JSON of the API: what is practice is marked as that. */
export const asGiven = (realm: Realm): WordKey => (realm === "practice" ? "copy.as.practice" : "copy.as.api");
