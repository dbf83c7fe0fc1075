import type { ReactNode } from "react";
import type { Retention } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { Segmented } from "../../parts/Segmented";
import { Sheet } from "../../parts/Sheet";
import { SheetPart } from "../../parts/SheetPart";
import { useHead } from "../../state/context";
import { useOpen } from "../../state/open";
import { usePreferences } from "../../state/preferences";
import { words } from "../../words/words";
import { ManagedSettings, useLocked } from "../managed";
import { NetworkSummary } from "../network";
import { Look } from "./LookButton";
import styles from "./PreferencesSheet.module.css";

const retentions: readonly Retention[] = ["off", "day", "week", "month", "quarter"];
/** In minutes. */
const freshnesses = ["0", "60", "240", "1440"] as const;
type Freshness = (typeof freshnesses)[number];

interface Props {
	readonly onClose: () => void;
	readonly onForget: () => void;
}

/**
 * How long answers are kept and used, how all of it is forgotten, what the window looks like, how
 * organisations are reached, and what the administrator has set.
 */
export function PreferencesSheet({ onClose, onForget }: Props) {
	const { managed, network } = useHead();
	const open = useOpen();
	return (
		<Sheet title={words("preferences.title")} onClose={onClose} testId="preferences-sheet">
			<div className={styles.parts}>
				<SheetPart title={words("preferences.kept")}>
					<KeptFor />
					<FreshFor />
				</SheetPart>
				<SheetPart title={words("preferences.forget.title")}>
					<p>{words("preferences.forget.hint")}</p>
					<div>
						<Button onPress={onForget} testId="forget">
							{words("preferences.forget")}
						</Button>
					</div>
				</SheetPart>
				<SheetPart title={words("preferences.look")}>
					<div className={styles.look}>
						<Look />
					</div>
				</SheetPart>
				<SheetPart title={words("network.title")}>
					<NetworkSummary />
					{network.error !== null && <Problem failure={told(network.error)} noRemedy />}
					<div>
						<Button onPress={() => open({ kind: "network" })} testId="open-network">
							{words("network.open")}
						</Button>
					</div>
				</SheetPart>
				{managed.kind !== "none" && (
					<SheetPart title={words("managed.title")}>
						<ManagedSettings managed={managed} />
					</SheetPart>
				)}
			</div>
		</Sheet>
	);
}

/** How long answers are kept; and why they are not, where that is not by choice. */
function KeptFor() {
	const [{ retention }, change] = usePreferences();
	const { history } = useHead();
	const locked = useLocked("history");
	return (
		<Choice
			disabled={locked}
			label={words("preferences.retention")}
			options={retentions.map((value) => ({ value, text: words(`preferences.retention.${value}`) }))}
			value={retention}
			onChange={(value) => change({ retention: value })}
			testId="retention"
		>
			{locked && `${words("managed.locked")} `}
			{retention === "off"
				? words("preferences.retention.off.hint")
				: history.kind === "memory"
					? words("keeping.memory", {
							reason: words(`error.${history.error.code}.title`, history.error.facts),
						})
					: words("preferences.retention.on.hint")}
		</Choice>
	);
}

/** How old a kept answer may be to stand for a new one. */
function FreshFor() {
	const [{ freshMinutes }, change] = usePreferences();
	const known = freshnesses.find((each) => Number(each) === freshMinutes);
	const options: { value: string; text: string }[] = freshnesses.map((value: Freshness) => ({
		value,
		text: words(`preferences.fresh.${value}`),
	}));
	// Settings can hold another number than the page offers.
	if (known === undefined) {
		options.push({
			value: String(freshMinutes),
			text: words("preferences.fresh.other", { count: freshMinutes }),
		});
	}
	return (
		<Choice
			label={words("preferences.fresh")}
			options={options}
			value={String(freshMinutes)}
			onChange={(value) => change({ freshMinutes: Number(value) })}
			testId="freshness"
		>
			{words("preferences.fresh.hint")}
		</Choice>
	);
}

interface ChoiceProps<Value extends string> {
	readonly label: string;
	readonly options: readonly { readonly value: Value; readonly text: string }[];
	readonly value: Value;
	readonly onChange: (value: Value) => void;
	readonly disabled?: boolean;
	/** What the choice means. */
	readonly children: ReactNode;
	readonly testId: string;
}

/** One of a few, with what it means below. */
function Choice<Value extends string>(props: ChoiceProps<Value>) {
	const { label, options, value, onChange, disabled, children, testId } = props;
	return (
		<div className={styles.choice}>
			<Segmented
				label={label}
				labelled
				options={options}
				value={value}
				onChange={onChange}
				disabled={disabled === true}
				testId={testId}
			/>
			<p className={styles.hint} role="status" data-testid={`${testId}-hint`}>
				{children}
			</p>
		</div>
	);
}
