/** Single keys, and two in a row such as `g i`. They rest while one types. */
import { useEffect, useRef } from "../vendor/preact-htm.js";

const SECOND_KEY_MS = 1200;
const layers = [];
let first = null;

const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null;

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  const both = first && Date.now() - first.at < SECOND_KEY_MS ? `${first.key} ${event.key}` : null;
  first = { key: event.key, at: Date.now() };
  for (const layer of [...layers].reverse()) {
    const action = (both && layer.current[both]) || layer.current[event.key];
    if (action) {
      event.preventDefault();
      first = null;
      action();
      return;
    }
  }
}

addEventListener("keydown", pressed);

/** `keys`: what each does while the component is shown. The newest component is asked first. */
export function useShortcuts(keys) {
  const layer = useRef(keys);
  layer.current = keys;
  useEffect(() => {
    layers.push(layer);
    return () => layers.splice(layers.indexOf(layer), 1);
  }, []);
}
