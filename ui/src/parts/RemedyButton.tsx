import type { RequestAbout } from "../ipc/view";
import { type Deed, useRemedies } from "../state/remedy";
import { words } from "../words/words";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";

interface Props {
	readonly remedy: Deed;
	readonly look?: "main" | "practice";
}

/** Does the one thing that helps against an error. */
export function RemedyButton({ remedy, look }: Props) {
	const { act } = useRemedies();
	return (
		<Button {...(look === undefined ? {} : { look })} onPress={() => act(remedy)} testId={`remedy-${remedy}`}>
			{words(`problem.${remedy}`)}
		</Button>
	);
}

/** Copies the message to whoever can help where the person cannot. */
export function AskAdministrator({ about }: { about: RequestAbout }) {
	return (
		<CopyButton
			field={{ kind: "request", about }}
			id="problem.askAdministrator"
			testId="remedy-askAdministrator"
		/>
	);
}
