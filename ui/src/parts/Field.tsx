import { type KeyboardEvent, type ReactNode, type Ref, useId } from "react";
import type { Failure } from "../ipc/failure";
import styles from "./Field.module.css";
import { Problem } from "./Problem";

interface Props {
	/** The form's name and the field's; what is wrong with it is told under the latter. */
	readonly of: string;
	readonly name: string;
	readonly label: string;
	readonly hint?: string;
	readonly value: string;
	readonly onChange: (value: string) => void;
	/** What came of it, in place of the hint. */
	readonly failure?: Failure | null;
	readonly field?: Ref<HTMLInputElement>;
	readonly type?: "text" | "password";
	/** Whether it holds something that is read letter by letter. */
	readonly mono?: boolean;
	readonly disabled?: boolean;
	/** What Enter does, in place of sending the form. */
	readonly onEnter?: () => void;
	/** What stands beside the field. */
	readonly children?: ReactNode;
}

/** A line of text with its label, what it means, and what is wrong with it. */
export function Field(props: Props) {
	const {
		of,
		name,
		label,
		hint,
		value,
		onChange,
		failure = null,
		field,
		type,
		mono,
		disabled,
		onEnter,
	} = props;
	const id = useId();
	const about = useId();
	const enter = (event: KeyboardEvent) => {
		if (event.key !== "Enter" || onEnter === undefined) return;
		event.preventDefault();
		onEnter();
	};
	return (
		<div className={styles.field}>
			<label htmlFor={id}>{label}</label>
			<div className={styles.row}>
				<input
					ref={field}
					id={id}
					type={type ?? "text"}
					className={mono === true ? styles.mono : undefined}
					value={value}
					onChange={(event) => onChange(event.target.value)}
					onKeyDown={enter}
					disabled={disabled}
					spellCheck={false}
					autoComplete={type === "password" ? "new-password" : "off"}
					autoCapitalize="off"
					aria-describedby={about}
					aria-invalid={failure !== null}
					data-testid={`${of}-${name}`}
				/>
				{props.children}
			</div>
			<div id={about} className={styles.about}>
				{failure === null ? hint : <Problem failure={failure} urgent testId={`error-${name}`} />}
			</div>
		</div>
	);
}

interface ChoiceProps<Value extends string> {
	readonly of: string;
	readonly name: string;
	readonly label: string;
	readonly hint: ReactNode;
	readonly value: Value;
	readonly onChange: (value: Value) => void;
	/** The options, as `option` elements. */
	readonly children: ReactNode;
}

/** One of several, with its label and what it means. */
export function SelectField<Value extends string>(props: ChoiceProps<Value>) {
	const { of, name, label, hint, value, onChange, children } = props;
	const id = useId();
	const about = useId();
	return (
		<div className={styles.field}>
			<label htmlFor={id}>{label}</label>
			<select
				id={id}
				value={value}
				onChange={(event) => onChange(event.target.value as Value)}
				aria-describedby={about}
				data-testid={`${of}-${name}`}
			>
				{children}
			</select>
			<div id={about} className={styles.about}>
				{hint}
			</div>
		</div>
	);
}
