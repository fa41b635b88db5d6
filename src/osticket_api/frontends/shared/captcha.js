/** The captcha that the help desk asks visitors for, by the script of its provider. */
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { useApp } from "./context.js";

const SCRIPTS = {
  turnstile: "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit",
  hcaptcha: "https://js.hcaptcha.com/1/api.js?render=explicit",
};

/** Visitors alone are asked. `field` is shown in the form, `headers` go with the request, `renew` follows it: each solution is good once. */
export function useCaptcha() {
  const { desk, isIn } = useApp();
  const [token, setToken] = useState(null);
  const [round, setRound] = useState(0);
  const captcha = isIn ? null : desk?.captcha;
  const renew = () => {
    setToken(null);
    setRound(round + 1);
  };
  return {
    field: captcha && html`<${Captcha} key=${round} captcha=${captcha} onToken=${setToken} />`,
    headers: token ? { "X-Captcha-Token": token } : {},
    isSolved: !captcha || token !== null,
    renew,
  };
}

function Captcha({ captcha, onToken }) {
  const place = useRef();
  const [error, setError] = useState(null);
  useEffect(() => {
    loaded(captcha.provider).then(
      (provider) => provider.render(place.current, { sitekey: captcha.site_key, callback: onToken, "expired-callback": () => onToken(null) }),
      () => setError("The captcha cannot be loaded."),
    );
  }, []);
  return html`<div ref=${place}>${error && html`<p class="field-error" role="alert">${error}</p>`}</div>`;
}

/** The provider's object, once its script is there. */
async function loaded(name) {
  if (!window[name]) {
    const script = Object.assign(document.createElement("script"), { src: SCRIPTS[name], async: true });
    await new Promise((resolve, reject) => {
      Object.assign(script, { onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  return window[name];
}
