/** A question above the page: the browser's own dialog, which holds the focus and closes with Escape. */
import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { Faults } from "./context.js";
import { Icon, Problem } from "./widgets.js";

const FIRST = ":is(input, select, textarea, [contenteditable=true]):not([hidden], :disabled)";

export function Dialog({ title, onClose, wide, children }) {
  const dialog = useRef();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    dialog.current.querySelector(FIRST)?.focus();
    return () => queueMicrotask(() => before?.focus?.()); // Once the dialog is gone: until then nothing else can have the focus.
  }, []);
  return html`<dialog ref=${dialog} class=${wide ? "dialog wide" : "dialog"} aria-label=${title} onClose=${onClose} onKeyDown=${(event) => event.stopPropagation()}>
    <header class="dialog-head">
      <h2>${title}</h2>
      <button type="button" class="quiet" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
    </header>
    ${children}
  </dialog>`;
}

/** A dialog with one form. `onSubmit` gets the form's data; what it throws is shown in the dialog. */
export function FormDialog({ title, submit, action, onClose, children, danger }) {
  const send = async (event) => {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(event.target));
    if ((await action.run(data)) !== undefined) onClose();
  };
  const key = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form class="stack" onSubmit=${send} onKeyDown=${key}>
      <${Faults.Provider} value=${action.error?.byField}>${children}</${Faults.Provider}>
      <${Problem} error=${action.error} />
      <footer class="buttons">
        <button type="submit" class=${danger ? "danger" : "primary"} disabled=${action.isRunning}>${submit}</button>
        <button type="button" onClick=${onClose}>Cancel</button>
      </footer>
    </form>
  </${Dialog}>`;
}
