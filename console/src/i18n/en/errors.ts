/** What is said when something fails and the API's own words are not there. */
export const errors = {
  defect: "The console stumbled",
  defectHint: "This is our fault, not yours. Your saved work is safe. Load the page again, and tell us if it comes back.",
  notFound: "There is nothing here",
  notFoundHint: "The address is wrong, or what was here has been deleted.",
  offline: "The gateway does not answer. Trying again…",
  reload: "Load the page again",
  status: "The request failed with status {status}",
  toApps: "Go to apps",
  trace: "Trace",
  unreachable: "The gateway does not answer",
  unreachableHint: "It may be restarting, or this machine is offline. Nothing you saved is lost.",
} as const;
