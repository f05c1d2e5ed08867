import { useEffect, useState } from "react";
import { Tooltip } from "@/design/overlay/Tooltip";
import { useI18n } from "@/i18n";

/** Clocks of browsers and servers differ by that much: what lies so far ahead is now. */
const SKEW_MS = 60_000;

/** How long ago or until then, kept true while the page is open; the exact time on hover. */
export function Time({ at }: { at: string | number }) {
  const { format } = useI18n();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const moment = new Date(at);
  const isAhead = moment.getTime() - now > SKEW_MS;
  return (
    <Tooltip label={format.dateTime(moment)}>
      <time dateTime={moment.toISOString()}>{format.relative(moment, isAhead ? now : Math.max(now, moment.getTime()))}</time>
    </Tooltip>
  );
}
