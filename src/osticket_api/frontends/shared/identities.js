/** The accounts at identity providers by which one signs in. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { Field } from "./form.js";
import { thisPage, useProviders } from "./providers.js";
import { useAction, useResource } from "./resource.js";
import { Loaded, Moment, Problem } from "./widgets.js";

/** Nothing where there are no providers. */
export function Identities() {
  const api = useApi();
  const providers = useProviders();
  const identities = useResource(providers.length ? "/auth/identities" : null, { per_page: 50 });
  const unlink = useAction(async (each) => {
    await api.delete(`/auth/identities/${each.id}`);
    await identities.reload();
  });
  const link = useAction(async (provider, current_password) => {
    const body = { return_to: thisPage(api.kind), ...(current_password && { current_password }) };
    location.assign(await api.linkAddress(provider, body));
  });
  const send = (event) => {
    event.preventDefault();
    link.run(event.submitter.value, new FormData(event.target).get("current_password"));
  };
  if (!providers.length) return null;
  return html`<section class="card stack">
    <h2>Single sign-on</h2>
    <${Loaded} resource=${identities}>${(data) => html`<ul class="plain">${data.map(
      (each) => html`<li key=${each.id} class="sign-in">
        <span><span dir="auto">${each.issuer}</span> <small><${Moment} at=${each.last_used_at ?? each.created_at} /></small></span>
        <button type="button" onClick=${() => unlink.run(each)}>Unlink</button>
      </li>`,
    )}</ul>`}</${Loaded}>
    <${Problem} error=${unlink.error} />
    <form class="stack" onSubmit=${send} aria-label="Link an account">
      <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" hint="If you have one." error=${link.error?.byField?.current_password} />
      <${Problem} error=${link.error} />
      <div class="buttons">${providers.map((each) => html`<button key=${each.name} type="submit" value=${each.name} disabled=${link.isRunning}>Link with ${each.title}</button>`)}</div>
    </form>
  </section>`;
}
