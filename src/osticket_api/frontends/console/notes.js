/** Notes about a user or an organization. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { paragraphs } from "../shared/editor.js";
import { plain } from "../shared/format.js";
import { Field, submitting } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { Loaded, Moment, Problem } from "../shared/widgets.js";

export function Notes({ path }) {
  const api = useApi();
  const notes = useResource(path);
  const add = useAction(async (form) => {
    await api.postOnce(path, { body: paragraphs(new FormData(form).get("note")) });
    form.reset();
    await notes.reload();
  });
  return html`<section class="card">
    <h2>Notes</h2>
    <${Loaded} resource=${notes}>${(data) => html`<ul class="plain">
      ${data.map((each) => html`<li key=${each.id}><p dir="auto">${plain(each.body)}</p><small>${each.staff?.name} <${Moment} at=${each.created_at} /></small></li>`)}
    </ul>`}</${Loaded}>
    <form class="stack" onSubmit=${submitting((data, form) => add.run(form))}>
      <${Field} label="New note" name="note" required>${(attributes) => html`<textarea rows="2" dir="auto" ...${attributes}></textarea>`}</${Field}>
      <${Problem} error=${add.error} />
      <div class="buttons"><button type="submit" disabled=${add.isRunning}>Add the note</button></div>
    </form>
  </section>`;
}
