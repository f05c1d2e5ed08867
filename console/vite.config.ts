/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { codeSplitting } from "./scripts/chunks.ts";
import { compress } from "./scripts/compress.ts";

const gateway = process.env["SKEP_URL"] ?? "http://127.0.0.1:8080";
const served = ["/api", "/docs", "/healthz", "/readyz", "/metrics", "/forms"];

export default defineConfig({
  plugins: [react(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    proxy: Object.fromEntries(served.map((path) => [path, { target: gateway, changeOrigin: true }])),
  },
  build: {
    outDir: "../services/gateway/src/skep_gateway/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // An index only names what is elsewhere; whoever takes one thing from it loads none of the others.
      treeshake: { moduleSideEffects: [{ test: /[\\/]src[\\/](design|features[\\/][^\\/]+)[\\/]index\.ts$/, sideEffects: false }] },
      output: {
        codeSplitting,
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
