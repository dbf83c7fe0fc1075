// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { Header } from "./Header";
export { HoldBanner } from "./HoldBanner";
export { Hovering } from "./Hovering";
export { Notices } from "./Notices";
export { PracticeBand } from "./PracticeBand";
export { StatusLine } from "./StatusLine";
export { type Selection, Workspace } from "./Workspace";
