// The reference, and the form above it that signs in and gives the token to every request that is tried out.
const configuration = {
  url: "openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  defaultOpenAllTags: false,
  documentDownloadType: "direct",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  hiddenClients: {
    c: true, clojure: true, csharp: true, dart: true, fsharp: true, go: true, http: true, java: true, kotlin: true,
    objc: true, ocaml: true, powershell: true, r: true, ruby: true, rust: true, swift: true,
    js: ["axios", "jquery", "ofetch", "xhr"],
    node: ["axios", "fetch", "ofetch"],
    python: ["aiohttp", "httpx_async", "httpx_sync"],
    shell: ["httpie", "wget"],
  },
  authentication: { preferredSecurityScheme: "bearer" },
};
const reference = Scalar.createApiReference("#reference", configuration);

const form = document.getElementById("sign-in");
const told = form.querySelector("output");

function useToken(token, who) {
  const bearer = { token };
  reference.updateConfiguration({
    ...configuration,
    authentication: { preferredSecurityScheme: "bearer", securitySchemes: { bearer } },
  });
  form.toggleAttribute("data-signed-in", Boolean(token));
  form.querySelector("button").textContent = token ? "Sign out" : "Sign in";
  told.textContent = who;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.hasAttribute("data-signed-in")) {
    useToken("", "");
    return;
  }
  const body = Object.fromEntries(new FormData(form));
  const answer = await fetch("api/v2/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const { data, errors } = await answer.json();
  form.elements.password.value = "";
  if (answer.ok) useToken(data.access_token, `${body.username} is signed in.`);
  else told.textContent = errors.map((error) => error.message).join(" ");
});
