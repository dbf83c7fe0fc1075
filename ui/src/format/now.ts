import { useEffect, useState } from "react";
import type { UtcMillis } from "../ipc/view";

/** The time, at least as often as every `interval` milliseconds. */
export function useNow(interval: number): UtcMillis {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), interval);
		return () => clearInterval(timer);
	}, [interval]);
	return now;
}
