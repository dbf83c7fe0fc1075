import { type ReactNode, type Ref, useId } from "react";
import styles from "./ConnectPage.module.css";

interface Props {
	readonly number: number;
	readonly title: string;
	readonly children: ReactNode;
	readonly heading?: Ref<HTMLHeadingElement>;
	readonly testId?: string;
}

/** One of the steps to a connected organisation. */
export function Step({ number, title, children, heading, testId }: Props) {
	const id = useId();
	return (
		<li>
			<section className={styles.step} aria-labelledby={id} data-testid={testId}>
				<span className={styles.number} aria-hidden="true">
					{number}
				</span>
				<div className={styles.content}>
					<h3 id={id} ref={heading} tabIndex={-1} className={styles.title}>
						{title}
					</h3>
					{children}
				</div>
			</section>
		</li>
	);
}
