import type { Feature } from "@/shell/feature";
import { Component } from "./LoginPage";

export const feature: Feature = {
  // With the frame: whoever opens the console first waits for no further file.
  bareRoutes: [{ path: "/login", lazy: () => Promise.resolve({ Component }) }],
};
