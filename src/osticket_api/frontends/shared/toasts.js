/** Short messages about what was done, read out by screen readers. */
import { html, useEffect, useState } from "../vendor/preact-htm.js";

const SECONDS_SHOWN = 5;
let tell = () => {};

export const toast = (text) => tell(text);

export function Toasts() {
  const [texts, setTexts] = useState([]);
  useEffect(() => {
    tell = (text) => {
      const entry = { text };
      setTexts((before) => [...before, entry]);
      setTimeout(() => setTexts((before) => before.filter((each) => each !== entry)), SECONDS_SHOWN * 1000);
    };
  }, []);
  return html`<div class="toasts" role="status" aria-live="polite">${texts.map(({ text }) => html`<p class="toast">${text}</p>`)}</div>`;
}
