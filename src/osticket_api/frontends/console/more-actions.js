/** Actions that are needed less often: on a phone they are behind one button, else beside the others. */
import { html, useState } from "../vendor/preact-htm.js";

export function MoreActions({ children }) {
  const [isOpen, setOpen] = useState(false);
  return html`<div class="more" data-open=${isOpen} onKeyDown=${(event) => event.key === "Escape" && setOpen(false)}>
    <button type="button" class="only-phone" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>More</button>
    <div class="more-actions" onClick=${() => setOpen(false)}>${children}</div>
  </div>`;
}
