import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { Actions, ActionsContext } from "../state/actions";
import { Connection } from "../state/connection";
import { HeadContext, ReachContext, useSnapshot } from "../state/context";
import { SayContext } from "../state/said";
import { FakeHost } from "./fake";
import { head, sessions } from "./fixtures";

/** A part of the page on its own, as it is within the page. */
export async function renderWithin(part: ReactNode, world: ConstructorParameters<typeof FakeHost>[0] = {}) {
	const host = new FakeHost({ head: head({ session: sessions.mira }), ...world });
	const connection = new Connection(host);
	connection.start();
	const said: string[] = [];
	const failures: unknown[] = [];
	const actions = new Actions();
	const reach = {
		backend: host,
		connection,
		run: (command: Promise<void>) =>
			command.then(
				() => true,
				(reason: unknown) => {
					failures.push(reason);
					return false;
				},
			),
	};
	const view = render(
		<SayContext value={(text) => said.push(text)}>
			<ActionsContext value={actions}>
				<ReachContext value={reach}>
					<Page connection={connection}>{part}</Page>
				</ReachContext>
			</ActionsContext>
		</SayContext>,
	);
	await act(() => vi.waitFor(() => host.acknowledged.length > 0));
	return { host, said, failures, actions, user: userEvent.setup(), ...view };
}

function Page({ connection, children }: { connection: Connection; children: ReactNode }) {
	const { head: known } = useSnapshot(connection);
	return known === null ? null : <HeadContext value={known}>{children}</HeadContext>;
}
