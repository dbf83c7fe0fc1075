import type { Hovering as Carried } from "../../ipc/view";
import { Icon } from "../../parts/Icon";
import { ShownText, Words } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./Hovering.module.css";

/** Lies over everything while something is dragged over the window, and says what it carries. */
export function Hovering({ carries }: { carries: Carried }) {
	const { files, folders, first } = carries;
	const nothing = files + folders === 0;
	return (
		<div className={styles.overlay} data-testid="hovering">
			<div className={`${styles.target} ${nothing ? styles.nothing : ""}`} role="status">
				<Icon name={nothing ? "skip" : "drop"} large />
				<p className={styles.title}>
					{nothing ? words("hover.none") : words("hover.title", { what: what(files, folders) })}
				</p>
				{nothing && <p className={styles.more}>{words("hover.none.help")}</p>}
				{!nothing && first !== null && (
					<p className={styles.more}>
						{files + folders > 1 ? <Words id="hover.others" facts={{ first }} /> : <ShownText text={first} />}
					</p>
				)}
			</div>
		</div>
	);
}

function what(files: number, folders: number): string {
	const some = {
		files: words("hover.files", { count: files }),
		folders: words("hover.folders", { count: folders }),
	};
	if (files > 0 && folders > 0) return words("hover.both", some);
	return folders > 0 ? some.folders : some.files;
}
