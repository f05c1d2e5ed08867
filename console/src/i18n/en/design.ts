/** Words inside components, and the page that shows them all. */
export const design = {
  notification: "Notification",
  notifications: "Notifications ({hotkey})",
  title: "Design system",
} as const;
