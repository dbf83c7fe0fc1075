import { useId } from "react";
import styles from "./Segmented.module.css";

interface Props<Value extends string> {
	readonly label: string;
	/** Whether the label is shown, or only read aloud. */
	readonly labelled?: boolean;
	readonly options: readonly { readonly value: Value; readonly text: string }[];
	readonly value: Value;
	readonly onChange: (value: Value) => void;
	readonly disabled?: boolean;
	readonly testId?: string;
}

/** One of a few, all of them in sight. */
export function Segmented<Value extends string>({
	label,
	labelled,
	options,
	value,
	onChange,
	disabled,
	testId,
}: Props<Value>) {
	const name = useId();
	return (
		<fieldset className={styles.field} disabled={disabled} data-testid={testId}>
			<legend className={labelled === true ? styles.legend : "spoken"}>{label}</legend>
			<div className={styles.options}>
				{options.map((option) => (
					<label key={option.value} className={styles.option}>
						<input
							type="radio"
							className="spoken"
							name={name}
							value={option.value}
							checked={option.value === value}
							onChange={() => onChange(option.value)}
						/>
						{option.text}
					</label>
				))}
			</div>
		</fieldset>
	);
}
