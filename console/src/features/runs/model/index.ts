/** Runs as folds of their events; plain functions, no React. */
export { isGiven } from "./given";
export * from "./events";
export { fold, HOLD, lengthOf } from "./fold";
export * from "./inputs";
export * from "./places";
export * from "./progress";
export * from "./run-model";
