import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, vi } from "vitest";
import { App } from "../App";
import { Connection } from "../state/connection";
import { FakeHost } from "./fake";

/** Shows the whole window in a world, once its first update is on screen. */
export async function show(world: ConstructorParameters<typeof FakeHost>[0]) {
	const host = new FakeHost(world);
	const connection = new Connection(host);
	connection.start();
	render(<App backend={host} connection={connection} />);
	await act(() => vi.waitFor(() => expect(host.acknowledged.length).toBeGreaterThan(0)));
	return { host, user: userEvent.setup() };
}
