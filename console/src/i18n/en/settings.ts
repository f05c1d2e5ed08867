/** What one person sets for themselves, and facts about this installation. */
export const settings = {
  account: "Account",
  appearance: "Appearance",
  email: "E-mail address",
  id: "Id",
  language: "Language",
  may: "May do",
  name: "Name",
  ready: "Ready",
  notReady: "Not ready",
  system: "This installation",
  tenant: "Tenant",
  theme: "Theme",
  title: "Settings",
} as const;
