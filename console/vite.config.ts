/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
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
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/ },
            { name: "query", test: /node_modules[\\/](@tanstack|openapi-fetch)[\\/]/ },
            { name: "radix", test: /node_modules[\\/](@radix-ui|radix-ui|@floating-ui|aria-hidden|react-remove-scroll|cmdk)/ },
            { name: "canvas", test: /node_modules[\\/](@xyflow|d3-)/ },
          ],
        },
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
  },
});
