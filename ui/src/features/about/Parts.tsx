import { useState } from "react";
import { words } from "../../words/words";
import styles from "./AboutSheet.module.css";
import { type Notice, notices, type Package, packages, text } from "./thirdParty";

/** What others have made, with the terms of each. A chunk of its own, because of its size. */
export default function Parts() {
	return (
		<>
			<h3 className={styles.heading}>{words("about.notices")}</h3>
			<ul>
				{notices.map((notice) => (
					<DataNotice key={notice.name} notice={notice} />
				))}
			</ul>
			<h3 className={styles.heading}>{words("about.parts")}</h3>
			<p className={styles.dim}>{words("about.parts.text")}</p>
			<ul data-testid="parts">
				{packages.map((each) => (
					<Part key={`${each.source}`} part={each} />
				))}
			</ul>
		</>
	);
}

function DataNotice({ notice }: { notice: Notice }) {
	return (
		<li>
			<Terms summary={<strong>{notice.name}</strong>} texts={[notice.text]} />
		</li>
	);
}

function Part({ part }: { part: Package }) {
	return (
		<li>
			<Terms
				summary={
					<>
						<strong>{part.name}</strong> {part.version}
						<span className={styles.terms}>{part.licence}</span>
					</>
				}
				texts={part.texts}
			>
				{part.authors.length > 0 && <p>{words("about.parts.by", { authors: part.authors.join(", ") })}</p>}
				<p className={styles.source}>{part.source}</p>
			</Terms>
		</li>
	);
}

interface TermsProps {
	readonly summary: React.ReactNode;
	readonly texts: readonly number[];
	readonly children?: React.ReactNode;
}

/** The texts are drawn only once they are asked for. */
function Terms({ summary, texts, children }: TermsProps) {
	const [open, setOpen] = useState(false);
	return (
		<details className={styles.part} onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{summary}</summary>
			{open && (
				<>
					{children}
					{texts.map((index) => (
						<pre key={index} className={styles.text}>
							{text(index)}
						</pre>
					))}
				</>
			)}
		</details>
	);
}
