/** Other tickets that belong to this one: linked, or merged into it. */
import { html, useState } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { FormDialog } from "../shared/dialog.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";

const WAYS = [["link", "Link: both stay as they are"], ["combine", "Merge: one conversation in order of time"], ["separate", "Merge: conversations one after the other"]];

export function MergeDialog({ ticket, act, onClose }) {
  const statuses = useResource("/statuses", { per_page: 100 });
  const ways = WAYS.filter(([name]) => may(ticket, name === "link" ? "link" : "merge"));
  const [way, setWay] = useState(ways[0][0]);
  const merge = useAction(({ numbers, child_status }) => {
    const tickets = numbers.split(/[\s,;]+/).filter(Boolean).map((each) => `number:${each.replace(/^#/, "")}`);
    if (!tickets.length) throw new Error("Give the number of a ticket.");
    if (way === "link") return act("link", { tickets });
    return act("merge", { tickets, mode: way, participants: "all", child_status_id: Number(child_status) });
  });
  const closed = (statuses.data ?? []).filter((each) => each.state === "closed" && each.is_active).map((each) => [each.id, each.name]);
  return html`<${FormDialog} title="Merge or link" submit="Do it" action=${merge} onClose=${onClose}>
    <${Field} label="Numbers of the other tickets" name="numbers" required autocomplete="off" />
    <${Field} label="How" name="way">${(attributes) => html`<${Select} ...${attributes} options=${ways} value=${way} onChange=${(event) => setWay(event.target.value)} />`}</${Field}>
    ${way !== "link" && html`<${Field} label="Status of the merged tickets" name="child_status" required>${(attributes) => html`<${Select} ...${attributes} options=${closed} />`}</${Field}>`}
  </${FormDialog}>`;
}
