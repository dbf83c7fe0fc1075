/** The sizes in percent that are stepped through. The host keeps to the first and the last. */
const steps = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300, 350, 400] as const;

/** The size that everything has unless another is chosen, in percent. */
export const usualZoom = 100;

/** The next larger size; null if there is none. */
export const larger = (zoom: number): number | null => steps.find((step) => step > zoom) ?? null;

/** The next smaller size; null if there is none. */
export const smaller = (zoom: number): number | null => steps.findLast((step) => step < zoom) ?? null;
