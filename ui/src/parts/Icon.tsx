import type { Severity } from "../ipc/view";
import styles from "./Icon.module.css";
import severities from "./severity.module.css";

/** Shapes of states and actions. None of them is a severity's. */
const shapes = {
	add: <path d="M8 3v10M3 8h10" />,
	away: <path d="M6 4H3.5v8.5H12V10M8.5 3.5h4v4M12.5 3.5 7 9" />,
	clock: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.2l2.2 1.4" />,
	close: <path d="m4 4 8 8M12 4l-8 8" />,
	contrast: (
		<>
			<path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z" />
			<path d="M8 2.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" />
		</>
	),
	copy: <path d="M5.5 5.5h7v8h-7ZM10.5 5.5v-3h-7v8h2" />,
	dash: <path d="M4 8h8" />,
	drop: (
		<path d="M8 1.8c2.4 3 4.1 5.2 4.1 7.7a4.1 4.1 0 0 1-8.2 0c0-2.5 1.7-4.7 4.1-7.7ZM4 9.7h2l1-2.3 1.4 3.9 1-1.6H12" />
	),
	done: <path d="m3.5 8.5 3 3 6-7" />,
	hash: <path d="m6.5 2.5-1.5 11M11 2.5l-1.5 11M3 6h10.5M2.5 10H13" />,
	folder: <path d="M2.5 12.5v-9h4l1.5 2h5.5v7Z" />,
	lock: <path d="M3.5 7.5h9v6h-9ZM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2" />,
	lines: <path d="M3 4.5h10M3 8h10M3 11.5h6" />,
	open: <path d="m5 6.5 3 3 3-3" />,
	partial: <path d="M2.5 8h3M7 8h2M10.5 8h.5M13 8h.5" />,
	pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
	problem: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.6M8 10.6v.6" />,
	play: <path d="M5 3.2v9.6L12.5 8Z" />,
	read: <path d="M4 2.5h5l3 3v8H4ZM9 2.5v3h3" />,
	retry: <path d="M12.6 6A5 5 0 1 0 13 8.5M13 3v3.3H9.7" />,
	skip: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.2 4.2l7.6 7.6" />,
} as const;

export type IconName = keyof typeof shapes;

/** A picture beside words, never instead of them. */
export function Icon({ name, large }: { name: IconName; large?: boolean }) {
	return (
		<svg
			className={large === true ? styles.large : styles.icon}
			viewBox="0 0 16 16"
			fill="none"
			stroke="currentColor"
			strokeLinecap="round"
			strokeLinejoin="round"
			aria-hidden="true"
		>
			{/* Of the picture itself, WebKit would enlarge it twice. */}
			<g strokeWidth="1.5">{shapes[name]}</g>
		</svg>
	);
}

const question = {
	outline: "M2.8 2.8h10.4v10.4H2.8Z",
	inner: "M6.3 6.2a1.7 1.7 0 1 1 2.3 1.7c-.5.200-.6.500-.6 1M8 11v.2",
};

const glyphs: Record<Severity, { outline: string; inner?: string }> = {
	high: { outline: "M8 1.5 14.5 8 8 14.5 1.5 8Z" },
	medium: { outline: "M8 2.2 14.6 13.6H1.4Z" },
	low: { outline: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z" },
	informational: { outline: "M2.8 2.8h10.4v10.4H2.8Z", inner: "M8 7.6v3.2M8 4.9v.2" },
	unspecified: question,
	notGiven: question,
	unknown: question,
};

/** A severity's shape in its colour; hollow where every alert of it is resolved. */
export function SeverityGlyph({ severity, hollow }: { severity: Severity; hollow?: boolean }) {
	const { outline, inner } = glyphs[severity];
	const filled = hollow !== true && inner === undefined;
	return (
		<svg
			className={`${styles.icon} ${styles.severity} ${severities[severity]}`}
			viewBox="0 0 16 16"
			fill={filled ? "currentColor" : "none"}
			stroke="currentColor"
			strokeLinejoin="round"
			strokeLinecap="round"
			aria-hidden="true"
		>
			<g strokeWidth="1.6">
				<path d={outline} />
				{inner !== undefined && <path d={inner} />}
			</g>
		</svg>
	);
}
