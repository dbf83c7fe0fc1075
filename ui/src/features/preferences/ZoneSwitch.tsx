import type { Zone } from "../../ipc/view";
import { Segmented } from "../../parts/Segmented";
import { useAction } from "../../state/actions";
import { usePreferences } from "../../state/preferences";
import { words } from "../../words/words";

const zones: readonly Zone[] = ["utc", "local"];

/** The one switch for all times. */
export function ZoneSwitch() {
	const [{ zone }, change] = usePreferences();
	useAction("zone", () => {
		change({ zone: zone === "utc" ? "local" : "utc" });
		return true;
	});
	return (
		<Segmented
			label={words("zone.label")}
			options={zones.map((value) => ({ value, text: words(`zone.${value}`) }))}
			value={zone}
			onChange={(value) => change({ zone: value })}
			testId="zone"
		/>
	);
}
