import { Button } from "../../parts/Button";
import fieldStyles from "../../parts/Segmented.module.css";
import { useAction } from "../../state/actions";
import { usePreferences } from "../../state/preferences";
import { larger, smaller, usualZoom } from "../../state/zoom";
import { words } from "../../words/words";
import styles from "./Zoom.module.css";

/** How large everything is. */
export function Zoom() {
	const [{ zoom }, change] = usePreferences();
	const show = (size: number | null) => {
		if (size !== null) change({ zoom: size });
	};
	return (
		<fieldset className={fieldStyles.field} data-testid="zoom">
			<legend className={fieldStyles.legend}>{words("preferences.zoom")}</legend>
			<div className={styles.sizes}>
				<Button
					icon="dash"
					label={words("preferences.zoom.smaller")}
					spent={smaller(zoom) === null}
					onPress={() => show(smaller(zoom))}
					testId="zoom-out"
				/>
				<output className={styles.size}>{words("preferences.zoom.percent", { percent: zoom })}</output>
				<Button
					icon="add"
					label={words("preferences.zoom.larger")}
					spent={larger(zoom) === null}
					onPress={() => show(larger(zoom))}
					testId="zoom-in"
				/>
			</div>
		</fieldset>
	);
}

/** Offers the keys of the size for as long as its button is there. */
export function useZoomKeys(): void {
	const [{ zoom }, change] = usePreferences();
	const show = (size: number | null) => {
		if (size !== null && size !== zoom) change({ zoom: size });
		// Whatever the size, the key is this one's.
		return true;
	};
	useAction("zoomIn", () => show(larger(zoom)));
	useAction("zoomOut", () => show(smaller(zoom)));
	useAction("zoomReset", () => show(usualZoom));
}
