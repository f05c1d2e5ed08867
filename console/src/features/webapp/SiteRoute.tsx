import { useParams, useSearchParams } from "react-router";
import { SitePage } from "./SitePage";

/** The page inside the console's router; visitors get it without (`alone.tsx`). */
export function Component() {
  const { slug = "" } = useParams();
  const [search] = useSearchParams();
  return <SitePage key={slug} slug={slug} isEmbedded={search.has("embed")} />;
}
