import { Button } from "../../parts/Button";
import { useReach } from "../../state/context";
import { words } from "../../words/words";

/** Tries once more what the keyring did not do, without a restart. */
export function TryKeyring() {
	const { backend, run } = useReach();
	return (
		<Button icon="retry" onPress={() => void run(backend.tryKeyring())} testId="try-keyring">
			{words("keyring.tryAgain")}
		</Button>
	);
}
