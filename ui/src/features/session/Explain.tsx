import { type FormEvent, useEffect, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import buttonStyles from "../../parts/Button.module.css";
import { Disclosure } from "../../parts/Disclosure";
import { Field } from "../../parts/Field";
import { Problem, told } from "../../parts/Problem";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./SignIn.module.css";

/** What an error means that Microsoft's page shows: it never comes back to this program by itself. */
export function Explain() {
	const { backend } = useReach();
	const [text, setText] = useState("");
	const [meaning, setMeaning] = useState<Failure | null>(null);
	const explained = useRef<HTMLDivElement>(null);
	// It stands below the field, which in a small window is the last thing that is seen.
	useEffect(() => {
		if (meaning !== null) explained.current?.scrollIntoView({ block: "nearest" });
	}, [meaning]);
	const explain = async (event: FormEvent) => {
		event.preventDefault();
		try {
			setMeaning(told(await backend.explain(text)));
		} catch (reason) {
			setMeaning(asFailure(reason));
		}
	};
	return (
		<Disclosure text={words("signIn.explain.open")} testId="explain-open">
			<form className={styles.form} onSubmit={(event) => void explain(event)} noValidate>
				<Field
					of="explain"
					name="number"
					label={words("signIn.explain.label")}
					hint={words("signIn.explain.hint")}
					value={text}
					onChange={(value) => {
						setText(value);
						setMeaning(null);
					}}
				>
					<button type="submit" className={buttonStyles.button} data-testid="explain">
						{words("signIn.explain.do")}
					</button>
				</Field>
				<div ref={explained}>
					{meaning !== null && (
						<Problem failure={meaning} about={{ kind: "explained", typed: text }} urgent testId="explained" />
					)}
				</div>
			</form>
		</Disclosure>
	);
}
