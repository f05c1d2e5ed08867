/** Runs as folds of their events; plain functions, no React. */
export * from "./events";
export { fold, HOLD, lengthOf } from "./fold";
export * from "./places";
export * from "./run-model";
