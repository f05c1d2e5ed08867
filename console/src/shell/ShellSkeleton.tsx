import { Skeleton } from "@/design";
import styles from "./Shell.module.css";

/** The shell before it is known who looks at it: same places, nothing moves when it comes. */
export function ShellSkeleton() {
  return (
    <div className={styles["shell"]} aria-busy>
      <div className={styles["sidebar"]}>
        <div className={styles["brand"]}>
          <img src="/skep.svg" alt="" width={20} height={20} />
          <span>Skep</span>
        </div>
        <div className={styles["skeletonItems"]}>
          {[72, 96, 64, 56, 84, 70].map((width, index) => (
            <Skeleton key={index} width={width} height={12} />
          ))}
        </div>
      </div>
      <div className={styles["main"]}>
        <div className={styles["topbar"]} />
        <div className={styles["skeletonPage"]}>
          <Skeleton width={180} height={22} />
          <Skeleton width={320} height={13} />
        </div>
      </div>
    </div>
  );
}
