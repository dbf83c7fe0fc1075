import { createContext, use } from "react";
import type { OrganisationId } from "../ipc/view";

/** What can be opened from anywhere on the page. */
export type Opened =
	| { readonly kind: "connect" }
	| { readonly kind: "check"; readonly organisation: OrganisationId }
	| { readonly kind: "passport" }
	| { readonly kind: "network" }
	| { readonly kind: "accounts" };

export type Open = (what: Opened) => void;

export const OpenContext = createContext<Open>(() => {});

export const useOpen = (): Open => use(OpenContext);
