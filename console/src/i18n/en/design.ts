/** Words inside components, and the page that shows them all. */
export const design = {
  fromFile: "From a file",
  keptWhenEmpty: "Leave it empty to keep what is there.",
  notification: "Notification",
  notifications: "Notifications ({hotkey})",
  recordAdd: "{label}: add",
  recordName: "Name {number}",
  recordNamePlaceholder: "Name",
  recordRemove: "Remove row {number}",
  recordValue: "Value {number}",
  recordValuePlaceholder: "Value",
  title: "Design system",
} as const;
