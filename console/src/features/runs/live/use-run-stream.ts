import { useEffect, useState, useSyncExternalStore } from "react";
import { RunFollower, type FollowedRun } from "./run-follower";

const followers = new Map<string, RunFollower>();
/** Runs that were looked at last stay at hand: going back shows them at once. */
const KEPT = 12;

function followerOf(runId: string): RunFollower {
  const known = followers.get(runId) ?? new RunFollower(runId);
  followers.delete(runId);
  followers.set(runId, known);
  for (const oldest of followers.keys()) {
    if (followers.size <= KEPT) break;
    followers.delete(oldest);
  }
  return known;
}

/** Nothing to follow. */
const IDLE = new RunFollower("", () => Promise.resolve());

/** A run as it goes on, and how to try again when its stream was given up. */
export function useRunStream(runId: string | undefined): FollowedRun & { retry: () => void } {
  const [follower, setFollower] = useState(() => ({ runId, stream: streamOf(runId) }));
  if (follower.runId !== runId) setFollower({ runId, stream: streamOf(runId) });
  const { stream } = follower;
  const followed = useSyncExternalStore(stream.subscribe, stream.current);
  return { ...followed, retry: stream.retry };
}

function streamOf(runId: string | undefined): RunFollower {
  return runId === undefined ? IDLE : followerOf(runId);
}

/** The time, kept true while something is under way that is measured against it. */
export function useNow(isTicking: boolean, everyMs = 250): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [isTicking, everyMs]);
  return now;
}

/** True once something has been so for a while: what mends itself at once is not worth a word. */
export function useLasting(isSo: boolean, afterMs: number): boolean {
  const [isLasting, setIsLasting] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setIsLasting(true), afterMs);
    return () => {
      clearTimeout(timer);
      setIsLasting(false);
    };
  }, [isSo, afterMs]);
  return isSo && isLasting;
}
