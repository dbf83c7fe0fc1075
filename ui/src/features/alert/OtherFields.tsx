import { useState } from "react";
import type { Field } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./OtherFields.module.css";
import { Section } from "./Section";

/** So many fields are shown at once. */
const atOnce = 12;

/** What the answer gave besides, unadorned. */
export function OtherFields({ fields }: { fields: readonly Field[] }) {
	const [shown, setShown] = useState(fields.length <= atOnce);
	if (fields.length === 0) return null;
	return (
		<Section title={words("alert.detail.other")} testId="other-fields">
			{shown ? (
				<FieldList fields={fields} />
			) : (
				<p>
					<Button onPress={() => setShown(true)} testId="show-fields">
						{words("alert.detail.other.show", { count: fields.length })}
					</Button>
				</p>
			)}
		</Section>
	);
}

/** Fields by the names that the API has for them. */
export function FieldList({ fields }: { fields: readonly Field[] }) {
	return (
		<dl className={styles.fields}>
			{fields.map((field, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: fields stand in the order of the answer, and have no state
				<div key={index}>
					<dt>
						<ShownText text={field.name} />
					</dt>
					<dd>
						<ShownText text={field.value} />
					</dd>
				</div>
			))}
		</dl>
	);
}
