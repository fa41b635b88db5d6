/** What is being written, kept with the tab until it is sent: it outlasts a reload, and a sign-in that has ended meanwhile. */
import { useState } from "../vendor/preact-htm.js";
import { KEPT } from "./api.js";
import { useApp } from "./context.js";

/** `[value, change, forget]`: `change` gets a function of the value before. Whoever signs in next in this tab has other values. */
export function useKept(name, begun) {
  const { api, me } = useApp();
  const place = `${KEPT}${api.kind}:${me?.id ?? api.guestTicketId}:${name}`;
  const [held, hold] = useState({});
  const at = (state) => (state.place === place ? state.value : (JSON.parse(sessionStorage.getItem(place)) ?? begun));
  const change = (turn) =>
    hold((before) => {
      const value = turn(at(before));
      keep(place, value);
      return { place, value };
    });
  return [at(held), change, () => sessionStorage.removeItem(place)];
}

function keep(place, value) {
  try {
    sessionStorage.setItem(place, JSON.stringify(value));
  } catch {
    sessionStorage.removeItem(place); // There is no room for it.
  }
}

/** The values of a form, as `useValues` has them. */
export function useKeptValues(name, begun) {
  const [values, change, forget] = useKept(name, begun);
  return [values, (more) => change((before) => ({ ...before, ...more })), forget];
}
