/** Canned responses, with the ticket's own words in them. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { Dialog } from "../shared/dialog.js";
import { plain } from "../shared/format.js";
import { Field } from "../shared/form.js";
import { useAction, useResource, useRested } from "../shared/resource.js";
import { Empty, Loaded, Problem } from "../shared/widgets.js";

export function CannedMenu({ ticket, onChoose }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return html`<button type="button" class="end" onClick=${() => setOpen(true)}>Canned responses</button>
    ${isOpen && html`<${CannedDialog} ticket=${ticket} onClose=${close} onChoose=${(text) => (close(), setTimeout(() => onChoose(text)))} />`}`;
}

function CannedDialog({ ticket, onClose, onChoose }) {
  const api = useApi();
  const [words, setWords] = useState("");
  const found = useResource("/canned-responses", { q: useRested(words.trim()), active: true, per_page: 50 });
  const choose = useAction(async (each) => {
    const { data } = await api.post(`/canned-responses/${each.id}/preview`, undefined, { query: { ticket_id: ticket.id } });
    onChoose(data.response);
  });
  return html`<${Dialog} title="Canned responses" onClose=${onClose}>
    <div class="stack">
      <${Field} label="Find" name="find-canned" type="search" value=${words} onInput=${(event) => setWords(event.target.value)} />
      <${Problem} error=${choose.error} />
      <${Loaded} resource=${found}>${(data) => html`<ul class="menu">
        ${data.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => choose.run(each)}><strong dir="auto">${each.title}</strong><small dir="auto">${plain(each.response).slice(0, 120)}</small></button></li>`)}
        ${data.length === 0 && html`<${Empty}>None found.</${Empty}>`}
      </ul>`}</${Loaded}>
    </div>
  </${Dialog}>`;
}
