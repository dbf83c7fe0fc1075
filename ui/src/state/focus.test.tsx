import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef } from "react";
import { describe, expect, it, vi } from "vitest";
import { useKeptFocus, useShownFocus } from "./focus";

interface Props {
	readonly without?: "button" | "part";
	readonly more?: boolean;
}

function Page({ without, more = false }: Props) {
	const page = useRef<HTMLDivElement>(null);
	useKeptFocus(page);
	useShownFocus();
	return (
		<div ref={page} tabIndex={-1} data-testid="page">
			{without !== "part" && (
				<section tabIndex={-1} data-testid="part">
					<p>{without !== "button" && <button type="button">Go</button>}</p>
				</section>
			)}
			{more && <p>More</p>}
			<button type="button">Other</button>
		</div>
	);
}

const focused = () => (document.activeElement as HTMLElement).dataset["testid"];
/** As long as it may take to be given on. */
const frames = () => new Promise((done) => setTimeout(done, 100));

describe("the focus", () => {
	it.each([
		["button", "part"],
		["part", "page"],
	] as const)("goes on from what is left around it without the %s", async (without, around) => {
		const { rerender } = render(<Page />);
		screen.getByRole("button", { name: "Go" }).focus();

		rerender(<Page without={without} />);

		await expect.poll(focused).toBe(around);
	});

	it("stays where it was put meanwhile", async () => {
		const { rerender } = render(<Page />);
		screen.getByRole("button", { name: "Go" }).focus();

		rerender(<Page without="button" />);
		screen.getByRole("button", { name: "Other" }).focus();
		await frames();

		expect(document.activeElement?.textContent).toBe("Other");
	});

	it("is not taken by a page that nobody was on", async () => {
		const { rerender } = render(<Page />);

		rerender(<Page more />);
		await frames();

		expect(document.activeElement).toBe(document.body);
	});

	it("that a key has moved is shown where the web view shows nothing of it", async () => {
		vi.spyOn(HTMLElement.prototype, "matches").mockImplementation(function (this: Element, selectors) {
			return selectors !== ":focus-visible" && Element.prototype.matches.call(this, selectors);
		});
		const user = userEvent.setup();
		render(<Page />);
		const [go, other] = screen.getAllByRole("button") as [HTMLElement, HTMLElement];
		const marked = () => [go, other].map((each) => each.dataset["focusByKey"] !== undefined);

		await user.click(go);
		expect(marked()).toEqual([false, false]);
		await user.keyboard("{F2}");
		other.focus();
		expect(marked()).toEqual([false, true]);
		go.focus();
		expect(marked()).toEqual([true, false]);
		await user.click(other);
		expect(marked()).toEqual([false, false]);
	});
});
