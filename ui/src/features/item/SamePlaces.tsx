import type { ItemId } from "../../ipc/view";
import { PagedList } from "../../parts/PagedList";
import { ShownText } from "../../parts/Words";
import { sameContentRows } from "../../state/rows";
import { words } from "../../words/words";
import styles from "./SamePlaces.module.css";

/** The height of a line in pixels. */
const guess = 22;

/** The other places that an item's content came from. */
export function SamePlaces({ item, count }: { item: ItemId; count: number }) {
	return (
		<section
			className={styles.scroller}
			aria-label={words("item.same.label")}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys
			tabIndex={0}
			data-scrolls
			data-testid="same-places"
		>
			{/* biome-ignore lint/a11y/useSemanticElements: the pages stand between the list and its items */}
			<div role="list">
				<PagedList
					spec={{ kind: "sameContent", item }}
					kind={sameContentRows}
					guess={guess}
					expected={count}
					scroller="[data-scrolls]"
					row={(place) => (
						// biome-ignore lint/a11y/useSemanticElements: as the list
						<div role="listitem" className={styles.place}>
							<ShownText text={place.name} />
							{place.folder !== null && (
								<code>
									<ShownText text={place.folder} />
								</code>
							)}
						</div>
					)}
					empty={() => (
						<div role="presentation" className={styles.place}>
							{words("item.same.loading")}
						</div>
					)}
				/>
			</div>
		</section>
	);
}
