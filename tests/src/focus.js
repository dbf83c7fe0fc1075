// True if the focus is on something, and this is marked, in the window and not under anything; else
// a sentence that says what is wrong.
const focused = document.activeElement;
if (focused === null || focused === document.body) return "the focus is nowhere";
const says = (what) => `${what}: ${focused.outerHTML.slice(0, 300)}`;

// What is read aloud only has its mark on what stands for it.
const cut = (element) => getComputedStyle(element).clipPath === "inset(50%)";
const isMarked = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
};
let marked = focused;
if (cut(focused)) {
    marked = focused.parentElement;
    while (marked !== null && marked.tagName !== "FIELDSET" && !isMarked(marked)) marked = marked.parentElement;
}
if (marked === null || !isMarked(marked)) return says("the focus cannot be seen on");

// What of a box the window and the scrolling parts around it show.
const visible = (element) => {
    let { left, right, top, bottom } = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const whole = { width: right - left, height: bottom - top };
    const clip = (edge) => {
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    };
    clip({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        if (overflowX !== "visible" || overflowY !== "visible") clip(around.getBoundingClientRect());
    }
    return { left, right, top, bottom, whole };
};
const isHidden = (element) => {
    const { left, right, top, bottom, whole } = visible(element);
    // Half of it, or what fills half of the window.
    const enough = (part, all, room) => part >= Math.min(all, room) / 2;
    if (!enough(right - left, whole.width, innerWidth) || !enough(bottom - top, whole.height, innerHeight)) return true;
    const parts = [0.1, 0.5, 0.9];
    const points = parts.flatMap((x) => parts.map((y) => [left + (right - left) * x, top + (bottom - top) * y]));
    const inFront = points.filter(([x, y]) => {
        const at = document.elementFromPoint(x, y);
        return at !== null && (element.contains(at) || at.contains(element));
    });
    return inFront.length < points.length / 2;
};
if (isHidden(marked)) return says("the focus is hidden on");
const active = document.getElementById(focused.getAttribute("aria-activedescendant") ?? "");
if (active !== null && isHidden(active)) return says("the active row is hidden in");
return true;
