export const debugging = {
} as const;
