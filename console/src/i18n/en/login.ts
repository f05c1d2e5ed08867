export const login = {
  email: "E-mail address",
  expired: "Your session has ended",
  expiredHint: "Sign in again to go on. What is on the page stays as it is.",
  password: "Password",
  signIn: "Sign in",
  subtitle: "Build, debug and run applications of language models.",
  title: "Sign in to Skep",
  wrong: "The e-mail address or the password is wrong.",
} as const;
