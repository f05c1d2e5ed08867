import { create } from "zustand";

interface Place {
  place: HTMLElement | null;
  setPlace: (place: HTMLElement | null) => void;
}

/** Where the top bar keeps room for a page's actions. */
export const useTopBarPlace = create<Place>((set) => ({ place: null, setPlace: (place) => set({ place }) }));
