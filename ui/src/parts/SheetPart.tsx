import { type ReactNode, useId } from "react";
import styles from "./SheetPart.module.css";

/** A part of a sheet under a title of its own, set apart from the part before it. */
export function SheetPart({ title, children }: { title: string; children: ReactNode }) {
	const id = useId();
	return (
		<section className={styles.part} aria-labelledby={id}>
			<h3 id={id} className={styles.title}>
				{title}
			</h3>
			{children}
		</section>
	);
}
