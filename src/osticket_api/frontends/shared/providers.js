/** The buttons of the identity providers at which one can sign in. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { useAction, useResource } from "./resource.js";
import { Problem } from "./widgets.js";

const FRONT_ENDS = { staff: "/console", user: "/portal" };

const PAGE = /^#\/(?!single-sign-on|sign-in)[\w.~!$&'()*+,;=:@%/?-]{0,400}$/;

/** The page that is open, as the server may send the browser back to it. @param {"staff"|"user"} kind */
export const thisPage = (kind) => FRONT_ENDS[kind] + (PAGE.test(location.hash) ? location.hash : "");

export const useProviders = () => {
  const api = useApi();
  return useResource("/auth/providers", { kind: api.kind }).data?.providers ?? [];
};

export function Providers() {
  const api = useApi();
  const providers = useProviders();
  const go = useAction(async (provider) => location.assign(await api.providerAddress(provider.name, thisPage(api.kind))));
  if (!providers.length) return null;
  return html`<div class="stack" role="group" aria-label="Sign in elsewhere">
    ${providers.map((each) => html`<button key=${each.name} type="button" disabled=${go.isRunning} onClick=${() => go.run(each)}>Sign in with ${each.title}</button>`)}
    <${Problem} error=${go.error} />
  </div>`;
}
