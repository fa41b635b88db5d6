/** Where the browser comes back to from an identity provider: `#/single-sign-on?code=...&page=...`. */
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { useApp } from "./context.js";
import { useAction } from "./resource.js";
import { go, href } from "./router.js";
import { SignIn } from "./sign-in.js";
import { Loading, Problem } from "./widgets.js";

export function SingleSignOn({ query }) {
  const { api, signedIn } = useApp();
  const [asked, setAsked] = useState(null);
  const page = query.page?.startsWith("/") ? query.page : api.kind === "user" ? "/tickets" : "/";
  const [wasIn] = useState(api.isSignedIn);
  const enter = (data) => {
    go(page, {}, { replace: true });
    if (wasIn) location.reload(); // What is on the page may be about somebody else.
    else signedIn(data);
  };
  const finish = useAction(async () => {
    const code = query.code ?? "";
    if (query.linking) {
      await api.post("/auth/identities", { code }, { withCookies: true });
      go(page, {}, { replace: true });
      return;
    }
    try {
      enter((await api.signInByProvider(code)).data);
    } catch (error) {
      if (error.code !== "two_factor_required" || !error.problems[0].detail) throw error;
      setAsked(error.problems[0].detail);
    }
  });
  useEffect(() => void finish.run(), []);
  if (asked) return html`<${SignIn} title="Second factor" askedFor=${asked} onSignedIn=${enter} />`;
  if (!finish.error) return html`<${Loading} />`;
  return html`<div class="gate"><div class="card stack">
    <h1>Signing in</h1>
    <${Problem} error=${finish.error} />
    <p><a href=${href(query.linking ? page : "/sign-in")}>${query.linking ? "Back" : "Sign in"}</a></p>
  </div></div>`;
}
