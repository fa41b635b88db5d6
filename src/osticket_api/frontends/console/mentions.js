/** Agents to mention, of those who see the ticket, once `@` and a letter have been typed. Tab leads to them. */
import { html } from "../vendor/preact-htm.js";
import { useResource, useRested } from "../shared/resource.js";

const BEGUN = /(?:^|\s)@([\p{L}\p{N}._-]+)$/u;

/** `before` is the text in front of the cursor; `onPick` gets what has been typed of a name, and the name. */
export function Mentions({ ticket, before, onPick }) {
  const begun = useRested(BEGUN.exec(before)?.[1] ?? "", 150);
  const found = useResource(begun ? "/staff" : null, { q: begun, sees_ticket: ticket.id, per_page: 5, fields: "id,name,username" });
  if (!begun || !found.data?.length) return null;
  return html`<div class="buttons" role="group" aria-label="Agents to mention">
    ${found.data.map((each) => html`<button type="button" key=${each.id} class="chip" onClick=${() => onPick(begun, each.username)}>@${each.username} <small dir="auto">${each.name}</small></button>`)}
  </div>`;
}
