// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { EmptyList } from "./EmptyList";
export { Intake } from "./Intake";
export { ItemLine, ItemSkeleton } from "./ItemLine";
export { ItemList } from "./ItemList";
export { Tools } from "./Tools";
export { Unfinished } from "./Unfinished";
