/** Links to a ticket for printing. Their signatures end soon, so that the ticket is asked for again before they are followed. */
import { html, useEffect, useRef } from "../vendor/preact-htm.js";

const FRESH_MS = 300_000;

export function PrintLinks({ ticket, reload }) {
  const since = useRef();
  useEffect(() => {
    since.current = Date.now();
  }, [ticket.print_url]);
  const freshen = () => Date.now() - since.current > FRESH_MS && reload();
  const link = (label, format) => html`<a class="button" target="_blank" rel="noopener" href=${`${ticket.print_url}&format=${format}`} onMouseEnter=${freshen} onFocus=${freshen}>${label}</a>`;
  return html`${link("Print", "html")} ${link("PDF", "pdf")}`;
}
