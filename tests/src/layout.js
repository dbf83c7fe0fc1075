// What is wrong with how the page is laid out now, as sentences; nothing if all is well.
const faults = [];
const says = (element) => {
    const place = element.closest("[data-testid]")?.dataset.testid ?? "page";
    return `${place}: ${JSON.stringify((element.innerText ?? "").slice(0, 60))}`;
};
const style = (element) => getComputedStyle(element);
// Read aloud, not shown: cut to a point on purpose.
const spoken = (element) => {
    for (let around = element; around !== null; around = around.parentElement) {
        if (style(around).clipPath === "inset(50%)") return true;
    }
    return false;
};

const texts = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || element === null || spoken(element)) continue;
    if (["SCRIPT", "STYLE", "OPTION", "TITLE"].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
        if (box.width > 0 && box.height > 0) texts.push({ element, box });
    }
}

const sizes = new Map();
for (const { element } of texts) {
    const size = style(element).fontSize;
    if (!sizes.has(size)) sizes.set(size, says(element));
}
if (sizes.size > 5) faults.push(`${sizes.size} text sizes: ${[...sizes].join("; ")}`);

const inner = document.querySelector("[role=dialog]") ?? document;
const main = [...inner.querySelectorAll("[data-look=main]")].filter((each) => each.checkVisibility());
if (main.length > 1) faults.push(`${main.length} primary buttons: ${main.map(says).join("; ")}`);

// Clipped: text that its own element, or one around it, hides without saying so by an ellipsis and
// without a way to scroll there.
const seen = new Set();
for (const { element, box } of texts) {
    for (let around = element; around !== null && around !== document.body; around = around.parentElement) {
        const { overflowX, overflowY, textOverflow } = style(around);
        const edge = around.getBoundingClientRect();
        const cutsX = overflowX === "hidden" || overflowX === "clip";
        const cutsY = overflowY === "hidden" || overflowY === "clip";
        // What may break anywhere overhangs by no more than the space after the last word of a line.
        const hang = style(element).overflowWrap === "anywhere" ? parseFloat(style(element).fontSize) : 1;
        const wide = cutsX && textOverflow !== "ellipsis" && (box.right > edge.right + hang || box.left < edge.left - 1);
        // A line that begins within and ends beyond; one that lies wholly beyond is of a part that
        // is closed.
        const tall = cutsY && box.top < edge.bottom - 1 && box.bottom > edge.bottom + 2;
        if ((wide || tall) && !seen.has(around)) {
            seen.add(around);
            faults.push(`clipped in ${says(around)}`);
        }
        if (textOverflow === "ellipsis" || /auto|scroll/.test(overflowX + overflowY)) break;
    }
}

// What of a text can be seen: without what an element around it cuts off.
const visible = ({ element, box }) => {
    let { left, right, top, bottom } = box;
    for (let around = element; around !== null && around !== document.body; around = around.parentElement) {
        const { overflowX, overflowY } = style(around);
        if (overflowX === "visible" && overflowY === "visible") continue;
        const edge = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    return { element, box: { left, right, top, bottom, width: right - left, height: bottom - top } };
};
// Overlapping: two texts on one place, neither of which is covered by something that is not a text.
const isOpaque = (element) => {
    const { backgroundColor, backgroundImage, opacity } = style(element);
    const alpha = /^rgba\(.*, ([\d.]+)\)$/.exec(backgroundColor)?.[1] ?? "1";
    return opacity === "1" && (backgroundImage !== "none" || Number(alpha) > 0.9);
};
const inFront = ({ element, box }) => {
    const stack = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    for (const at of stack) {
        if (at.contains(element) || element.contains(at)) return true;
        if (isOpaque(at)) return false;
    }
    return false;
};
const seenTexts = texts.map(visible).filter(({ box }) => box.width > 0 && box.height > 0);
// What a menu or a dialog lies over is covered on purpose, and so is what scrolls under a part that
// sticks to the edge.
const stuck = (element) =>
    element === null || style(element).position === "sticky" ? element : stuck(element.parentElement);
const layerOf = (element) => element.closest("[role=menu], [role=dialog]") ?? stuck(element);
const front = seenTexts.filter(({ box }) => box.top < innerHeight && box.bottom > 0).filter(inFront);
front.sort((one, other) => one.box.top - other.box.top);
front.forEach((one, index) => {
    for (const other of front.slice(index + 1)) {
        if (other.box.top >= one.box.bottom) break;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        const sameLayer = layerOf(one.element) === layerOf(other.element);
        if (across > 2 && down > 4 && sameLayer && one.element !== other.element) {
            faults.push(`${says(one.element)} lies over ${says(other.element)}`);
        }
    }
});

const page = document.documentElement;
if (page.scrollWidth > page.clientWidth) faults.push("the page is wider than its window");
return faults.slice(0, 20);
