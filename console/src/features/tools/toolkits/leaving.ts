/** Leaves the console for another site. */
export const leaving = {
  to: (address: string) => window.location.assign(address),
};
