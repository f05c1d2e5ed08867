import { X } from "lucide-react";
import { Combobox, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Debugging.module.css";

interface PlacePickerProps {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** Nodes of the document, and places of the run. */
  places: readonly { value: string; label: string; group: string }[];
}

/** Some nodes, rounds or places of a run. */
export function PlacePicker({ chosen, onChange, places }: PlacePickerProps) {
  const { t } = useI18n();
  const labels = new Map(places.map((place) => [place.value, place.label]));
  return (
    <div className={styles["picker"]}>
      <Combobox
        value={undefined}
        placeholder={t("debugging.addNode")}
        options={places.filter((place) => !chosen.includes(place.value)).map((place) => ({ ...place, description: place.value }))}
        onChange={(place) => onChange([...chosen, place])}
      />
      {chosen.length > 0 && (
        <ul className={styles["chips"]}>
          {chosen.map((place) => (
            <li key={place}>
              <span>{labels.get(place) ?? place}</span>
              <IconButton
                size="small"
                icon={X}
                label={t("debugging.removeNode", { node: place })}
                onClick={() => onChange(chosen.filter((one) => one !== place))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
