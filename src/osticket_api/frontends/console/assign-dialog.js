/** Who is to take it: an agent or a team. */
import { html, useState } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field } from "../shared/form.js";
import { useAction, useResource, useRested } from "../shared/resource.js";
import { Empty, Loaded } from "../shared/widgets.js";
import { CommentField } from "./comment-field.js";

/** `act(action, parameters)` does it. Without a ticket, for many at once, all agents and teams are offered. */
export function AssignDialog({ act, ticket, onClose }) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(null);
  const q = useRested(words.trim());
  const assign = useAction(({ comment }) => {
    if (!chosen) throw new Error("Choose an agent or a team.");
    return act("assign", { [`${chosen.kind}_id`]: chosen.id, comment: comment ? paragraphs(comment) : null });
  });
  const list = ticket ? ForTicket : ForMany;
  return html`<${FormDialog} title="Assign" submit="Assign" action=${assign} onClose=${onClose}>
    <${Field} label="Find" name="find" type="search" autocomplete="off" value=${words} onInput=${(event) => setWords(event.target.value)} />
    <fieldset class="choices" tabindex="-1">
      <legend>Agent or team</legend>
      <${list} ticket=${ticket} q=${q} chosen=${chosen} onChoose=${setChosen} />
    </fieldset>
    <${CommentField} />
  </${FormDialog}>`;
}

function ForTicket({ ticket, q, ...choice }) {
  const assignees = useResource(`/tickets/${ticket.id}/assignees`, { q, per_page: 50 });
  return html`<${Loaded} resource=${assignees}>${(data) => html`<${Options} options=${data} ...${choice} />`}</${Loaded}>`;
}

function ForMany({ q, ...choice }) {
  const staff = useResource("/staff", { q, active: true, per_page: 50, fields: "id,name,on_vacation" });
  const teams = useResource("/teams", { per_page: 100 });
  const agents = (staff.data ?? []).map((each) => ({ kind: "staff", id: each.id, name: each.name, is_available: !each.on_vacation }));
  const fitting = (teams.data ?? []).filter((each) => each.is_active !== false && each.name.toLowerCase().includes(q.toLowerCase()));
  return html`<${Loaded} resource=${staff}>${() => html`<${Options} options=${[...agents, ...fitting.map((each) => ({ ...each, kind: "team" }))]} ...${choice} />`}</${Loaded}>`;
}

/** Who is chosen stays in sight whatever is found then. */
function Options({ options, chosen, onChoose }) {
  const isFound = options.some((each) => isSame(each, chosen));
  const shown = chosen && !isFound ? [chosen, ...options] : options;
  return shown.length === 0
    ? html`<${Empty}>Nobody found.</${Empty}>`
    : shown.map(
        (each) => html`<label class="check" key=${each.kind + each.id}>
          <input type="radio" name="assignee" checked=${isSame(each, chosen)} onChange=${() => onChoose(each)} />
          <span dir="auto">${each.name}</span> <small>${aboutOf(each)}</small>
        </label>`,
      );
}

const isSame = (each, other) => each.kind === other?.kind && each.id === other.id;

const aboutOf = (each) =>
  [
    each.kind === "team" && "team",
    each.is_current && "has it now",
    each.open_ticket_count !== undefined && `${each.open_ticket_count} open`,
    each.is_available === false && "away",
  ]
    .filter(Boolean)
    .join(", ");
