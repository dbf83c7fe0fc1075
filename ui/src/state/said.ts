import { createContext, use } from "react";

/** Says something for a moment, in the status line and aloud. */
export type Say = (text: string) => void;

export const SayContext = createContext<Say>(() => {});

export const useSay = (): Say => use(SayContext);
