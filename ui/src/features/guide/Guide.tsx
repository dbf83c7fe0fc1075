import { useEffect, useRef, useState } from "react";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useHead } from "../../state/context";
import { usePreferences } from "../../state/preferences";
import { accountOf, realmOf } from "../../state/session";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./Guide.module.css";

export const steps = [1, 2, 3, 4, 5] as const;
type Step = (typeof steps)[number];

/** Whether there is something that a guide can lead through. */
export function useGuided(): boolean {
	return realmOf(useHead().session) === "practice";
}

/** Five steps through the practice tenant, until they are closed. */
export function Guide() {
	const guided = useGuided();
	const [{ guideClosed }, change] = usePreferences();
	const [at, setAt] = useState(0);
	const { done, begun } = useDone();
	if (!guided || !begun || guideClosed) return null;
	const step = steps[at] ?? 1;
	const last = at === steps.length - 1;
	const close = () => {
		setAt(0);
		change({ guideClosed: true });
	};
	return (
		<aside className={styles.guide} aria-label={words("guide.label")} data-testid="guide" data-step={step}>
			<div className={styles.text}>
				<div className={styles.head}>
					<ol className={styles.steps}>
						{steps.map((each, index) => (
							<li key={each}>
								<button
									type="button"
									className={styles.mark}
									aria-current={index === at ? "step" : undefined}
									aria-label={words(done.has(each) ? "guide.step.done" : "guide.step", {
										number: each,
										count: steps.length,
									})}
									onClick={() => setAt(index)}
									data-testid={`guide-step-${each}`}
								>
									{done.has(each) ? <Icon name="done" /> : each}
								</button>
							</li>
						))}
					</ol>
					<h2 className={styles.title}>{words(`guide.${step}.title`)}</h2>
				</div>
				<p role="status">{words(`guide.${step}.text`)}</p>
			</div>
			<div className={styles.actions}>
				<Button onPress={last ? close : () => setAt(at + 1)} testId="guide-next">
					{words(last ? "guide.finish" : "guide.next")}
				</Button>
				<Button
					look="plain"
					icon="close"
					label={words("guide.close")}
					hint={words("guide.close")}
					onPress={close}
					testId="guide-close"
				/>
			</div>
		</aside>
	);
}

/**
 * The steps that can be seen to be done: files have come, and another analyst has signed in. Before
 * the first one has, there is nothing to do yet.
 */
function useDone(): { readonly done: ReadonlySet<Step>; readonly begun: boolean } {
	const { counts, session } = useHead();
	const account = accountOf(session);
	const name = account?.realm === "practice" ? flat(account.signInName) : null;
	const first = useRef<string | null>(null);
	const [other, setOther] = useState(false);
	useEffect(() => {
		if (name === null) return;
		first.current ??= name;
		if (name !== first.current) setOther(true);
	}, [name]);
	const done = new Set<Step>([...(counts.items > 0 ? [1 as const] : []), ...(other ? [5 as const] : [])]);
	return { done, begun: name !== null || first.current !== null };
}
