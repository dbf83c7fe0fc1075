import { useEffect, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components/Tabs";
import { asFailure, type Failure } from "../../ipc/failure";
import type { OrganisationForm, Registration, RegistrationText } from "../../ipc/view";
import { CopyButton } from "../../parts/CopyButton";
import { Disclosure } from "../../parts/Disclosure";
import { Problem } from "../../parts/Problem";
import { ShownText } from "../../parts/Words";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./Registration.module.css";

const texts: readonly RegistrationText[] = ["portal", "az", "powerShell", "message"];

/** How the app registration is made, for whoever has none yet; shown when it is asked for. */
export function RegistrationHelp({ form }: { form: OrganisationForm }) {
	return (
		<Disclosure text={words("connect.registration.open")} testId="registration-open">
			<RegistrationTexts form={form} />
		</Disclosure>
	);
}

/** Three ways to make it and a message to the administrator, each with what was typed in it. */
export function RegistrationTexts({ form }: { form: OrganisationForm }) {
	const { backend } = useReach();
	const [given, setGiven] = useState<Registration | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const typed = JSON.stringify(form);
	useEffect(() => {
		let here = true;
		backend.registration(JSON.parse(typed) as OrganisationForm).then(
			(registration) => {
				if (!here) return;
				setGiven(registration);
				setFailure(null);
			},
			(reason: unknown) => {
				if (!here) return;
				setGiven(null);
				setFailure(asFailure(reason));
			},
		);
		return () => {
			here = false;
		};
	}, [backend, typed]);
	if (failure !== null) {
		return (
			<Problem
				failure={failure}
				look="quiet"
				more={
					failure.kind === "told" && failure.error.code === "tenantInvalid"
						? words("connect.registration.first")
						: undefined
				}
				testId="registration-problem"
			/>
		);
	}
	if (given === null) return null;
	return (
		<Tabs className={styles.texts ?? ""} data-testid="registration">
			<TabList className={styles.tabs ?? ""} aria-label={words("connect.registration.label")}>
				{texts.map((each) => (
					<Tab key={each} id={each} className={styles.tab ?? ""} data-testid={`registration-${each}`}>
						{words(`connect.registration.${each}`)}
					</Tab>
				))}
			</TabList>
			{texts.map((each) => (
				<TabPanel key={each} id={each} className={styles.panel ?? ""}>
					<p>{words(`connect.registration.${each}.about`)}</p>
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by the keys too */}
					<pre className={styles.text} tabIndex={0} data-testid="registration-text">
						<ShownText text={given[each]} />
					</pre>
					<CopyButton
						field={() => backend.copyRegistration(form, each)}
						id={`connect.registration.${each}.copy`}
						testId="registration-copy"
					/>
				</TabPanel>
			))}
		</Tabs>
	);
}
