export const workflows = {
  canvas: "画布",
};
