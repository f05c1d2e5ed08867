import { transferableAbortController } from "node:util";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Machines that build are busy; what is waited for comes, only later.
configure({ asyncUtilTimeout: 20_000 });

// `fetch` is Node's and takes no signal of jsdom's.
const controller = transferableAbortController();
globalThis.AbortController = controller.constructor as typeof AbortController;
globalThis.AbortSignal = controller.signal.constructor as typeof AbortSignal;

// What jsdom lacks and browsers have.
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
globalThis.ResizeObserver = class {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
};
HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
};
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.hasPointerCapture = () => false;
Element.prototype.setPointerCapture = () => undefined;
Element.prototype.releasePointerCapture = () => undefined;

// jsdom's files cannot be read as texts.
Object.defineProperty(Blob.prototype, "text", {
  value: function text(this: Blob) {
    return new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsText(this);
    });
  },
});

afterEach(cleanup);
