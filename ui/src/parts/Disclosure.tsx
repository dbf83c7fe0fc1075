import { type ReactNode, useId, useState } from "react";
import { Button } from "./Button";
import styles from "./Disclosure.module.css";

interface Props {
	readonly text: string;
	readonly testId: string;
	/** What is shown once it is asked for. */
	readonly children: ReactNode;
}

/** A question that many do not have, with what answers it beneath. */
export function Disclosure({ text, testId, children }: Props) {
	const [open, setOpen] = useState(false);
	const id = useId();
	return (
		<div className={styles.disclosure}>
			<Button
				look="link"
				icon="open"
				expanded={open}
				controls={open ? id : undefined}
				onPress={() => setOpen(!open)}
				testId={testId}
			>
				{text}
			</Button>
			{open && <div id={id}>{children}</div>}
		</div>
	);
}
