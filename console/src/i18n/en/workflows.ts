export const workflows = {
  canvas: "Canvas",
} as const;
