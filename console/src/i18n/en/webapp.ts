export const webapp = {
} as const;
