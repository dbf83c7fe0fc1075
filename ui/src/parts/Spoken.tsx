/** Read aloud when it changes, not shown. */
export function Spoken({ text }: { text: string }) {
	return (
		<span role="status" className="spoken">
			{text}
		</span>
	);
}
