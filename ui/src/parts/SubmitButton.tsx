import buttonStyles from "./Button.module.css";

interface Props {
	/** What it says: what it does, or that it is at it. */
	readonly text: string;
	/** It stays where the focus is, and does nothing meanwhile. */
	readonly busy: boolean;
	readonly testId: string;
}

/** The one button that sends a form. */
export function SubmitButton({ text, busy, testId }: Props) {
	return (
		<button
			type="submit"
			className={`${buttonStyles.button} ${buttonStyles.main}`}
			aria-disabled={busy}
			data-testid={testId}
		>
			{text}
		</button>
	);
}
