/** Where one is signed in. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { useAction, useResource } from "./resource.js";
import { Badge, Loaded, Moment, Problem } from "./widgets.js";

export function SignIns() {
  const api = useApi();
  const sessions = useResource("/auth/sessions", { per_page: 50 });
  const end = useAction(async (each) => {
    await api.delete(`/auth/sessions/${each.id}`);
    await sessions.reload();
  });
  return html`<section class="card stack">
    <h2>Signed in at</h2>
    <${Loaded} resource=${sessions}>${(data) => html`<ul class="plain">${data.map(
      (each) => html`<li key=${each.id} class="sign-in">
        <span><span dir="auto">${each.user_agent ?? "Unknown program"}</span> <small>${each.ip ?? ""} <${Moment} at=${each.last_used_at ?? each.created_at} /></small></span>
        ${each.is_current ? html`<${Badge} kind="answered">This one</${Badge}>` : html`<button type="button" onClick=${() => end.run(each)}>Sign out</button>`}
      </li>`,
    )}</ul>`}</${Loaded}>
    <${Problem} error=${end.error} />
  </section>`;
}
