import "@/design/reset.css";
import "@/design/tokens.css";
import { setNonce } from "get-nonce";
import { reloadAfterUpgrade } from "@/shell/upgrade";

reloadAfterUpgrade();
// The page's policy lets components write only style elements that carry this.
setNonce(document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "");

const root = document.getElementById("root");
if (root) {
  // Visitors of an app's page, maybe on a phone far away, load nothing of the console.
  const isSite = location.pathname.startsWith("/chat/");
  const { show } = await (isSite ? import("@/features/webapp/alone") : import("@/console"));
  await show(root);
}
